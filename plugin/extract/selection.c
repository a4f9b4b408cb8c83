/* selection.c - which messages of a capture the judgement rests on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "selection.h"

#include "effect.h"
#include "pages.h"
#include "state_book.h"

#include "keys.h"
#include "know/session.h"
#include "watch/refusal.h"

struct extract_selection {
    extract_queue *queue;
    GHashTable *calls; /* connection << 32 | xid -> extract_exchange, held */
    extract_pages pages;
    extract_states *states;
    extract_exchange *last; /* of the capture */
    extract_before before;
    nfs4_call call;  /* that the reply answers; frame 0 for none */
    bool is_resent;  /* the call waits for its answer already */
    void *lost_call; /* the packet of the call that nobody could read; NULL for none */
    uint32_t chains; /* that there were */
    GDestroyNotify drop;
};

static void release(gpointer exchange)
{
    extract_exchange_release((extract_exchange *)exchange);
}

extract_selection *extract_selection_new(uint32_t limit, extract_emit emit, GDestroyNotify drop,
                                         void *data)
{
    extract_selection *selection = g_new0(extract_selection, 1);
    selection->drop = drop;
    selection->queue = extract_queue_new(limit, emit, drop, data);
    selection->calls = g_hash_table_new_full(key_u64_hash, key_u64_equal, g_free, release);
    selection->pages = pages_new();
    selection->states = extract_states_new();
    return selection;
}

void extract_selection_free(extract_selection *selection)
{
    extract_states_free(selection->states);
    extract_exchange_replace(&selection->last, NULL);
    g_hash_table_destroy(selection->calls);
    pages_free(&selection->pages);
    extract_queue_free(selection->queue);
    g_free(selection);
}

/* ---- something of note ---------------------------------------------------- */

static void keep(extract_exchange *exchange)
{
    if (exchange != NULL)
        extract_exchange_keep(exchange);
}

static void keep_lease(lease_page *page)
{
    keep(page->worked);
    keep(page->heard);
    keep(page->spoke);
}

static void note_owner(extract_selection *selection, const nfs4_owner *owner,
                       const nfs4_message *message)
{
    if (owner == NULL)
        return;
    owner_page *page = pages_owner(&selection->pages, owner);
    for (guint i = 0; i < page->leases->len; i++) {
        lease_page *lease = (lease_page *)g_ptr_array_index(page->leases, i);
        keep_lease(lease);
        lease->waits_for = NULL;
    }
    g_ptr_array_set_size(page->leases, 0);
    page->notes++;
    page->frame = message->frame;
    page->when = message->when;
}

static void note_lease(extract_selection *selection, const nfs4_lease *lease,
                       const nfs4_message *message)
{
    if (lease == NULL)
        return;
    lease_page *page = pages_lease_find(&selection->pages, lease);
    if (page != NULL)
        keep_lease(page);
    note_owner(selection, lease->owner, message);
}

static void note(extract_selection *selection, const nfs4_model *model,
                 const nfs4_connection *connection, const nfs4_message *message)
{
    const extract_before *before = &selection->before;
    note_lease(selection, before->connection.lease, message);
    note_owner(selection, before->connection.owner, message);
    if (connection->lease != before->connection.lease)
        note_lease(selection, connection->lease, message);
    if (connection->owner != before->connection.owner)
        note_owner(selection, connection->owner, message);
    if (connection->endpoint->server->jumped_back_in != before->jumped_back_in)
        keep((extract_exchange *)g_hash_table_lookup(selection->pages.servers, before->server));
    if (model->chains.count != selection->chains) {
        note_lease(selection, model->chains.last->lease, message);
        extract_states_keep(selection->states, model->chains.last->lease);
    }
}

/* ---- times ---------------------------------------------------------------- */

/* The first successes after something of note, until one was called after it. */
static bool is_awaited(extract_selection *selection, const nfs4_lease *lease, lease_page *page,
                       const nfs4_message *reply)
{
    if (lease->owner == NULL)
        return false;
    const owner_page *owner = pages_owner(&selection->pages, lease->owner);
    if (page->notes == owner->notes || reply->compound.status != NFS4_OK)
        return false;
    if (selection->call.frame > owner->frame && nstime_cmp(&selection->call.when, &owner->when) > 0)
        page->notes = owner->notes;
    return true;
}

static void move_lease(extract_selection *selection, const nfs4_lease *lease,
                       const nfs4_message *reply, extract_exchange *exchange)
{
    lease_page *page = pages_lease(&selection->pages, lease);
    if (is_awaited(selection, lease, page, reply))
        extract_exchange_keep(exchange);
    extract_exchange_replace(&page->spoke, exchange);
    if (reply->compound.status == NFS4_OK)
        extract_exchange_replace(&page->heard, exchange);
    if (lease->last_ok.reply == reply->frame && lease->last_ok.call == selection->call.frame)
        extract_exchange_replace(&page->worked, exchange);
    if (lease->owner != NULL)
        pages_enlist(page, pages_owner(&selection->pages, lease->owner));
}

static const nfs4_session *session_used(const nfs4_call *call, const nfs4_connection *connection)
{
    if (!call->has_sequence || call->slotid >= NFS4_SLOTS_KEPT)
        return NULL;
    return session_find(connection->endpoint->server, call->sessionid);
}

/* The slot has the request of this exchange: else it is a copy, or was refused. */
static bool has_slot(const nfs4_session *session, const nfs4_call *call,
                     const nfs4_connection *connection, const nfs4_message *reply)
{
    const nfs4_slot *slot = session_slot(session, call->slotid);
    return slot != NULL && slot->connection == connection && slot->xid == reply->xid &&
           slot->sequenceid == call->sequenceid && nstime_cmp(&slot->when, &reply->when) == 0;
}

/* The request that the slot carried before, where silence since then may be told. */
static void keep_before(extract_selection *selection, const nfs4_model *model,
                        const nfs4_connection *connection)
{
    const nfs4_session *session = session_used(&selection->call, connection);
    if (model->troubles.facts == selection->before.facts || session == NULL)
        return;
    keep(pages_session(&selection->pages, session)->slots[selection->call.slotid]);
}

/* Returns false for a copy of what the slot carried. */
static bool move_slot(extract_selection *selection, const nfs4_connection *connection,
                      const nfs4_message *reply, extract_exchange *exchange)
{
    const nfs4_call *call = &selection->call;
    const nfs4_session *session = session_used(call, connection);
    if (session == NULL)
        return true;
    session_page *page = pages_session(&selection->pages, session);
    extract_exchange **place = &page->slots[call->slotid];
    if (has_slot(session, call, connection, reply)) {
        extract_exchange_replace(place, exchange);
        return true;
    }
    if (extract_exchange_is_kept(exchange))
        keep(*place);
    return reply->compound.status != NFS4_OK;
}

static void move_server(extract_selection *selection, const nfs4_server *server,
                        extract_exchange *exchange)
{
    extract_exchange_replace(&selection->last, exchange);
    if (g_hash_table_lookup(selection->pages.servers, server) != exchange)
        g_hash_table_insert(selection->pages.servers, (gpointer)server,
                            extract_exchange_hold(exchange));
}

/* ---- messages ------------------------------------------------------------- */

static gint64 key_of(const nfs4_message *message)
{
    return (gint64)((uint64_t)message->connection << 32 | message->xid);
}

bool extract_selection_before(extract_selection *selection, const nfs4_model *model,
                              const nfs4_message *message)
{
    selection->before = extract_before_message(model, message);
    selection->chains = model->chains.count;
    selection->call.frame = 0;
    const nfs4_call *call = pending_find(&model->pending, message);
    selection->is_resent =
        !message->compound.is_reply && call != NULL &&
        memcmp(call->ops_seen, message->compound.ops_seen, sizeof call->ops_seen) == 0;
    if (message->compound.is_reply && call != NULL)
        selection->call = *call;
    return !message->compound.is_reply || call != NULL;
}

void extract_selection_call(extract_selection *selection, void *packet)
{
    selection->lost_call = packet;
}

/* Where replies are not captured, calls do not wait for them. */
#define CALLS_KEPT 65536

static void take_call(extract_selection *selection, const nfs4_message *message, bool has_effect,
                      void *packet)
{
    gint64 key = key_of(message);
    extract_exchange *exchange = extract_exchange_new(selection->queue);
    if (has_effect)
        extract_exchange_keep(exchange);
    extract_queue_add(selection->queue, exchange, packet);
    if (g_hash_table_size(selection->calls) >= CALLS_KEPT)
        g_hash_table_remove_all(selection->calls);
    g_hash_table_replace(selection->calls, g_memdup2(&key, sizeof key), exchange);
    extract_exchange_replace(&selection->last, exchange);
}

static void take_reply(extract_selection *selection, const nfs4_model *model,
                       const nfs4_message *reply, bool has_effect, void *packet)
{
    const nfs4_connection *connection = connection_find(&model->connections, reply->connection);
    gint64 key = key_of(reply);
    extract_exchange *exchange = (extract_exchange *)g_hash_table_lookup(selection->calls, &key);
    if (exchange != NULL) {
        extract_exchange_hold(exchange);
        g_hash_table_remove(selection->calls, &key);
    } else {
        exchange = extract_exchange_new(selection->queue);
    }
    if (selection->lost_call != NULL)
        extract_queue_add(selection->queue, exchange, selection->lost_call);
    selection->lost_call = NULL;
    extract_queue_add(selection->queue, exchange, packet);
    if (has_effect) {
        extract_exchange_keep(exchange);
        note(selection, model, connection, reply);
        keep_before(selection, model, connection);
    }
    const nfs4_lease *lease = connection->lease;
    if (move_slot(selection, connection, reply, exchange) && selection->call.frame != 0) {
        move_server(selection, connection->endpoint->server, exchange);
        if (lease != NULL) {
            const nfs4_held none = {0};
            const nfs4_held *had =
                lease == selection->before.connection.lease ? &selection->before.held : &none;
            move_lease(selection, lease, reply, exchange);
            extract_states_observe(selection->states, lease, had, &selection->call,
                                   &reply->compound, exchange);
        }
    }
    extract_exchange_release(exchange);
}

void extract_selection_after(extract_selection *selection, const nfs4_model *model,
                             const nfs4_message *message, void *packet)
{
    if (connection_find(&model->connections, message->connection) == NULL || selection->is_resent) {
        selection->drop(packet); /* beyond the model's limit, or known */
        if (selection->lost_call != NULL)
            selection->drop(selection->lost_call);
        selection->lost_call = NULL;
        return;
    }
    bool has_effect = extract_has_effect(&selection->before, model, message);
    if (message->compound.is_reply)
        take_reply(selection, model, message, has_effect, packet);
    else
        take_call(selection, message, has_effect, packet);
    extract_queue_emit(selection->queue);
}

void extract_selection_pass(extract_selection *selection, void *packet)
{
    extract_exchange *exchange = extract_exchange_new(selection->queue);
    extract_exchange_keep(exchange);
    extract_queue_add(selection->queue, exchange, packet);
    extract_exchange_release(exchange);
    extract_queue_emit(selection->queue);
}

#define CALLS_UNDER_WAY 1024

/* Calls whose replies another capture may hold, which goes on where this one ends. */
static void keep_calls(GHashTable *calls)
{
    if (g_hash_table_size(calls) > CALLS_UNDER_WAY)
        return;
    GHashTableIter iter;
    gpointer exchange;
    g_hash_table_iter_init(&iter, calls);
    while (g_hash_table_iter_next(&iter, NULL, &exchange))
        extract_exchange_keep((extract_exchange *)exchange);
}

void extract_selection_end(extract_selection *selection)
{
    GHashTableIter iter;
    gpointer page;
    g_hash_table_iter_init(&iter, selection->pages.leases);
    while (g_hash_table_iter_next(&iter, NULL, &page))
        keep_lease((lease_page *)page);
    g_hash_table_iter_init(&iter, selection->pages.servers);
    while (g_hash_table_iter_next(&iter, NULL, &page))
        extract_exchange_keep((extract_exchange *)page);
    keep(selection->last);
    keep_calls(selection->calls);
    extract_states_keep_all(selection->states);
    g_hash_table_remove_all(selection->pages.sessions); /* slots carry nothing any more */
    extract_queue_emit(selection->queue);
}
