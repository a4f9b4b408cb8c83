/* ids.h - servers that give out what they gave to somebody else, or took back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_TROUBLE_IDS_H
#define NFS4SESS_TROUBLE_IDS_H

#include "watch/identity.h"

/* Takes a reply that spoke for this lease. */
void ids_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

#endif
