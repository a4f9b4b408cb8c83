/* duel.h - who takes an owner from whom, and how often
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_DUEL_H
#define NFS4SESS_DUEL_H

#include "model/model.h"

/* One instance ended leases of another one. */
typedef struct {
    const nfs4_instance *by, *of;
    uint32_t count;
} duel_pair;

typedef struct {
    GArray *pairs;        /* duel_pair, most often first; owned by whoever asked */
    nstime_t first, last; /* confirms that took over, where pairs is not empty */
} duel;

/* Adds up the takeovers of an owner. Free it with duel_free(). */
duel duel_of(const nfs4_owner *owner);
void duel_free(duel *sum);

/* Takeovers per minute, between the first and the last one; false where there are less
 * than two, or no time passed. */
bool duel_rate(const duel *sum, uint32_t takeovers, double *per_minute);

#endif
