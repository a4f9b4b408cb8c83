/* cost.c - what an invalidation cost the client
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cost.h"

#include "keys.h"
#include "lost_files.h"

/* The same operations on the same file: stateids and owners are others in between. */
static uint32_t fingerprint(const nfs4_call *call)
{
    uint64_t words[2] = {call->ops_seen[0], call->ops_seen[1] ^ (uint64_t)call->file << 32};
    return key_hash(words, 4);
}

static uint32_t *find_refused(const nfs4_chain *chain, const nfs4_call *call)
{
    uint32_t print = fingerprint(call);
    for (uint32_t i = 0; i < chain->refused_kept; i++)
        if (chain->refused[i] == print)
            return (uint32_t *)&chain->refused[i];
    return NULL;
}

static bool is_lost_state(uint32_t status)
{
    switch (status) {
    case NFS4ERR_BAD_STATEID:
    case NFS4ERR_OLD_STATEID:
    case NFS4ERR_STALE_STATEID:
    case NFS4ERR_EXPIRED:
    case NFS4ERR_ADMIN_REVOKED:
    case NFS4ERR_DELEG_REVOKED:
    case NFS4ERR_BADLAYOUT: /* knfsd: the stateid of a layout that is gone */
        return true;
    default:
        return false;
    }
}

/* The session, the clientid or the state that the request names is gone. */
static bool says_gone(uint32_t status)
{
    return status == NFS4ERR_BADSESSION || status == NFS4ERR_DEADSESSION ||
           status == NFS4ERR_STALE_CLIENTID || is_lost_state(status);
}

void cost_refused(nfs4_chain *chain, const nfs4_call *call)
{
    chain->cost.refused++;
    chain->with_state |= call->has_stateid;
    if (chain->refused_kept < NFS4_REFUSED_KEPT)
        chain->refused[chain->refused_kept++] = fingerprint(call);
}

static uint32_t minus(uint32_t a, uint32_t b)
{
    return a > b ? a - b : 0;
}

void cost_give_up(nfs4_chain *chain, const nfs4_held *given_up)
{
    nfs4_held *held = &chain->held;
    held->opens = minus(held->opens, given_up->opens);
    held->locks = minus(held->locks, given_up->locks);
    held->delegations = minus(held->delegations, given_up->delegations);
}

static uint32_t refusals(const nfs4_reclaims *reclaims)
{
    return reclaims->no_grace + reclaims->bad + reclaims->conflict;
}

static uint32_t regained(const nfs4_reclaims *reclaims)
{
    return reclaims->reclaimed + reclaims->taken_anew;
}

/* How many it had: as the capture shows it, or at least as many as it asked for. */
static uint32_t had(bool known, uint32_t held, const nfs4_reclaims *reclaims)
{
    return known ? held : reclaims->reclaimed + refusals(reclaims);
}

static uint32_t opens_missing(const nfs4_chain *chain)
{
    const nfs4_reclaims *opens = &chain->cost.opens;
    return minus(had(chain->held_known, chain->held.opens, opens), regained(opens));
}

static uint32_t locks_missing(const nfs4_chain *chain)
{
    const nfs4_reclaims *locks = &chain->cost.locks;
    return minus(had(chain->held_known, chain->held.locks, locks), regained(locks));
}

static uint32_t delegations_missing(const nfs4_chain *chain)
{
    const nfs4_cost *cost = &chain->cost;
    return minus(chain->held_known ? chain->held.delegations : cost->delegations_bad,
                 cost->delegations_regained);
}

bool cost_all_regained(const nfs4_chain *chain)
{
    return opens_missing(chain) == 0;
}

void cost_carry(const nfs4_chain *chain, nfs4_chain *next)
{
    next->held_known &= chain->held_known;
    next->held.opens += opens_missing(chain);
    next->held.locks += locks_missing(chain);
    next->held.delegations += delegations_missing(chain);
    next->with_state |= chain->with_state;
}

bool cost_is_reopen(const nfs4_chain *chain, const nfs4_call *call)
{
    if (pending_has(call, OP_LOCK))
        return locks_missing(chain) > 0 && find_refused(chain, call) == NULL;
    bool unseen = !chain->held_known && chain->with_state && call->minorversion == 0 &&
                  regained(&chain->cost.opens) == 0 && find_refused(chain, call) == NULL;
    return pending_has(call, OP_OPEN) && (opens_missing(chain) > 0 || unseen);
}

bool cost_is_resent(const nfs4_chain *chain, const nfs4_call *call)
{
    return find_refused(chain, call) != NULL;
}

/* The fingerprint does not tell two files of one folder apart that are opened by name; with
 * nothing else missing, either of them ends the recovery. */
bool cost_completes(const nfs4_chain *chain, const nfs4_call *call)
{
    return cost_is_resent(chain, call) && opens_missing(chain) <= 1 && locks_missing(chain) == 0;
}

static void count_reclaim(nfs4_reclaims *reclaims, uint32_t status)
{
    switch (status) {
    case NFS4_OK:
        reclaims->reclaimed++;
        break;
    case NFS4ERR_NO_GRACE:
        reclaims->no_grace++;
        break;
    case NFS4ERR_RECLAIM_BAD:
        reclaims->bad++;
        break;
    case NFS4ERR_RECLAIM_CONFLICT:
        reclaims->conflict++;
        break;
    default:
        break; /* NFS4ERR_GRACE and NFS4ERR_DELAY: it is asked again */
    }
}

/* Work that failed because its state is gone. */
static void count_failure(nfs4_cost *cost, const nfs4_compound *reply)
{
    if (!is_lost_state(reply->status))
        return;
    switch (reply->last_op) {
    case OP_READ:
    case OP_READ_PLUS:
        cost->reads_failed++;
        break;
    case OP_WRITE:
        cost->writes_failed++;
        break;
    case OP_DELEGRETURN:
        cost->delegations_bad++;
        break;
    case OP_LAYOUTGET:
    case OP_LAYOUTRETURN:
    case OP_LAYOUTCOMMIT:
        cost->layouts_bad++;
        break;
    default:
        break;
    }
}

static void count_probe(nfs4_cost *cost, const nfs4_compound *reply)
{
    const nfs4_event *event = nfs4_compound_event(reply, OP_TEST_STATEID);
    if (event == NULL || event->status != NFS4_OK)
        return;
    cost->tested += event->u.test_stateid.count;
    cost->tested_bad += event->u.test_stateid.bad;
}

/* An open that is given back or taken anew may bring a delegation with it. */
static void count_delegation(nfs4_cost *cost, const nfs4_compound *reply)
{
    const nfs4_event *event = nfs4_compound_event(reply, OP_OPEN);
    if (event == NULL || event->status != NFS4_OK)
        return;
    uint32_t type = event->u.open.delegation_type;
    cost->delegations_regained += type == OPEN_DELEGATE_READ || type == OPEN_DELEGATE_WRITE ||
                                  type == OPEN_DELEGATE_READ_ATTRS ||
                                  type == OPEN_DELEGATE_WRITE_ATTRS;
}

static void count_resent(nfs4_chain *chain, const nfs4_call *call)
{
    uint32_t *refused = find_refused(chain, call);
    if (refused == NULL)
        return;
    *refused = chain->refused[--chain->refused_kept];
    chain->cost.resent++;
}

void cost_count(nfs4_chain *chain, const nfs4_exchange *exchange, nfs4_step_kind kind)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    const nfs4_call *call = exchange->call;
    nfs4_cost *cost = &chain->cost;
    bool locks = pending_has(call, OP_LOCK);
    bool reopens = kind == STEP_REOPEN || (kind == STEP_RESUMED && cost_is_reopen(chain, call));

    cost->refused += says_gone(reply->status);
    if (kind != STEP_NONE && kind != STEP_RESUMED)
        cost->requests++;
    if (kind == STEP_RECLAIM)
        count_reclaim(locks ? &cost->locks : &cost->opens, reply->status);
    if (reopens && reply->status == NFS4_OK)
        (locks ? &cost->locks : &cost->opens)->taken_anew++;
    if (locks && (kind == STEP_RECLAIM || reopens) && reply->status == NFS4_OK)
        lost_files_regain(chain, call->locked);
    if (kind == STEP_RECLAIM || reopens)
        count_delegation(cost, reply);
    if (kind == STEP_PROBE_STATE)
        count_probe(cost, reply);
    if (reply->status == NFS4ERR_DELAY || reply->status == NFS4ERR_GRACE)
        cost->waits++;
    count_failure(cost, reply);
    bool by_folder = kind == STEP_REOPEN && call->open_claim == CLAIM_NULL;
    if (!by_folder || cost_all_regained(chain)) /* else what was refused may still come */
        count_resent(chain, call);
}

/* While the lease lives nothing is lost, and until the client has come back it may
 * still regain all; what it had not by its next knock-out, that chain accounts for. */
static bool is_settled(const nfs4_chain *chain)
{
    return chain->resumed || chain->is_back;
}

static bool settle(const nfs4_chain *chain, uint32_t missing, uint32_t *lost)
{
    *lost = chain->session_only ? 0 : missing;
    if (chain->admin_revoked)
        return false; /* some of it, and packets need not show which */
    return is_settled(chain) && (chain->held_known || *lost > 0);
}

bool cost_lost_opens(const nfs4_chain *chain, uint32_t *lost)
{
    return settle(chain, opens_missing(chain), lost);
}

bool cost_lost_locks(const nfs4_chain *chain, uint32_t *lost)
{
    return settle(chain, locks_missing(chain), lost);
}

bool cost_lost_delegations(const nfs4_chain *chain, uint32_t *lost)
{
    return settle(chain, delegations_missing(chain), lost);
}
