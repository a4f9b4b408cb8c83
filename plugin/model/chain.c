/* chain.c - what a client goes through after an invalidation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "chain.h"

void chain_init(nfs4_chains *chains, wmem_allocator_t *scope)
{
    memset(chains, 0, sizeof *chains);
    chains->scope = scope;
}

static nfs4_chain *chain_new(nfs4_chains *chains, nfs4_lease *lease, nfs4_connection *connection,
                             const nstime_t *time)
{
    nfs4_chain *chain = wmem_new0(chains->scope, nfs4_chain);
    chain->number = ++chains->count;
    chain->lease = lease;
    chain->client = &connection->client;
    chain->steps = wmem_array_sized_new(chains->scope, sizeof(nfs4_step), 8);
    chain->first_refused = *time;
    *(chains->last != NULL ? &chains->last->next : &chains->first) = chain;
    chains->last = chain;
    return chain;
}

nfs4_chain *chain_get(nfs4_chains *chains, nfs4_lease *lease, nfs4_connection *connection,
                      const nstime_t *time)
{
    const nfs4_chain *last = lease->chain;
    bool over = last != NULL && (last->session_only || (last->resumed && last->admin_revoked));
    if (last == NULL || over) {
        lease->chain = chain_new(chains, lease, connection, time);
        if (lease->owner != NULL) {
            lease->owner->invalidations++;
            lease->owner->revision++;
        }
    }
    return lease->chain;
}

uint32_t chain_add_step(nfs4_chain *chain, nfs4_step_kind kind, uint32_t frame, uint32_t status)
{
    bool over = chain->resumed && kind != STEP_RESUMED; /* a slot that was slow to notice */
    if (over || wmem_array_get_count(chain->steps) >= NFS4_STEPS_KEPT) {
        chain->steps_dropped++;
        return UINT32_MAX;
    }
    nfs4_step step = {kind, frame, status};
    wmem_array_append_one(chain->steps, step);
    return wmem_array_get_count(chain->steps) - 1;
}

/* true for what a client asks on its way back, apart from the identity operations */
static bool is_upkeep(const nfs4_call *call)
{
    uint64_t low = call->ops_seen[0];
    uint64_t head = 1ULL << OP_SEQUENCE | 1ULL << OP_RENEW | 1ULL << OP_BIND_CONN_TO_SESSION |
                    1ULL << OP_DESTROY_SESSION | 1ULL << OP_PUTROOTFH;
    return call->ops_seen[1] == 0 && (low & ~head) == 0;
}

/* The server carried the operation out or refused it for a reason of the file, not
 * of the client's state: codes below 10000 are those of POSIX. */
static bool is_carried_out(uint32_t status)
{
    return status < 10000;
}

nfs4_step_kind chain_classify(const nfs4_call *call, const nfs4_compound *reply)
{
    if (pending_has(call, OP_EXCHANGE_ID) || pending_has(call, OP_SETCLIENTID))
        return STEP_IDENTIFY;
    if (pending_has(call, OP_CREATE_SESSION) || pending_has(call, OP_SETCLIENTID_CONFIRM))
        return reply->status == NFS4_OK ? STEP_CONFIRM : STEP_CREATE_SESSION_REFUSED;
    if (pending_has(call, OP_RECLAIM_COMPLETE))
        return STEP_RECLAIM_COMPLETE;
    if (call->open_claim == CLAIM_PREVIOUS || call->lock_reclaim)
        return STEP_RECLAIM;
    if (pending_has(call, OP_TEST_STATEID) || pending_has(call, OP_FREE_STATEID))
        return STEP_PROBE_STATE;
    if (pending_has(call, OP_GETATTR) && nfs4_compound_event(reply, OP_GETATTR) != NULL)
        return STEP_LEASE_TIME;
    if (!is_upkeep(call) && is_carried_out(reply->status))
        return STEP_RESUMED;
    return STEP_NONE;
}

void chain_count_reclaims(nfs4_chain *chain, const nfs4_call *call, const nfs4_compound *reply)
{
    bool refused = reply->status == NFS4ERR_NO_GRACE || reply->status == NFS4ERR_RECLAIM_BAD ||
                   reply->status == NFS4ERR_RECLAIM_CONFLICT;
    if (refused && call->open_claim == CLAIM_PREVIOUS)
        chain->opens_refused++;
    else if (refused && call->lock_reclaim)
        chain->locks_refused++;
}

void chain_resume(nfs4_chain *chain, const nstime_t *time)
{
    nfs4_owner *owner = chain->lease->owner;
    chain->resumed = true;
    nstime_delta(&chain->outage, time, &chain->first_refused);
    if (owner == NULL)
        return;
    nstime_add(&owner->outage, &chain->outage);
    if (nstime_cmp(&chain->outage, &owner->longest_outage) > 0)
        owner->longest_outage = chain->outage;
    owner->revision++;
}
