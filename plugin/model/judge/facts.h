/* facts.h - questions about leases that several rules and causes ask
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_FACTS_H
#define NFS4SESS_FACTS_H

#include "types.h"

/* The lease time of a lease in seconds: as its holder was told, or as the software of the
 * server has it (knfsd 90, Ganesha 60). */
uint32_t facts_lease_time(const nfs4_lease *lease);

/* true if the holder was refused and had not been heard of for the lease time or longer */
bool facts_ran_out(const nfs4_lease *lease);

/* true if the confirm of `next` ends `lease` (RFC 8881 section 18.36.4, RFC 7530 section
 * 16.34.5): another instance of the same owner, in the same life of the server, and its holder
 * had not given the lease back. NULL is no lease. */
bool facts_is_takeover(const nfs4_lease *lease, const nfs4_lease *next);

/* The next lease in the server's order where another instance holds it; NULL where the
 * lease is the last one, has no place in the order, or its instance goes on. Between two lives
 * of the server nothing but frames tell which was first, and where lives take turns (several
 * servers at one address), nothing does. */
nfs4_lease *facts_change(const nfs4_lease *lease);

/* The same, and two hosts may be behind it: neither one program nor one old Linux client. */
nfs4_lease *facts_open_change(const nfs4_lease *lease);

#endif
