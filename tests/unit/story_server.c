/* story_server.c - a server of a story: which clients and sessions it knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_server.h"

static uint64_t server_next_id(story_server *server)
{
    uint32_t counter = server->counter++;
    uint64_t mixed = (counter + 1) * 0x9e3779b97f4a7c15ULL;

    if (server->layout == KNFSD)
        return (uint64_t)GUINT32_SWAP_LE_BE(server->epoch) << 32 | GUINT32_SWAP_LE_BE(counter);
    if (server->layout == GANESHA)
        return (uint64_t)server->epoch << 32 | counter;
    return mixed ^ mixed >> 29;
}

void put_u64(uint8_t *bytes, uint64_t value, bool little)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (little ? 8 * i : 56 - 8 * i));
}

static void server_new_sessionid(story_server *server, uint64_t clientid, uint8_t *id)
{
    uint64_t counter = ++server->sessions_made;

    put_u64(id, server->layout == OPAQUE ? server_next_id(server) : clientid,
            server->layout == GANESHA);
    put_u64(id + 8, server->layout == OPAQUE ? ~counter : counter, server->layout != OPAQUE);
}

story_record *server_record(const story_server *server, uint64_t clientid)
{
    for (guint i = 0; i < server->records->len; i++) {
        story_record *record = &g_array_index(server->records, story_record, i);
        if (record->clientid == clientid)
            return record;
    }
    return NULL;
}

static story_record *server_record_of(const story_server *server, uint8_t number, nfs4_bytes owner,
                                      bool confirmed)
{
    for (guint i = 0; i < server->records->len; i++) {
        story_record *record = &g_array_index(server->records, story_record, i);
        if (record->confirmed == confirmed && record->address == number &&
            record->owner.len == owner.len &&
            memcmp(record->owner.data, owner.data, owner.len) == 0)
            return record;
    }
    return NULL;
}

story_live_session *server_session(const story_server *server, const uint8_t *id)
{
    for (guint i = 0; i < server->sessions->len; i++) {
        story_live_session *session = &g_array_index(server->sessions, story_live_session, i);
        if (memcmp(session->id, id, NFS4_SESSIONID_SIZE) == 0)
            return session;
    }
    return NULL;
}

bool server_drop_session(story_server *server, const uint8_t *id)
{
    story_live_session *session = server_session(server, id);

    if (session == NULL)
        return false;
    g_array_remove_index(
        server->sessions,
        (guint)(session - &g_array_index(server->sessions, story_live_session, 0)));
    return true;
}

bool server_drop(story_server *server, uint64_t clientid)
{
    story_record *record = server_record(server, clientid);

    if (record == NULL)
        return false;
    g_array_remove_index(server->records,
                         (guint)(record - &g_array_index(server->records, story_record, 0)));
    for (guint i = server->sessions->len; i-- > 0;)
        if (g_array_index(server->sessions, story_live_session, i).clientid == clientid)
            g_array_remove_index(server->sessions, i);
    return true;
}

uint64_t server_identify(story_server *server, uint8_t number, nfs4_bytes owner, uint64_t verifier,
                         bool *known)
{
    story_record *record = server_record_of(server, number, owner, true);

    *known = record != NULL && record->verifier == verifier;
    if (*known) {
        server->counter += server->layout == KNFSD;
        return record->clientid;
    }
    record = server_record_of(server, number, owner, false);
    if (record != NULL)
        server_drop(server, record->clientid);
    story_record fresh = {server_next_id(server), owner, verifier, number, false};
    g_array_append_val(server->records, fresh);
    return fresh.clientid;
}

bool server_confirm(story_server *server, uint64_t clientid)
{
    story_record *record = server_record(server, clientid);

    if (record == NULL)
        return false;
    if (record->confirmed)
        return true;
    story_record *old = server_record_of(server, record->address, record->owner, true);
    if (old != NULL)
        server_drop(server, old->clientid);
    server_record(server, clientid)->confirmed = true;
    return true;
}

void server_open_session(story_server *server, uint64_t clientid, uint8_t *id)
{
    story_live_session session = {.clientid = clientid};

    server_new_sessionid(server, clientid, session.id);
    memcpy(id, session.id, sizeof session.id);
    g_array_append_val(server->sessions, session);
}

bool server_knows(const story_server *server, uint64_t clientid)
{
    const story_record *record = server_record(server, clientid);

    return record != NULL && record->confirmed;
}

uint32_t server_lost_status(const story_server *server, uint64_t clientid)
{
    uint32_t epoch = (uint32_t)(clientid >> 32);

    return server->layout == KNFSD && GUINT32_SWAP_LE_BE(epoch) == server->epoch
               ? NFS4ERR_EXPIRED
               : NFS4ERR_STALE_CLIENTID;
}

void server_restart(story_server *server, uint32_t now)
{
    g_array_set_size(server->records, 0);
    g_array_set_size(server->sessions, 0);
    server->epoch = now;
    server->in_grace = true;
    if (server->layout == GANESHA)
        server->counter = 1;
}
