/* recovery.h - the way back of a client that was refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_RECOVERY_H
#define NFS4SESS_RECOVERY_H

#include "identity.h"

/* If a chain is under way for this exchange's client: enters the step that the
 * exchange is, and ends the chain where work goes on. `lease` is whose it was, or
 * NULL. To be called when the exchange has done all else to the model. */
void recovery_step(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

#endif
