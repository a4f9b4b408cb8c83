/* killer.c - which confirm ended a lease, where the next one in order did not
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "killer.h"

#include "lease.h"
#include "verdict.h"

/* In a capture of skewed clocks, identifications are not in the order of their ids. */
static bool in_order(const nfs4_lease *a, const nfs4_lease *b)
{
    return (lease_compare(a, b, NULL) < 0) == (a->issued.call < b->issued.call);
}

nfs4_lease *killer_find(const nfs4_lease *lease, const nfs4_lease *next)
{
    nfs4_lease *around[2 * KILLER_NEARBY], *killer = NULL, *other = lease_after(lease);
    int count = 0;
    if (next != NULL && (!in_order(lease, next) || next->issued.call > lease->refused.reply))
        return NULL;
    for (int i = 0; i < KILLER_NEARBY && other != NULL; i++, other = lease_after(other))
        around[count++] = other;
    other = lease_before(lease);
    for (int i = 0; i < KILLER_NEARBY && other != NULL; i++, other = lease_before(other))
        around[count++] = other;
    for (int i = 0; i < count; i++) {
        other = around[i];
        bool fits = verdict_is_killer(lease, other) && in_order(lease, other) &&
                    (next == NULL || other == next || in_order(next, other));
        if (fits && (killer == NULL || other->confirm.call < killer->confirm.call))
            killer = other;
    }
    return killer;
}
