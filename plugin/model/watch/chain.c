/* chain.c - what a client goes through after an invalidation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "chain.h"

#include "cost.h"
#include "lost_files.h"

#define STUCK_REFUSALS 3
#define STUCK_SECONDS 10

void chain_init(nfs4_chains *chains, nfs4_store *store)
{
    memset(chains, 0, sizeof *chains);
    chains->store = store;
}

void chain_has_changed(const nfs4_chain *chain)
{
    if (chain->lease->owner != NULL)
        chain->lease->owner->revision++;
}

/* The client was refused again before it had resumed with this very lease: either it was
 * still on its way back, or it was back and had nothing to ask for. */
static void continue_chain(nfs4_chain *chain, nfs4_chain *before)
{
    if (before == NULL || chain_is_over(before) || before->renewed != chain->lease)
        return;
    before->is_back |= before->completed && cost_all_regained(before);
    chain_has_changed(before);
    before->continued = chain;
    if (before->is_back)
        return;
    chain->continues = before;
    chain->began = before->began;
    cost_carry(before, chain);
    lost_files_carry(before, chain);
}

static nfs4_chain *chain_new(nfs4_chains *chains, nfs4_lease *lease, nfs4_connection *connection,
                             const nstime_t *when)
{
    nfs4_chain *chain = store_new(chains->store, nfs4_chain);
    chain->number = ++chains->count;
    chain->lease = lease;
    chain->earlier = lease->chain;
    chain->client = &connection->client;
    chain->steps = wmem_array_sized_new(chains->store->scope, sizeof(nfs4_step), 8);
    store_count(chains->store, 8 * sizeof(nfs4_step));
    chain->first_refused = chain->began = chain->ready = *when;
    chain->held_known = lease->issued.reply != 0;
    chain->held = lease->memory.held;
    continue_chain(chain, lease->instance != NULL ? lease->instance->chain : connection->chain);
    *(chains->last != NULL ? &chains->last->next : &chains->first) = chain;
    chains->last = chain;
    return chain;
}

nfs4_chain *chain_get(nfs4_chains *chains, nfs4_lease *lease, nfs4_connection *connection,
                      const nstime_t *when)
{
    const nfs4_chain *last = lease->chain;
    bool over = last != NULL && (last->session_only ||
                                 (last->resumed && (last->admin_revoked || last->state_expired)));
    if (last == NULL || (over && !store_is_full(chains->store)))
        lease->chain = chain_new(chains, lease, connection, when);
    chain_has_changed(lease->chain);
    return lease->chain;
}

uint32_t chain_add_step(nfs4_chain *chain, nfs4_step_kind kind, uint32_t frame, uint32_t status,
                        const nstime_t *when)
{
    bool over = chain->resumed && kind != STEP_RESUMED; /* a slot that was slow to notice */
    if (!over)
        chain->last_time = *when;
    if (over || wmem_array_get_count(chain->steps) >= NFS4_STEPS_KEPT) {
        chain->steps_dropped++;
        return UINT32_MAX;
    }
    nfs4_step step = {kind, frame, status};
    wmem_array_append_one(chain->steps, step);
    return wmem_array_get_count(chain->steps) - 1;
}

void chain_adopt(const nfs4_chain *chain, nfs4_owner *owner)
{
    for (; chain != NULL; chain = chain->earlier)
        owner->invalidations += !chain->admin_revoked;
    owner->revision++;
}

bool chain_has_completed(const nfs4_chain *chain)
{
    return chain->completed || chain->admin_revoked || chain->state_expired;
}

bool chain_is_over(const nfs4_chain *chain)
{
    return chain->resumed || chain->given_up || chain->continued != NULL;
}

void chain_resume(nfs4_chain *chain, const nstime_t *when)
{
    chain->resumed = true;
    nstime_delta(&chain->resumed_after, when, &chain->first_refused);
}

static bool outage_since(const nfs4_chain *chain, const nstime_t *since, nstime_t *outage)
{
    bool idle = chain->is_back && chain_has_completed(chain) && cost_all_regained(chain) &&
                nstime_cmp(&chain->ready, &chain->first_refused) > 0;
    nstime_t end = chain->ready;
    if (chain->resumed && nstime_is_zero(&chain->idle))
        nstime_sum(&end, &chain->first_refused, &chain->resumed_after);
    nstime_delta(outage, &end, since);
    return (chain->resumed || idle) && nstime_cmp(&end, since) >= 0;
}

bool chain_outage(const nfs4_chain *chain, nstime_t *outage)
{
    return outage_since(chain, &chain->first_refused, outage);
}

bool chain_whole_outage(const nfs4_chain *chain, nstime_t *outage)
{
    return outage_since(chain, &chain->began, outage);
}

bool chain_restored(const nfs4_chain *chain, nstime_t *span)
{
    *span = chain->restored;
    return chain->has_restored && nstime_to_sec(span) >= 0;
}

static bool is_stuck(const nfs4_chain *chain)
{
    nstime_t span;
    nstime_delta(&span, &chain->last_time, &chain->first_refused);
    return !chain->identified && chain->renewed == NULL && chain->cost.refused >= STUCK_REFUSALS &&
           span.secs >= STUCK_SECONDS;
}

nfs4_ending chain_ending(const nfs4_chain *chain)
{
    if (chain->resumed)
        return ENDING_RESUMED;
    if (chain->is_back)
        return ENDING_IDLE;
    if (chain->continued != NULL)
        return ENDING_REFUSED_AGAIN;
    if (chain->given_up)
        return ENDING_UNMOUNTED;
    return is_stuck(chain) ? ENDING_STUCK : ENDING_UNFINISHED;
}
