/* server.c - servers, their endpoints, and how they build their identifiers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "server.h"

#include <string.h>

#include "counters.h"
#include "keys.h"
#include "server_ids.h"

static guint endpoint_hash(gconstpointer key)
{
    const nfs4_endpoint *endpoint = (const nfs4_endpoint *)key;
    return wmem_strong_hash((const guint8 *)endpoint->addr.data, (size_t)endpoint->addr.len) ^
           endpoint->port * 0x9e3779b1u;
}

static gboolean endpoint_equal(gconstpointer a, gconstpointer b)
{
    const nfs4_endpoint *left = (const nfs4_endpoint *)a, *right = (const nfs4_endpoint *)b;
    return left->port == right->port && addresses_equal(&left->addr, &right->addr);
}

void server_init(nfs4_servers *servers, nfs4_store *store)
{
    memset(servers, 0, sizeof *servers);
    servers->store = store;
    servers->endpoints = wmem_map_new(store->scope, endpoint_hash, endpoint_equal);
    servers->epochs = wmem_map_new(store->scope, g_direct_hash, g_direct_equal);
}

void server_cleanup(nfs4_servers *servers)
{
    for (nfs4_counters *counters = servers->counters; counters != NULL; counters = counters->next)
        counters_free(counters);
}

static nfs4_server *server_new(nfs4_servers *servers)
{
    nfs4_server *server = store_new(servers->store, nfs4_server);
    server->number = ++servers->server_count;
    server->store = servers->store;
    server->leases = wmem_map_new(servers->store->scope, key_u64_hash, key_u64_equal);
    server->sessions = wmem_map_new(servers->store->scope, key_sessionid_hash, key_sessionid_equal);
    server->owners = wmem_map_new(servers->store->scope, key_bytes_hash, key_bytes_equal);
    server->states = wmem_map_new(servers->store->scope, key_other_hash, key_other_equal);
    server->file_names = wmem_map_new(servers->store->scope, key_u64_hash, key_u64_equal);
    server->lives = wmem_map_new(servers->store->scope, key_u64_hash, key_u64_equal);
    server->lease_times = wmem_map_new(servers->store->scope, g_direct_hash, g_direct_equal);
    store_count(servers->store, 7 * STORE_MAP);
    server->counters = counters_new(servers->store);
    server->counters->next = servers->counters;
    servers->counters = server->counters;
    *(servers->last != NULL ? &servers->last->next : &servers->first) = server;
    servers->last = server;
    return server;
}

/* Appends, so that the endpoint seen first stays in front. */
static void server_add_endpoint(nfs4_server *server, nfs4_endpoint_entry *entry)
{
    entry->next = NULL;
    entry->server = server;
    *(server->last_endpoint != NULL ? &server->last_endpoint->next : &server->endpoints) = entry;
    server->last_endpoint = entry;
}

/* Of a server that has nothing but this endpoint. */
static void server_give_up_endpoint(nfs4_server *server)
{
    server->endpoints = server->last_endpoint = NULL;
}

const nfs4_endpoint_entry *server_endpoint_find(const nfs4_servers *servers,
                                                const nfs4_endpoint *endpoint)
{
    return (const nfs4_endpoint_entry *)wmem_map_lookup(servers->endpoints, endpoint);
}

nfs4_endpoint_entry *server_endpoint_get(nfs4_servers *servers, const nfs4_endpoint *endpoint)
{
    nfs4_endpoint_entry *entry =
        (nfs4_endpoint_entry *)wmem_map_lookup(servers->endpoints, endpoint);
    if (entry != NULL)
        return entry;
    entry = store_new(servers->store, nfs4_endpoint_entry);
    copy_address_wmem(servers->store->scope, &entry->addr, &endpoint->addr);
    entry->port = endpoint->port;
    server_add_endpoint(server_new(servers), entry);

    nfs4_endpoint *key = store_new(servers->store, nfs4_endpoint);
    key->addr = entry->addr;
    key->port = entry->port;
    wmem_map_insert(servers->endpoints, key, entry);
    return entry;
}

void server_learn_identity(nfs4_servers *servers, nfs4_server *server, nfs4_bytes major,
                           nfs4_bytes scope)
{
    if (server->has_identity && nfs4_bytes_equal(server->major, major) &&
        nfs4_bytes_equal(server->scope, scope))
        return;
    server->has_identity = true;
    server->identities++;
    server->major = nfs4_bytes_copy(servers->store, major);
    server->scope = nfs4_bytes_copy(servers->store, scope);
}

void server_learn_maker(nfs4_servers *servers, nfs4_server *server, nfs4_bytes domain)
{
    if (server->domain.len == 0 && domain.len > 0)
        server->domain = nfs4_bytes_copy(servers->store, domain);
}

static bool identity_agrees(const nfs4_server *a, const nfs4_server *b)
{
    if (!a->has_identity || !b->has_identity)
        return true;
    return nfs4_bytes_equal(a->major, b->major) && nfs4_bytes_equal(a->scope, b->scope);
}

static bool ids_allow(const nfs4_server *a, const nfs4_server *b)
{
    bool opaque = a->layout == LAYOUT_OPAQUE || a->layout == LAYOUT_UNKNOWN;
    if (a->layout != b->layout && a->layout != LAYOUT_UNKNOWN && b->layout != LAYOUT_UNKNOWN)
        return false;
    return opaque || (a->layout != LAYOUT_GANESHA && a->epoch == b->epoch &&
                      server_ids_near(a->counter_high, b->counter_high));
}

bool server_may_be_one(const nfs4_server *a, const nfs4_server *b)
{
    return a != b && a->has_identity && b->has_identity && identity_agrees(a, b) && ids_allow(a, b);
}

static bool counter_in_reach(const nfs4_server *server, uint32_t counter)
{
    return server_ids_near(counter, server->counter_low) ||
           server_ids_near(counter, server->counter_high) ||
           (counter - server->counter_low) <= (server->counter_high - server->counter_low);
}

/* RULES.md, one-server: what the ids and the identities of two addresses of one server have in
 * common */
static bool may_be_same(const nfs4_server *other, const nfs4_server *server, uint32_t epoch,
                        uint32_t counter)
{
    return other != server && other->epoch == epoch && identity_agrees(other, server) &&
           counter_in_reach(other, counter);
}

/* An address that may be another one of this server, though the two are kept apart:
 * Ganesha keeps clients apart by it, and both may have been in use before a restart. */
static nfs4_server *find_sibling(const nfs4_servers *servers, const nfs4_server *server,
                                 uint32_t epoch, uint32_t counter)
{
    nfs4_server *other = (nfs4_server *)wmem_map_lookup(servers->epochs, GUINT_TO_POINTER(epoch));
    for (int steps = 0; other != NULL && steps < 64; other = other->next_of_epoch, steps++)
        if (other->layout == server->layout && may_be_same(other, server, epoch, counter))
            return other;
    return NULL;
}

/* Enters the server into the list of those with this start time. */
static void start_epoch(nfs4_servers *servers, nfs4_server *server, uint32_t epoch,
                        uint32_t counter)
{
    server->epoch = epoch;
    server->counter_low = server->counter_high = counter;
    nfs4_server *sibling = find_sibling(servers, server, epoch, counter);
    if (sibling != NULL)
        counters_share(server, sibling);
    server->next_of_epoch =
        (nfs4_server *)wmem_map_lookup(servers->epochs, GUINT_TO_POINTER(epoch));
    wmem_map_insert(servers->epochs, GUINT_TO_POINTER(epoch), server);
}

/* A server that has handed out one id only has no known layout yet; another id of the
 * same start and near it makes both knfsd, unless a server of known layout fits. An
 * equal id does not: two Ganeshas that started together both begin with 1. */
static nfs4_server *find_same_server(const nfs4_servers *servers, const nfs4_server *server,
                                     nfs4_layout layout, uint32_t epoch, uint32_t counter)
{
    nfs4_server *other = (nfs4_server *)wmem_map_lookup(servers->epochs, GUINT_TO_POINTER(epoch));
    nfs4_server *tentative = NULL;
    for (int steps = 0; other != NULL && steps < 64; other = other->next_of_epoch, steps++) {
        if (!may_be_same(other, server, epoch, counter))
            continue;
        if (other->layout == layout)
            return other;
        if (other->layout == LAYOUT_UNKNOWN && layout == LAYOUT_KNFSD_LE &&
            counter != other->counter_low)
            tentative = other;
    }
    return tentative;
}

static void widen_counters(nfs4_server *server, uint32_t counter)
{
    if ((int32_t)(counter - server->counter_low) < 0)
        server->counter_low = counter;
    if ((int32_t)(counter - server->counter_high) > 0)
        server->counter_high = counter;
}

nfs4_server *server_find_by_clientid(const nfs4_servers *servers, const nfs4_server *server,
                                     uint64_t clientid)
{
    static const nfs4_layout candidates[] = {LAYOUT_KNFSD_LE, LAYOUT_KNFSD_BE};
    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
        nfs4_layout layout = candidates[i];
        uint32_t epoch, counter;
        if (server->layout != LAYOUT_UNKNOWN && server->layout != layout)
            continue;
        server_ids_parts(layout, clientid, &epoch, &counter);
        nfs4_server *known = find_same_server(servers, server, layout, epoch, counter);
        if (known != NULL)
            return known;
    }
    return NULL;
}

/* Nothing but one endpoint is known of the server. */
static bool is_empty(const nfs4_server *server)
{
    return server->endpoints == server->last_endpoint && wmem_map_size(server->owners) == 0 &&
           wmem_map_size(server->leases) == 0;
}

/* The parts of a clientid; of an unknown layout, what they would be at a knfsd. */
static bool likely_parts(const nfs4_server *server, uint64_t clientid, const nstime_t *now,
                         uint32_t *epoch, uint32_t *counter)
{
    if (server->layout != LAYOUT_UNKNOWN)
        return server_clientid_parts(server, clientid, epoch, counter);
    server_ids_parts(LAYOUT_KNFSD_LE, clientid, epoch, counter);
    return server_ids_plausible(*epoch, now);
}

/* Another address gives out ids of this start time and near this counter, as Ganesha's. */
static bool is_ganesha_elsewhere(const nfs4_servers *servers, const nfs4_server *server,
                                 uint64_t clientid)
{
    uint32_t epoch, counter;
    server_ids_parts(LAYOUT_GANESHA, clientid, &epoch, &counter);
    return find_same_server(servers, server, LAYOUT_GANESHA, epoch, counter) != NULL;
}

void server_is_alias(nfs4_endpoint_entry *endpoint, nfs4_server *known)
{
    if (endpoint->server == known || !is_empty(endpoint->server))
        return;
    counters_share(endpoint->server, known);
    server_give_up_endpoint(endpoint->server);
    server_add_endpoint(known, endpoint);
}

static void empty(nfs4_server *server, nfs4_store *store)
{
    server->leases = wmem_map_new(store->scope, key_u64_hash, key_u64_equal);
    server->sessions = wmem_map_new(store->scope, key_sessionid_hash, key_sessionid_equal);
    server->owners = wmem_map_new(store->scope, key_bytes_hash, key_bytes_equal);
    store_count(store, 3 * STORE_MAP);
    memset(server->recent, 0, sizeof server->recent);
    server->epoch = 0;
    server->has_identity = false;
}

void server_give_way(nfs4_servers *servers, nfs4_server *server, nfs4_server *known)
{
    nfs4_endpoint_entry *entry = server->endpoints, *next;
    server_give_up_endpoint(server);
    for (; entry != NULL; entry = next) {
        next = entry->next;
        server_add_endpoint(known, entry);
    }
    if (known->layout == LAYOUT_UNKNOWN)
        known->layout = server->layout;
    empty(server, servers->store);
}

nfs4_server *server_place_clientid(nfs4_servers *servers, nfs4_endpoint_entry *endpoint,
                                   uint64_t clientid, const nstime_t *now, bool *learned)
{
    nfs4_server *server = endpoint->server;
    nfs4_server *known =
        is_empty(server) ? server_find_by_clientid(servers, server, clientid) : NULL;
    uint32_t epoch, counter;
    *learned = false;
    if (known != NULL) {
        server_give_up_endpoint(server);
        counters_share(server, known);
        server_add_endpoint(known, endpoint);
        server = known;
        if (server->layout == LAYOUT_UNKNOWN)
            *learned = server_ids_set_layout(server, LAYOUT_KNFSD_LE);
    }
    if (server->layout == LAYOUT_UNKNOWN && is_ganesha_elsewhere(servers, server, clientid))
        *learned = server_ids_set_layout(server, LAYOUT_GANESHA);
    if (!likely_parts(server, clientid, now, &epoch, &counter))
        return server;
    if (server->epoch == epoch)
        widen_counters(server, counter);
    else if (server->epoch == 0 || (int32_t)(epoch - server->epoch) > 0)
        start_epoch(servers, server, epoch, counter);
    return server;
}
