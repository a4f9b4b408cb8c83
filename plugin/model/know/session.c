/* session.c - NFSv4.1+ sessions and the leases that they belong to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session.h"

/* Where the session is among those asked for last: servers count in its third word. */
static unsigned recent_place(const uint8_t *sessionid)
{
    return (sessionid[8] ^ sessionid[11]) % NFS4_SESSIONS_RECENT;
}

nfs4_session *session_find(const nfs4_server *server, const uint8_t *sessionid)
{
    nfs4_session *recent = server->recent[recent_place(sessionid)];
    if (recent != NULL && memcmp(recent->sessionid, sessionid, NFS4_SESSIONID_SIZE) == 0)
        return recent;
    return (nfs4_session *)wmem_map_lookup(server->sessions, sessionid);
}

void session_keep_at_hand(nfs4_server *server, nfs4_session *session)
{
    server->recent[recent_place(session->sessionid)] = session;
}

nfs4_session *session_new(nfs4_server *server, const uint8_t *sessionid, nfs4_lease *lease,
                          nfs4_store *store)
{
    nfs4_session *session = store_new(store, nfs4_session);
    memcpy(session->sessionid, sessionid, NFS4_SESSIONID_SIZE);
    session->lease = lease;
    session->older = (nfs4_session *)wmem_map_lookup(server->sessions, sessionid);
    wmem_map_insert(server->sessions, session->sessionid, session);
    session_keep_at_hand(server, session);
    return session;
}

static nfs4_slot *slot_at(nfs4_session *session, uint32_t slotid)
{
    if (slotid == 0)
        return &session->slot0;
    nfs4_slot *page = slotid < NFS4_SLOTS_KEPT ? session->slots[slotid / NFS4_SLOTS_PAGE] : NULL;
    return page != NULL ? &page[slotid % NFS4_SLOTS_PAGE] : NULL;
}

const nfs4_slot *session_slot(const nfs4_session *session, uint32_t slotid)
{
    const nfs4_slot *slot = slot_at((nfs4_session *)session, slotid);
    return slot != NULL && slot->connection != NULL ? slot : NULL;
}

/* NULL where it is not kept. */
static nfs4_slot *slot_get(nfs4_session *session, uint32_t slotid, nfs4_store *store)
{
    nfs4_slot *slot = slot_at(session, slotid);
    if (slot != NULL || slotid >= NFS4_SLOTS_KEPT || store_is_full(store))
        return slot;
    uint64_t before = store->bytes;
    session->slots[slotid / NFS4_SLOTS_PAGE] =
        (nfs4_slot *)store_take(store, NFS4_SLOTS_PAGE * sizeof(nfs4_slot));
    store->aside += store->bytes - before;
    return slot_at(session, slotid);
}

/* A copy that address translation makes follows at once. Whoever sends the same a while later
 * from another address may have the memory of the first sender. */
static bool is_copy(const nfs4_slot *slot, const nfs4_exchange *exchange)
{
    nstime_t since;
    nstime_delta(&since, &exchange->reply->when, &slot->when);
    return (since.secs == 0 && ABS(since.nsecs) < NFS4_COPY_NSECS) ||
           addresses_equal(&slot->connection->client, &exchange->connection->client);
}

bool session_take_slot(nfs4_session *session, const nfs4_exchange *exchange, nfs4_store *store)
{
    const nfs4_call *call = exchange->call;
    nfs4_slot *slot = slot_get(session, call->slotid, store);
    if (slot == NULL)
        return true;
    int32_t ahead = (int32_t)(call->sequenceid - slot->sequenceid); /* sequenceids wrap */
    bool same = ahead == 0 && slot->xid == exchange->reply->xid;
    if (slot->connection != NULL && (ahead < 0 || same)) {
        if (same && slot->connection != exchange->connection)
            exchange->connection->is_copy |= is_copy(slot, exchange);
        return false;
    }
    if (slot->troubles > 0 && addresses_equal(slot->troubled, &exchange->connection->client))
        slot->troubles = 0;
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_SEQUENCE);
    if (event != NULL && event->status == NFS4_OK)
        session->allowed = event->u.sequence.slots;
    slot->ahead = slot->connection != NULL ? ahead : 0;
    slot->sequenceid = call->sequenceid;
    slot->xid = exchange->reply->xid;
    slot->when = exchange->reply->when;
    slot->connection = exchange->connection;
    return true;
}

uint32_t session_slot_troubled(nfs4_session *session, const nfs4_exchange *exchange)
{
    const address *client = &exchange->connection->client;
    nfs4_slot *slot = slot_at(session, exchange->call->slotid);
    if (slot == NULL || slot->connection == NULL ||
        addresses_equal(&slot->connection->client, client))
        return 0;
    if (slot->troubles == 0)
        slot->troubled = client;
    if (addresses_equal(slot->troubled, client))
        slot->troubles++;
    return slot->troubles;
}
