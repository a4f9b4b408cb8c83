/* lease.h - clientids at a server, from issue to refusal
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rule R1: one lease per clientid at one server, so that doubled, appended and
 * retransmitted packets change nothing.
 */
#ifndef NFS4SESS_LEASE_H
#define NFS4SESS_LEASE_H

#include "types.h"

/* The lease of a clientid at a server, or NULL. Owned by the server. */
nfs4_lease *lease_find(const nfs4_server *server, uint64_t clientid);

/* The same; where it is not there it is created in `store`. A clientid of 0 stands
 * for "not known" and always gives a new lease that no lookup finds. */
nfs4_lease *lease_get(nfs4_server *server, uint64_t clientid, uint32_t minorversion,
                      nfs4_store *store);

/* The server gave this lease's clientid to another client, as one does that counts from
 * the same number after a restart. Returns the new lease; the old one keeps its history
 * and is found no more. */
nfs4_lease *lease_reissue(const nfs4_lease *lease, nfs4_store *store);

/* The clientid of a lease that was created without one is now known. */
void lease_name(nfs4_lease *lease, uint64_t clientid);

/* The lease belongs to an instance from now on; it must not have one yet. */
void lease_set_instance(nfs4_lease *lease, nfs4_instance *instance);

/* The lease was issued, confirmed or used on this connection. Returns true if that
 * is news. Of more than NFS4_CONNECTIONS_KEPT the first ones and the latest are kept. */
bool lease_add_connection(nfs4_lease *lease, uint32_t connection);

/* true if the lease is known to have been used on this connection */
bool lease_has_connection(const nfs4_lease *lease, uint32_t connection);

/* true if both leases were used on one connection */
bool lease_shares_connection(const nfs4_lease *a, const nfs4_lease *b);

/* Rule R3: leases of one server sort by its start time and counter; where its ids
 * are opaque, by the order in which they were seen confirmed. For GSequence. */
gint lease_compare(gconstpointer a, gconstpointer b, gpointer unused);

/* Rule R4: true if both were issued in one life of the server. Unknown layouts
 * count as one life. */
bool lease_same_epoch(const nfs4_lease *a, const nfs4_lease *b);

/* The neighbours of a lease in its owner's order, which it must have entered; NULL at
 * either end. */
nfs4_lease *lease_after(const nfs4_lease *lease);
nfs4_lease *lease_before(const nfs4_lease *lease);

/* The lease time in the life of the server that gave out this lease, in seconds; 0 where
 * no GETATTR told it (RFC 8881 section 5.8.1.10). _learn takes note of what its holder was
 * told, and returns true if that is new. */
uint32_t lease_time(const nfs4_lease *lease);
bool lease_learn_time(const nfs4_lease *lease, uint32_t seconds);

#endif
