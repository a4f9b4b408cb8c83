/* session.c - NFSv4.1+ sessions and the leases that they belong to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session.h"

nfs4_session *session_find(const nfs4_server *server, const uint8_t *sessionid)
{
    return (nfs4_session *)wmem_map_lookup(server->sessions, sessionid);
}

nfs4_session *session_get(nfs4_server *server, const uint8_t *sessionid, nfs4_lease *lease,
                          wmem_allocator_t *scope)
{
    nfs4_session *session = session_find(server, sessionid);
    if (session == NULL) {
        session = wmem_new0(scope, nfs4_session);
        memcpy(session->sessionid, sessionid, NFS4_SESSIONID_SIZE);
        session->lease = lease;
        wmem_map_insert(server->sessions, session->sessionid, session);
    }
    return session;
}
