/* server.h - servers, their endpoints, and how they build their identifiers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_SERVER_H
#define NFS4SESS_SERVER_H

#include "server_ids.h"

typedef struct {
    nfs4_store *store;
    nfs4_counters *counters;   /* all that were ever made */
    nfs4_server *first, *last; /* by number */
    wmem_map_t *endpoints;     /* endpoint key -> nfs4_endpoint_entry */
    wmem_map_t *epochs;        /* start time -> list of nfs4_server (next_of_epoch) */
    uint32_t server_count;
} nfs4_servers;

/* Prepares an empty room in `store`, which must outlive it. */
void server_init(nfs4_servers *servers, nfs4_store *store);

/* Frees what the servers keep outside the room's allocator. */
void server_cleanup(nfs4_servers *servers);

/* The entry of an endpoint; _get creates it, with a server of its own, where it
 * is not there. Owned by the room. */
nfs4_endpoint_entry *server_endpoint_get(nfs4_servers *servers, const nfs4_endpoint *endpoint);
const nfs4_endpoint_entry *server_endpoint_find(const nfs4_servers *servers,
                                                const nfs4_endpoint *endpoint);

/* An EXCHANGE_ID reply told who the server is: so_major_id and eir_server_scope
 * (RFC 8881 section 2.5). The last answer counts; server->identities counts how often
 * it changed. */
void server_learn_identity(nfs4_servers *servers, nfs4_server *server, nfs4_bytes major,
                           nfs4_bytes scope);

/* The same reply told who made the server's software: nii_domain. The first answer counts. */
void server_learn_maker(nfs4_servers *servers, nfs4_server *server, nfs4_bytes domain);

/* RULES.md, one-server: another server that this clientid can only come from, by start time
 * and counter; NULL for none. */
nfs4_server *server_find_by_clientid(const nfs4_servers *servers, const nfs4_server *server,
                                     uint64_t clientid);

/* The address is another one of `known`, as what was said there shows (the same messages,
 * before and after its translation). Nothing happens to an address of which more is known. */
void server_is_alias(nfs4_endpoint_entry *endpoint, nfs4_server *known);

/* RULES.md, one-server: true if the two name one owner and scope, and their ids do not tell that
 * they are two. */
bool server_may_be_one(const nfs4_server *a, const nfs4_server *b);

/* Its addresses are `known`'s from now on, and it has nothing any more: what it had was moved. */
void server_give_way(nfs4_servers *servers, nfs4_server *server, nfs4_server *known);

/* Takes note that `clientid` was seen at `endpoint`. If it is the first one there,
 * decides whether this address belongs to a server that is already known by
 * another (RULES.md, one-server): owner and scope equal or unknown, start time equal, counters
 * within 4096. The endpoint then answers for that server from now on. knfsd only:
 * Ganesha keeps its clients apart by server address. *learned is set where that told
 * something that earlier judgements rest on. Returns the server that holds the clientid. */
nfs4_server *server_place_clientid(nfs4_servers *servers, nfs4_endpoint_entry *endpoint,
                                   uint64_t clientid, const nstime_t *now, bool *learned);

#endif
