/* observe.h - what an exchange did: to the lease, and to a recovery
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_OBSERVE_H
#define NFS4SESS_OBSERVE_H

#include "identity.h"

/* Takes a reply with its call into the model. */
void observe_exchange(nfs4_model *model, const nfs4_exchange *exchange);

#endif
