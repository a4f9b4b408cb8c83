/* lease.c - clientids at a server, from issue to refusal
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "lease.h"

#include "server.h"

nfs4_lease *lease_find(const nfs4_server *server, uint64_t clientid)
{
    return (nfs4_lease *)wmem_map_lookup(server->leases, &clientid);
}

static nfs4_lease *lease_new(nfs4_server *server, uint64_t clientid, uint32_t minorversion,
                             nfs4_store *store)
{
    nfs4_lease *lease = store_new(store, nfs4_lease);
    lease->server = server;
    lease->minorversion = minorversion;
    lease_name(lease, clientid);
    return lease;
}

nfs4_lease *lease_get(nfs4_server *server, uint64_t clientid, uint32_t minorversion,
                      nfs4_store *store)
{
    nfs4_lease *lease = clientid != 0 ? lease_find(server, clientid) : NULL;
    return lease != NULL ? lease : lease_new(server, clientid, minorversion, store);
}

nfs4_lease *lease_reissue(const nfs4_lease *lease, nfs4_store *store)
{
    return lease_new(lease->server, lease->clientid, lease->minorversion, store);
}

void lease_name(nfs4_lease *lease, uint64_t clientid)
{
    lease->clientid = clientid;
    if (clientid != 0)
        wmem_map_insert(lease->server->leases, &lease->clientid, lease);
}

void lease_set_instance(nfs4_lease *lease, nfs4_instance *instance)
{
    g_assert(lease->instance == NULL);
    lease->instance = instance;
    lease->owner = instance->owner;
    *(instance->last_lease != NULL ? &instance->last_lease->next : &instance->first_lease) = lease;
    instance->last_lease = lease;
}

bool lease_has_connection(const nfs4_lease *lease, uint32_t connection)
{
    for (uint32_t i = 0; i < lease->connection_count; i++)
        if (lease->connections[i] == connection)
            return true;
    return false;
}

bool lease_add_connection(nfs4_lease *lease, uint32_t connection)
{
    if (lease_has_connection(lease, connection))
        return false;
    if (lease->connection_count == NFS4_CONNECTIONS_KEPT)
        lease->connection_count--;
    lease->connections[lease->connection_count++] = connection;
    return true;
}

bool lease_shares_connection(const nfs4_lease *a, const nfs4_lease *b)
{
    for (uint32_t i = 0; i < a->connection_count; i++)
        if (lease_has_connection(b, a->connections[i]))
            return true;
    return false;
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

gint lease_compare(gconstpointer a, gconstpointer b, gpointer unused)
{
    const nfs4_lease *left = (const nfs4_lease *)a, *right = (const nfs4_lease *)b;
    uint32_t left_epoch, left_counter, right_epoch, right_counter;

    (void)unused;
    if (!server_clientid_parts(left->server, left->clientid, &left_epoch, &left_counter) ||
        !server_clientid_parts(right->server, right->clientid, &right_epoch, &right_counter))
        return compare_u64(left->ordinal, right->ordinal);
    if (left_epoch != right_epoch)
        return left_epoch < right_epoch ? -1 : 1;
    int32_t ahead = (int32_t)(left_counter - right_counter); /* counters wrap */
    return ahead < 0 ? -1 : ahead > 0;
}

bool lease_same_epoch(const nfs4_lease *a, const nfs4_lease *b)
{
    uint32_t epoch_a, epoch_b, counter;
    return !server_clientid_parts(a->server, a->clientid, &epoch_a, &counter) ||
           !server_clientid_parts(b->server, b->clientid, &epoch_b, &counter) || epoch_a == epoch_b;
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
    GSequenceIter *next = g_sequence_iter_next(lease->position);
    return g_sequence_iter_is_end(next) ? NULL : (nfs4_lease *)g_sequence_get(next);
}

nfs4_lease *lease_before(const nfs4_lease *lease)
{
    if (g_sequence_iter_is_begin(lease->position))
        return NULL;
    return (nfs4_lease *)g_sequence_get(g_sequence_iter_prev(lease->position));
}
