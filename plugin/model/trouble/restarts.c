/* restarts.c - servers that restart again and again, or take turns at one address
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Both show by the start time in clientids; where they tell nothing, nothing is found. There is
 * one trouble of either kind for a server, of the client to which it showed first.
 */
#include "restarts.h"

#include "happen.h"
#include "kinds.h"

#include "judge/facts.h"

/* Who restarts within two lease times of its start has had no client that could reclaim and go
 * on: a grace time lasts one, or two while clients reclaim (Linux fs/nfsd/nfs4state.c:
 * clients_still_reclaiming). Once or twice is an upgrade. */
#define RESTARTS 3

/* One return to an earlier server is a failover, and the way back. */
#define RETURNS 2

static void tell(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                 nfs4_trouble_kind kind, uint32_t count, nfs4_trouble **trouble)
{
    nfs4_trouble like = happen_like(
        exchange, lease, kind, exchange->call->minorversion > 0 ? OP_EXCHANGE_ID : OP_SETCLIENTID);
    like.blame = BLAME_SERVER;
    if (*trouble != NULL)
        happen_again(model, exchange, *trouble);
    else
        *trouble = happen(model, exchange, &like);
    if (*trouble != NULL)
        (*trouble)->count = count;
}

static void observe_start(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nfs4_starts *starts = &lease->server->starts;
    uint32_t start = (uint32_t)lease->life->key;
    if (starts->last == 0) {
        starts->last = start;
        starts->seen = exchange->reply->when.secs;
    }
    if (lease->life->began != exchange->reply->frame || start <= starts->last)
        return;
    /* Of several servers at one address, the second began before the first was seen. */
    bool is_new = (int64_t)start >= (int64_t)starts->seen && !lease->server->alternates;
    bool soon = is_new && start - starts->last < TROUBLE_LEASE_TIMES * facts_lease_time(lease);
    starts->last = start;
    starts->seen = exchange->reply->when.secs;
    starts->in_row = soon ? starts->in_row + 1 : 0;
    if (starts->in_row >= RESTARTS)
        tell(model, exchange, lease, TROUBLE_RESTARTS, starts->in_row, &starts->trouble);
}

void restarts_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nfs4_starts *starts = &lease->server->starts;
    if (exchange->connection->is_copy || lease->life == NULL)
        return;
    observe_start(model, exchange, lease);
    starts->current = lease->life;
    if (starts->returns == starts->returns_told)
        return;
    starts->returns_told = starts->returns;
    if (starts->returns >= RETURNS)
        tell(model, exchange, lease, TROUBLE_TURNS, starts->returns, &starts->turns);
}
