/* facts.c - questions about leases that several rules and causes ask
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "facts.h"

#include "know/lease.h"
#include "rules.h"

/* Seconds, where no GETATTR told them: Ganesha's default, and knfsd's
 * (fs/nfsd/nfs4state.c, nfsd4_init_leases_net). */
#define LEASE_TIME_GANESHA 60
#define LEASE_TIME_ASSUMED 90

uint32_t facts_lease_time(const nfs4_lease *lease)
{
    uint32_t told = lease_time(lease);
    if (told != 0)
        return told;
    return lease->server->layout == LAYOUT_GANESHA ? LEASE_TIME_GANESHA : LEASE_TIME_ASSUMED;
}

bool facts_ran_out(const nfs4_lease *lease)
{
    nstime_t idle;
    if (lease->last_ok.call == 0)
        return false;
    nstime_delta(&idle, &lease->refused.time, &lease->last_ok.time);
    return idle.secs >= facts_lease_time(lease);
}

bool facts_is_takeover(const nfs4_lease *lease, const nfs4_lease *next)
{
    return next != NULL && next->instance != lease->instance && lease->ended_in == 0 &&
           lease_same_life(lease, next);
}

nfs4_lease *facts_change(const nfs4_lease *lease)
{
    nfs4_lease *next = lease->position != NULL ? lease_after(lease) : NULL;
    if (next == NULL || next->instance == lease->instance)
        return NULL;
    bool follows = lease_same_life(lease, next) ||
                   (!lease->server->alternates && next->confirm.reply > lease->confirm.reply);
    return follows ? next : NULL;
}

nfs4_lease *facts_open_change(const nfs4_lease *lease)
{
    bool closed = rule_same_program.holds(lease) || rule_self_collision.holds(lease);
    return closed ? NULL : facts_change(lease);
}
