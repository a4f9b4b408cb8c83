/* one_server.c - addresses of one server that gives out ids which tell nothing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "one_server.h"

#include "judge/facts.h"
#include "judge/judge.h"
#include "know/lease.h"
#include "know/server.h"
#include "merge.h"

#define CONFIRMS_SEARCHED 8

/* ---- one clientid at both addresses ---------------------------------------- */

static bool knows(const nfs4_owner *owner, uint64_t clientid, uint64_t verifier)
{
    const nfs4_lease *lease = lease_find(owner->server, clientid);
    return owner->server->layout == LAYOUT_OPAQUE && lease != NULL && lease->use.confirmed &&
           lease->use.ended_in == 0 && lease->instance != NULL &&
           lease->instance == owner_find_instance(owner, verifier);
}

void one_server_identified(nfs4_model *model, const nfs4_exchange *exchange, uint64_t clientid)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_EXCHANGE_ID);
    if (event == NULL || (event->u.exchange_id.flags & EXCHGID4_FLAG_CONFIRMED_R) == 0)
        return;
    const nfs4_owner *owner = owner_first_of(&model->owners, exchange->call->owner);
    for (int i = 0; i < NFS4_NAMESAKES_SEARCHED && owner != NULL; i++, owner = owner->namesake)
        if (server_may_be_one(owner->server, exchange->endpoint->server) &&
            knows(owner, clientid, exchange->call->verifier)) {
            server_is_alias(exchange->endpoint, owner->server);
            return;
        }
}

/* ---- one counter at both addresses ------------------------------------------ */

/* knfsd counts from a number by chance: two that count alike and began in one second are one. */
void one_server_numbered(nfs4_model *model, nfs4_server *server)
{
    if (server->layout != LAYOUT_KNFSD_LE && server->layout != LAYOUT_KNFSD_BE)
        return;
    nfs4_server *other =
        (nfs4_server *)wmem_map_lookup(model->servers.epochs, GUINT_TO_POINTER(server->epoch));
    for (int i = 0; i < NFS4_NAMESAKES_SEARCHED && other != NULL; i++, other = other->next_of_epoch)
        if (server_may_be_one(other, server)) {
            bool first = other->number < server->number;
            merge_servers(model, first ? other : server, first ? server : other);
            return;
        }
}

/* ---- refusals in turns ----------------------------------------------------- */

/* The confirm may have ended the lease, if both are of one server. */
static bool may_have_taken(const nfs4_lease *other, const nfs4_lease *lease)
{
    return other->instance->key != lease->instance->key && other->confirm.reply != 0 &&
           other->confirm.call > lease->confirm.call &&
           other->confirm.reply >= lease->last_ok.call &&
           other->confirm.call < lease->refused.reply;
}

/* When a lease was confirmed; of the one that is asked about, when it was refused. */
static uint32_t called_in(gconstpointer lease, gconstpointer lost)
{
    const nfs4_lease *one = (const nfs4_lease *)lease;
    return lease == lost ? one->refused.reply : one->confirm.call;
}

static gint compare_calls(gconstpointer a, gconstpointer b, gpointer lost)
{
    uint32_t left = called_in(a, lost), right = called_in(b, lost);
    return left < right ? -1 : left > right;
}

/* The last one of its confirms that may have ended the lease; NULL for none. */
static const nfs4_lease *find_taker(const nfs4_owner *other, nfs4_lease *lease)
{
    GSequenceIter *place = g_sequence_search(other->order, lease, compare_calls, lease);
    for (int i = 0; i < CONFIRMS_SEARCHED && !g_sequence_iter_is_begin(place); i++) {
        place = g_sequence_iter_prev(place);
        const nfs4_lease *taker = (const nfs4_lease *)g_sequence_get(place);
        if (may_have_taken(taker, lease))
            return taker;
    }
    return NULL;
}

/* The same where that may be another address of the lease's server. */
static const nfs4_lease *find_taker_at(const nfs4_owner *other, nfs4_lease *lease)
{
    return server_may_be_one(lease->server, other->server) ? find_taker(other, lease) : NULL;
}

/* A server that restarts breaks connections; that is no taking. */
static bool was_fresh(const nfs4_lease *lease)
{
    return lease->owner != NULL && lease->confirm.reply != 0 && !lease->loss.at_once &&
           !facts_ran_out(lease) && !facts_is_server_event(lease);
}

void one_server_refused(nfs4_model *model, nfs4_lease *lease)
{
    if (!was_fresh(lease))
        return;
    nfs4_owner *owner = lease->owner, *other = owner_first_of(&model->owners, owner->bytes);
    for (int i = 0; i < NFS4_NAMESAKES_SEARCHED && other != NULL; i++, other = other->namesake) {
        if (find_taker_at(other, lease) == NULL)
            continue;
        owner->loses_to = other;
        if (other->loses_to == owner) {
            bool first = owner->server->number < other->server->number;
            merge_servers(model, first ? owner->server : other->server,
                          first ? other->server : owner->server);
            return;
        }
    }
}

/* ---- a refusal behind a confirm at the other address ------------------------ */

static const nfs4_lease *find_taker_elsewhere(const nfs4_model *model, nfs4_lease *lease)
{
    const nfs4_lease *taker = NULL;
    const nfs4_owner *other = owner_first_of(&model->owners, lease->owner->bytes);
    for (int i = 0; i < NFS4_NAMESAKES_SEARCHED && other != NULL && taker == NULL; i++) {
        taker = find_taker_at(other, lease);
        other = other->namesake;
    }
    return taker;
}

static void file_takers(const nfs4_model *model, const nfs4_owner *owner)
{
    const nfs4_instance *instance = owner->first_instance;
    for (; instance != NULL; instance = instance->next)
        for (nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
            if (lease->refused.reply != 0)
                judge_elsewhere(lease, find_taker_elsewhere(model, lease));
}

void one_server_settle(nfs4_model *model)
{
    for (nfs4_owner *owner = model->owners.first; owner != NULL; owner = owner->next)
        if (!owner->is_cut)
            file_takers(model, owner);
}
