/* happen.h - something happened to a client that is trouble, or goes on to be
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_HAPPEN_H
#define NFS4SESS_HAPPEN_H

#include "trouble.h"

#include "watch/identity.h"

/* The exchange is one more of those that the trouble is made of. */
void happen_again(nfs4_model *model, const nfs4_exchange *exchange, nfs4_trouble *trouble);

/* The exchange shows trouble: of `like`, the kind, operation, status, owner, lease and detail
 * count, and its first frame and time where it began earlier. Returns the trouble that it is part
 * of now, with a detail that may be older; NULL where nothing more is kept. */
nfs4_trouble *happen(nfs4_model *model, const nfs4_exchange *exchange, const nfs4_trouble *like);

/* A trouble of this kind, of the lease's owner or of the connection's. */
nfs4_trouble happen_like(const nfs4_exchange *exchange, nfs4_lease *lease, nfs4_trouble_kind kind,
                         uint32_t operation);

#endif
