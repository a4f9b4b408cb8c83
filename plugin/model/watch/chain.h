/* chain.h - what a client goes through after an invalidation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A chain begins with the first refusal of a lease and ends with the first
 * ordinary operation that works again. In between it takes every step of the
 * recovery, in whatever order the client takes them.
 */
#ifndef NFS4SESS_CHAIN_H
#define NFS4SESS_CHAIN_H

#include "know/pending.h"
#include "types.h"

typedef struct {
    nfs4_store *store;
    nfs4_chain *first, *last; /* by number */
    uint32_t count;
} nfs4_chains;

/* Prepares an empty room in `store`, which must outlive it. */
void chain_init(nfs4_chains *chains, nfs4_store *store);

/* The chain of a lease that was refused at the time `when` on a connection; begins one where
 * there is none, or where the last one lost only a session and is over. */
nfs4_chain *chain_get(nfs4_chains *chains, nfs4_lease *lease, nfs4_connection *connection,
                      const nstime_t *when);

/* Appends a step, at the time `when`. Returns its index, UINT32_MAX where it is not kept:
 * NFS4_STEPS_KEPT are there, or the chain is over. */
uint32_t chain_add_step(nfs4_chain *chain, nfs4_step_kind kind, uint32_t frame, uint32_t status,
                        const nstime_t *when);

/* The owner of the chain's lease became known only now: it goes to its counters, and so do
 * the earlier chains of that lease. */
void chain_adopt(const nfs4_chain *chain, nfs4_owner *owner);

/* true if no reclaim is to come: RECLAIM_COMPLETE worked (4.0: the confirm), or the lease lives
 * on, and with it nothing is to be reclaimed */
bool chain_has_completed(const nfs4_chain *chain);

/* true if no further step can follow */
bool chain_is_over(const nfs4_chain *chain);

/* The first ordinary operation worked again at the time `when`: the chain is over. */
void chain_resume(nfs4_chain *chain, const nstime_t *when);

/* How long the client was held up: until it had all back or, where that is not known or it waited
 * for more, until it worked again. The first counts from the chain's own first refusal, the second
 * from that of the first chain which this one continues. false where the capture does not tell, or
 * its clock was set back in between. */
bool chain_outage(const nfs4_chain *chain, nstime_t *outage);
bool chain_whole_outage(const nfs4_chain *chain, nstime_t *outage);

/* How long it took until the client had a lease or session again; false as for an outage. */
bool chain_restored(const nfs4_chain *chain, nstime_t *span);

/* What is told of the chain may have become something else: rows of it are written anew. */
void chain_has_changed(const nfs4_chain *chain);

/* How the chain ended, as far as that is known yet. */
nfs4_ending chain_ending(const nfs4_chain *chain);

#endif
