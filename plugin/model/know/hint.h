/* hint.h - what looks like trouble before anything broke
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two hosts with one machine name, or with the same client owner at two servers, will
 * throw each other out once they meet. Nothing of that is a verdict: a hint says what
 * to look at.
 */
#ifndef NFS4SESS_HINT_H
#define NFS4SESS_HINT_H

#include "watch/identity.h"

/* Prepares an empty room in `store`, which must outlive it. */
void hint_init(nfs4_hints *hints, nfs4_store *store);

/* The call of this exchange told the machine name of its sender (AUTH_SYS, RFC 5531
 * appendix A; Linux sends utsname()->nodename, from which it also builds its client
 * owner). The first of a connection counts. To be called when it is known whose lease
 * the exchange was about. */
void hint_observe_name(nfs4_model *model, const nfs4_exchange *exchange);

/* An owner was presented to a server, on this exchange. */
void hint_observe_owner(nfs4_model *model, const nfs4_exchange *exchange, nfs4_owner *owner);

/* true if the hint stands, by all that is known now: what came later may have shown
 * that there is one host only, or have led to a verdict. */
bool hint_holds(const nfs4_hint *hint);

#endif
