/* refusal.c - a server that no longer knows a session, a clientid or a state
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "refusal.h"

#include "cost.h"
#include "one_server.h"
#include "snapped.h"
#include "unanswered.h"
#include "judge/facts.h"
#include "judge/judge.h"
#include "know/lease.h"
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
    if (lease->use.confirmed)
        return;
    lease->use.confirmed = true;
    judge_enter(lease);
}

#define BURST_SECONDS 30

/* Who else was refused just now, and whether each of them on a new connection. */
static void join_burst(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nfs4_server *server = lease->server;
    nfs4_burst *burst = server->burst;
    const nstime_t *now = &exchange->reply->when;
    if (burst == NULL || now->secs > burst->last.secs + BURST_SECONDS) {
        burst = server->burst = store_new(&model->store, nfs4_burst);
        burst->on_new_connections = true;
    }
    burst->last = *now;
    burst->on_new_connections &= lease->loss.at_once;
    burst->owners += burst->last_owner == NULL || burst->last_owner != lease->owner;
    burst->last_owner = lease->owner;
    lease->loss.burst = burst;
}

/* The instance confirmed another lease since, from another address, and this address goes on
 * with the one that it confirmed itself. */
static void observe_turn(const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_lease *newer = lease->instance != NULL ? lease->instance->current : NULL;
    const address *client = &exchange->connection->client;
    if (lease->owner == NULL || !owner_form_is_freebsd(lease->owner->form.kind) || newer == NULL ||
        newer == lease || newer->use.confirmed_from == NULL || lease->use.confirmed_from == NULL)
        return;
    bool between = lease_same_life(lease, newer) && newer->confirm.call > lease->last_ok.call &&
                   newer->confirm.call < exchange->reply->frame;
    if (!between || !addresses_equal(lease->use.confirmed_from, client) ||
        addresses_equal(newer->use.confirmed_from, client))
        return;
    nfs4_moment back = identity_moment(exchange);
    judge_address_turns(lease, &newer->confirm, newer->use.confirmed_from, &back, client);
}

#define INSTANCES_SEARCHED 16

/* Captures of several machines are each by their own clock, and what one of them shows of a client
 * does not go back. */
static bool clock_was_set_back(const nfs4_lease *lease)
{
    const nfs4_instance *one = lease->owner != NULL ? lease->owner->first_instance : NULL;
    if (nstime_cmp(&lease->refused.when, &lease->last_ok.when) < 0)
        return true;
    for (int i = 0; i < INSTANCES_SEARCHED && one != NULL; i++, one = one->next)
        if (one->spoke.secs > lease->refused.when.secs + 1 && lease->instance != NULL &&
            facts_share_address(lease->instance, one))
            return true;
    return false;
}

static void refused_first(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    lease->refused = identity_moment(exchange);
    lease->loss.status = exchange->reply->compound.status;
    lease->loss.operation = exchange->reply->compound.last_op;
    bool given_here =
        lease->issued.reply != 0 && lease->memory.issued_on == exchange->connection->id;
    lease->loss.at_once = !exchange->connection->worked && !given_here;
    lease->loss.is_set_back = clock_was_set_back(lease);
    lease->loss.is_timeless =
        lease->loss.is_set_back || lease->server->jumped_back_in > lease->last_ok.call;
    observe_turn(exchange, lease);
    join_burst(model, exchange, lease);
    if (lease->owner != NULL)
        unanswered_review(lease->owner);
    judge_review(lease);
    one_server_refused(model, lease);
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
    if (lease->refused.reply == 0)
        refused_first(model, exchange, lease);
    nfs4_held given_up = state_give_up(model, exchange->call, lease);
    const nfs4_chain *known = lease->chain;
    nfs4_chain *chain =
        chain_get(&model->chains, lease, exchange->connection, &exchange->reply->when);
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
                                   reply->status, &moment.when);
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
    nfs4_chain *chain = chain_get(&model->chains, lease, exchange->connection, &reply->when);
    chain->admin_revoked = true;
    chain->renewed = lease;
    exchange->connection->chain = chain;
    uint32_t step =
        chain_add_step(chain, STEP_REFUSED, reply->frame, reply->compound.status, &reply->when);
    cost_refused(chain, exchange->call);
    note_exchange(model, exchange, NOTE_STEP, lease, chain, step);
}

void refusal_observe_flags(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_message *reply = exchange->reply;
    const nfs4_event *event = nfs4_compound_event(&reply->compound, OP_SEQUENCE);
    if (event == NULL || event->status != NFS4_OK)
        return;
    bool expired = (event->u.sequence.status_flags & SEQ4_STATUS_EXPIRED_ALL_STATE_REVOKED) != 0;
    if (!expired || lease->memory.says_expired || lease->owner == NULL) {
        lease->memory.says_expired = expired;
        return;
    }
    lease->memory.says_expired = true;
    nfs4_chain *chain = chain_get(&model->chains, lease, exchange->connection, &reply->when);
    if (chain->state_expired)
        return;
    chain->state_expired = true;
    chain->renewed = lease;
    exchange->connection->chain = chain;
    uint32_t step = chain_add_step(chain, STEP_REFUSED, reply->frame, NFS4_OK, &reply->when);
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
    if (exchange->connection->is_copy || lease == NULL || lease->use.ended_in != 0 ||
        (session != NULL && session->ended_in != 0))
        return false;
    if (reply->last_op == OP_CREATE_SESSION && !lease->use.confirmed)
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
