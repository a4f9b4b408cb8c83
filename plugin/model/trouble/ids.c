/* ids.c - servers that give out what they gave to somebody else, or took back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RFC 8881 section 2.4: a clientid must not be in conflict with one that was given out before,
 * by this start of the server or an earlier one.
 */
#include "ids.h"

#include "happen.h"

#include "know/session.h"

#define ROUNDS 5 /* successes: captures that were merged may be a little out of order */

static void is_at_fault(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                        uint32_t operation, nfs4_trouble_detail detail)
{
    nfs4_trouble like = happen_like(exchange, lease, TROUBLE_IDS, operation);
    like.blame = BLAME_SERVER;
    like.detail = detail;
    happen(model, exchange, &like);
}

/* Its clientid was given to another owner, and this one works on with it. */
static void observe_shared_id(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_lease *other = lease->memory.given_to;
    if (other->issued.reply == 0 || other->owner == lease->owner ||
        exchange->call->frame < other->issued.reply ||
        nstime_cmp(&exchange->call->when, &other->issued.when) < 0)
        return;
    model->troubles.facts++;
    if (++lease->memory.worked_beside != ROUNDS)
        return;
    nfs4_trouble_detail detail = {
        .ids = {.fault = ID_OF_TWO_OWNERS, .other = other->owner, .given_in = other->issued.reply}};
    is_at_fault(model, exchange, lease, other->minorversion > 0 ? OP_EXCHANGE_ID : OP_SETCLIENTID,
                detail);
}

/* The counter went back between two answers of one start, the second of which was asked for
 * after the first. */
static void observe_counter(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_lease *ahead = lease->memory.behind;
    lease->memory.behind = NULL;
    if (ahead->issued.reply == 0 || ahead->issued.reply > exchange->call->frame)
        return;
    nfs4_trouble_detail detail = {
        .ids = {.fault = ID_OF_THE_PAST, .given_in = ahead->issued.reply}};
    is_at_fault(model, exchange, lease,
                exchange->call->minorversion > 0 ? OP_EXCHANGE_ID : OP_SETCLIENTID, detail);
}

/* CREATE_SESSION gives out a session that its client had destroyed. */
static void observe_session(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_CREATE_SESSION);
    if (event == NULL)
        return;
    const nfs4_session *session =
        session_find(exchange->endpoint->server, event->u.create_session.sessionid);
    if (session == NULL || session->created_in == 0 || session->ended_in == 0 ||
        session->created_xid == exchange->reply->xid || session->ended_in > exchange->call->frame)
        return;
    nfs4_trouble_detail detail = {.ids = {.fault = ID_OF_ENDED, .given_in = session->created_in}};
    is_at_fault(model, exchange, lease, OP_CREATE_SESSION, detail);
}

void ids_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    if (exchange->connection->is_copy || exchange->reply->compound.status != NFS4_OK)
        return;
    if (lease->memory.given_to != NULL)
        observe_shared_id(model, exchange, lease);
    if (lease->memory.behind != NULL)
        observe_counter(model, exchange, lease);
    observe_session(model, exchange, lease);
}
