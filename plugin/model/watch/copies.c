/* copies.c - two hosts that present the same owner and the same verifier
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "copies.h"

#include "judge/judge.h"
#include "know/lease.h"
#include "know/note.h"
#include "know/session.h"

/* A client of this address used the lease. */
static bool was_used_from(const nfs4_model *model, const nfs4_lease *lease, const address *client)
{
    for (uint32_t i = 0; i < lease->use.connection_count; i++) {
        const nfs4_connection *one =
            connection_find(&model->connections, lease->use.connections[i]);
        if (one != NULL && addresses_equal(&one->client, client))
            return true;
    }
    return false;
}

/* Cloned before its mount: CREATE_SESSION with a clientid that this instance has long
 * replaced, from an address that did not replace it: whoever asks does not know of
 * that. A request that was seen before is a copy of it with another address. */
static void observe_old_clientid(nfs4_model *model, const nfs4_exchange *exchange,
                                 nfs4_lease *lease)
{
    const nfs4_lease *newer = lease->instance != NULL ? lease->instance->current : NULL;
    bool copy = exchange->connection->is_copy || lease->loss.gone_xid == exchange->reply->xid;
    if (lease->loss.gone_xid == 0)
        lease->loss.gone_xid = exchange->reply->xid;
    if (copy || newer == NULL || newer == lease || newer->use.confirmed_from == NULL ||
        exchange->call->frame <= newer->confirm.reply || !lease_same_life(lease, newer) ||
        lease->last_ok.call > newer->confirm.reply || lease_compare(newer, lease, NULL) <= 0)
        return;
    if (addresses_equal(&exchange->connection->client, newer->use.confirmed_from) ||
        was_used_from(model, newer, &exchange->connection->client))
        return;
    nfs4_moment shown = identity_moment(exchange);
    judge_clone(lease, newer, &shown);
    note_evidence(model, exchange, lease, lease->instance);
}

#define SHARED_CHANGES 2 /* of the address that uses the session */
#define SHARED_TROUBLES 4

static bool is_slot_trouble(const nfs4_compound *reply)
{
    return reply->last_op == OP_SEQUENCE &&
           (reply->status == NFS4ERR_SEQ_MISORDERED || reply->status == NFS4ERR_SEQ_FALSE_RETRY);
}

static void note_user(nfs4_session *session, const nfs4_connection *connection)
{
    const address *client = &connection->client;
    if (session->used_from != client) {
        if (session->used_from != NULL && !addresses_equal(session->used_from, client)) {
            session->address_changes++;
            session->is_interleaved |= connection->id < session->newest_connection;
        }
        session->used_from = client;
    }
    session->newest_connection = MAX(session->newest_connection, connection->id);
    session->has_stranger |= connection->instance == NULL && !connection->bound;
}

/* Cloned while mounted: one session in turns from two addresses, as session trunking
 * has it too; but a client that trunks identifies itself on each connection or binds it
 * first, and where it loses count of a slot it finds it again. A copy does neither, and
 * whichever of the two loses count asks for ever. Nor does it close its connection when the other
 * asks: one client whose address is translated to another one with each new connection does. */
static void observe_shared_session(nfs4_model *model, const nfs4_exchange *exchange,
                                   nfs4_session *session, nfs4_lease *lease)
{
    note_user(session, exchange->connection);
    if (!is_slot_trouble(&exchange->reply->compound) || !session->has_stranger)
        return;
    if (session_slot_troubled(session, exchange) >= SHARED_TROUBLES &&
        session->address_changes >= SHARED_CHANGES && session->is_interleaved &&
        lease->instance != NULL) {
        nfs4_moment shown = identity_moment(exchange);
        judge_shared_session(lease, &shown);
        note_evidence(model, exchange, lease, lease->instance);
    }
}

/* The two go on after each other. */
static void count_turn(nfs4_lease *lease, const nfs4_exchange *exchange)
{
    nfs4_lease_seldom *filed = lease_seldom(lease);
    const address *client = &exchange->connection->client;
    if (filed->turns >= NFS4_TURNS || exchange->reply->compound.status != NFS4_OK ||
        addresses_equal(filed->turned_last_to, client))
        return;
    filed->turns++;
    filed->turned_last_to = client;
    filed->turned_last = exchange->reply->when;
}

/* Two FreeBSD hosts that booted in one second share a clientid, and each has a session. */
static void observe_two_sessions(nfs4_model *model, const nfs4_exchange *exchange,
                                 const nfs4_session *session, nfs4_lease *lease)
{
    const nfs4_session *latest = lease->memory.latest_session;
    const address *client = &exchange->connection->client;
    if (lease->seldom->turned_in != 0) {
        count_turn(lease, exchange);
        return;
    }
    if (latest == NULL || latest == session || session->created_from == NULL ||
        lease->owner == NULL || !owner_form_is_freebsd(lease->owner->form.kind))
        return;
    bool goes_on = addresses_equal(session->created_from, client) &&
                   !addresses_equal(latest->created_from, client) &&
                   exchange->call->frame > latest->created_in &&
                   exchange->reply->compound.status == NFS4_OK;
    if (!goes_on)
        return;
    nfs4_moment back = identity_moment(exchange);
    nfs4_moment turned = {.reply = latest->created_in, .when = latest->created};
    judge_address_turns(lease, &turned, latest->created_from, &back, client);
    note_evidence(model, exchange, lease, lease->instance);
}

void clone_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_session *session,
                   nfs4_lease *lease)
{
    if (session != NULL && !exchange->connection->is_copy) {
        observe_shared_session(model, exchange, session, lease);
        observe_two_sessions(model, exchange, session, lease);
    }
    if (pending_has(exchange->call, OP_CREATE_SESSION) &&
        exchange->reply->compound.status == NFS4ERR_STALE_CLIENTID)
        observe_old_clientid(model, exchange, lease);
}
