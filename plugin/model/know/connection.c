/* connection.c - transport connections and whose lease they speak for, when
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "connection.h"

#define TURNS_KEPT 65536u

void connection_init(nfs4_connections *connections, nfs4_store *store)
{
    memset(connections, 0, sizeof *connections);
    connections->store = store;
    connections->by_id = wmem_map_new(store->scope, g_direct_hash, g_direct_equal);
}

static nfs4_connection *find_recent(const nfs4_connections *connections, uint32_t id)
{
    nfs4_connection *recent = connections->recent[id % CONNECTIONS_RECENT];
    return recent != NULL && recent->id == id ? recent : NULL;
}

const nfs4_connection *connection_find(const nfs4_connections *connections, uint32_t id)
{
    const nfs4_connection *recent = find_recent(connections, id);
    if (recent != NULL)
        return recent;
    return (const nfs4_connection *)wmem_map_lookup(connections->by_id, GUINT_TO_POINTER(id));
}

static nfs4_connection *connection_new(nfs4_connections *connections, nfs4_servers *servers,
                                       const nfs4_message *message)
{
    nfs4_connection *connection = store_new(connections->store, nfs4_connection);
    connection->id = message->connection;
    connection->endpoint = server_endpoint_get(servers, &message->server);
    copy_address_wmem(connections->store->scope, &connection->client, &message->client.addr);
    if (message->client_link != NULL)
        copy_address_wmem(connections->store->scope, &connection->client_link,
                          message->client_link);
    connection->turns = wmem_array_sized_new(connections->store->scope, sizeof(nfs4_turn), 4);
    connections->count++;
    wmem_map_insert(connections->by_id, GUINT_TO_POINTER(connection->id), connection);
    return connection;
}

static G_NO_INLINE nfs4_connection *get_other(nfs4_connections *connections, nfs4_servers *servers,
                                              const nfs4_message *message)
{
    uint32_t id = message->connection;
    nfs4_connection *connection =
        (nfs4_connection *)wmem_map_lookup(connections->by_id, GUINT_TO_POINTER(id));
    if (connection == NULL)
        connection = connection_new(connections, servers, message);
    connections->recent[id % CONNECTIONS_RECENT] = connection;
    return connection;
}

nfs4_connection *connection_get(nfs4_connections *connections, nfs4_servers *servers,
                                const nfs4_message *message)
{
    nfs4_connection *recent = find_recent(connections, message->connection);
    return recent != NULL ? recent : get_other(connections, servers, message);
}

void connection_turn(nfs4_connections *connections, nfs4_connection *connection, uint32_t frame,
                     nfs4_lease *lease)
{
    if (connection->lease == lease)
        return;
    connection->lease = lease;
    if (wmem_array_get_count(connection->turns) < TURNS_KEPT &&
        !store_is_full(connections->store)) {
        store_count(connections->store, sizeof(nfs4_turn));
        nfs4_turn turn = {frame, lease};
        wmem_array_append_one(connection->turns, turn);
    }
}

/* The last turn that does not lie behind `frame`, or NULL. */
static const nfs4_turn *last_turn(const nfs4_connection *connection, uint32_t frame)
{
    const nfs4_turn *turns = (const nfs4_turn *)wmem_array_get_raw(connection->turns);
    uint32_t low = 0, high = wmem_array_get_count(connection->turns);
    while (low < high) { /* the first turn that lies behind `frame` */
        uint32_t middle = low + (high - low) / 2;
        if (turns[middle].frame <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NULL : &turns[low - 1];
}

bool connection_turns_at(const nfs4_connection *connection, uint32_t frame)
{
    const nfs4_turn *turn = last_turn(connection, frame);
    return turn != NULL && turn->frame == frame;
}

const nfs4_lease *connection_lease_at(const nfs4_connection *connection, uint32_t frame)
{
    const nfs4_turn *turn = last_turn(connection, frame);
    return turn != NULL ? turn->lease : NULL;
}
