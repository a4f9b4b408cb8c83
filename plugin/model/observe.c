/* observe.c - what an exchange did: to the lease, and to a recovery
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A reply is taken together with its call: first whose it is, then what it did to
 * the lease (identify, confirm, use, refuse, end), then which step of a recovery it
 * was.
 */
#include "observe.h"

#include "account.h"
#include "clone.h"
#include "judge.h"
#include "lease.h"
#include "note.h"
#include "recovery.h"
#include "session.h"

/* ---- whose exchange ------------------------------------------------------- */

/* A session whose CREATE_SESSION was not captured. */
static nfs4_session *session_in_mid_life(nfs4_model *model, const nfs4_exchange *exchange)
{
    nfs4_endpoint_entry *endpoint = exchange->endpoint;
    nfs4_server *server = endpoint->server;
    uint64_t clientid = 0;
    bool learned;
    if (server_session_clientid(server, exchange->call->sessionid, &exchange->call->time, &clientid,
                                &learned)) {
        if (learned)
            judge_layout_known(server);
        server = identity_place(model, exchange, clientid);
    }
    const nfs4_instance *presented = exchange->connection->instance;
    nfs4_lease *issued = presented != NULL ? presented->last_lease : NULL;
    nfs4_lease *lease =
        clientid == 0 && issued != NULL && !issued->confirmed
            ? issued /* it is the confirm that was not captured */
            : lease_get(server, clientid, exchange->call->minorversion, model->scope);
    nfs4_session *session = session_get(server, exchange->call->sessionid, lease, model->scope);
    identity_account_lease(lease);
    if (account_add_session(session))
        server->stale = true;
    return session;
}

static nfs4_session *session_of(nfs4_model *model, const nfs4_exchange *exchange)
{
    if (!exchange->call->has_sequence && !exchange->call->has_bind)
        return NULL;
    nfs4_session *session = session_find(exchange->endpoint->server, exchange->call->sessionid);
    return session != NULL ? session : session_in_mid_life(model, exchange);
}

/* CREATE_SESSION names the lease of a session whose id told nothing. */
static void name_anonymous(const nfs4_exchange *exchange)
{
    nfs4_lease *lease = exchange->connection->lease;
    if (lease != NULL && lease->clientid == 0 && lease->minorversion > 0 &&
        pending_has(exchange->call, OP_CREATE_SESSION) &&
        lease_find(lease->server, exchange->call->clientid) == NULL)
        lease_name(lease, exchange->call->clientid);
}

/* The lease that the call named by a clientid or a stateid, without SEQUENCE. */
static nfs4_lease *lease_named(nfs4_model *model, const nfs4_exchange *exchange)
{
    const nfs4_call *call = exchange->call;
    nfs4_server *server = exchange->endpoint->server;
    uint64_t clientid;
    if (call->has_clientid) {
        name_anonymous(exchange);
        nfs4_lease *lease = lease_find(server, call->clientid);
        if (lease == NULL && call->minorversion == 0 &&
            !pending_has(call, OP_SETCLIENTID_CONFIRM)) {
            server = identity_place(model, exchange, call->clientid);
            lease = lease_get(server, call->clientid, 0, model->scope);
            identity_account_lease(lease);
        }
        return lease;
    }
    if (call->minorversion == 0 && call->has_stateid &&
        server_stateid_clientid(server, call->stateid.other, &clientid))
        return lease_find(server, clientid);
    return NULL;
}

/* ---- what it did to the lease --------------------------------------------- */

static bool later(const nfs4_exchange *exchange, const nfs4_moment *moment, uint32_t frame)
{
    return exchange->call->frame > frame && nstime_cmp(&exchange->call->time, &moment->time) > 0;
}

/* The lease had been refused and works again: only its session was lost. */
static void revive(nfs4_lease *lease)
{
    lease->refused = (nfs4_moment){0};
    if (lease->chain != NULL && (lease->chain->renewed == NULL || lease->chain->renewed == lease)) {
        lease->chain->session_only = true;
        lease->chain->renewed = lease;
    }
}

static void lease_worked(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nfs4_moment moment = identity_moment(exchange);
    identity_in_use(model, lease, &moment);
    lease->last_heard = moment.time;
    if (lease->last_ok.call != 0 && !later(exchange, &lease->last_ok, lease->last_ok.call))
        return;
    lease->last_ok = moment;
    bool revived =
        lease->refused.reply != 0 && later(exchange, &lease->refused, lease->refused.reply);
    if (revived)
        revive(lease);
    if (revived || lease->change != CHANGE_NONE)
        judge_review(lease);
    if (lease->newcomer != NULL &&
        later(exchange, &lease->newcomer_refused, lease->newcomer_refused.reply))
        judge_newcomer_outlived(lease);
}

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
    if (lease->refused.reply == 0) {
        lease->refused = moment;
        lease->refused_status = reply->status;
        judge_review(lease);
    }
    nfs4_chain *chain =
        chain_get(&model->chains, lease, exchange->connection, &exchange->reply->time);
    exchange->connection->chain = chain;
    if (lease->instance != NULL)
        lease->instance->chain = chain;
    uint32_t step =
        chain_add_step(chain, refusal_step(reply), exchange->reply->frame, reply->status);
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
    uint32_t step = chain_add_step(chain, STEP_REFUSED, reply->frame, reply->compound.status);
    note_exchange(model, exchange, NOTE_STEP, lease, chain, step);
}

static bool is_lost_session(uint32_t status)
{
    return status == NFS4ERR_BADSESSION || status == NFS4ERR_DEADSESSION;
}

static bool is_lost_clientid(uint32_t status)
{
    return status == NFS4ERR_EXPIRED || status == NFS4ERR_STALE_CLIENTID ||
           status == NFS4ERR_STALE_STATEID;
}

/* The server refused because it no longer knows the session or the clientid. A
 * client's own DESTROY_SESSION or DESTROY_CLIENTID is no refusal, nor is it when a
 * clientid that was never confirmed is gone. */
static bool is_refusal(const nfs4_exchange *exchange, const nfs4_session *session,
                       const nfs4_lease *lease)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    if (exchange->connection->is_copy || lease == NULL || lease->ended_in != 0 ||
        (session != NULL && session->ended_in != 0))
        return false;
    switch (reply->last_op) {
    case OP_SEQUENCE:
    case OP_BIND_CONN_TO_SESSION:
    case OP_DESTROY_SESSION:
        return is_lost_session(reply->status);
    case OP_CREATE_SESSION:
        return reply->status == NFS4ERR_STALE_CLIENTID && lease->confirmed;
    case OP_SETCLIENTID_CONFIRM:
    case OP_DESTROY_CLIENTID:
        return false;
    default:
        return exchange->call->minorversion == 0 && is_lost_clientid(reply->status);
    }
}

static bool is_identification(const nfs4_call *call)
{
    return pending_has(call, OP_EXCHANGE_ID) || pending_has(call, OP_SETCLIENTID);
}

static bool is_confirm(const nfs4_call *call)
{
    return pending_has(call, OP_CREATE_SESSION) || pending_has(call, OP_SETCLIENTID_CONFIRM);
}

/* true if the reply shows that the server still knows the lease: SEQUENCE worked,
 * or in 4.0 an operation that names the clientid or a stateid did */
static bool shows_lease_alive(const nfs4_exchange *exchange)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    if (exchange->call->minorversion > 0) {
        const nfs4_event *sequence = nfs4_compound_event(reply, OP_SEQUENCE);
        return sequence != NULL && sequence->status == NFS4_OK;
    }
    return reply->status == NFS4_OK;
}

static void end_of_session(const nfs4_exchange *exchange)
{
    nfs4_session *session = session_find(exchange->endpoint->server, exchange->call->destroyed);
    if (session != NULL && session->ended_in == 0)
        session->ended_in = exchange->reply->frame;
}

static void end_of_lease(const nfs4_exchange *exchange)
{
    nfs4_lease *lease = lease_find(exchange->endpoint->server, exchange->call->clientid);
    if (lease != NULL && lease->ended_in == 0) {
        lease->ended_in = exchange->reply->frame;
        judge_review(lease);
    }
}

/* ---- the exchange --------------------------------------------------------- */

static void learn_lease_time(const nfs4_exchange *exchange)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_GETATTR);
    nfs4_server *server = exchange->endpoint->server;
    if (event == NULL || event->status != NFS4_OK ||
        server->lease_time == event->u.getattr.lease_time)
        return;
    server->lease_time = event->u.getattr.lease_time;
    server->stale = true; /* what was lost may have run out, or not */
}

static void speak_for(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nfs4_connection *connection = exchange->connection;
    bool new_turn = connection->lease != lease;
    connection_turn(connection, exchange->reply->frame, lease);
    lease->compounds += 2;
    if (!connection->is_copy && exchange->reply->compound.status == NFS4_OK)
        lease->last_heard = exchange->reply->time;
    if (lease->instance != NULL)
        lease->instance->last_frame = exchange->reply->frame;
    if (!new_turn)
        return;
    if (lease->instance != NULL && !connection->is_copy)
        owner_add_address(&model->owners, lease->instance, &connection->client);
    if (lease_add_connection(lease, connection->id))
        judge_review(lease);
}

/* Identify and confirm. Returns the lease that came of it. */
static nfs4_lease *observe_identity(nfs4_model *model, const nfs4_exchange *exchange)
{
    if (!is_identification(exchange->call)) {
        nfs4_lease *confirmed = identity_confirmed(model, exchange);
        if (confirmed != NULL)
            note_exchange(model, exchange, NOTE_CONFIRM, confirmed, NULL, 0);
        return confirmed;
    }
    if (exchange->reply->compound.status != NFS4_OK) {
        identity_rejected(model, exchange);
        return NULL;
    }
    nfs4_lease *lease = identity_identified(model, exchange);
    note_exchange(model, exchange, NOTE_IDENTIFY, lease, NULL, 0);
    if (lease != NULL) {
        lease->compounds += 2;
        if (lease_add_connection(lease, exchange->connection->id))
            judge_review(lease);
    }
    return lease;
}

static nfs4_session *session_ended(const nfs4_exchange *exchange)
{
    return exchange->call->has_destroy_session
               ? session_find(exchange->endpoint->server, exchange->call->destroyed)
               : NULL;
}

/* T23: CREATE_SESSION or SETCLIENTID_CONFIRM finds the clientid gone that was issued
 * a moment ago. If another instance was given one in between, both were alive. */
static void observe_lost_race(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    if (exchange->reply->compound.status != NFS4ERR_STALE_CLIENTID || !is_confirm(exchange->call) ||
        lease->confirmed || lease->instance == NULL || lease->gone_xid != 0)
        return; /* gone_xid: it was found gone before, so that this may be a copy */
    lease->gone_xid = exchange->reply->xid;
    if (lease->owner->form.kind == OWNER_FORM_LINUX_OLD)
        return; /* T22: it may race against itself */
    const nfs4_lease *rival = lease->owner->last_issued;
    if (rival->instance != lease->instance && rival->issued.call > lease->issued.call &&
        rival->issued.call < exchange->call->frame &&
        nstime_cmp(&rival->issued.time, &exchange->reply->time) < 0 &&
        lease_same_epoch(lease, rival) && !lease_shares_connection(lease, rival)) {
        judge_race(lease, rival);
        note_evidence(model, exchange, lease, rival->instance);
    }
}

/* R1, R10: the session's slot has carried this request before, so this is a second
 * capture of it. */
static bool is_copy(nfs4_model *model, const nfs4_exchange *exchange, nfs4_session *session)
{
    uint32_t status = exchange->reply->compound.status;
    bool final = shows_lease_alive(exchange) || is_lost_session(status);
    if (!exchange->call->has_sequence || !final ||
        session_take_slot(session, exchange, model->scope))
        return false;
    session->lease->compounds += 2;
    return true;
}

/* Everything but the identity operations themselves. Returns whose it is. */
static nfs4_lease *observe_use(nfs4_model *model, const nfs4_exchange *exchange)
{
    nfs4_session *session = session_of(model, exchange);
    if (session != NULL && is_copy(model, exchange, session))
        return NULL;
    if (session == NULL)
        session = session_ended(exchange);
    nfs4_lease *lease = session != NULL ? session->lease : lease_named(model, exchange);
    bool named = lease != NULL;
    if (lease == NULL && exchange->call->minorversion == 0)
        lease = exchange->connection->lease;
    if (named) {
        observe_lost_race(model, exchange, lease);
        clone_observe(model, exchange, session, lease);
    }
    if (is_refusal(exchange, session, named ? lease : NULL))
        lease_was_refused(model, exchange, lease);
    else if (named && shows_lease_alive(exchange) && !is_confirm(exchange->call))
        lease_worked(model, exchange, lease);
    if (named && exchange->reply->compound.status == NFS4ERR_ADMIN_REVOKED)
        state_was_revoked(model, exchange, lease);
    return lease;
}

/* R1: a CREATE_SESSION that gave out its session before is a copy. */
static bool is_first_answer(const nfs4_exchange *exchange)
{
    const nfs4_message *reply = exchange->reply;
    const nfs4_event *event = nfs4_compound_event(&reply->compound, OP_CREATE_SESSION);
    if (event == NULL)
        return true;
    const nfs4_session *session =
        session_find(exchange->endpoint->server, event->u.create_session.sessionid);
    return session == NULL || session->created_in == reply->frame;
}

void observe_exchange(nfs4_model *model, const nfs4_exchange *exchange)
{
    const nfs4_call *call = exchange->call;
    bool worked = exchange->reply->compound.status == NFS4_OK;
    bool identity = is_identification(call) || (is_confirm(call) && worked);
    nfs4_lease *lease = identity ? observe_identity(model, exchange) : observe_use(model, exchange);
    if (worked && call->has_destroy_session)
        end_of_session(exchange);
    if (worked && pending_has(call, OP_DESTROY_CLIENTID))
        end_of_lease(exchange);
    if (is_confirm(call) && worked && lease != NULL && is_first_answer(exchange))
        lease_worked(model, exchange, lease);
    learn_lease_time(exchange);
    if (lease != NULL && !is_identification(call))
        speak_for(model, exchange, lease);
    recovery_step(model, exchange, lease);
}
