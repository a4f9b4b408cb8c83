/* session.h - NFSv4.1+ sessions and the leases that they belong to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_SESSION_H
#define NFS4SESS_SESSION_H

#include "watch/identity.h"
#include "types.h"

/* The session of this id (16 bytes) at a server, or NULL. Owned by the server. */
nfs4_session *session_find(const nfs4_server *server, const uint8_t *sessionid);

/* The session was used: session_find finds it without a look into the map as long as no
 * other one takes its place. */
void session_keep_at_hand(nfs4_server *server, nfs4_session *session);

/* A new session of `lease` in `store`, which takes the place of another with this id. */
nfs4_session *session_new(nfs4_server *server, const uint8_t *sessionid, nfs4_lease *lease,
                          nfs4_store *store);

/* What the slot of this number carried last; NULL where that is not known. */
const nfs4_slot *session_slot(const nfs4_session *session, uint32_t slotid);

/* A slot of the session carried a request that the server answered, or refused for
 * good. Returns true if that is news; false for a copy of a request that was seen
 * before (RULES.md, copies): the same sequenceid with the same xid, or an older sequenceid, which
 * no server answers a second time. A connection that repeats what another one carried last is
 * marked as a copy. Slots from NFS4_SLOTS_KEPT on always give true. */
bool session_take_slot(nfs4_session *session, const nfs4_exchange *exchange, nfs4_store *store);

/* The request of this exchange found its slot out of order (SEQ_MISORDERED,
 * SEQ_FALSE_RETRY). Returns how often that has happened, on this slot and to this
 * address, since another address had used the slot; a success of its own ends it. */
uint32_t session_slot_troubled(nfs4_session *session, const nfs4_exchange *exchange);

#endif
