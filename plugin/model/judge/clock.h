/* clock.h - what the verifier of a second instance says of when it began
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A Linux client's verifier is the time at which its network namespace was made
 * (fs/nfs/client.c, nfs_clients_init), by its own clock.
 */
#ifndef NFS4SESS_CLOCK_H
#define NFS4SESS_CLOCK_H

#include "types.h"

typedef enum {
    CLOCK_UNKNOWN, /* no time can be read, or it cannot be compared */
    CLOCK_AFTER,   /* the second began after the first was heard last */
    CLOCK_BEFORE,  /* before that, but not long enough */
    CLOCK_OVERLAP  /* longer before that than clocks are wrong */
} clock_reading;

/* How the start of the next lease's instance lies to the last success of this one. */
clock_reading clock_read(const nfs4_lease *lease, const nfs4_lease *next);

#define CLOCK_MARGIN 300 /* seconds, unless it is set: clocks that nobody sets are off by more */

/* By how many seconds the clock of a second instance must lie before the last success of
 * the first to be evidence: CLOCK_MARGIN at first. To be set before a model is made, and not
 * while it lives. */
void clock_set_margin(uint32_t seconds);

#endif
