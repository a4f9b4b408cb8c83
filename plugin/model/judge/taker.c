/* taker.c - which confirm ended a lease
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taker.h"

#include "facts.h"
#include "rules.h"
#include "takeover_refused.h"

#include "know/counters.h"
#include "know/lease.h"

#define INSTANCES_SEARCHED 16

/* In a capture of skewed clocks, identifications are not in the order of their ids. */
static bool in_order(const nfs4_lease *a, const nfs4_lease *b)
{
    return (lease_compare(a, b, NULL) < 0) == (a->issued.call < b->issued.call);
}

bool taker_is_late(const nfs4_lease *lease)
{
    const nfs4_lease *after = lease_after(lease);
    return after != NULL && after->confirm.reply != 0 && after->confirm.call < lease->confirm.call;
}

taker_neighbours taker_around(const nfs4_lease *lease)
{
    taker_neighbours found = {.count = 0};
    nfs4_lease *other = lease_after(lease);
    for (int i = 0; i < TAKER_NEARBY && other != NULL; i++, other = lease_after(other))
        found.leases[found.count++] = other;
    other = lease_before(lease);
    for (int i = 0; i < TAKER_NEARBY && other != NULL; i++, other = lease_before(other))
        found.leases[found.count++] = other;
    return found;
}

/* Of those around this one that may have ended it by frames, the one that confirmed first.
 * `next` is the next one in order. NULL where frames are not to be trusted. */
static nfs4_lease *find_by_frames(const nfs4_lease *lease, const nfs4_lease *next)
{
    nfs4_lease *taker = NULL;
    if (next != NULL && !in_order(lease, next))
        return NULL;
    taker_neighbours found = taker_around(lease);
    for (int i = 0; i < found.count; i++) {
        nfs4_lease *other = found.leases[i];
        bool fits = takeover_refused_by_frames(lease, other) && in_order(lease, other) &&
                    (next == NULL || in_order(next, other));
        if (fits && (taker == NULL || other->confirm.call < taker->confirm.call))
            taker = other;
    }
    return taker;
}

/* How many sessions were made in between; not above 0 where `other` did not follow. */
static int32_t sessions_ahead(const nfs4_lease *lease, const nfs4_lease *other)
{
    if (lease->numbers.last_session == NULL || other->numbers.first_session == NULL)
        return 0;
    return (int32_t)(other->numbers.first_session->counter - lease->numbers.last_session->counter);
}

/* Its first session is the one that was made with its confirm. */
static bool follows_by_sessions(const nfs4_lease *lease, const nfs4_lease *other)
{
    return sessions_ahead(lease, other) > 0 &&
           other->numbers.first_session->created_in == other->confirm.reply &&
           facts_is_takeover(lease, other);
}

/* knfsd numbers its sessions in the order of the confirms that they come with, whatever the
 * order of clientids and of frames: of the leases around this one, the one of another
 * instance whose confirm made the first session after the lease's last one. NULL where the
 * numbers tell of none. */
static nfs4_lease *find_by_sessions(const nfs4_lease *lease)
{
    nfs4_lease *taker = NULL;
    taker_neighbours found = taker_around(lease);
    for (int i = 0; i < found.count; i++) {
        nfs4_lease *other = found.leases[i];
        if (follows_by_sessions(lease, other) &&
            (taker == NULL || sessions_ahead(other, taker) > 0))
            taker = other;
    }
    return taker;
}

/* Where confirms are not in order, frames and then session numbers know better. */
static nfs4_lease *find_nearby(const nfs4_lease *lease, nfs4_lease *taker, bool *refused)
{
    nfs4_lease *other = find_by_frames(lease, taker);
    if (other != NULL) {
        taker = other;
        *refused = true;
    }
    other = taker != NULL ? find_by_sessions(lease) : NULL;
    return other != NULL ? other : taker;
}

nfs4_lease *taker_find(const nfs4_lease *lease, bool *refused)
{
    nfs4_lease *next = lease_after(lease);
    nfs4_lease *change = facts_change(lease);
    nfs4_lease *taker = facts_is_takeover(lease, next) ? next : NULL;
    *refused = change != NULL && takeover_refused_by(lease, change) && !rule_closes(lease, change);
    if (lease->owner->is_tangled && lease->refused.reply != 0)
        taker = find_nearby(lease, taker, refused);
    return taker;
}

bool taker_may_be(const nfs4_lease *lease, const nfs4_lease *other)
{
    return takeover_refused_by_frames(lease, other) || follows_by_sessions(lease, other);
}

/* An instance beside the two that had begun when the lease was refused. */
static bool has_third(const nfs4_lease *lease, const nfs4_lease *taker)
{
    const nfs4_instance *one = lease->owner->first_instance;
    for (int i = 0; i < INSTANCES_SEARCHED && one != NULL; i++, one = one->next)
        if (one != lease->instance && one != taker->instance &&
            (!one->has_start || nstime_cmp(&one->start, &lease->refused.when) < 0))
            return true;
    return one != NULL;
}

/* The capture shows that the lease lived, and then the confirm. */
static bool is_seen(const nfs4_lease *lease, const nfs4_lease *taker)
{
    return taker->confirm.reply != 0 && (lease->confirm.reply != 0 || lease->last_ok.reply != 0);
}

const nfs4_lease *taker_named(const nfs4_lease *lease)
{
    const nfs4_lease *taker = lease->judgement.taker;
    bool is_sure = taker == NULL || lease->refused.reply == 0 || is_seen(lease, taker) ||
                   counters_show_all(lease, taker) || !has_third(lease, taker);
    return is_sure ? taker : NULL;
}
