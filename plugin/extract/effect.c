/* effect.c - whether a message changed the model, beyond the times that every message moves
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "effect.h"

#include "know/session.h"
#include "watch/chain.h"

#define ADDRESS_CHANGES_COUNTED 4 /* of a session; more mean no more, see watch/copies.c */

/* ---- before --------------------------------------------------------------- */

static const nfs4_chain *under_way(const nfs4_chain *chain)
{
    return chain != NULL && !chain_is_over(chain) ? chain : NULL;
}

/* As recovery.c finds it. */
static const nfs4_chain *chain_of(const nfs4_connection *connection)
{
    const nfs4_chain *chain = under_way(connection->chain);
    if (chain == NULL && connection->instance != NULL)
        chain = under_way(connection->instance->chain);
    if (chain == NULL && connection->lease != NULL && connection->lease->instance != NULL)
        chain = under_way(connection->lease->instance->chain);
    return chain;
}

static void look_at_session(extract_before *before, const nfs4_message *message)
{
    const nfs4_event *event = nfs4_compound_event(&message->compound, OP_SEQUENCE);
    if (event == NULL || event->status != NFS4_OK)
        return;
    before->session = session_find(before->server, event->u.sequence.sessionid);
    if (before->session == NULL)
        return;
    const nfs4_slot *slot = session_slot(before->session, event->u.sequence.slotid);
    before->address_changes = before->session->address_changes;
    before->was_interleaved = before->session->is_interleaved;
    before->had_stranger = before->session->has_stranger;
    before->slot_troubled = slot != NULL && slot->troubles > 0;
}

static void look_at_server(extract_before *before, const nfs4_server *server)
{
    before->server = server;
    before->layout = server->layout;
    before->epoch = server->epoch;
    before->generation = server->generation;
    before->identities = server->identities;
    before->jumped_back_in = server->jumped_back_in;
}

static uint32_t loops_of(const nfs4_connection *connection)
{
    return connection->asker != NULL ? connection->asker->open : 0;
}

extract_before extract_before_message(const nfs4_model *model, const nfs4_message *message)
{
    extract_before before = {.bytes = store_news(&model->store),
                             .notes = model->note_count,
                             .facts = model->troubles.facts};
    before.known = connection_find(&model->connections, message->connection);
    if (before.known == NULL)
        return before;
    before.connection = *before.known;
    look_at_server(&before, before.known->endpoint->server);
    look_at_session(&before, message);
    before.loops = loops_of(before.known);
    const nfs4_lease *lease = before.known->lease;
    if (lease != NULL) {
        before.held = lease->memory.held;
        before.said_expired = lease->memory.says_expired;
        before.turns = lease->seldom->turns;
    }
    before.chain = chain_of(before.known);
    if (before.chain != NULL)
        before.chain_before = *before.chain;
    return before;
}

/* ---- after ---------------------------------------------------------------- */

static bool has_connection_changed(const nfs4_connection *a, const nfs4_connection *b)
{
    return a->owner != b->owner || a->instance != b->instance || a->lease != b->lease ||
           a->chain != b->chain || a->worked != b->worked || a->bound != b->bound ||
           a->named != b->named || a->cut != b->cut || a->is_copy != b->is_copy;
}

static bool has_server_changed(const extract_before *before, const nfs4_server *server)
{
    return server != before->server || server->layout != before->layout ||
           server->epoch != before->epoch || server->generation != before->generation ||
           server->identities != before->identities ||
           server->jumped_back_in != before->jumped_back_in;
}

static bool has_session_changed(const extract_before *before, const nfs4_message *message)
{
    const nfs4_session *session = before->session;
    if (session == NULL)
        return message->compound.is_reply &&
               nfs4_compound_event(&message->compound, OP_SEQUENCE) != NULL &&
               message->compound.status == NFS4_OK;
    bool moved = session->address_changes != before->address_changes &&
                 session->address_changes <= ADDRESS_CHANGES_COUNTED;
    return moved || session->has_stranger != before->had_stranger ||
           session->is_interleaved != before->was_interleaved || before->slot_troubled;
}

/* A client that is on its way back is followed step by step; one that is back, and renews its
 * lease only, is not. */
static bool has_chain_moved(const extract_before *before, const nfs4_message *message)
{
    static const uint64_t upkeep = UINT64_C(1) << OP_SEQUENCE | UINT64_C(1) << OP_RENEW;
    const nfs4_chain *was = &before->chain_before, *is = before->chain;
    if (is == NULL)
        return false;
    const nfs4_compound *compound = &message->compound;
    bool renews = (compound->ops_seen[0] & ~upkeep) == 0 && compound->ops_seen[1] == 0;
    return !renews || !was->is_back || memcmp(was, is, sizeof *is) != 0;
}

/* Answers of the file system's daily life: what is asked for is not there, or there already.
 * Any other refusal may be told. */
static bool is_ordinary(uint32_t status)
{
    enum { NFS4ERR_EXIST = 17, NFS4ERR_NOTEMPTY = 66 };
    return status == NFS4_OK || status == NFS4ERR_NOENT || status == NFS4ERR_EXIST ||
           status == NFS4ERR_NOTEMPTY;
}

/* Operations that speak of identity, of leases or of what was lost, whatever came of them. */
static bool is_of_identity(const nfs4_compound *compound)
{
    static const uint32_t ops[] = {
        OP_EXCHANGE_ID, OP_CREATE_SESSION,      OP_DESTROY_SESSION,  OP_BIND_CONN_TO_SESSION,
        OP_SETCLIENTID, OP_SETCLIENTID_CONFIRM, OP_DESTROY_CLIENTID, OP_RECLAIM_COMPLETE,
        OP_DELEGPURGE,  OP_TEST_STATEID};
    for (size_t i = 0; i < G_N_ELEMENTS(ops); i++)
        if (nfs4_compound_has(compound, ops[i]))
            return true;
    return compound->is_reply && nfs4_compound_event(compound, OP_GETATTR) != NULL;
}

/* Memory that an open or a lock takes is followed elsewhere. */
static bool has_grown(const extract_before *before, const nfs4_model *model,
                      const nfs4_compound *compound)
{
    return compound->is_reply && store_news(&model->store) > before->bytes &&
           !nfs4_compound_has(compound, OP_OPEN) && !nfs4_compound_has(compound, OP_LOCK);
}

bool extract_has_effect(const extract_before *before, const nfs4_model *model,
                        const nfs4_message *message)
{
    const nfs4_compound *compound = &message->compound;
    const nfs4_connection *connection = before->known;
    if (connection == NULL || model->note_count != before->notes ||
        model->troubles.facts != before->facts || is_of_identity(compound) ||
        has_connection_changed(&before->connection, connection) ||
        has_server_changed(before, connection->endpoint->server))
        return true;
    if (!compound->is_reply)
        return false;
    const nfs4_lease *lease = connection->lease;
    return !is_ordinary(compound->status) || connection->cut != NULL ||
           loops_of(connection) != before->loops ||
           (lease != NULL && (lease->memory.says_expired != before->said_expired ||
                              lease->seldom->turns != before->turns)) ||
           has_chain_moved(before, message) || has_session_changed(before, message) ||
           has_grown(before, model, compound);
}
