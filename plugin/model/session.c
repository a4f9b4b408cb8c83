/* session.c - NFSv4.1+ sessions and the leases that they belong to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session.h"

/* Where the session is among those asked for last: servers count in its third word. */
static nfs4_session **recent_place(nfs4_server *server, const uint8_t *sessionid)
{
    return &server->recent[(sessionid[8] ^ sessionid[11]) % NFS4_SESSIONS_RECENT];
}

nfs4_session *session_find(nfs4_server *server, const uint8_t *sessionid)
{
    nfs4_session **recent = recent_place(server, sessionid);
    if (*recent != NULL && memcmp((*recent)->sessionid, sessionid, NFS4_SESSIONID_SIZE) == 0)
        return *recent;
    nfs4_session *found = (nfs4_session *)wmem_map_lookup(server->sessions, sessionid);
    if (found != NULL)
        *recent = found;
    return found;
}

nfs4_session *session_new(nfs4_server *server, const uint8_t *sessionid, nfs4_lease *lease,
                          wmem_allocator_t *scope)
{
    nfs4_session *session = wmem_new0(scope, nfs4_session);
    memcpy(session->sessionid, sessionid, NFS4_SESSIONID_SIZE);
    session->lease = lease;
    wmem_map_insert(server->sessions, session->sessionid, session);
    *recent_place(server, sessionid) = session;
    return session;
}

static nfs4_slot *get_slot(nfs4_session *session, uint32_t slotid, wmem_allocator_t *scope)
{
    static const nfs4_slot unused;
    if (session->slots == NULL)
        session->slots = wmem_array_sized_new(scope, sizeof(nfs4_slot), 4);
    while (wmem_array_get_count(session->slots) <= slotid)
        wmem_array_append_one(session->slots, unused);
    return (nfs4_slot *)wmem_array_index(session->slots, slotid);
}

bool session_take_slot(nfs4_session *session, const nfs4_exchange *exchange,
                       wmem_allocator_t *scope)
{
    const nfs4_call *call = exchange->call;
    if (call->slotid >= NFS4_SLOTS_KEPT)
        return true;
    nfs4_slot *slot = get_slot(session, call->slotid, scope);
    int32_t ahead = (int32_t)(call->sequenceid - slot->sequenceid); /* sequenceids wrap */
    bool same = ahead == 0 && slot->xid == exchange->reply->xid;
    if (slot->connection != NULL && (ahead < 0 || same)) {
        if (same && slot->connection != exchange->connection)
            exchange->connection->is_copy = true;
        return false;
    }
    if (slot->troubles > 0 && addresses_equal(slot->troubled, &exchange->connection->client))
        slot->troubles = 0;
    slot->sequenceid = call->sequenceid;
    slot->xid = exchange->reply->xid;
    slot->connection = exchange->connection;
    return true;
}

uint32_t session_slot_troubled(nfs4_session *session, const nfs4_exchange *exchange)
{
    const address *client = &exchange->connection->client;
    uint32_t slotid = exchange->call->slotid;
    if (session->slots == NULL || slotid >= wmem_array_get_count(session->slots))
        return 0;
    nfs4_slot *slot = (nfs4_slot *)wmem_array_index(session->slots, slotid);
    if (slot->connection == NULL || addresses_equal(&slot->connection->client, client))
        return 0;
    if (slot->troubles == 0)
        slot->troubled = client;
    if (addresses_equal(slot->troubled, client))
        slot->troubles++;
    return slot->troubles;
}
