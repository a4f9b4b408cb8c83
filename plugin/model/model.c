/* model.c - the door of the model: what the messages of a capture add up to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model.h"

#include "know/counters.h"
#include "watch/snapped.h"
#include "know/hint.h"
#include "judge/judge.h"
#include "keys.h"
#include "know/lease.h"
#include "know/note.h"
#include "watch/observe.h"
#include "watch/one_server.h"
#include "watch/unanswered.h"
#include "know/session.h"
#include "trouble/callbacks.h"
#include "trouble/watch.h"

#define RECOUNT_RATE 1     /* losses counted again per message, at most */
#define MODEL_RECORD 1024u /* bytes */
#define NOTES_SHARE 3      /* one of so many parts of the memory is for notes */

nfs4_model *model_new(wmem_allocator_t *scope)
{
    keys_init();
    nfs4_model *model = wmem_new0(scope, nfs4_model);
    nfs4_store *store = &model->store;
    store->scope = model->notes.store.scope = scope;
    model_set_limit(model, MODEL_LIMIT);
    server_init(&model->servers, store);
    owner_init(&model->owners, store);
    connection_init(&model->connections, store);
    pending_init(&model->pending, store);
    chain_init(&model->chains, store);
    cut_init(&model->cuts, store);
    hint_init(&model->hints, store);
    trouble_init(&model->troubles, store);
    model->notes.pages = wmem_map_new(scope, g_direct_hash, g_direct_equal);
    return model;
}

void model_free(nfs4_model *model)
{
    owner_cleanup(&model->owners);
    server_cleanup(&model->servers);
}

/* Clients count their requests on a connection, Linux in the byte order of its machine. */
static bool follows(uint32_t xid, uint32_t before)
{
    return xid == before + 1 || GUINT32_SWAP_LE_BE(xid) == GUINT32_SWAP_LE_BE(before) + 1;
}

static void observe_call(nfs4_model *model, nfs4_connection *connection,
                         const nfs4_message *message)
{
    nfs4_call *forgotten = pending_next_forgotten(&model->pending);
    if (forgotten != NULL)
        unanswered_observe(model, forgotten);
    nfs4_call *call = pending_add(&model->pending, message);
    if (call == NULL)
        return;
    call->connection = connection;
    if (call->minorversion == 0) {
        call->follows = !connection->waits && follows(message->xid, connection->xid);
        connection->xid = message->xid;
        connection->waits = true;
    }
    if (call->has_identity)
        connection->asked = call;
    if (call->has_identity)
        counters_asked(counters_of(connection->endpoint->server), call->frame);
}

/* Exchanges that an extract left out, because nothing but their number matters. */
static void stand_for_others(nfs4_model *model, const nfs4_exchange *exchange)
{
    uint64_t others = exchange->reply->stands_for;
    nfs4_lease *lease = exchange->connection->lease;
    model_left_out(model, 0, others);
    if (lease != NULL)
        lease->use.compounds += 2 * others;
}

static void observe_reply(nfs4_model *model, nfs4_exchange *exchange)
{
    nfs4_call *call = pending_find(&model->pending, exchange->reply);
    if (call == NULL) {
        cut_reply(model, exchange->connection, exchange->reply);
        return;
    }
    exchange->call = call;
    if (exchange->reply->xid == exchange->connection->xid)
        exchange->connection->waits = false;
    model->answered++;
    if (call->stand_in != NULL)
        unanswered_withdraw(call->stand_in);
    observe_exchange(model, exchange);
    hint_observe_name(model, exchange);
    if (identity_waits(exchange)) {
        call->refused_with = exchange->reply->compound.status;
        call->refused = identity_moment(exchange);
    } else {
        pending_done(&model->pending, call);
    }
    stand_for_others(model, exchange);
    judge_recount(exchange->endpoint->server, model->compounds * RECOUNT_RATE + RECOUNT_RATE);
}

void model_left_out(nfs4_model *model, uint64_t calls, uint64_t exchanges)
{
    model->compounds += calls + 2 * exchanges;
    model->answered += exchanges;
}

void model_set_limit(nfs4_model *model, uint64_t records)
{
    uint64_t limit = MIN(records, UINT64_MAX / MODEL_RECORD) * MODEL_RECORD;
    model->notes.store.limit = limit / NOTES_SHARE;
    model->store.limit = limit - limit / NOTES_SHARE;
}

/* A session or a clientid that is not known would have to be kept. */
static bool names_something_new(const nfs4_server *server, const nfs4_compound *compound)
{
    const nfs4_event *event = nfs4_compound_event(compound, OP_SEQUENCE);
    if (event != NULL)
        return session_find(server, event->u.sequence.sessionid) == NULL;
    event = nfs4_compound_event(compound, OP_BIND_CONN_TO_SESSION);
    if (event != NULL)
        return session_find(server, event->u.bind_conn.sessionid) == NULL;
    event = nfs4_compound_event(compound, OP_RENEW);
    return event != NULL && lease_find(server, event->u.clientid.clientid) == NULL;
}

/* Whatever it says would have to be kept beside what is there. */
static bool brings_something_new(const nfs4_model *model, const nfs4_message *message)
{
    static const uint32_t ops[] = {OP_EXCHANGE_ID, OP_CREATE_SESSION,      OP_SETCLIENTID,
                                   OP_OPEN,        OP_SETCLIENTID_CONFIRM, OP_LOCK,
                                   OP_DELEGPURGE,  OP_RELEASE_LOCKOWNER};
    const nfs4_compound *compound = &message->compound;
    for (size_t i = 0; i < G_N_ELEMENTS(ops); i++)
        if (nfs4_compound_has(compound, ops[i]))
            return true;
    const nfs4_connection *connection = connection_find(&model->connections, message->connection);
    if (connection == NULL)
        return true;
    return !compound->is_reply && names_something_new(connection->endpoint->server, compound);
}

static bool is_dropped(nfs4_model *model, const nfs4_message *message)
{
    bool dropped = store_is_full(&model->store) && brings_something_new(model, message);
    if (dropped && model->dropped++ == 0)
        model->first_dropped = message->frame;
    return dropped;
}

void model_be_brief(nfs4_model *model)
{
    model->notes.is_brief = true;
}

bool model_observe(nfs4_model *model, const nfs4_message *message)
{
    nfs4_exchange exchange = {.reply = message};
    uint64_t notes = model->note_count;
    if (model->compounds++ == 0)
        model->first_time = message->when;
    model->last_time = message->when;
    note_begin_frame(model, message->frame);
    if (is_dropped(model, message))
        return false;
    exchange.connection = connection_get(&model->connections, &model->servers, message);
    exchange.endpoint = exchange.connection->endpoint;
    const nfs4_lease *lease = exchange.connection->lease;
    if (message->compound.is_reply)
        observe_reply(model, &exchange);
    else
        observe_call(model, exchange.connection, message);
    return model->note_count != notes || exchange.connection->lease != lease;
}

void model_observe_callback(nfs4_model *model, const nfs4_callback *callback)
{
    callbacks_heard(model, callback);
}

bool model_is_of_note(const nfs4_model *model, const nfs4_message *message)
{
    const nfs4_connection *connection = connection_find(&model->connections, message->connection);
    return connection != NULL &&
           (connection_turns_at(connection, message->frame) || note_find(model, message) != NULL);
}

void model_settle(nfs4_model *model)
{
    for (nfs4_call *call = model->pending.oldest; call != NULL; call = call->newer)
        unanswered_observe(model, call);
    unanswered_settle(model);
    one_server_settle(model);
    trouble_settle(model);
    for (nfs4_server *server = model->servers.first; server != NULL; server = server->next) {
        judge_recount(server, JUDGE_UNLIMITED);
        judge_silence(server);
    }
}

/* ---- whose message, in any pass ------------------------------------------- */

static void set_lease(nfs4_context *context, const nfs4_lease *lease)
{
    if (context->lease == NULL && lease != NULL) {
        context->lease = lease;
        context->owner = lease->owner;
        context->instance = lease->instance;
    }
}

static void set_session(nfs4_context *context, const uint8_t *sessionid)
{
    context->session = session_find(context->endpoint->server, sessionid);
    if (context->session != NULL)
        set_lease(context, context->session->lease);
}

static void set_presented(nfs4_context *context, nfs4_bytes bytes, uint64_t verifier)
{
    const nfs4_owner *owner = owner_find(context->endpoint->server, bytes);
    if (context->owner != NULL || owner == NULL)
        return;
    context->owner = owner;
    context->instance = owner_find_instance(owner, verifier);
}

/* What a call names, and its reply does not. */
static void set_from_call(nfs4_context *context, const nfs4_event *event)
{
    const nfs4_server *server = context->endpoint->server;
    switch (event->opcode) {
    case OP_CREATE_SESSION:
        set_lease(context, lease_find(server, event->u.create_session.clientid));
        break;
    case OP_DESTROY_SESSION:
        set_session(context, event->u.destroy_session.sessionid);
        break;
    case OP_EXCHANGE_ID:
        set_presented(context, event->u.exchange_id.owner, event->u.exchange_id.verifier);
        break;
    case OP_SETCLIENTID:
        set_presented(context, event->u.setclientid.id, event->u.setclientid.verifier);
        break;
    case OP_SETCLIENTID_CONFIRM:
        set_lease(context, lease_find(server, event->u.setclientid_confirm.clientid));
        break;
    case OP_RENEW:
    case OP_DESTROY_CLIENTID:
        set_lease(context, lease_find(server, event->u.clientid.clientid));
        break;
    default:
        break;
    }
}

/* What the message itself names. */
static void set_from_event(nfs4_context *context, const nfs4_event *event, bool is_reply)
{
    if (event->status != NFS4_OK)
        return;
    if (event->opcode == OP_SEQUENCE)
        set_session(context, event->u.sequence.sessionid);
    else if (event->opcode == OP_BIND_CONN_TO_SESSION)
        set_session(context, event->u.bind_conn.sessionid);
    else if (!is_reply)
        set_from_call(context, event);
    else if (event->opcode == OP_CREATE_SESSION)
        set_session(context, event->u.create_session.sessionid);
}

nfs4_context model_context(const nfs4_model *model, const nfs4_message *message)
{
    const nfs4_connection *connection = connection_find(&model->connections, message->connection);
    const nfs4_compound *compound = &message->compound;
    nfs4_context context = {.client = message->client.addr};
    if (connection == NULL)
        return context;
    context.endpoint = connection->endpoint;
    context.note = note_find(model, message);
    if (context.note != NULL) {
        set_lease(&context, context.note->lease);
        if (context.note->owner != NULL) {
            context.owner = context.note->owner;
            context.instance = context.note->instance;
        }
    }
    for (uint32_t i = 0; i < compound->event_count; i++)
        set_from_event(&context, &compound->events[i], compound->is_reply);
    if (context.session == NULL && context.note != NULL) /* refused: the reply names none */
        context.session = context.note->session;
    bool presents =
        nfs4_compound_has(compound, OP_EXCHANGE_ID) || nfs4_compound_has(compound, OP_SETCLIENTID);
    if (context.owner == NULL && context.lease == NULL && !presents)
        set_lease(&context, connection_lease_at(connection, message->frame));
    return context;
}
