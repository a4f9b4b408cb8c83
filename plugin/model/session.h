/* session.h - NFSv4.1+ sessions and the leases that they belong to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_SESSION_H
#define NFS4SESS_SESSION_H

#include "identity.h"
#include "types.h"

/* The session of this id (16 bytes) at a server, or NULL. Owned by the server. */
nfs4_session *session_find(const nfs4_server *server, const uint8_t *sessionid);

/* The same; where it is not there it is created in `scope`, as one of `lease`. */
nfs4_session *session_get(nfs4_server *server, const uint8_t *sessionid, nfs4_lease *lease,
                          wmem_allocator_t *scope);

/* A slot of the session carried a request that the server answered, or refused for
 * good. Returns true if that is news; false for a copy of a request that was seen
 * before (R1): the same sequenceid with the same xid, or an older sequenceid, which no
 * server answers a second time. A connection that repeats what another one carried
 * last is marked as a copy (R10). Slots from NFS4_SLOTS_KEPT on always give true. */
bool session_take_slot(nfs4_session *session, const nfs4_exchange *exchange,
                       wmem_allocator_t *scope);

#endif
