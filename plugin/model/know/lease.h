/* lease.h - clientids at a server, from issue to refusal
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RULES.md, lease-identity: one lease per clientid at one server, so that doubled, appended and
 * retransmitted packets change nothing.
 */
#ifndef NFS4SESS_LEASE_H
#define NFS4SESS_LEASE_H

#include "types.h"

/* The lease of a clientid at a server, or NULL. Owned by the server. */
nfs4_lease *lease_find(const nfs4_server *server, uint64_t clientid);

/* What few leases have filed, to be written to: the lease's own from now on. */
nfs4_lease_seldom *lease_seldom(nfs4_lease *lease);

/* The same; where it is not there it is created in `store`. A clientid of 0 stands
 * for "not known" and always gives a new lease that no lookup finds. */
nfs4_lease *lease_get(nfs4_server *server, uint64_t clientid, uint32_t minorversion, uint32_t frame,
                      nfs4_store *store);

/* The clientid stands for another lease from `frame` on: the server gave it out again, or it
 * was confirmed again after its holder had lost it. Returns the new lease; the old one keeps
 * its history and is found no more. */
nfs4_lease *lease_succeed(nfs4_lease *lease, uint32_t frame, nfs4_store *store);

/* A lease that had the clientid before this one, which was seen first. */
nfs4_lease *lease_precede(nfs4_lease *lease, uint32_t frame, nfs4_store *store);

/* The layout of the server's ids is known: finds the life that the lease belongs to. Before two
 * leases are compared, both are to have done so. */
void lease_enter_life(nfs4_lease *lease);

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

/* Leases of one server sort by its lives, in the order in which these began, and within a
 * life by the server's counter; where its ids are opaque, by the order in which they were
 * seen confirmed. Start times do not order lives: an address can fail over and back, and a
 * clock can be set back. For GSequence. */
gint lease_compare(gconstpointer a, gconstpointer b, gpointer unused);

/* The same for the ids of servers that share a counter: by generation, start time, counter. */
gint lease_compare_ids(gconstpointer a, gconstpointer b, gpointer unused);

/* true if both were issued in one life of the server. Opaque ids count as one life, until
 * one is issued again. */
bool lease_same_life(const nfs4_lease *a, const nfs4_lease *b);

/* The neighbours of a lease in its owner's order, which it must have entered; NULL at
 * either end. */
nfs4_lease *lease_after(const nfs4_lease *lease);
nfs4_lease *lease_before(const nfs4_lease *lease);

/* The lease time in the life of the server that gave out this lease, in seconds; 0 where
 * no GETATTR told it (RFC 8881 section 5.8.1.11). _learn takes note of what its holder was
 * told, and returns true if that is new. */
uint32_t lease_time(const nfs4_lease *lease);
bool lease_learn_time(const nfs4_lease *lease, uint32_t seconds);

/* true if its client was given another one before it confirmed this one, which took its place
 * (RFC 8881 section 18.35.4, case 4) */
bool lease_is_replaced(const nfs4_lease *lease);

#endif
