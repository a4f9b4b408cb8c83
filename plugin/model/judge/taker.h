/* taker.h - which confirm ended a lease, where the next one in order did not
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_KILLER_H
#define NFS4SESS_KILLER_H

#include "types.h"

#define KILLER_NEARBY 16 /* leases looked at, before and after: a delayed confirm may be old */

/* true if the next one in order was confirmed before this one. Only then, and from then on,
 * need the next one in order not be what ended a lease of this owner. */
bool killer_is_late(const nfs4_lease *lease);

/* R4 for leases whose ids are not in the order of their confirms, as in storms of clones
 * whose confirms are delayed: of those around this one that may have ended it by frames,
 * the one that confirmed first. `next` is the next one in order. NULL where frames are
 * not to be trusted. */
nfs4_lease *killer_find(const nfs4_lease *lease, const nfs4_lease *next);

/* knfsd numbers its sessions in the order of the confirms that they come with, whatever
 * the order of clientids and of frames: of the leases around this one, the one of another
 * instance whose confirm made the first session after the lease's last one. NULL where
 * the numbers tell of none. */
nfs4_lease *killer_by_sessions(const nfs4_lease *lease);

/* true if that or the former may find `other` */
bool killer_may_be(const nfs4_lease *lease, const nfs4_lease *other);

#endif
