/* identity.c - who a client says it is: identifications and confirms
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "identity.h"

#include "know/counters.h"
#include "one_server.h"
#include "reissued.h"
#include "snapped.h"
#include "speaker.h"
#include "know/hint.h"
#include "unanswered.h"
#include "judge/judge.h"
#include "know/lease.h"
#include "know/note.h"
#include "know/session.h"

nfs4_moment identity_moment(const nfs4_exchange *exchange)
{
    return (nfs4_moment){exchange->call->frame, exchange->reply->frame, exchange->reply->when,
                         exchange->call->when};
}

static void enter(nfs4_lease *lease)
{
    if (lease->instance == NULL || lease->links.position != NULL)
        return;
    lease->instance->current = lease;
    judge_enter(lease);
}

void identity_in_use(nfs4_model *model, nfs4_lease *lease, const nfs4_moment *at)
{
    if (lease->use.confirmed)
        return;
    lease->use.confirmed = true;
    lease->use.ordinal = ++model->confirms;
    if (at != NULL && lease->issued.reply != 0)
        lease->confirm = *at;
    enter(lease);
}

/* RULES.md, lease-identity: a lease whose identification was not captured takes the owner
 * and verifier that the same connection presents next. */
static void adopt(nfs4_lease *lease, nfs4_instance *instance, const nfs4_call *call)
{
    bool same_protocol = lease != NULL && (lease->minorversion == 0) == (call->minorversion == 0);
    if (lease == NULL || lease->instance != NULL || !same_protocol ||
        lease->server != instance->owner->server)
        return;
    lease_set_instance(lease, instance);
    counters_add_lease(lease);
    if (lease->chain != NULL) {
        chain_adopt(lease->chain, instance->owner);
        instance->chain = lease->chain;
    }
    if (lease->use.confirmed)
        enter(lease);
}

nfs4_instance *identity_presenting(nfs4_model *model, const nfs4_exchange *exchange,
                                   nfs4_owner *owner)
{
    const nfs4_call *call = exchange->call;
    nfs4_instance *instance =
        owner_get_instance(&model->owners, owner, call->verifier, &call->when, call->frame);
    if (instance == NULL && exchange->connection->owner == owner)
        instance = exchange->connection->instance;
    return instance;
}

void identity_describe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_instance *instance)
{
    const nfs4_call *call = exchange->call;
    if (!exchange->connection->is_copy)
        owner_add_address(&model->owners, instance, &exchange->connection->client,
                          &exchange->connection->client_link);
    owner_add_name(&model->owners, instance, call->machine);
    owner_add_software(&model->owners, instance, call->domain, call->implementation);
    instance->is_protected |= call->wants_protection;
    instance->last_frame = exchange->reply->frame;
}

/* The server gave the instance a clientid that was not seen before. */
static void issue(nfs4_lease *lease, nfs4_instance *instance, const nfs4_exchange *exchange)
{
    nfs4_lease *before = instance->current;
    lease->issued = identity_moment(exchange);
    lease->memory.issued_xid = exchange->reply->xid;
    lease->memory.issued_on = exchange->connection->id;
    lease->memory.issued_before = instance->owner->last_issued;
    lease->memory.issued_verifier = exchange->call->verifier;
    lease->identity = lease->server->identities;
    lease_set_instance(lease, instance);
    instance->owner->last_issued = lease;
    instance->owner->challenger = lease;
    unanswered_review(instance->owner);
    counters_add_lease(lease);
    reissued_given(lease);
    if (lease->use.confirmed)
        enter(lease);
    if (before != NULL && before != lease && before->links.next_of_instance == NULL) {
        before->links.next_of_instance = lease;
        lease->links.previous_of_instance = before;
        judge_review(before);
    }
}

/* RULES.md, copies: the same answer to the same xid on another connection is one message
 * that was captured twice, before and after its address was translated. */
static bool is_copy(const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    return lease->issued.reply != 0 && lease->memory.issued_xid == exchange->reply->xid &&
           lease->memory.issued_on != exchange->connection->id &&
           lease->memory.issued_verifier == exchange->call->verifier;
}

/* Every mount with 4.0 identifies itself twice in a row and is given one clientid; the
 * id that the second one used up follows the first one's, whatever other frames lie in
 * between in a merged capture. */
static bool is_repeat(const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nstime_t since;
    nstime_delta(&since, &exchange->reply->when, &lease->issued.when);
    if (lease->issued.reply == 0 || lease->memory.issued_on != exchange->connection->id ||
        since.secs < 0 || since.secs >= 1)
        return false;
    uint32_t xid = exchange->reply->xid;
    if (xid != lease->memory.issued_xid && xid != lease->memory.repeat_xid) {
        lease->memory.repeat_xid = xid;
        counters_repeated(lease);
    }
    return true;
}

/* What the answer means for the server's counters. */
static void account_for(const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nfs4_counters *counters = counters_of(exchange->endpoint->server);
    if (lease != NULL && is_copy(exchange, lease))
        exchange->connection->is_copy = true;
    else if (lease != NULL && is_repeat(exchange, lease))
        return;
    else if (lease == NULL || lease->instance != NULL || lease->numbers.place != NULL)
        counters_burned(counters, exchange->reply->frame);
}

/* The clientid in the reply; false where the capture cut it off. */
static bool issued_clientid(const nfs4_compound *reply, uint64_t *clientid)
{
    const nfs4_event *event = nfs4_compound_event(reply, OP_EXCHANGE_ID);
    if (event != NULL) {
        *clientid = event->u.exchange_id.clientid;
        return true;
    }
    event = nfs4_compound_event(reply, OP_SETCLIENTID);
    if (event != NULL)
        *clientid = event->u.setclientid.clientid;
    return event != NULL;
}

nfs4_server *identity_place(nfs4_model *model, const nfs4_exchange *exchange, uint64_t clientid)
{
    bool learned;
    nfs4_server *server = server_place_clientid(&model->servers, exchange->endpoint, clientid,
                                                &exchange->reply->when, &learned);
    if (learned)
        judge_layout_known(server);
    return server;
}

/* The server gives a client, or still knows, a clientid of an earlier life than another that
 * it gave this client before: several servers answer at this address. A copy of an old answer
 * does not say so. */
static bool is_from_the_past(const nfs4_exchange *exchange, const nfs4_lease *lease,
                             const nfs4_lease *last)
{
    return lease != NULL && last != NULL && lease->life != NULL && last->life != NULL &&
           lease->generation == last->generation && lease->life->began < last->life->began &&
           lease->memory.issued_xid != exchange->reply->xid;
}

/* Other clients of the address may have come back before. */
static void returns(nfs4_server *server, const nfs4_lease *lease)
{
    server->starts.returns += server->starts.current != lease->life;
    if (server->alternates)
        return;
    server->alternates = true;
    judge_layout_known(server); /* judges all changes again */
}

static nfs4_server *learn_server(nfs4_model *model, const nfs4_exchange *exchange,
                                 uint64_t clientid)
{
    nfs4_server *server = exchange->endpoint->server;
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_EXCHANGE_ID);
    if (event != NULL && event->u.exchange_id.server_major.len > 0)
        server_learn_identity(&model->servers, server, event->u.exchange_id.server_major,
                              event->u.exchange_id.server_scope);
    if (event != NULL)
        server_learn_maker(&model->servers, server, event->u.exchange_id.impl_domain);
    one_server_identified(model, exchange, clientid);
    server = exchange->endpoint->server;
    if (server_learn_clientid(server, clientid, &exchange->reply->when))
        judge_layout_known(server);
    return identity_place(model, exchange, clientid);
}

/* The same answer at another server address within half a second: the capture holds each
 * message before and after the translation of the server's address. */
static void observe_alias(nfs4_model *model, const nfs4_exchange *exchange, uint64_t clientid)
{
    nfs4_answer answer = {
        exchange->reply->xid,     exchange->connection->id, clientid,
        exchange->call->verifier, exchange->reply->when,    exchange->endpoint->server};
    for (int i = 0; i < MODEL_ANSWERS; i++) {
        const nfs4_answer *other = &model->answers[i];
        nstime_t since;
        nstime_delta(&since, &answer.when, &other->when);
        if (other->server == NULL || other->xid != answer.xid || other->clientid != clientid ||
            other->verifier != answer.verifier || other->connection == answer.connection ||
            since.secs != 0 || ABS(since.nsecs) >= NFS4_COPY_NSECS)
            continue;
        if (other->server != answer.server)
            server_is_alias(exchange->endpoint, other->server);
        return;
    }
    model->answers[model->next_answer++ % MODEL_ANSWERS] = answer;
}

/* The lease of the clientid that the reply gives out; NULL where the capture cut it off. */
static nfs4_lease *find_given_out(nfs4_model *model, const nfs4_exchange *exchange)
{
    uint64_t clientid;
    if (!issued_clientid(&exchange->reply->compound, &clientid))
        return NULL;
    observe_alias(model, exchange, clientid);
    nfs4_server *server = learn_server(model, exchange, clientid);
    nfs4_lease *lease = lease_get(server, clientid, exchange->call->minorversion,
                                  exchange->reply->frame, &model->store);
    lease_enter_life(lease);
    return lease;
}

/* Who presents itself to that server; NULL for nobody known. */
static nfs4_instance *observe_presented(nfs4_model *model, const nfs4_exchange *exchange,
                                        nfs4_server *server)
{
    const nfs4_call *call = exchange->call;
    nfs4_owner *owner =
        owner_get(&model->owners, server, call->owner, call->minorversion, call->frame);
    if (owner->instance_count == 0)
        hint_observe_owner(model, exchange, owner);
    nfs4_instance *instance = identity_presenting(model, exchange, owner);
    exchange->connection->owner = owner;
    exchange->connection->instance = instance;
    if (instance == NULL)
        return NULL;
    identity_describe(model, exchange, instance);
    if (exchange->connection->is_copy) /* the same client, seen at another place */
        owner_add_address(&model->owners, instance, &exchange->connection->client,
                          &exchange->connection->client_link);
    nfs4_moment presented = identity_moment(exchange);
    owner_note_presented(instance, &exchange->connection->client, &presented, exchange->endpoint);
    adopt(exchange->connection->lease, instance, call);
    return instance;
}

nfs4_lease *identity_identified(nfs4_model *model, const nfs4_exchange *exchange)
{
    nfs4_server *server = exchange->endpoint->server;
    uint64_t clientid;
    if (!exchange->call->has_identity) {
        if (issued_clientid(&exchange->reply->compound, &clientid))
            cut_identified(model, exchange->connection, exchange->reply, clientid);
        return NULL;
    }
    counters_answered(counters_of(server), exchange->call->frame);
    nfs4_lease *lease = find_given_out(model, exchange);
    if (lease != NULL)
        server = lease->server;
    account_for(exchange, lease);
    nfs4_instance *instance = observe_presented(model, exchange, server);
    if (instance == NULL) {
        if (lease != NULL)
            counters_add_lease(lease);
        return lease;
    }
    if (is_from_the_past(exchange, lease, instance->last_lease))
        returns(server, lease);
    lease = reissued_lease(model, exchange, lease, instance);
    if (lease != NULL && lease->instance == NULL)
        issue(lease, instance, exchange);
    return lease;
}

static void add_session(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                        const uint8_t *sessionid)
{
    const nfs4_session *known = session_find(lease->server, sessionid);
    if (known != NULL && known->lease == lease)
        return;
    nfs4_session *session = session_new(lease->server, sessionid, lease, &model->store);
    session->created_in = exchange->reply->frame;
    session->created_xid = exchange->reply->xid;
    session->created = exchange->reply->when;
    session->created_from = &exchange->connection->client;
    lease->memory.latest_session = session;
    if (lease->instance != NULL)
        lease->instance->session_count++;
    if (server_learn_session(lease->server, lease->clientid, sessionid, &exchange->reply->when)) {
        judge_layout_known(lease->server);
        identity_place(model, exchange, lease->clientid);
    }
    counters_add_lease(lease);
    counters_add_session(session);
    judge_nearby(lease);
    if (lease->links.previous_of_instance != NULL)
        judge_review(lease->links.previous_of_instance);
}

nfs4_lease *identity_confirmed(nfs4_model *model, const nfs4_exchange *exchange)
{
    const nfs4_call *call = exchange->call;
    if (!call->has_clientid || call->clientid == 0)
        return NULL;
    nfs4_server *server = identity_place(model, exchange, call->clientid);
    nfs4_lease *lease = speaker_lease(model, exchange, server, call->clientid, true);
    counters_add_lease(lease);
    reissued_given(lease);
    nfs4_instance *presented = exchange->connection->instance;
    if (lease->instance == NULL && presented != NULL && presented->owner->server == lease->server) {
        lease_set_instance(lease, presented);
        counters_add_lease(lease);
    }
    if (lease->instance != NULL)
        identity_describe(model, exchange, lease->instance);
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_CREATE_SESSION);
    if (event != NULL)
        add_session(model, exchange, lease, event->u.create_session.sessionid);
    if (!lease->use.confirmed) {
        lease->confirm = identity_moment(exchange);
        lease->use.confirmed_from = &exchange->connection->client;
        lease->use.confirmed_at = exchange->endpoint;
    }
    identity_in_use(model, lease, NULL);
    return lease;
}
