/* whose.c - which session or lease an exchange speaks for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "whose.h"

#include "know/counters.h"
#include "judge/judge.h"
#include "know/lease.h"
#include "know/session.h"
#include "refusal.h"
#include "speaker.h"

/* The address refuses a session that another address gave out in this capture: it may
 * be another server, as after a migration. */
static bool is_stray(const nfs4_model *model, const nfs4_exchange *exchange, uint64_t clientid)
{
    const nfs4_server *other =
        server_find_by_clientid(&model->servers, exchange->endpoint->server, clientid);
    return refusal_is_lost_session(exchange->reply->compound.status) && other != NULL &&
           lease_find(other, clientid) != NULL;
}

/* The lease of a session that was not seen before. A lease that was lost in an earlier life of
 * the server has nothing to do with it. */
static nfs4_lease *lease_in_mid_life(nfs4_model *model, const nfs4_exchange *exchange,
                                     nfs4_server *server, uint64_t clientid)
{
    uint32_t frame = exchange->reply->frame;
    nfs4_lease *lease =
        clientid != 0 ? speaker_lease(model, exchange, server, clientid,
                                      !refusal_is_lost_session(exchange->reply->compound.status))
                      : lease_get(server, 0, exchange->call->minorversion, frame, &model->store);
    bool is_old = lease->refused.reply != 0 && lease->generation != server->generation;
    return is_old ? lease_succeed(lease, frame, &model->store) : lease;
}

/* A session whose CREATE_SESSION was not captured. */
static nfs4_session *session_in_mid_life(nfs4_model *model, const nfs4_exchange *exchange)
{
    nfs4_endpoint_entry *endpoint = exchange->endpoint;
    nfs4_server *server = endpoint->server;
    uint64_t clientid = 0;
    bool learned;
    if (server_session_clientid(server, exchange->call->sessionid, &exchange->call->when, &clientid,
                                &learned)) {
        if (learned)
            judge_layout_known(server);
        if (!is_stray(model, exchange, clientid))
            server = identity_place(model, exchange, clientid);
    }
    const nfs4_instance *presented = exchange->connection->instance;
    nfs4_lease *issued = presented != NULL ? presented->last_lease : NULL;
    nfs4_lease *lease = clientid == 0 && issued != NULL && !issued->use.confirmed
                            ? issued /* it is the confirm that was not captured */
                            : lease_in_mid_life(model, exchange, server, clientid);
    nfs4_session *session = session_find(server, exchange->call->sessionid);
    if (session == NULL)
        session = session_new(server, exchange->call->sessionid, lease, &model->store);
    counters_add_lease(lease);
    counters_add_session(session);
    return session;
}

static bool is_at_home(const nfs4_session *session, const nfs4_connection *connection)
{
    return session->lease == connection->lease ||
           (session->created_from != NULL &&
            addresses_equal(session->created_from, &connection->client));
}

nfs4_session *whose_spoken_for(nfs4_session *session, const nfs4_exchange *exchange)
{
    nfs4_session *one = session, *friend = NULL;
    for (int i = 0; i <= NFS4_NAMESAKES_SEARCHED && one != NULL; i++, one = one->older) {
        if (is_at_home(one, exchange->connection))
            return one;
        if (friend == NULL && !speaker_is_stranger(one->lease, exchange->call))
            friend = one;
    }
    return friend != NULL ? friend : session;
}

nfs4_session *whose_session(nfs4_model *model, const nfs4_exchange *exchange)
{
    if (!exchange->call->has_sequence && !exchange->call->has_bind)
        return NULL;
    nfs4_server *server = exchange->endpoint->server;
    nfs4_session *session = session_find(server, exchange->call->sessionid);
    if (session == NULL)
        return session_in_mid_life(model, exchange);
    session_keep_at_hand(server, session);
    return whose_spoken_for(session, exchange);
}

/* A clientid from before the capture, of which the next one to be given out may tell how the
 * server builds them. */
static void learn_from(nfs4_server *server, const nfs4_call *call)
{
    if (server_learn_clientid(server, call->clientid, &call->when))
        judge_layout_known(server);
}

/* CREATE_SESSION names the lease of a session whose id told nothing. */
static void name_anonymous(const nfs4_exchange *exchange)
{
    nfs4_lease *lease = exchange->connection->lease;
    if (lease != NULL && lease->clientid == 0 && lease->minorversion > 0 &&
        pending_has(exchange->call, OP_CREATE_SESSION) &&
        lease_find(lease->server, exchange->call->clientid) == NULL) {
        lease_name(lease, exchange->call->clientid);
        learn_from(lease->server, exchange->call);
    }
}

nfs4_lease *whose_lease(nfs4_model *model, const nfs4_exchange *exchange)
{
    const nfs4_call *call = exchange->call;
    nfs4_server *server = exchange->endpoint->server;
    uint64_t clientid;
    if (call->has_clientid) {
        name_anonymous(exchange);
        nfs4_lease *own = exchange->connection->lease;
        if (own != NULL && own->clientid == call->clientid && !pending_is_confirm(call))
            return own; /* and not whoever was given the same id later */
        bool worked = exchange->reply->compound.status == NFS4_OK;
        nfs4_lease *lease = lease_find(server, call->clientid);
        if (lease != NULL)
            lease = speaker_lease(model, exchange, server, call->clientid, worked);
        if (lease == NULL && call->minorversion == 0 &&
            !pending_has(call, OP_SETCLIENTID_CONFIRM)) {
            server = identity_place(model, exchange, call->clientid);
            learn_from(server, call);
            lease = lease_get(server, call->clientid, 0, exchange->reply->frame, &model->store);
            counters_add_lease(lease);
        }
        return lease;
    }
    if (call->minorversion == 0 && call->has_stateid &&
        server_stateid_clientid(server, call->stateid.other, &clientid))
        return lease_find(server, clientid);
    return NULL;
}
