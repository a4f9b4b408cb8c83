/* facts.c - questions about leases that several rules and causes ask
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "facts.h"

#include "know/lease.h"

#define LEASE_TIME_GANESHA 60 /* seconds: its default */

#define INSTANCES_SEARCHED 8

uint32_t facts_lease_time(const nfs4_lease *lease)
{
    uint32_t told = lease_time(lease);
    if (told != 0)
        return told;
    return lease->server->layout == LAYOUT_GANESHA ? LEASE_TIME_GANESHA : FACTS_LEASE_TIME_ASSUMED;
}

int64_t facts_idle_time(const nfs4_lease *lease)
{
    nstime_t idle;
    if (lease->last_ok.call == 0 || lease->refused.reply == 0)
        return 0;
    nstime_delta(&idle, &lease->refused.when, &lease->last_ok.when);
    return idle.secs;
}

bool facts_ran_out(const nfs4_lease *lease)
{
    return facts_idle_time(lease) >= facts_lease_time(lease);
}

bool facts_time_counts(const nfs4_lease *lease)
{
    return lease->refused.reply != 0 && !lease->loss.is_timeless;
}

bool facts_is_fresh_loss(const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->links.next_of_instance;
    return lease->refused.reply != 0 && lease->judgement.taker == NULL &&
           lease->use.ended_in == 0 && lease->last_ok.call != 0 && !facts_ran_out(lease) &&
           facts_time_counts(lease) && next != NULL && next->issued.call >= lease->refused.call;
}

bool facts_was_soon(const nfs4_lease *lease)
{
    nstime_t worked;
    nstime_delta(&worked, &lease->last_ok.when, &lease->issued.when);
    return worked.secs <= facts_lease_time(lease);
}

bool facts_is_server_event(const nfs4_lease *lease)
{
    return lease->loss.burst != NULL && lease->loss.burst->owners > 1 &&
           lease->loss.burst->on_new_connections;
}

bool facts_is_gone(const nfs4_lease *lease)
{
    bool refused =
        lease->loss.status == NFS4ERR_EXPIRED || lease->loss.status == NFS4ERR_STALE_CLIENTID;
    return lease->loss.gone_xid != 0 || refused;
}

int64_t facts_silence(const nfs4_lease *lease)
{
    nstime_t silence;
    const nstime_t *spoke = &lease->instance->spoke;
    if (nstime_is_zero(spoke) || lease->server->jumped_back_in > lease->last_ok.call)
        return 0;
    nstime_delta(&silence, &lease->server->heard, spoke);
    return silence.secs;
}

#define ENDED_LEASE_TIMES 2 /* the capture may have missed one renewal */

bool facts_has_ended(const nfs4_lease *lease, const nstime_t *then)
{
    nstime_t since;
    int64_t enough = ENDED_LEASE_TIMES * (int64_t)facts_lease_time(lease);
    nstime_delta(&since, &lease->server->heard, then);
    return facts_silence(lease) >= enough && since.secs >= enough;
}

uint32_t facts_called_in(const nfs4_lease *lease)
{
    return lease->issued.call != 0 ? lease->issued.call : lease->instance->first_frame;
}

bool facts_had_left(const nfs4_lease *lease, const nfs4_lease *next)
{
    uint32_t came_in = next->issued.call != 0 ? next->issued.call : next->first_frame;
    return lease->instance->last_frame < came_in &&
           nstime_cmp(&lease->instance->spoke, &next->confirm.when) < 0;
}

bool facts_share_address(const nfs4_instance *a, const nfs4_instance *b)
{
    for (const nfs4_mark *mark = a->addresses; mark != NULL; mark = mark->next)
        for (const nfs4_mark *other = b->addresses; other != NULL; other = other->next)
            if (addresses_equal(&mark->addr, &other->addr))
                return true;
    return false;
}

bool facts_are_two_hosts(const nfs4_owner *owner, const nfs4_owner *other)
{
    const nfs4_instance *a = owner->first_instance;
    for (int i = 0; a != NULL && i < INSTANCES_SEARCHED; i++, a = a->next) {
        const nfs4_instance *b = other->first_instance;
        for (int k = 0; b != NULL && k < INSTANCES_SEARCHED; k++, b = b->next)
            if (a->key == b->key || facts_share_address(a, b))
                return false;
    }
    return owner->first_instance != NULL && other->first_instance != NULL;
}

bool facts_is_takeover(const nfs4_lease *lease, const nfs4_lease *next)
{
    return next != NULL && next->instance != lease->instance && lease->use.ended_in == 0 &&
           lease_same_life(lease, next);
}

/* By frames; a lease whose confirm was not captured is as late as it was seen. */
static bool came_later(const nfs4_lease *lease, const nfs4_lease *next)
{
    uint32_t seen = next->confirm.reply != 0 ? next->confirm.reply : next->first_frame;
    return seen > lease->confirm.reply;
}

nfs4_lease *facts_change(const nfs4_lease *lease)
{
    nfs4_lease *next = lease->links.position != NULL ? lease_after(lease) : NULL;
    if (next == NULL || next->instance == lease->instance)
        return NULL;
    return lease_same_life(lease, next) || came_later(lease, next) ? next : NULL;
}
