/* hint.c - what looks like trouble before anything broke
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hint.h"

#include "keys.h"
#include "note.h"

#include "judge/facts.h"

/* A machine name at a server. Identified by server, minor version and name. */
typedef struct {
    const nfs4_server *server;
    uint32_t minorversion;
    nfs4_bytes name;
    const nfs4_connection *first; /* on which it was told first */
} hint_name;

static guint name_hash(gconstpointer key)
{
    const hint_name *name = (const hint_name *)key;
    return key_span(name->name) ^ name->server->number * 0x9e3779b1u ^ name->minorversion;
}

static gboolean name_equal(gconstpointer a, gconstpointer b)
{
    const hint_name *left = (const hint_name *)a, *right = (const hint_name *)b;
    return left->server == right->server && left->minorversion == right->minorversion &&
           nfs4_bytes_equal(left->name, right->name);
}

void hint_init(nfs4_hints *hints, nfs4_store *store)
{
    hints->names = wmem_map_new(store->scope, name_hash, name_equal);
    hints->owners = wmem_map_new(store->scope, key_bytes_hash, key_bytes_equal);
}

static nfs4_hint *add_hint(nfs4_model *model, nfs4_hint_kind kind, uint32_t frame)
{
    nfs4_hints *hints = &model->hints;
    nfs4_hint *hint = store_new(&model->store, nfs4_hint);
    hint->kind = kind;
    hint->frame = frame;
    *(hints->last != NULL ? &hints->last->next : &hints->first) = hint;
    hints->last = hint;
    return hint;
}

static hint_name *name_get(nfs4_model *model, const hint_name *key)
{
    hint_name *name = (hint_name *)wmem_map_lookup(model->hints.names, key);
    if (name == NULL) {
        name = store_new(&model->store, hint_name);
        *name = *key;
        name->name = nfs4_bytes_copy(&model->store, key->name);
        wmem_map_insert(model->hints.names, name, name);
    }
    return name;
}

static const nfs4_owner *owner_on(const nfs4_connection *connection)
{
    if (connection->owner != NULL)
        return connection->owner;
    return connection->lease != NULL ? connection->lease->owner : NULL;
}

/* Of at least one of the two the capture does not show the owner, and they do not use
 * one lease, as a client with two addresses does. */
static bool name_holds(const nfs4_hint *hint)
{
    if (owner_on(hint->first) != NULL && owner_on(hint->second) != NULL)
        return false;
    return hint->first->lease == NULL || hint->first->lease != hint->second->lease;
}

void hint_observe_name(nfs4_model *model, const nfs4_exchange *exchange)
{
    nfs4_connection *connection = exchange->connection;
    if (connection->named || exchange->call->machine.len == 0)
        return;
    connection->named = true;
    hint_name key = {connection->endpoint->server, exchange->call->minorversion,
                     exchange->call->machine, connection};
    const hint_name *name = name_get(model, &key);
    nfs4_hint hint = {.kind = HINT_SAME_NAME, .first = name->first, .second = connection};
    if (addresses_equal(&name->first->client, &connection->client) || !name_holds(&hint))
        return;
    nfs4_hint *kept = add_hint(model, HINT_SAME_NAME, exchange->reply->frame);
    kept->name = name->name;
    kept->minorversion = name->minorversion;
    kept->first = name->first;
    kept->second = connection;
    note_hint(model, exchange->reply, kept);
}

void hint_observe_owner(nfs4_model *model, const nfs4_exchange *exchange, nfs4_owner *owner)
{
    const nfs4_owner *first =
        (const nfs4_owner *)wmem_map_lookup(model->hints.owners, &owner->key);
    if (first == NULL) {
        wmem_map_insert(model->hints.owners, &owner->key, owner);
        return;
    }
    if (first == owner)
        return;
    nfs4_hint *hint = add_hint(model, HINT_TWO_SERVERS, exchange->reply->frame);
    hint->owner = first;
    hint->other = owner;
    note_hint(model, exchange->reply, hint);
}

bool hint_holds(const nfs4_hint *hint)
{
    return hint->kind == HINT_SAME_NAME ? name_holds(hint)
                                        : facts_are_two_hosts(hint->owner, hint->other);
}
