/* verdict.h - what the cases of an owner add up to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure functions: they read owners and leases and change nothing.
 */
#ifndef NFS4SESS_VERDICT_H
#define NFS4SESS_VERDICT_H

#include "types.h"

/* true from VERDICT_SUSPECTED on: what users call a duplicate. */
static inline bool verdict_accuses(nfs4_verdict verdict)
{
    return verdict >= VERDICT_SUSPECTED;
}

/* The worst that the cases of any rule make. */
nfs4_verdict verdict_of_owner(const nfs4_owner *owner);

/* true if a rule that says so has a case: a lease that was in use ended */
bool verdict_is_harmful(const nfs4_owner *owner);

/* true if this kind of evidence bears out the owner's verdict: what accuses where it
 * is accused, what explains its changes where it is not. */
bool verdict_rests_on(const nfs4_owner *owner, nfs4_evidence_kind kind);

/* true if the takeover of `lease` is part of what its owner is accused of: not where
 * one program plays both, nor where the second merely restarted the first. */
bool verdict_is_collision(const nfs4_lease *lease);

/* true if the lease was lost to a client that the capture does not show, and its
 * owner is accused of it. */
bool verdict_is_loss_to_unseen(const nfs4_lease *lease);

/* interface words: "single", "restarted", ... and "duplicate-owner", ... Static. */
const char *verdict_name(nfs4_verdict verdict);
const char *verdict_kind_name(const nfs4_owner *owner); /* NULL where it is not accused */
const char *verdict_evidence_name(nfs4_evidence_kind kind);

#endif
