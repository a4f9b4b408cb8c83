/* lease.c - clientids at a server, from issue to refusal
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "lease.h"

#include <wsutil/ws_assert.h>

#include "server.h"

nfs4_lease *lease_find(const nfs4_server *server, uint64_t clientid)
{
    return (nfs4_lease *)wmem_map_lookup(server->leases, &clientid);
}

static const nfs4_lease_seldom nothing;

nfs4_lease_seldom *lease_seldom(nfs4_lease *lease)
{
    if (lease->seldom == &nothing)
        lease->seldom = store_new(lease->server->store, nfs4_lease_seldom);
    return (nfs4_lease_seldom *)lease->seldom;
}

static nfs4_lease *lease_new(nfs4_server *server, uint64_t clientid, uint32_t minorversion,
                             uint32_t frame, nfs4_store *store)
{
    nfs4_lease *lease = store_new(store, nfs4_lease);
    lease->server = server;
    lease->minorversion = minorversion;
    lease->first_frame = frame;
    lease->generation = server->generation;
    lease->seldom = &nothing;
    lease_name(lease, clientid);
    return lease;
}

nfs4_lease *lease_get(nfs4_server *server, uint64_t clientid, uint32_t minorversion, uint32_t frame,
                      nfs4_store *store)
{
    nfs4_lease *lease = clientid != 0 ? lease_find(server, clientid) : NULL;
    return lease != NULL ? lease : lease_new(server, clientid, minorversion, frame, store);
}

nfs4_lease *lease_succeed(nfs4_lease *lease, uint32_t frame, nfs4_store *store)
{
    nfs4_lease *next = lease_new(lease->server, lease->clientid, lease->minorversion, frame, store);
    next->links.older = lease;
    return next;
}

nfs4_lease *lease_precede(nfs4_lease *lease, uint32_t frame, nfs4_store *store)
{
    nfs4_lease *before = lease_new(lease->server, 0, lease->minorversion, frame, store);
    before->clientid = lease->clientid;
    before->generation = lease->generation;
    before->links.older = lease->links.older;
    lease->links.older = before;
    return before;
}

void lease_name(nfs4_lease *lease, uint64_t clientid)
{
    lease->clientid = clientid;
    if (clientid != 0)
        wmem_map_insert(lease->server->leases, &lease->clientid, lease);
}

void lease_set_instance(nfs4_lease *lease, nfs4_instance *instance)
{
    ws_abort_if_fail(lease->instance == NULL);
    lease->instance = instance;
    lease->owner = instance->owner;
    *(instance->last_lease != NULL ? &instance->last_lease->links.next : &instance->first_lease) =
        lease;
    instance->last_lease = lease;
}

bool lease_has_connection(const nfs4_lease *lease, uint32_t connection)
{
    for (uint32_t i = 0; i < lease->use.connection_count; i++)
        if (lease->use.connections[i] == connection)
            return true;
    return false;
}

bool lease_add_connection(nfs4_lease *lease, uint32_t connection)
{
    if (lease_has_connection(lease, connection))
        return false;
    if (lease->use.connection_count == NFS4_CONNECTIONS_KEPT)
        lease->use.connection_count--;
    lease->use.connections[lease->use.connection_count++] = connection;
    return true;
}

bool lease_shares_connection(const nfs4_lease *a, const nfs4_lease *b)
{
    for (uint32_t i = 0; i < a->use.connection_count; i++)
        if (lease_has_connection(b, a->use.connections[i]))
            return true;
    return false;
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_u32(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

/* Counters wrap. */
static int compare_counters(uint32_t a, uint32_t b)
{
    int32_t ahead = (int32_t)(a - b);
    return ahead < 0 ? -1 : ahead > 0;
}

typedef struct {
    uint32_t generation, start, counter;
} lease_id;

static bool id_of(const nfs4_lease *lease, lease_id *id)
{
    id->generation = lease->generation;
    return server_clientid_parts(lease->server, lease->clientid, &id->start, &id->counter);
}

gint lease_compare_ids(gconstpointer a, gconstpointer b, gpointer unused)
{
    const nfs4_lease *left = (const nfs4_lease *)a, *right = (const nfs4_lease *)b;
    lease_id l, r;

    (void)unused;
    if (!id_of(left, &l) || !id_of(right, &r))
        return compare_u64(left->use.ordinal, right->use.ordinal);
    if (l.generation != r.generation)
        return compare_u32(l.generation, r.generation);
    return l.start != r.start ? compare_u32(l.start, r.start)
                              : compare_counters(l.counter, r.counter);
}

static int compare_lives(const nfs4_lease *a, const nfs4_lease *b)
{
    if (a->life == b->life || a->life == NULL || b->life == NULL)
        return 0;
    if (a->generation != b->generation)
        return compare_u32(a->generation, b->generation);
    return compare_u32(a->life->began, b->life->began);
}

gint lease_compare(gconstpointer a, gconstpointer b, gpointer unused)
{
    int lives = compare_lives((const nfs4_lease *)a, (const nfs4_lease *)b);
    return lives != 0 ? lives : lease_compare_ids(a, b, unused);
}

bool lease_same_life(const nfs4_lease *a, const nfs4_lease *b)
{
    lease_id left, right;
    bool opaque = !id_of(a, &left) || !id_of(b, &right);
    return a->generation == b->generation && (opaque || left.start == right.start);
}

void lease_enter_life(nfs4_lease *lease)
{
    lease_id id;
    if (lease->life != NULL || !id_of(lease, &id))
        return;
    uint64_t key = (uint64_t)id.generation << 32 | id.start;
    nfs4_life *life = (nfs4_life *)wmem_map_lookup(lease->server->lives, &key);
    if (life == NULL) {
        life = store_new(lease->server->store, nfs4_life);
        life->key = key;
        life->began = lease->first_frame;
        wmem_map_insert(lease->server->lives, &life->key, life);
    }
    life->began = MIN(life->began, lease->first_frame);
    lease->life = life;
}

static void *epoch_key(const nfs4_lease *lease)
{
    uint32_t epoch, counter;
    bool known = server_clientid_parts(lease->server, lease->clientid, &epoch, &counter);
    return known ? GUINT_TO_POINTER(epoch) : NULL;
}

uint32_t lease_time(const nfs4_lease *lease)
{
    wmem_map_t *times = lease->server->lease_times;
    void *told = wmem_map_lookup(times, epoch_key(lease));
    if (told == NULL)
        told = wmem_map_lookup(times, NULL); /* before ids told of a start time */
    return GPOINTER_TO_UINT(told);
}

bool lease_learn_time(const nfs4_lease *lease, uint32_t seconds)
{
    bool changed = lease_time(lease) != seconds;
    if (changed)
        wmem_map_insert(lease->server->lease_times, epoch_key(lease), GUINT_TO_POINTER(seconds));
    return changed;
}

nfs4_lease *lease_after(const nfs4_lease *lease)
{
    GSequenceIter *next = g_sequence_iter_next(lease->links.position);
    return g_sequence_iter_is_end(next) ? NULL : (nfs4_lease *)g_sequence_get(next);
}

nfs4_lease *lease_before(const nfs4_lease *lease)
{
    if (g_sequence_iter_is_begin(lease->links.position))
        return NULL;
    return (nfs4_lease *)g_sequence_get(g_sequence_iter_prev(lease->links.position));
}

bool lease_is_replaced(const nfs4_lease *lease)
{
    return !lease->use.confirmed && lease->instance != NULL && lease->links.next != NULL;
}
