/* unanswered.h - identifications whose answers were not captured
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Owner and verifier stand in the call, so that a capture of one direction, or one that
 * lost replies, still shows who presents an owner, and whether verifiers alternate.
 */
#ifndef NFS4SESS_UNANSWERED_H
#define NFS4SESS_UNANSWERED_H

#include "model.h"

/* The call has had no answer so far. Where it identifies a client, a lease without a clientid
 * stands for what the client was given; once for each call. */
void unanswered_observe(nfs4_model *model, nfs4_call *call);

/* The answer came after all. */
void unanswered_withdraw(nfs4_lease *stand_in);

/* The owner identified itself or was refused, which its identifications without answers may
 * explain. */
void unanswered_review(nfs4_owner *owner);

/* Judges the owners for which something was observed since the last time. The work grows
 * with their identifications. */
void unanswered_settle(nfs4_model *model);

#endif
