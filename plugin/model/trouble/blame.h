/* blame.h - whose fault a loop of refusals is, where packets tell
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_TROUBLE_BLAME_H
#define NFS4SESS_TROUBLE_BLAME_H

#include "watch/identity.h"

/* Fills in who is to blame, and the sequence numbers that show it. `exchange` is one of the
 * refusals, and `lease` the one that it spoke for, or NULL. */
void blame_find(nfs4_trouble *trouble, const nfs4_exchange *exchange, const nfs4_lease *lease);

#endif
