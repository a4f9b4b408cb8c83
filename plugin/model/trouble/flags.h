/* flags.h - what a server asks for in the status flags of SEQUENCE, and who leaves it undone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_FLAGS_H
#define NFS4SESS_FLAGS_H

#include "watch/identity.h"

/* Takes a reply that spoke for this lease. */
void flags_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

#endif
