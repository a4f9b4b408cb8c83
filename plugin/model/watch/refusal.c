/* refusal.c - a server that no longer knows a session, a clientid or a state
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "refusal.h"

#include "cost.h"
#include "snapped.h"
#include "judge/judge.h"
#include "know/note.h"
#include "know/held.h"

static nfs4_step_kind refusal_step(const nfs4_compound *reply)
{
    if (reply->last_op == OP_DESTROY_SESSION)
        return STEP_DESTROY_SESSION;
    return reply->last_op == OP_CREATE_SESSION ? STEP_CREATE_SESSION_REFUSED : STEP_REFUSED;
}

/* A refused lease that was not seen before had been confirmed before the capture
 * began, so that it comes first where frames order the leases. */
static void confirm_before_all(nfs4_lease *lease)
{
    if (lease->confirmed)
        return;
    lease->confirmed = true;
    judge_enter(lease);
}

static void lease_was_refused(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    nfs4_moment moment = identity_moment(exchange);
    bool late = lease->chain != NULL && lease->chain->session_only &&
                exchange->call->frame < lease->last_ok.call;
    if (late)
        return; /* a slot that was slow to notice; the lease lives on since */
    confirm_before_all(lease);
    if (lease->instance == NULL)
        cut_refused(model, exchange->connection, exchange->reply);
    if (lease->refused.reply == 0) {
        lease->refused = moment;
        lease->refused_status = reply->status;
        judge_review(lease);
    }
    nfs4_held given_up = state_give_up(model, exchange->call, lease);
    const nfs4_chain *known = lease->chain;
    nfs4_chain *chain =
        chain_get(&model->chains, lease, exchange->connection, &exchange->reply->time);
    if (chain == known)
        cost_give_up(chain, &given_up);
    else if (lease->owner != NULL) {
        lease->owner->invalidations++;
        lease->owner->revision++;
    }
    if (!chain_is_over(chain)) { /* else a slot that was slow to notice */
        exchange->connection->chain = chain;
        if (lease->instance != NULL)
            lease->instance->chain = chain;
    }
    uint32_t step = chain_add_step(chain, refusal_step(reply), exchange->reply->frame,
                                   reply->status, &moment.time);
    if (refusal_step(reply) == STEP_REFUSED)
        cost_refused(chain, exchange->call);
    else
        cost_count(chain, exchange, refusal_step(reply));
    note_exchange(model, exchange, NOTE_REFUSED | NOTE_STEP, lease, chain, step);
}

/* The lease lives on, but the server's administrator revoked state of it. */
static void state_was_revoked(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_message *reply = exchange->reply;
    nfs4_chain *chain = chain_get(&model->chains, lease, exchange->connection, &reply->time);
    chain->admin_revoked = true;
    chain->renewed = lease;
    exchange->connection->chain = chain;
    uint32_t step =
        chain_add_step(chain, STEP_REFUSED, reply->frame, reply->compound.status, &reply->time);
    cost_refused(chain, exchange->call);
    note_exchange(model, exchange, NOTE_STEP, lease, chain, step);
}

bool refusal_is_lost_session(uint32_t status)
{
    return status == NFS4ERR_BADSESSION || status == NFS4ERR_DEADSESSION;
}

static bool is_lost_clientid(uint32_t status)
{
    return status == NFS4ERR_EXPIRED || status == NFS4ERR_STALE_CLIENTID ||
           status == NFS4ERR_STALE_STATEID;
}

bool refusal_says_gone(const nfs4_compound *reply, bool minor_0)
{
    switch (reply->last_op) {
    case OP_SEQUENCE:
    case OP_BIND_CONN_TO_SESSION:
    case OP_DESTROY_SESSION:
        return refusal_is_lost_session(reply->status);
    case OP_CREATE_SESSION:
        return reply->status == NFS4ERR_STALE_CLIENTID;
    case OP_SETCLIENTID_CONFIRM:
    case OP_DESTROY_CLIENTID:
        return false;
    default:
        return minor_0 && is_lost_clientid(reply->status);
    }
}

/* A client's own DESTROY_SESSION or DESTROY_CLIENTID is no refusal, nor is it when a
 * clientid that was never confirmed is gone. */
static bool is_refusal(const nfs4_exchange *exchange, const nfs4_session *session,
                       const nfs4_lease *lease)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    if (exchange->connection->is_copy || lease == NULL || lease->ended_in != 0 ||
        (session != NULL && session->ended_in != 0))
        return false;
    if (reply->last_op == OP_CREATE_SESSION && !lease->confirmed)
        return false;
    if (reply->last_op == OP_DESTROY_SESSION && lease->refused.reply == 0)
        return false; /* it is done with the session, and nothing was kept from it */
    return refusal_says_gone(reply, exchange->call->minorversion == 0);
}

bool refusal_observe(nfs4_model *model, const nfs4_exchange *exchange, const nfs4_session *session,
                     nfs4_lease *lease)
{
    if (exchange->reply->compound.status == NFS4_OK)
        return false;
    if (is_refusal(exchange, session, lease)) {
        lease_was_refused(model, exchange, lease);
        return true;
    }
    if (lease != NULL && exchange->reply->compound.status == NFS4ERR_ADMIN_REVOKED)
        state_was_revoked(model, exchange, lease);
    return false;
}
