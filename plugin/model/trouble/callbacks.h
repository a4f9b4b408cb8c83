/* callbacks.h - callbacks that nobody answers, or that are refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_TROUBLE_CALLBACKS_H
#define NFS4SESS_TROUBLE_CALLBACKS_H

#include "happen.h"

#include "wire/callback.h"

void callbacks_init(nfs4_troubles *troubles);

/* A callback, on the first pass, in the order of the frames. */
void callbacks_heard(nfs4_model *model, const nfs4_callback *callback);

/* The client of the lease is heard. */
void callbacks_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

/* The server took away what it had recalled: the trouble is told how the recall went. */
void callbacks_revoked(nfs4_model *model, const nfs4_exchange *exchange, nfs4_trouble *trouble);

#endif
