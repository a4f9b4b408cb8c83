/* takeover_refused.h - the holder was refused because another instance had confirmed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_TAKEOVER_REFUSED_H
#define NFS4SESS_TAKEOVER_REFUSED_H

#include "rules.h"

/* true if `lease` was refused because `next`, its successor in the server's order, had been
 * confirmed: by the server's counters, or by frames. */
bool takeover_refused_by(const nfs4_lease *lease, const nfs4_lease *next);

/* true if, by frames alone, the confirm of `other` ended the lease and its holder was refused
 * for that, whichever of the two was given its clientid first. Clientids are in the order of
 * identifications; where a confirm is delayed, leases end in the order of confirms. */
bool takeover_refused_by_frames(const nfs4_lease *lease, const nfs4_lease *other);

#endif
