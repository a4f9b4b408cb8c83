/* late.h - clients that renew their lease too late, and are lucky
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_LATE_H
#define NFS4SESS_LATE_H

#include "watch/identity.h"

/* Takes a reply that spoke for this lease. */
void late_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

#endif
