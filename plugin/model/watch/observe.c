/* observe.c - what an exchange did: to the lease, and to a recovery
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A reply is taken together with its call: first whose it is, then what it did to
 * the lease (identify, confirm, use, refuse, end), then which step of a recovery it
 * was.
 */
#include "observe.h"

#include "know/counters.h"
#include "know/file_names.h"
#include "copies.h"
#include "snapped.h"
#include "judge/judge.h"
#include "know/lease.h"
#include "know/note.h"
#include "one_server.h"
#include "recovery.h"
#include "refusal.h"
#include "whose.h"
#include "know/session.h"
#include "know/held.h"
#include "trouble/watch.h"

static bool later(const nfs4_exchange *exchange, const nfs4_moment *moment, uint32_t frame)
{
    return exchange->call->frame > frame && nstime_cmp(&exchange->call->when, &moment->when) > 0;
}

/* The lease had been refused and works again: only its session was lost. */
static void revive(nfs4_lease *lease)
{
    lease->refused = (nfs4_moment){0};
    if (lease->chain != NULL && (lease->chain->renewed == NULL || lease->chain->renewed == lease)) {
        lease->chain->session_only = true;
        lease->chain->was_gone = lease->loss.gone_xid != 0;
        lease->chain->renewed = lease;
    }
}

/* The holder sent a request after the challenger had identified itself: the challenger is not
 * the holder after a restart. */
static void observe_outlived(const nfs4_exchange *exchange, nfs4_lease *lease,
                             const nfs4_moment *moment, const nstime_t *since)
{
    const nfs4_lease *challenger = lease->owner != NULL ? lease->owner->challenger : NULL;
    if (challenger == NULL || challenger->use.confirmed ||
        challenger->instance == lease->instance || lease->seldom->outlived != NULL ||
        lease->owner->form.kind == OWNER_FORM_LINUX_OLD)
        return;
    uint32_t began = lease->issued.call != 0 ? lease->issued.call : lease->first_frame;
    if (began < challenger->issued.call && lease_same_life(lease, challenger) &&
        !lease_shares_connection(lease, challenger) &&
        later(exchange, &challenger->issued, challenger->issued.reply))
        judge_outlived(lease, challenger, moment, since);
}

static void lease_worked(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nfs4_moment moment = identity_moment(exchange);
    if (exchange->connection->is_copy)
        return;
    identity_in_use(model, lease, &moment);
    cut_worked(exchange->connection, exchange->reply);
    lease->use.last_heard = moment.when;
    if (lease->last_ok.call != 0 && !later(exchange, &lease->last_ok, lease->last_ok.call))
        return;
    nstime_t since = lease->last_ok.call != 0 ? lease->last_ok.when : lease->issued.when;
    lease->last_ok = moment;
    bool revived =
        lease->refused.reply != 0 && later(exchange, &lease->refused, lease->refused.reply);
    if (revived)
        revive(lease);
    if (revived || lease->judgement.change != NULL)
        judge_review(lease);
    observe_outlived(exchange, lease, &moment, &since);
    if (lease->seldom->newcomer != NULL &&
        later(exchange, &lease->seldom->newcomer_refused, lease->seldom->newcomer_refused.reply))
        judge_newcomer_outlived(lease);
}

static bool is_identification(const nfs4_call *call)
{
    return pending_has(call, OP_EXCHANGE_ID) || pending_has(call, OP_SETCLIENTID);
}

/* true if the reply shows that the server still knows the lease: SEQUENCE worked,
 * or in 4.0 an operation that names the clientid or a stateid did. What finds its state
 * expired renews nothing. */
static bool shows_lease_alive(const nfs4_exchange *exchange)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    if (exchange->call->minorversion > 0) {
        const nfs4_event *sequence = nfs4_compound_event(reply, OP_SEQUENCE);
        return sequence != NULL && sequence->status == NFS4_OK && reply->status != NFS4ERR_EXPIRED;
    }
    bool renewed = reply->status == NFS4ERR_CB_PATH_DOWN && reply->last_op == OP_RENEW;
    return reply->status == NFS4_OK || renewed; /* RFC 7530 section 16.28.4 */
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
    if (lease != NULL && lease->use.ended_in == 0) {
        lease->use.ended_in = exchange->reply->frame;
        judge_review(lease);
    }
}

/* ---- the exchange --------------------------------------------------------- */

static void learn_lease_time(const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_GETATTR);
    if (event == NULL || event->status != NFS4_OK || lease == NULL)
        return;
    lease->memory.renewals.lease_time = event->u.getattr.lease_time;
    if (lease_learn_time(lease, event->u.getattr.lease_time))
        counters_of(lease->server)->changes++; /* what was lost may have run out, or not */
}

static void speak_for(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nfs4_connection *connection = exchange->connection;
    bool new_turn = connection->lease != lease;
    connection_turn(&model->connections, connection, exchange->reply->frame, lease);
    lease->use.compounds += 2;
    if (!connection->is_copy && exchange->reply->compound.status == NFS4_OK)
        lease->use.last_heard = exchange->reply->when;
    if (lease->instance != NULL)
        lease->instance->last_frame = exchange->reply->frame;
    else if (lease->memory.machine.len == 0)
        lease->memory.machine = nfs4_bytes_copy(&model->store, exchange->call->machine);
    if (!new_turn)
        return;
    if (lease->instance != NULL && !connection->is_copy) {
        nfs4_moment used = identity_moment(exchange);
        owner_add_address(&model->owners, lease->instance, &connection->client,
                          &connection->client_link);
        owner_note_used(lease->instance, &connection->client, &used);
    }
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
        lease->use.compounds += 2;
        if (lease_add_connection(lease, exchange->connection->id))
            judge_review(lease);
    }
    return lease;
}

static nfs4_session *session_ended(const nfs4_exchange *exchange)
{
    if (!exchange->call->has_destroy_session)
        return NULL;
    nfs4_session *session = session_find(exchange->endpoint->server, exchange->call->destroyed);
    return session != NULL ? whose_spoken_for(session, exchange) : NULL;
}

/* RULES.md, identification-race: CREATE_SESSION or SETCLIENTID_CONFIRM finds the clientid gone that
 * was issued a moment ago. If another instance was given one in between, both were alive. */
static void observe_lost_race(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    if (exchange->reply->compound.status != NFS4ERR_STALE_CLIENTID ||
        !pending_is_confirm(exchange->call) || lease->use.confirmed || lease->instance == NULL ||
        lease->loss.gone_xid != 0)
        return; /* gone_xid: it was found gone before, so that this may be a copy */
    lease->loss.gone_xid = exchange->reply->xid;
    if (lease->owner->form.kind == OWNER_FORM_LINUX_OLD)
        return; /* it may race against itself, see self_collision.c */
    const nfs4_lease *rival = lease->owner->last_issued;
    if (rival != NULL && rival->instance != lease->instance &&
        rival->issued.call > lease->issued.call && rival->issued.call < exchange->call->frame &&
        nstime_cmp(&rival->issued.when, &exchange->reply->when) < 0 &&
        lease_same_life(lease, rival) && !lease_shares_connection(lease, rival)) {
        judge_race(lease, rival);
        note_evidence(model, exchange, lease, rival->instance);
    }
}

/* RULES.md, copies: the session's slot has carried this request before, so this is a second
 * capture of it. */
static bool is_copy(nfs4_model *model, const nfs4_exchange *exchange, nfs4_session *session,
                    bool alive)
{
    bool final = alive || refusal_is_lost_session(exchange->reply->compound.status);
    if (!exchange->call->has_sequence || !final ||
        session_take_slot(session, exchange, &model->store))
        return false;
    session->lease->use.compounds += 2;
    return true;
}

/* 4.0 has no sessionid that tells how a server builds its ids; an open's stateid does. */
static void learn_layout(const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_OPEN);
    if (event == NULL || event->status != NFS4_OK || exchange->call->minorversion > 0)
        return;
    if (server_learn_stateid(lease->server, lease->clientid, event->u.open.stateid.other,
                             &exchange->reply->when))
        judge_layout_known(lease->server);
}

/* Everything but the identity operations themselves. Returns whose it is. */
static nfs4_lease *observe_use(nfs4_model *model, const nfs4_exchange *exchange)
{
    nfs4_session *session = whose_session(model, exchange);
    bool alive = shows_lease_alive(exchange);
    if (session != NULL && is_copy(model, exchange, session, alive))
        return NULL;
    if (session == NULL)
        session = session_ended(exchange);
    nfs4_lease *lease = session != NULL ? session->lease : whose_lease(model, exchange);
    bool has_name = lease != NULL;
    if (has_name && session == NULL)
        learn_layout(exchange, lease);
    if (lease == NULL && exchange->call->minorversion == 0)
        lease = exchange->connection->lease;
    /* 4.0: a stateid names its lease, even where the server's ids tell nothing; and what
     * works with one renews it (RFC 7530 section 9.5). */
    bool worked = exchange->reply->compound.status == NFS4_OK;
    bool named = has_name || (worked && exchange->call->has_stateid && lease != NULL);
    if (named) {
        observe_lost_race(model, exchange, lease);
        clone_observe(model, exchange, session, lease);
    }
    bool refused = refusal_observe(model, exchange, session, named ? lease : NULL);
    if (!refused && named && alive && !pending_is_confirm(exchange->call)) {
        lease_worked(model, exchange, lease);
        refusal_observe_flags(model, exchange, lease);
    }
    return lease;
}

/* RULES.md, copies: a CREATE_SESSION that gave out its session before is a copy. */
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

#define JUMP_SECONDS 1 /* messages of several interfaces may be a little out of order */

static void note_jump(const nfs4_exchange *exchange)
{
    nfs4_server *server = exchange->endpoint->server;
    if (exchange->reply->when.secs + JUMP_SECONDS < server->heard.secs)
        server->jumped_back_in = exchange->reply->frame;
}

/* The time of the last message at the server, and of the last request of the instance. */
static void note_time(const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    const nfs4_message *reply = exchange->reply;
    exchange->endpoint->server->heard = reply->when;
    if (lease != NULL && lease->instance != NULL && !exchange->connection->is_copy)
        lease->instance->spoke = reply->when;
}

void observe_exchange(nfs4_model *model, const nfs4_exchange *exchange)
{
    const nfs4_call *call = exchange->call;
    bool worked = exchange->reply->compound.status == NFS4_OK;
    bool identity = is_identification(call) || (pending_is_confirm(call) && worked);
    note_jump(exchange);
    nfs4_lease *lease = identity ? observe_identity(model, exchange) : observe_use(model, exchange);
    exchange->connection->worked |= worked && !identity;
    if (worked && call->has_bind)
        exchange->connection->bound = true;
    if (worked && call->has_destroy_session)
        end_of_session(exchange);
    if (worked && pending_has(call, OP_DESTROY_CLIENTID))
        end_of_lease(exchange);
    if (pending_is_confirm(call) && worked && lease != NULL && is_first_answer(exchange))
        lease_worked(model, exchange, lease);
    learn_lease_time(exchange, lease);
    note_time(exchange, lease);
    file_names_learn(exchange->endpoint->server, call, &exchange->reply->compound);
    if (lease != NULL && !is_identification(call))
        speak_for(model, exchange, lease);
    recovery_step(model, exchange, lease);
    trouble_observe(model, exchange, lease);
    if (lease != NULL && !exchange->connection->is_copy)
        state_observe(model, exchange, lease);
    if (worked && is_identification(call))
        one_server_numbered(model, exchange->endpoint->server);
}
