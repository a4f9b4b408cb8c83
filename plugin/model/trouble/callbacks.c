/* callbacks.c - callbacks that nobody answers, or that are refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A path leads from the address of a server to that of a client, on whatever connection: in 4.0
 * the server makes one of its own. Trouble is told where the client is heard, so that one that is
 * gone has none.
 */
#include "callbacks.h"

#include "keys.h"
#include "kinds.h"

#include "judge/facts.h"
#include "know/session.h"

/* Who answers no callback for two lease times, and works: the server takes back after one what it
 * recalled. One recall is enough, as its delegation has to come back, which shows by itself; of
 * others, an answer may not have been captured. */
#define UNANSWERED 2

#define PATHS 8 /* of one client */

/* A callback. The frame is 0 for none. */
typedef struct {
    uint32_t frame, xid, connection;
    nstime_t when;
} callback_call;

/* Identified by the two addresses. Lives as long as the model. */
typedef struct callback_path {
    address client, server;
    callback_call last;    /* that waits for its answer */
    callback_call waiting; /* the first since the last answer, if that has none */
    uint32_t unanswered;   /* since then */
    nstime_t worked;       /* when the client was heard first since then, 0 for never */
    bool is_open;          /* it may have something to tell */
    callback_call recall;  /* CB_RECALL, the last one */
    nfs4_stateid recalled; /* by that */
    uint32_t refused;      /* rounds, one after the other, with one error */
    uint32_t status;       /* that error */
    uint32_t refused_in;   /* frame of the first of them */
    uint32_t ended_in;     /* frame in which the session that was called had been ended, or 0 */
    nfs4_trouble *without_answer, *in_refusals, *revoked; /* that it told; NULL for none */
    uint32_t others;                                      /* behind it */
    struct callback_path *next;                           /* of the client */
} callback_path;

void callbacks_init(nfs4_troubles *troubles)
{
    troubles->callbacks = wmem_map_new(troubles->store->scope, key_address_hash, key_address_equal);
}

static callback_path *path_find(const nfs4_troubles *troubles, const address *client,
                                const address *server)
{
    callback_path *path = (callback_path *)wmem_map_lookup(troubles->callbacks, client);
    while (path != NULL && !addresses_equal(&path->server, server))
        path = path->next;
    return path;
}

static callback_path *path_get(nfs4_troubles *troubles, const nfs4_callback *callback)
{
    callback_path *path = path_find(troubles, callback->client, &callback->server.addr);
    callback_path *first = (callback_path *)wmem_map_lookup(troubles->callbacks, callback->client);
    uint32_t others = first != NULL ? first->others + 1 : 0;
    if (path != NULL || others >= PATHS || store_is_full(troubles->store))
        return path;
    path = store_new(troubles->store, callback_path);
    copy_address_wmem(troubles->store->scope, &path->client, callback->client);
    copy_address_wmem(troubles->store->scope, &path->server, &callback->server.addr);
    path->others = others;
    path->next = first;
    wmem_map_insert(troubles->callbacks, first != NULL ? &first->client : &path->client, path);
    return path;
}

static void set_open(nfs4_troubles *troubles, callback_path *path)
{
    bool is_open = path->waiting.frame != 0 || path->refused >= TROUBLE_ROUNDS;
    troubles->callbacks_open += is_open - path->is_open;
    path->is_open = is_open;
}

static bool answers(const nfs4_callback *reply, const callback_call *call)
{
    return call->frame != 0 && call->xid == reply->xid && call->connection == reply->connection;
}

/* ---- heard ---------------------------------------------------------------- */

/* Frame in which the session had been ended by its client; 0 where it was not, or is unknown. */
static uint32_t session_ended_in(const nfs4_model *model, const nfs4_callback *call)
{
    const nfs4_endpoint_entry *endpoint = server_endpoint_find(&model->servers, &call->server);
    const nfs4_session *session = call->has_session && endpoint != NULL
                                      ? session_find(endpoint->server, call->sessionid)
                                      : NULL;
    return session != NULL ? session->ended_in : 0;
}

static void is_called(const nfs4_model *model, callback_path *path, const nfs4_callback *callback)
{
    callback_call call = {callback->frame, callback->xid, callback->connection, callback->when};
    bool is_repeated = answers(callback, &path->last);
    path->last = call;
    path->ended_in = session_ended_in(model, callback);
    if (callback->has_recall) {
        path->recall = call;
        path->recalled = callback->recalled;
    }
    path->unanswered += !is_repeated;
    if (path->waiting.frame != 0)
        return;
    path->waiting = call;
    nstime_set_zero(&path->worked);
}

/* An error of the operation behind CB_SEQUENCE is about what was asked for: the client may have
 * given it back. DELAY means later. */
static bool is_refusal(const nfs4_callback *reply)
{
    return reply->status != NFS4_OK && reply->last_op == OP_CB_SEQUENCE &&
           reply->status != NFS4ERR_DELAY;
}

static void is_refused(callback_path *path, const nfs4_callback *reply)
{
    if (path->status != reply->status) {
        path->refused = 0;
        path->refused_in = reply->frame;
        path->status = reply->status;
    }
    path->refused++;
}

static void tell_recall(callback_path *path, const nfs4_callback *reply)
{
    if (path->revoked == NULL || path->revoked->detail.recall.recalled_in != path->recall.frame)
        return;
    path->revoked->detail.recall.answered_in = reply->frame;
    path->revoked->detail.recall.status = reply->status;
}

static void ends(nfs4_trouble **trouble, uint32_t frame)
{
    if (*trouble != NULL)
        (*trouble)->ended_in = frame;
    *trouble = NULL;
}

static void is_answered(callback_path *path, const nfs4_callback *reply)
{
    bool is_next = answers(reply, &path->last);
    ends(&path->without_answer, reply->frame);
    path->waiting.frame = path->unanswered = 0;
    if (answers(reply, &path->recall))
        tell_recall(path, reply);
    if (is_next && is_refusal(reply)) {
        is_refused(path, reply);
    } else if (reply->status == NFS4_OK) {
        ends(&path->in_refusals, reply->frame);
        path->refused = 0;
        path->status = NFS4_OK;
    }
    path->last.frame = 0;
}

void callbacks_heard(nfs4_model *model, const nfs4_callback *callback)
{
    callback_path *path = path_get(&model->troubles, callback);
    if (path == NULL)
        return;
    if (callback->is_reply)
        is_answered(path, callback);
    else
        is_called(model, path, callback);
    set_open(&model->troubles, path);
}

/* ---- told ----------------------------------------------------------------- */

static uint32_t operation_of(const nfs4_exchange *exchange)
{
    return exchange->call->minorversion > 0 ? OP_SEQUENCE : OP_RENEW;
}

/* The delegation came back, so that the recall arrived. */
static bool is_returned(const callback_path *path, const nfs4_call *call)
{
    return call->given_up_by != 0 &&
           memcmp(call->given_up.other, path->recalled.other, NFS4_OTHER_SIZE) == 0;
}

/* Who was called had this lease by then. */
static bool is_called_under(const callback_path *path, const nfs4_lease *lease)
{
    return lease->confirm.reply < path->waiting.frame;
}

/* From its first request since then the client had the time to answer: before that it may have
 * been suspended, or cut off. */
static bool waits_in_vain(callback_path *path, const nfs4_exchange *exchange,
                          const nfs4_lease *lease)
{
    nstime_t span;
    bool is_recall = path->recall.frame >= path->waiting.frame;
    if (path->without_answer != NULL || path->revoked != NULL || !is_called_under(path, lease))
        return false;
    if (nstime_is_zero(&path->worked))
        path->worked = exchange->call->when;
    nstime_delta(&span, &exchange->call->when, &path->worked);
    return path->unanswered >= (is_recall ? 1 : UNANSWERED) &&
           span.secs >= TROUBLE_LEASE_TIMES * (int64_t)facts_lease_time(lease);
}

static void tell_unanswered(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                            callback_path *path)
{
    nstime_t span;
    nfs4_trouble like = happen_like(exchange, lease, TROUBLE_UNANSWERED, operation_of(exchange));
    like.detail.callback.first_in = path->waiting.frame;
    like.detail.callback.count = path->unanswered;
    nstime_delta(&span, &exchange->call->when, &path->waiting.when);
    like.detail.callback.seconds = (uint32_t)span.secs;
    path->without_answer = happen(model, exchange, &like);
}

static void tell_refused(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                         callback_path *path)
{
    nfs4_trouble like = happen_like(exchange, lease, TROUBLE_CALLED_BACK, operation_of(exchange));
    like.blame = path->ended_in != 0 ? BLAME_SERVER : BLAME_UNKNOWN;
    like.detail.callback.first_in = path->refused_in;
    like.detail.callback.count = path->refused;
    like.detail.callback.status = path->status;
    like.detail.callback.ended_in = path->ended_in;
    path->in_refusals = happen(model, exchange, &like);
}

void callbacks_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    if (model->troubles.callbacks_open == 0)
        return;
    callback_path *path =
        path_find(&model->troubles, &exchange->connection->client, &exchange->endpoint->addr);
    if (path == NULL)
        return;
    if (is_returned(path, exchange->call))
        path->waiting.frame = path->unanswered = path->recall.frame = 0;
    else if (waits_in_vain(path, exchange, lease))
        tell_unanswered(model, exchange, lease, path);
    if (path->refused >= TROUBLE_ROUNDS && path->in_refusals == NULL)
        tell_refused(model, exchange, lease, path);
    else if (path->in_refusals != NULL)
        path->in_refusals->detail.callback.count = path->refused;
    set_open(&model->troubles, path);
}

void callbacks_revoked(nfs4_model *model, const nfs4_exchange *exchange, nfs4_trouble *trouble)
{
    callback_path *path =
        path_find(&model->troubles, &exchange->connection->client, &exchange->endpoint->addr);
    if (path == NULL)
        return;
    path->revoked = trouble;
    trouble->detail.recall.recalled_in = path->recall.frame;
}
