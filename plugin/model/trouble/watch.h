/* watch.h - what the room sees of each exchange
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_TROUBLE_WATCH_H
#define NFS4SESS_TROUBLE_WATCH_H

#include "watch/identity.h"

/* Takes a reply with its call. `lease` is the one that it spoke for, or NULL. A success of a
 * client that was never refused costs next to nothing. */
void trouble_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

/* The capture ends here, or may. */
void trouble_settle(nfs4_model *model);

#endif
