/* kinds.h - what a loop of refusals is called, and from when on it is trouble
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * plugin/RULES.md has an entry for each kind. A row is asked about an operation and an error;
 * the first row that fits is the kind.
 */
#ifndef NFS4SESS_TROUBLE_KINDS_H
#define NFS4SESS_TROUBLE_KINDS_H

#include "types.h"

typedef struct {
    nfs4_trouble_kind kind;
    bool (*fits)(uint32_t operation, uint32_t status);
    uint32_t rounds;      /* so often it has to be refused, each time asked after the last */
    uint32_t lease_times; /* and for longer than so many lease times; 0 for any time */
    bool by_duplicate;    /* a second host with the client owner can be behind it */
} trouble_row;

/* The row of an operation that was refused with this error; NULL where the refusal is an
 * answer like another, however often it comes. Static. */
const trouble_row *kinds_row(uint32_t operation, uint32_t status);

/* true if trouble of this kind is a loop of refusals */
bool kinds_is_loop(nfs4_trouble_kind kind);

/* true if a second host with the client owner can cause trouble of this kind */
bool kinds_by_duplicate(nfs4_trouble_kind kind);

/* interface: "slot-out-of-step". Static. */
const char *kinds_name(nfs4_trouble_kind kind);

#endif
