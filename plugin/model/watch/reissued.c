/* reissued.c - clientids that a server gives out a second time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "reissued.h"

#include "judge/facts.h"
#include "know/lease.h"
#include "know/owner.h"

#define ISSUED_SEARCHED 8

/* The lease that the owner was given last by a client of this address. */
static const nfs4_lease *last_given_at(const nfs4_owner *owner, const address *client)
{
    const nfs4_lease *one = owner->last_issued;
    for (int i = 0; i < ISSUED_SEARCHED && one != NULL; i++, one = one->memory.issued_before)
        if (owner_has_address(one->instance, client))
            return one;
    return NULL;
}

static bool is_behind(const nfs4_lease *lease, const nfs4_lease *last)
{
    return last != NULL && lease->life == last->life && lease_compare_ids(lease, last, NULL) < 0;
}

/* The counter went back for one client, or at one address, whose messages are in order
 * whatever machine captured them: the server counts anew. Returns the lease that was ahead, NULL
 * for none. */
static const nfs4_lease *given_before(const nfs4_exchange *exchange, const nfs4_lease *lease,
                                      const nfs4_instance *instance)
{
    if (lease == NULL || lease->instance != NULL || lease->life == NULL)
        return NULL;
    if (is_behind(lease, instance->last_lease))
        return instance->last_lease;
    const nfs4_lease *last = last_given_at(instance->owner, &exchange->connection->client);
    return is_behind(lease, last) ? last : NULL;
}

/* It was seen before, here or at another place. */
static bool is_known_answer(const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    uint32_t xid = exchange->reply->xid;
    return exchange->connection->is_copy || xid == lease->memory.issued_xid ||
           xid == lease->memory.repeat_xid;
}

/* Somebody had it before the capture began. In 4.0 that may be this client, unless it was silent
 * for so long that the lease has run out. */
static bool was_another_ones(const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    nstime_t silence;
    nstime_delta(&silence, &exchange->reply->when, &lease->use.last_heard);
    return !nstime_is_zero(&lease->use.last_heard) && silence.secs >= facts_lease_time(lease);
}

/* An id that was in use is given out once more: without CONFIRMED_R (RFC 8881 section
 * 18.35.4, case 2) in 4.1, and in 4.0 after it was refused, or to somebody else. The server
 * has forgotten that it gave it out. */
static bool is_issued_again(const nfs4_exchange *exchange, const nfs4_lease *lease,
                            const nfs4_instance *instance)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_EXCHANGE_ID);
    if (lease == NULL || exchange->connection->is_copy)
        return false;
    if (lease->instance != NULL && lease->instance != instance)
        return true;
    if (is_known_answer(exchange, lease))
        return false;
    if (event == NULL)
        return lease->instance != NULL ? lease->refused.reply != 0
                                       : was_another_ones(exchange, lease);
    bool was_over = lease->use.confirmed || lease_is_replaced(lease);
    return was_over && (event->u.exchange_id.flags & EXCHGID4_FLAG_CONFIRMED_R) == 0;
}

/* The holder lost it, went on with another one, and is back with this one: an address that
 * moved to another server and returned. */
static bool is_back(const nfs4_lease *lease)
{
    const nfs4_chain *chain = lease != NULL ? lease->chain : NULL;
    return chain != NULL && lease->refused.reply != 0 && chain->renewed != NULL &&
           chain->renewed != lease;
}

static void begins_life(nfs4_lease *lease, const nfs4_lease *ahead)
{
    lease->generation = ++lease->server->generation;
    lease->life = NULL;
    lease->memory.behind = ahead;
}

void reissued_given(nfs4_lease *lease)
{
    nfs4_server *server = lease->server;
    if (lease->generation == server->generation && !is_behind(lease, server->newest))
        server->newest = lease;
}

void reissued_unseen(const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_lease *last = exchange->connection->lease;
    lease_enter_life(lease);
    if (lease->life != NULL && last != NULL && last->refused.reply != 0 && is_behind(lease, last))
        begins_life(lease, NULL);
}

/* A clientid of the present life shows another one. What an earlier life gave out, the present one
 * gives out again as it counts on. */
static void counts_anew(const nfs4_lease *lease)
{
    nfs4_server *server = lease->server;
    server->generation += lease->generation == server->generation;
}

nfs4_lease *reissued_succeed(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    counts_anew(lease);
    nfs4_lease *next = lease_succeed(lease, exchange->reply->frame, &model->store);
    lease_enter_life(next);
    if (next->life != NULL && is_behind(next, next->server->newest))
        begins_life(next, NULL);
    return next;
}

/* The lease that the clientid stands for from now on. */
static nfs4_lease *succeed(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                           const nfs4_instance *instance)
{
    nfs4_lease *next = reissued_succeed(model, exchange, lease);
    if (lease->instance != NULL && lease->instance->owner != instance->owner)
        lease->memory.given_to = next;
    if (lease->life != NULL && is_behind(lease, instance->owner->last_issued))
        next->memory.behind = instance->owner->last_issued;
    return next;
}

nfs4_lease *reissued_lease(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                           const nfs4_instance *instance)
{
    if (is_issued_again(exchange, lease, instance)) {
        lease = succeed(model, exchange, lease, instance);
    } else if (is_back(lease) && !is_known_answer(exchange, lease)) {
        if (lease->life != NULL && lease->life == lease->chain->renewed->life)
            counts_anew(lease); /* set back to a time before it gave out the other */
        return lease_succeed(lease, exchange->reply->frame, &model->store);
    }
    const nfs4_lease *ahead = given_before(exchange, lease, instance);
    if (ahead != NULL)
        begins_life(lease, ahead);
    return lease;
}
