/* recovery.c - the way back of a client that was refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "recovery.h"

#include "cost.h"
#include "know/note.h"
#include "know/held.h"

static bool is_under_way(const nfs4_chain *chain)
{
    return chain != NULL && !chain_is_over(chain);
}

static nfs4_chain *chain_under_way(const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    const nfs4_connection *connection = exchange->connection;
    if (is_under_way(connection->chain))
        return connection->chain;
    if (connection->instance != NULL && is_under_way(connection->instance->chain))
        return connection->instance->chain;
    if (lease != NULL && lease->instance != NULL && is_under_way(lease->instance->chain))
        return lease->instance->chain;
    return NULL;
}

/* true if the call holds nothing but operations of a recovery, the identity operations aside */
static bool is_upkeep(const nfs4_call *call)
{
    uint64_t low = call->ops_seen[0];
    uint64_t head = 1ULL << OP_SEQUENCE | 1ULL << OP_RENEW | 1ULL << OP_BIND_CONN_TO_SESSION |
                    1ULL << OP_DESTROY_SESSION | 1ULL << OP_DESTROY_CLIENTID | 1ULL << OP_PUTROOTFH;
    return call->ops_seen[1] == 0 && (low & ~head) == 0;
}

/* The server carried the operation out or refused it for a reason of the file, not
 * of the client's state: codes below 10000 are those of POSIX. */
static bool is_carried_out(uint32_t status)
{
    return status < 10000;
}

static nfs4_step_kind classify(const nfs4_chain *chain, const nfs4_call *call,
                               const nfs4_compound *reply)
{
    if (pending_has(call, OP_EXCHANGE_ID) || pending_has(call, OP_SETCLIENTID))
        return STEP_IDENTIFY;
    if (pending_has(call, OP_CREATE_SESSION) || pending_has(call, OP_SETCLIENTID_CONFIRM))
        return reply->status == NFS4_OK ? STEP_CONFIRM : STEP_CREATE_SESSION_REFUSED;
    if (pending_has(call, OP_DESTROY_SESSION))
        return chain->renewed == NULL ? STEP_DESTROY_SESSION : STEP_NONE;
    if (pending_has(call, OP_RECLAIM_COMPLETE))
        return STEP_RECLAIM_COMPLETE;
    if (call->open_claim == CLAIM_PREVIOUS || call->lock_reclaim)
        return STEP_RECLAIM;
    if (pending_has(call, OP_TEST_STATEID) || pending_has(call, OP_FREE_STATEID))
        return STEP_PROBE_STATE;
    if (pending_has(call, OP_GETATTR) && nfs4_compound_event(reply, OP_GETATTR) != NULL)
        return STEP_LEASE_TIME;
    if (cost_is_reopen(chain, call))
        return reply->status == NFS4_OK && cost_completes(chain, call) ? STEP_RESUMED : STEP_REOPEN;
    if (pending_has(call, OP_OPEN_CONFIRM))
        return STEP_NONE; /* a part of the OPEN before it: RFC 7530 section 16.18 */
    if (!is_upkeep(call) && is_carried_out(reply->status))
        return STEP_RESUMED;
    return STEP_NONE;
}

/* The client goes on with another lease, by its confirm, or by its use where that was
 * not captured: what it held under the old one is gone. */
static void note_renewal(nfs4_model *model, nfs4_chain *chain, nfs4_lease *lease)
{
    if (chain->renewed == lease)
        return;
    chain->renewed = lease;
    state_forget(model, chain);
}

/* A client that has nothing to do only renews its new lease and never resumes. */
static void note_use(nfs4_chain *chain, const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    const nfs4_call *call = exchange->call;
    if (exchange->reply->compound.status != NFS4_OK || lease == NULL || lease != chain->renewed)
        return;
    if (is_upkeep(call) && (pending_has(call, OP_SEQUENCE) || pending_has(call, OP_RENEW)))
        chain->is_back = true;
}

/* Work under the new lease that fails is part of the way back; giving a delegation back is not. */
static void note_ready(nfs4_chain *chain, const nfs4_exchange *exchange, nfs4_step_kind kind)
{
    bool works = chain->renewed != NULL && !is_upkeep(exchange->call) &&
                 !pending_has(exchange->call, OP_DELEGRETURN);
    if (works || kind != STEP_NONE)
        chain->ready = exchange->reply->when;
}

/* The client had all back and asked for nothing, and nothing that was refused waited: that is no
 * part of the outage. */
static void note_idle(nfs4_chain *chain, const nfs4_call *call)
{
    nstime_t idle;
    nstime_delta(&idle, &call->when, &chain->ready);
    if (chain_has_completed(chain) && cost_all_regained(chain) && !cost_is_resent(chain, call) &&
        idle.secs >= NFS4_IDLE_SECONDS)
        chain->idle = idle;
}

/* The client destroys the clientid that it lost, or its new one: it is done with this server. */
static void note_end(nfs4_chain *chain, const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    uint32_t status = exchange->reply->compound.status;
    bool ends = status == NFS4_OK || status == NFS4ERR_STALE_CLIENTID;
    if (pending_has(exchange->call, OP_DESTROY_CLIENTID) && ends && lease != NULL &&
        (lease == chain->lease || lease == chain->renewed))
        chain->given_up = true;
}

void recovery_step(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_message *reply = exchange->reply;
    nfs4_chain *chain = chain_under_way(exchange, lease);
    if (chain == NULL || exchange->connection->is_copy || note_is_refusal(model))
        return;
    nfs4_step_kind kind = classify(chain, exchange->call, &reply->compound);
    bool other = lease != NULL && lease != chain->lease;
    if (other && kind != STEP_NONE && kind != STEP_IDENTIFY)
        note_renewal(model, chain, lease);
    if (kind == STEP_RESUMED && (lease == NULL || lease != chain->renewed))
        return; /* the old lease works on another connection */
    if (kind == STEP_RESUMED)
        note_idle(chain, exchange->call);
    else
        note_ready(chain, exchange, kind);
    cost_count(chain, exchange, kind);
    note_use(chain, exchange, lease);
    note_end(chain, exchange, lease);
    chain_has_changed(chain);
    if (kind == STEP_NONE)
        return;
    if (kind == STEP_CONFIRM) {
        exchange->connection->chain = chain;
        chain->has_restored = true;
        nstime_delta(&chain->restored, &reply->when, &chain->first_refused);
    }
    bool last =
        exchange->call->minorversion == 0 ? kind == STEP_CONFIRM : kind == STEP_RECLAIM_COMPLETE;
    chain->completed |= last && reply->compound.status == NFS4_OK;
    chain->identified |= kind == STEP_IDENTIFY;
    if (kind == STEP_IDENTIFY && reply->compound.status == NFS4_OK)
        chain->given = identity_moment(exchange);
    uint32_t step = chain_add_step(chain, kind, reply->frame, reply->compound.status, &reply->when);
    note_exchange(model, exchange, NOTE_STEP, lease, chain, step);
    if (kind == STEP_RESUMED) {
        chain_resume(chain, &reply->when);
        exchange->connection->chain = NULL;
    }
}
