/* slots.h - sessions all slots of which wait for the server
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_SLOTS_H
#define NFS4SESS_SLOTS_H

#include "watch/identity.h"

/* Takes a reply that spoke for this lease. */
void slots_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

/* The capture ends here, or may: looks at the calls that wait. */
void slots_settle(nfs4_model *model);

#endif
