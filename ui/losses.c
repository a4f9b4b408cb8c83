/* losses.c - what lost leases cost, added up
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "losses.h"

#include "model/watch/cost.h"
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

/* A client that is refused again before it got on is held up once. */
static void add_outage(losses *sum, const nfs4_chain *chain)
{
    sum->outages += chain->continues == NULL;
    if (!chain->resumed)
        return;
    sum->timed++;
    nstime_add(&sum->outage, &chain->whole);
    if (nstime_cmp(&chain->whole, &sum->longest) > 0)
        sum->longest = chain->whole;
}

static void add_time(losses *sum, const nstime_t *time)
{
    if (sum->leases == 0 || nstime_cmp(time, &sum->first) < 0)
        sum->first = *time;
    if (sum->leases == 0 || nstime_cmp(time, &sum->last) > 0)
        sum->last = *time;
}

void losses_add(losses *sum, const nfs4_chain *chain)
{
    const nfs4_cost *cost = &chain->cost;
    add_time(sum, &chain->first_refused);
    add_state(sum, chain);
    add_outage(sum, chain);
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
