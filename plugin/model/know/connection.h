/* connection.h - transport connections and whose lease they speak for, when
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_CONNECTION_H
#define NFS4SESS_CONNECTION_H

#include "server.h"
#include "types.h"

#define CONNECTIONS_RECENT 16

typedef struct {
    nfs4_store *store;
    wmem_map_t *by_id;                           /* number -> nfs4_connection */
    nfs4_connection *recent[CONNECTIONS_RECENT]; /* those asked for last, by number */
    uint64_t count;
} nfs4_connections;

/* Prepares an empty room in `store`, which must outlive it. */
void connection_init(nfs4_connections *connections, nfs4_store *store);

/* The connection of a message; _get creates it where it is not there, and the
 * server's endpoint with it. Owned by the room. */
nfs4_connection *connection_get(nfs4_connections *connections, nfs4_servers *servers,
                                const nfs4_message *message);
const nfs4_connection *connection_find(const nfs4_connections *connections, uint32_t id);

/* From `frame` on the connection speaks for `lease`. Only a change is kept, and at
 * most 65536 of them, so that hostile traffic cannot fill the memory. */
void connection_turn(nfs4_connections *connections, nfs4_connection *connection, uint32_t frame,
                     nfs4_lease *lease);

/* true if the connection speaks for another lease from `frame` on */
bool connection_turns_at(const nfs4_connection *connection, uint32_t frame);

/* The lease that the connection spoke for in `frame`, or NULL. */
const nfs4_lease *connection_lease_at(const nfs4_connection *connection, uint32_t frame);

#endif
