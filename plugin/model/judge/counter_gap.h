/* counter_gap.h - what the server's counters say of a lease that was lost while it was fresh
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_COUNTER_GAP_H
#define NFS4SESS_COUNTER_GAP_H

#include "types.h"

typedef enum {
    LOSS_UNKNOWN,   /* no such loss, or the counters tell nothing */
    LOSS_EXPLAINED, /* nobody else with this owner identified himself in between */
    LOSS_GAP        /* somebody did */
} counter_gap_reading;

/* Reads the gap between a lost lease and the next one of its instance. */
counter_gap_reading counter_gap_read(const nfs4_lease *lease);

#endif
