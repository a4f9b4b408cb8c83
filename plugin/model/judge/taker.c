/* taker.c - which confirm ended a lease, where the next one in order did not
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taker.h"

#include "know/lease.h"
#include "verdict.h"

/* In a capture of skewed clocks, identifications are not in the order of their ids. */
static bool in_order(const nfs4_lease *a, const nfs4_lease *b)
{
    return (lease_compare(a, b, NULL) < 0) == (a->issued.call < b->issued.call);
}

bool killer_is_late(const nfs4_lease *lease)
{
    const nfs4_lease *after = lease_after(lease);
    return after != NULL && after->confirm.reply != 0 && lease->confirm.reply != 0 &&
           after->confirm.call < lease->confirm.call;
}

typedef struct {
    nfs4_lease *leases[2 * KILLER_NEARBY];
    int count;
} neighbours;

static neighbours around(const nfs4_lease *lease)
{
    neighbours found = {.count = 0};
    nfs4_lease *other = lease_after(lease);
    for (int i = 0; i < KILLER_NEARBY && other != NULL; i++, other = lease_after(other))
        found.leases[found.count++] = other;
    other = lease_before(lease);
    for (int i = 0; i < KILLER_NEARBY && other != NULL; i++, other = lease_before(other))
        found.leases[found.count++] = other;
    return found;
}

nfs4_lease *killer_find(const nfs4_lease *lease, const nfs4_lease *next)
{
    nfs4_lease *killer = NULL;
    if (next != NULL && (!in_order(lease, next) || next->issued.call > lease->refused.reply))
        return NULL;
    neighbours found = around(lease);
    for (int i = 0; i < found.count; i++) {
        nfs4_lease *other = found.leases[i];
        bool fits = verdict_is_killer(lease, other) && in_order(lease, other) &&
                    (next == NULL || other == next || in_order(next, other));
        if (fits && (killer == NULL || other->confirm.call < killer->confirm.call))
            killer = other;
    }
    return killer;
}

/* How many sessions were made in between; not above 0 where `other` did not follow. */
static int32_t sessions_ahead(const nfs4_lease *lease, const nfs4_lease *other)
{
    if (lease->last_session == NULL || other->first_session == NULL)
        return 0;
    return (int32_t)(other->first_session->counter - lease->last_session->counter);
}

/* Its first session is the one that was made with its confirm. */
static bool follows_by_sessions(const nfs4_lease *lease, const nfs4_lease *other)
{
    return lease->refused.reply != 0 && sessions_ahead(lease, other) > 0 &&
           other->first_session->created_in == other->confirm.reply &&
           verdict_is_takeover(lease, other);
}

nfs4_lease *killer_by_sessions(const nfs4_lease *lease)
{
    nfs4_lease *killer = NULL;
    neighbours found = around(lease);
    for (int i = 0; i < found.count; i++) {
        nfs4_lease *other = found.leases[i];
        if (follows_by_sessions(lease, other) &&
            (killer == NULL || sessions_ahead(other, killer) > 0))
            killer = other;
    }
    return killer;
}

bool killer_may_be(const nfs4_lease *lease, const nfs4_lease *other)
{
    return verdict_is_killer(lease, other) || follows_by_sessions(lease, other);
}
