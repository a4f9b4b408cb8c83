/* facts.h - questions about leases that several rules and causes ask
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_FACTS_H
#define NFS4SESS_FACTS_H

#include "types.h"

/* Seconds, where no GETATTR told them: knfsd's (fs/nfsd/nfs4state.c, nfsd4_init_leases_net). */
#define FACTS_LEASE_TIME_ASSUMED 90

/* The lease time of a lease in seconds: as its holder was told, or as the software of the
 * server has it (knfsd 90, Ganesha 60). */
uint32_t facts_lease_time(const nfs4_lease *lease);

/* Seconds from the last success of a lease to its refusal; 0 where either is not known. */
int64_t facts_idle_time(const nfs4_lease *lease);

/* true if the holder was refused and had not been heard of for the lease time or longer */
bool facts_ran_out(const nfs4_lease *lease);

/* true if the lease was refused, and the capture's clock did not jump back between its last
 * success and the refusal: across a jump, elapsed time means nothing */
bool facts_time_counts(const nfs4_lease *lease);

/* true if the lease was refused while it was fresh, no captured confirm took it over, and its
 * instance was given another id after that (an id from before the refusal went to a copy of the
 * machine) */
bool facts_is_fresh_loss(const nfs4_lease *lease);

/* true if the lease, which was lost, worked for no longer than a lease time: a second host that
 * lives renews within that, is refused, and takes the owner again */
bool facts_was_soon(const nfs4_lease *lease);

/* true if several clients of the server lost their leases at once, each on a new connection:
 * the server's doing */
bool facts_is_server_event(const nfs4_lease *lease);

/* true if the server said that the clientid itself is gone, and not a session of it only:
 * STALE_CLIENTID, or EXPIRED in 4.0 */
bool facts_is_gone(const nfs4_lease *lease);

/* For how many seconds the instance that holds the lease has been silent by now, while the
 * capture holds messages of its server; refused requests count as speaking. */
int64_t facts_silence(const nfs4_lease *lease);

/* true if it has been silent for so long since `then` that it has ended: a client that lives
 * renews its lease within the lease time (RFC 8881 section 8.3) */
bool facts_has_ended(const nfs4_lease *lease, const nstime_t *then);

/* The frame of the call that asked for the lease. Of one that was in use before it was asked for,
 * as in a capture that begins in mid-session, that of its instance's first identification. */
uint32_t facts_called_in(const nfs4_lease *lease);

/* true if whoever holds the lease was not heard any more, by frames when `next` was asked for, and
 * by the capture's clock when it was confirmed. Where ids say that it came back after that, the
 * server counted anew in between. */
bool facts_had_left(const nfs4_lease *lease, const nfs4_lease *next);

/* true if both instances were seen at one address */
bool facts_share_address(const nfs4_instance *a, const nfs4_instance *b);

/* true if no instance of the one owner, by its verifier, and no address of it is also there with
 * the other: one host that mounts two servers shows both. */
bool facts_are_two_hosts(const nfs4_owner *owner, const nfs4_owner *other);

/* true if the confirm of `next` ends `lease` (RFC 8881 section 18.36.4, RFC 7530 section
 * 16.34.5): another instance of the same owner, in the same life of the server, and its holder
 * had not given the lease back. NULL is no lease. */
bool facts_is_takeover(const nfs4_lease *lease, const nfs4_lease *next);

/* The next lease in the server's order where another instance holds it; NULL where the
 * lease is the last one, has no place in the order, or its instance goes on. Between two lives
 * of the server nothing but frames tell which was first. */
nfs4_lease *facts_change(const nfs4_lease *lease);

#endif
