/* loop.h - the loop detector: the same client, operation and error, with no success in between
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A loop is about one thing: a slot, a file, a stateid, a client owner. What its client does
 * with other things neither ends it nor feeds it. A success costs nothing while its client
 * was not refused anything.
 */
#ifndef NFS4SESS_LOOP_H
#define NFS4SESS_LOOP_H

#include "trouble.h"

#include "watch/identity.h"

void loop_init(nfs4_troubles *troubles);

/* Takes a reply with its call. `lease` is the one that it spoke for, or NULL. */
void loop_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

#endif
