/* copies.h - two hosts that present the same owner and the same verifier
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A virtual machine that was copied with its memory (RULES.md, cloned and
 * shared-session): its copies share a lease
 * or a session instead of taking it from each other. The server sees one client, so
 * only what they do betrays them.
 */
#ifndef NFS4SESS_CLONE_H
#define NFS4SESS_CLONE_H

#include "identity.h"

/* Looks at an exchange of a lease for signs of a copy. `session` is the one that it
 * used, or NULL. To be called before the exchange changes the lease. */
void clone_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_session *session,
                   nfs4_lease *lease);

#endif
