/* rejected.c - identifications that the server refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "identity.h"

#include "newcomer.h"

#include "know/counters.h"
#include "know/note.h"

static void count_rejection(const nfs4_exchange *exchange, nfs4_rejections *rejections)
{
    const nfs4_message *reply = exchange->reply;
    if (rejections->count == 0) {
        rejections->status = reply->compound.status;
        rejections->first_frame = reply->frame;
        rejections->first = reply->when;
    }
    if (rejections->status != reply->compound.status)
        return;
    rejections->count++;
    rejections->last_frame = reply->frame;
    rejections->last = reply->when;
}

/* It is asked again and works. */
static bool is_put_off(uint32_t status)
{
    return status == NFS4ERR_DELAY || status == NFS4ERR_GRACE;
}

/* A refused identification is an identification: owner and verifier stand in the call. */
static void identify_rejected(nfs4_model *model, const nfs4_exchange *exchange)
{
    const nfs4_call *call = exchange->call;
    nfs4_owner *owner = owner_get(&model->owners, exchange->endpoint->server, call->owner,
                                  call->minorversion, call->frame);
    nfs4_instance *instance = identity_presenting(model, exchange, owner);
    if (instance == NULL)
        return;
    exchange->connection->owner = owner;
    exchange->connection->instance = instance;
    identity_describe(model, exchange, instance);
    count_rejection(exchange, &instance->rejections);
    owner->revision++;
    note_exchange(model, exchange, NOTE_IDENTIFY, NULL, NULL, 0);
    if (exchange->reply->compound.status == NFS4ERR_CLID_INUSE)
        newcomer_refused(model, exchange, owner, instance);
}

bool identity_waits(const nfs4_exchange *exchange)
{
    const nfs4_server *server = exchange->endpoint->server;
    uint32_t status = exchange->reply->compound.status;
    return exchange->call->has_identity && status != NFS4_OK && !is_put_off(status) &&
           wmem_map_size(server->leases) == 0 && !newcomer_is_told(exchange);
}

void identity_refused_before(nfs4_model *model, const nfs4_call *call)
{
    nfs4_message reply = {.frame = call->refused.reply, .when = call->refused.when};
    nfs4_exchange exchange = {call->connection, call->connection->endpoint, call, &reply};
    reply.connection = call->connection->id;
    reply.xid = (uint32_t)call->key;
    reply.compound.is_reply = true;
    reply.compound.status = call->refused_with;
    identify_rejected(model, &exchange);
}

void identity_rejected(nfs4_model *model, const nfs4_exchange *exchange)
{
    nfs4_counters *counters = counters_of(exchange->endpoint->server);
    counters_answered(counters, exchange->call->frame);
    counters_burned(counters, exchange->reply->frame);
    if (exchange->call->has_identity && !is_put_off(exchange->reply->compound.status) &&
        !identity_waits(exchange))
        identify_rejected(model, exchange);
}
