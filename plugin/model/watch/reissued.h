/* reissued.h - clientids that a server gives out a second time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RULES.md, lease-identity and server-lives: a server that restarts within a second, one that is
 * set back, and one whose start time is none, give out the clientids of an earlier life again.
 */
#ifndef NFS4SESS_REISSUED_H
#define NFS4SESS_REISSUED_H

#include "identity.h"

/* The lease that the answer to an identification gives to `instance`: `lease`, that of its
 * clientid, or a new one with the same clientid. NULL for NULL. */
nfs4_lease *reissued_lease(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                           const nfs4_instance *instance);

/* A new lease of the clientid of that one, given out once more: in the server's present life, if
 * an earlier one gave it out before, and the present one has not come as far as that yet; else in
 * another life. */
nfs4_lease *reissued_succeed(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

/* The clientid of the lease was given out. */
void reissued_given(nfs4_lease *lease);

/* The server took a clientid that was given out unseen; `lease` is its new lease. */
void reissued_unseen(const nfs4_exchange *exchange, nfs4_lease *lease);

#endif
