/* losses.c - what lost leases cost, added up
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "losses.h"

#include "model/know/lease.h"
#include "model/watch/chain.h"
#include "model/watch/cost.h"
#include "model/watch/lost_files.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"

static void add_state(losses *sum, const nfs4_chain *chain)
{
    uint32_t opens = 0, locks = 0, delegations = 0;
    bool known = cost_lost_opens(chain, &opens);
    known &= cost_lost_locks(chain, &locks);
    sum->unknown += !known;
    if (cost_lost_delegations(chain, &delegations))
        sum->delegations += delegations;
    if (!known)
        opens = locks = 0;
    sum->opens += opens;
    sum->locks += locks;
    sum->most_opens = MAX(sum->most_opens, opens);
    sum->most_locks = MAX(sum->most_locks, locks);
}

static bool has_file(const losses *sum, nfs4_bytes name)
{
    for (uint32_t i = 0; i < sum->file_count; i++)
        if (nfs4_bytes_equal(sum->files[i], name))
            return true;
    return false;
}

void losses_add_files(losses *sum, const nfs4_chain *chain)
{
    nfs4_bytes names[NFS4_LOST_FILES];
    uint32_t count = lost_files_names(chain, names, NFS4_LOST_FILES);
    for (uint32_t i = 0; i < count; i++) {
        if (has_file(sum, names[i]))
            continue;
        if (sum->file_count < LOSSES_FILES)
            sum->files[sum->file_count++] = names[i];
        else
            sum->more_files = true;
    }
}

static const nstime_t *longer(const nstime_t *a, const nstime_t *b)
{
    return nstime_cmp(a, b) > 0 ? a : b;
}

/* A client that is refused again before it got on is held up once. */
static void add_outage(losses *sum, const nfs4_chain *chain)
{
    nstime_t span;
    sum->outages += chain->continues == NULL;
    if (chain_whole_outage(chain, &span)) {
        sum->timed++;
        nstime_add(&sum->outage, &span);
        sum->longest = *longer(&span, &sum->longest);
    }
}

/* Nothing where clocks of several machines tell of a success after the loss. */
void losses_add_idle(losses *sum, const nfs4_lease *lease)
{
    nstime_t idle;
    if (lease->last_ok.call == 0 || lease->refused.reply == 0)
        return;
    nstime_delta(&idle, &lease->refused.when, &lease->last_ok.when);
    if (nstime_to_sec(&idle) < 0 || (sum->has_idle && nstime_to_sec(&idle) <= sum->idle))
        return;
    sum->has_idle = true;
    sum->idle = nstime_to_sec(&idle);
    sum->lease_time = lease_time(lease);
}

static void add_time(losses *sum, const nstime_t *when)
{
    if (sum->leases == 0 || nstime_cmp(when, &sum->first) < 0)
        sum->first = *when;
    if (sum->leases == 0 || nstime_cmp(when, &sum->last) > 0)
        sum->last = *when;
}

void losses_add(losses *sum, const nfs4_chain *chain)
{
    const nfs4_cost *cost = &chain->cost;
    add_time(sum, &chain->first_refused);
    add_state(sum, chain);
    losses_add_files(sum, chain);
    add_outage(sum, chain);
    losses_add_idle(sum, chain->lease);
    sum->leases++;
    sum->reclaimed += cost->opens.reclaimed + cost->locks.reclaimed;
    sum->no_grace += cost->opens.no_grace + cost->locks.no_grace;
    sum->refused += cost->refused;
    sum->reads_failed += cost->reads_failed;
    sum->writes_failed += cost->writes_failed;
    sum->layouts_failed += cost->layouts_bad;
}

void losses_add_instance(losses *sum, const nfs4_instance *instance, losses_chooser counts)
{
    for (const nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
        for (const nfs4_chain *chain = lease->chain; chain != NULL; chain = chain->earlier)
            if (counts == NULL || counts(chain))
                losses_add(sum, chain);
}

losses losses_of_owner(const nfs4_owner *owner, losses_chooser counts)
{
    losses sum = {0};
    uint32_t opens = 0, locks = 0;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next) {
        sum.most_opens = sum.most_locks = 0;
        losses_add_instance(&sum, instance, counts);
        opens += sum.most_opens;
        locks += sum.most_locks;
    }
    sum.most_opens = opens;
    sum.most_locks = locks;
    return sum;
}

bool losses_by_duplicate(const nfs4_chain *chain)
{
    nfs4_verdict grade;
    return cause_of_chain(chain, &grade) == CAUSE_DUPLICATE_OWNER;
}
