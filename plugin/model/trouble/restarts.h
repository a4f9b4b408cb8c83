/* restarts.h - servers that restart again and again, or take turns at one address
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_RESTARTS_H
#define NFS4SESS_RESTARTS_H

#include "watch/identity.h"

/* Takes the answer to an identification, which gave out this lease. */
void restarts_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

#endif
