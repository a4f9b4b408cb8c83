/* held.h - opens, locks and delegations that a client holds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Counted so that a lost lease can be told what went with it. A stateid is kept while
 * its lease lives and the client has not given it up, so that the memory grows with
 * what clients hold.
 */
#ifndef NFS4SESS_STATE_H
#define NFS4SESS_STATE_H

#include "watch/identity.h"

/* Takes what the exchange, which speaks for `lease`, gave to the client or took back
 * from it: OPEN, LOCK, LOCKU, CLOSE, DELEGRETURN, FREE_STATEID (RFC 8881 sections 18.16,
 * 18.10, 18.12, 18.2, 18.6, 18.38). */
void state_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

/* The request was refused, and would have given something back: the client is done with
 * it. Returns what that was. */
nfs4_held state_give_up(nfs4_model *model, const nfs4_call *call, nfs4_lease *lease);

/* The lease of the chain is gone for good, and with it all that was held under it: notes the
 * files that were locked, forgets the stateids, and leaves lease->held as it is. */
void state_forget(nfs4_model *model, nfs4_chain *chain);

#endif
