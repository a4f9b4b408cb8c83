/* verdict.h - from facts to judgement
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure functions: they read leases and owners and change nothing. This is the only
 * room that says what a fact means; judge.c keeps its answers up to date.
 */
#ifndef NFS4SESS_VERDICT_H
#define NFS4SESS_VERDICT_H

#include "types.h"

/* How much earlier than the first one's last success the second one's clock must
 * read before the clocks count as overlapping: unset clocks are off by more. */
#define VERDICT_CLOCK_MARGIN 300 /* seconds, unless it is set */

/* true from VERDICT_SUSPECTED on: what users call a duplicate. */
static inline bool verdict_accuses(nfs4_verdict verdict)
{
    return verdict >= VERDICT_SUSPECTED;
}

/* true if the confirm of `next` ended `lease` (R4): another instance of the same
 * owner, in the same life of the server, and the lease had not been given back. */
bool verdict_is_takeover(const nfs4_lease *lease, const nfs4_lease *next);

/* true if `lease` was refused because `next` had been confirmed (R5). */
bool verdict_is_refused_by(const nfs4_lease *lease, const nfs4_lease *next);

/* How to read the change from `lease` to `next`, its successor in the order of the
 * server (NULL for none). */
nfs4_change verdict_of_change(const nfs4_lease *lease, const nfs4_lease *next);

/* What the counters say of the loss of a lease (R7). */
nfs4_loss verdict_of_loss(const nfs4_lease *lease);

/* The evidence that a change gives; EVIDENCE_KINDS for none. */
nfs4_evidence_kind verdict_evidence_of(nfs4_change change);

/* true if this kind of evidence bears out the owner's verdict: what accuses where it
 * is accused, what explains its changes where it is not. */
bool verdict_rests_on(const nfs4_owner *owner, nfs4_evidence_kind kind);

/* The verdict of an owner from the counts of its changes and returns. */
nfs4_verdict verdict_of_owner(const nfs4_owner *owner);

/* true if the takeover of `lease` is part of what its owner is accused of: not where
 * one program plays both, nor where the second merely restarted the first. */
bool verdict_is_collision(const nfs4_lease *lease);

/* true if the lease was lost to a client that the capture does not show, and its
 * owner is accused of it. */
bool verdict_is_loss_to_unseen(const nfs4_lease *lease);

/* Why the holder of a chain's lease was refused, as far as that is known yet, and
 * how sure that is (VERDICT_SUSPECTED, _PROBABLE, _PROVEN; _UNDECIDED for none). */
nfs4_cause verdict_of_chain(const nfs4_chain *chain, nfs4_verdict *grade);

/* The confirm to which a chain with CAUSE_DUPLICATE_OWNER lost its lease, of the same
 * instance where that is a clone (T20). NULL for other causes, and where the capture does
 * not show it. */
const nfs4_lease *verdict_culprit(const nfs4_chain *chain);

/* interface words: "single", "restarted", ... and "duplicate-owner", ... Static. */
const char *verdict_name(nfs4_verdict verdict);
const char *verdict_kind_name(const nfs4_owner *owner); /* NULL where it is not accused */
const char *verdict_cause_name(nfs4_cause cause);
const char *verdict_evidence_name(nfs4_evidence_kind kind);

/* true if, by frames, the confirm of `other`, of another instance, ended the lease and its
 * holder was refused for that. Whichever of the two was given its clientid first. */
bool verdict_is_killer(const nfs4_lease *lease, const nfs4_lease *other);

/* By how many seconds the clock of a second instance must lie before the last success of
 * the first to be evidence: VERDICT_CLOCK_MARGIN at first. To be set before a model is
 * made, and not while it lives. */
void verdict_set_clock_margin(uint32_t seconds);

#endif
