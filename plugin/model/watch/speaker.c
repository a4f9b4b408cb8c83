/* speaker.c - which lease a client means by a clientid that several had one after the other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "speaker.h"

#include "know/lease.h"
#include "know/session.h"
#include "reissued.h"

nfs4_instance *speaker_of_call(nfs4_model *model, const nfs4_call *call)
{
    nfs4_server *server = call->connection->endpoint->server;
    nfs4_owner *owner =
        owner_get(&model->owners, server, call->owner, call->minorversion, call->frame);
    nfs4_instance *instance =
        owner_get_instance(&model->owners, owner, call->verifier, &call->when, call->frame);
    if (instance == NULL)
        return NULL;
    if (!call->connection->is_copy)
        owner_add_address(&model->owners, instance, &call->connection->client,
                          &call->connection->client_link);
    owner_add_name(&model->owners, instance, call->machine);
    owner_add_software(&model->owners, instance, call->domain, call->implementation);
    instance->is_protected |= call->wants_protection;
    instance->last_frame = MAX(instance->last_frame, call->frame);
    return instance;
}

/* Whom the connection presented last, whether that was answered or not; where the capture shows
 * nothing of that, whose lease it used. */
static nfs4_instance *presented(nfs4_model *model, const nfs4_connection *connection)
{
    if (connection->asked != NULL)
        return speaker_of_call(model, connection->asked);
    if (connection->instance != NULL || connection->lease == NULL)
        return connection->instance;
    return connection->lease->instance;
}

typedef enum { NAME_UNKNOWN, NAME_SAME, NAME_ANOTHER } name_reading;

/* What the machine name in the call says. More names than are kept say nothing. */
static name_reading read_name_of(const nfs4_instance *instance, const nfs4_call *call)
{
    int names = 0;
    for (const nfs4_mark *mark = instance->names; mark != NULL; mark = mark->next, names++)
        if (nfs4_bytes_equal(mark->name, call->machine))
            return NAME_SAME;
    return call->has_machine && names > 0 && names < NFS4_MARKS_KEPT ? NAME_ANOTHER : NAME_UNKNOWN;
}

static name_reading read_name(const nfs4_lease *lease, const nfs4_call *call)
{
    if (lease->instance != NULL)
        return read_name_of(lease->instance, call);
    if (!call->has_machine || lease->memory.machine.len == 0)
        return NAME_UNKNOWN;
    return nfs4_bytes_equal(lease->memory.machine, call->machine) ? NAME_SAME : NAME_ANOTHER;
}

bool speaker_is_stranger(const nfs4_lease *lease, const nfs4_call *call)
{
    return read_name(lease, call) == NAME_ANOTHER;
}

/* Without a name the address tells, at a server that gives ids out again. */
static bool may_be_of(const nfs4_lease *lease, const nfs4_exchange *exchange,
                      const nfs4_instance *speaker)
{
    const nfs4_instance *instance = lease->instance;
    if (lease_has_connection(lease, exchange->connection->id))
        return true;
    if (speaker != NULL && instance != NULL)
        return speaker == instance;
    name_reading name = read_name(lease, exchange->call);
    if (name != NAME_UNKNOWN || instance == NULL)
        return name != NAME_ANOTHER;
    return lease->server->generation == 0 ||
           owner_has_address(instance, &exchange->connection->client);
}

static bool was_confirmed_from(const nfs4_lease *lease, const address *client)
{
    return lease->use.confirmed_from != NULL && addresses_equal(lease->use.confirmed_from, client);
}

/* How surely the exchange speaks for the lease; 0 where it does not. */
static int fit(const nfs4_lease *lease, const nfs4_exchange *exchange, const nfs4_instance *speaker)
{
    if (!may_be_of(lease, exchange, speaker))
        return 0;
    if (lease_has_connection(lease, exchange->connection->id))
        return 4;
    if (speaker != NULL && lease->instance == speaker)
        return 3;
    return was_confirmed_from(lease, &exchange->connection->client) ? 2 : 1;
}

/* Of the leases that had the clientid one after the other; NULL where it is none of them. */
static nfs4_lease *find_namesake(nfs4_lease *latest, const nfs4_exchange *exchange,
                                 const nfs4_instance *speaker)
{
    nfs4_lease *best = NULL, *one = latest;
    int best_fit = 0;
    for (int i = 0; i < NFS4_NAMESAKES_SEARCHED && one != NULL; i++, one = one->links.older) {
        int this_fit = fit(one, exchange, speaker);
        if (this_fit > best_fit) {
            best = one;
            best_fit = this_fit;
        }
    }
    return best;
}

/* A client that was never seen with the clientid is given it unseen, before or after those that
 * were. */
static nfs4_lease *lease_of_stranger(nfs4_model *model, const nfs4_exchange *exchange,
                                     nfs4_lease *latest, bool works)
{
    return works ? reissued_succeed(model, exchange, latest)
                 : lease_precede(latest, exchange->reply->frame, &model->store);
}

/* A CREATE_SESSION that is captured once more gives out a session that is known. */
static bool is_known_answer(const nfs4_exchange *exchange, const nfs4_server *server)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_CREATE_SESSION);
    return event != NULL && session_find(server, event->u.create_session.sessionid) != NULL;
}

static bool is_over(const nfs4_lease *lease)
{
    return lease->use.ended_in != 0 || lease_is_replaced(lease);
}

nfs4_lease *speaker_lease(nfs4_model *model, const nfs4_exchange *exchange, nfs4_server *server,
                          uint64_t clientid, bool works)
{
    nfs4_lease *latest = lease_find(server, clientid);
    if (latest == NULL) {
        latest = lease_get(server, clientid, exchange->call->minorversion, exchange->reply->frame,
                           &model->store);
        if (works)
            reissued_unseen(exchange, latest);
        return latest;
    }
    nfs4_instance *speaker = presented(model, exchange->connection);
    if (speaker != NULL && speaker->owner->server != server)
        speaker = NULL; /* it was presented to another one */
    nfs4_lease *lease = find_namesake(latest, exchange, speaker);
    if (lease != NULL && (!works || !is_over(lease) || is_known_answer(exchange, server)))
        return lease;
    lease = lease_of_stranger(model, exchange, latest, works);
    if (works && speaker != NULL)
        lease_set_instance(lease, speaker);
    return lease;
}
