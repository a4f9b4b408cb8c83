/* cost.h - what an invalidation cost the client
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Counts what packets show, from the first refusal to the first ordinary operation
 * that works again: nothing is estimated.
 */
#ifndef NFS4SESS_COST_H
#define NFS4SESS_COST_H

#include "identity.h"

/* A request was refused because its lease or session is gone. */
void cost_refused(nfs4_chain *chain, const nfs4_call *call);

/* The client was about to give this back when it was refused: it does not miss it. */
void cost_give_up(nfs4_chain *chain, const nfs4_held *given_up);

/* true if the request opens or locks a file that the client held before, as long as it
 * has not regained as much as it held, or as it tried in vain to reclaim. Clients see
 * to that before they go on with what was refused. */
bool cost_is_reopen(const nfs4_chain *chain, const nfs4_call *call);

/* true if the request asks once more for what was refused. */
bool cost_is_resent(const nfs4_chain *chain, const nfs4_call *call);

/* true if such a request gives the client the last of what it held: whoever waits for it goes
 * on. */
bool cost_completes(const nfs4_chain *chain, const nfs4_call *call);

/* An exchange of the recovery, which was this step of it (STEP_NONE for none). */
void cost_count(nfs4_chain *chain, const nfs4_exchange *exchange, nfs4_step_kind kind);

/* true if nothing is left that the client held, or tried to reclaim, and has not got
 * back */
bool cost_all_regained(const nfs4_chain *chain);

/* `next` goes on where `chain` was broken off: what is still missing is missing there. */
void cost_carry(const nfs4_chain *chain, nfs4_chain *next);

/* What the client held and did not get back; false where the capture does not tell. */
bool cost_lost_opens(const nfs4_chain *chain, uint32_t *lost);
bool cost_lost_locks(const nfs4_chain *chain, uint32_t *lost);
bool cost_lost_delegations(const nfs4_chain *chain, uint32_t *lost);

#endif
