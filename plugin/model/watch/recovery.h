/* recovery.h - the way back of a client that was refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Recognised by what the client does, not by an order: Linux destroys its session and
 * asks for another with the old clientid first, FreeBSD identifies itself at once, 4.0
 * has no session at all, and every answer may be NFS4ERR_DELAY.
 */
#ifndef NFS4SESS_RECOVERY_H
#define NFS4SESS_RECOVERY_H

#include "identity.h"

/* Adds the exchange, which speaks for `lease`, to the chain that its client is going
 * through, if it is a step of that. */
void recovery_step(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

#endif
