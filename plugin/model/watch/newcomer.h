/* newcomer.h - a newcomer that the server refuses with NFS4ERR_CLID_INUSE
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Another principal holds the owner (RFC 8881 section 18.35.4, case 3; RFC 7530 section
 * 16.33.5). That is a second host if the holder works on after that, and at least the
 * sign of one if the server names a holder at another address. Else it may be the same
 * host, which restarted with other credentials.
 */
#ifndef NFS4SESS_IN_USE_H
#define NFS4SESS_IN_USE_H

#include "identity.h"

/* true if the server names a holder */
bool newcomer_is_told(const nfs4_exchange *exchange);

/* The identification of `newcomer` as `owner` was refused so. */
void newcomer_refused(nfs4_model *model, const nfs4_exchange *exchange, nfs4_owner *owner,
                      nfs4_instance *newcomer);

#endif
