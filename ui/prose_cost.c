/* prose_cost.c - what a duplicate cost its clients, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose_cost.h"

#include "duel.h"
#include "paragraph.h"
#include "show/wording.h"

#include "model/watch/cost.h"

#define PAIRS_TOLD 6
#define HOSTS_TOLD 10
#define ITEM "      - "

static void tell_takeovers(GString *text, const nfs4_owner *owner)
{
    duel sum = duel_of(owner);
    double rate;
    GString *line = g_string_new(NULL);
    g_string_append_printf(line, "%u takeover%s", owner->takeovers,
                           owner->takeovers == 1 ? "" : "s");
    if (duel_rate(&sum, owner->takeovers, &rate))
        g_string_append_printf(line, ", %.1f per minute", rate);
    for (guint i = 0; i < MIN(sum.pairs->len, PAIRS_TOLD); i++) {
        const duel_pair *pair = &g_array_index(sum.pairs, duel_pair, i);
        g_string_append_printf(line, "%s instance %u took from instance %u %u time%s",
                               i == 0 ? ":" : ",", pair->by->number, pair->of->number, pair->count,
                               pair->count == 1 ? "" : "s");
    }
    if (sum.pairs->len > PAIRS_TOLD)
        g_string_append_printf(line, ", and %u more pair%s", sum.pairs->len - PAIRS_TOLD,
                               sum.pairs->len == PAIRS_TOLD + 1 ? "" : "s");
    if (owner->takeovers > 0)
        paragraph_f(text, ITEM, "%s.", line->str);
    g_string_free(line, TRUE);
    duel_free(&sum);
}

typedef struct {
    uint32_t opens, locks, delegations, refused, failed, layouts;
} losses;

static void add_chain(losses *sum, const nfs4_chain *chain)
{
    uint32_t lost;
    sum->opens += cost_lost_opens(chain, &lost) ? lost : 0;
    sum->locks += cost_lost_locks(chain, &lost) ? lost : 0;
    sum->delegations += cost_lost_delegations(chain, &lost) ? lost : 0;
    sum->refused += chain->cost.refused;
    sum->layouts += chain->cost.layouts_bad;
    sum->failed += chain->cost.reads_failed + chain->cost.writes_failed;
}

static losses losses_of(const nfs4_instance *instance)
{
    losses sum = {0};
    for (const nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->next)
        if (lease->chain != NULL)
            add_chain(&sum, lease->chain);
    return sum;
}

static void append_lost(GString *line, uint32_t count, const char *what)
{
    if (count > 0)
        g_string_append_printf(line, "%s%u %s%s", line->len > 0 ? ", " : "", count, what,
                               count == 1 ? "" : "s");
}

static void tell_lost(GString *text, const nfs4_instance *instance, const losses *lost)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    GString *line = g_string_new(NULL);
    append_lost(line, lost->opens, "open");
    append_lost(line, lost->locks, "lock");
    append_lost(line, lost->delegations, "delegation");
    if (line->len > 0)
        paragraph_f(text, ITEM, "Lost for good by %s: %s.", wording_instance(scope, instance),
                    line->str);
    g_string_free(line, TRUE);
    wmem_destroy_allocator(scope);
}

/* What each instance lost; returns the sum of all. */
static losses tell_losses(GString *text, const nfs4_owner *owner)
{
    losses sum = {0};
    uint32_t told = 0;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next) {
        losses lost = losses_of(instance);
        if (lost.opens + lost.locks + lost.delegations > 0 && told++ < HOSTS_TOLD)
            tell_lost(text, instance, &lost);
        sum.locks += lost.locks;
        sum.refused += lost.refused;
        sum.failed += lost.failed;
        sum.layouts += lost.layouts;
    }
    if (told > HOSTS_TOLD)
        paragraph_f(text, ITEM, "%u more instances lost opens, locks or delegations.",
                    told - HOSTS_TOLD);
    return sum;
}

static void tell_invalidations(GString *text, const nfs4_owner *owner)
{
    if (owner->invalidations > 0)
        paragraph_f(text, ITEM, "%u lost lease%s.", owner->invalidations,
                    owner->invalidations == 1 ? "" : "s");
    else
        paragraph(text, ITEM, "Nothing yet that the capture shows: nobody was refused.");
    if (!nstime_is_zero(&owner->outage))
        paragraph_f(text, ITEM,
                    "From the first refusal to the first request that worked again: %.3f s in all, "
                    "%.3f s at the longest (the client's own pauses included).",
                    nstime_to_sec(&owner->outage), nstime_to_sec(&owner->longest_outage));
}

void prose_cost(GString *text, const nfs4_owner *owner)
{
    tell_takeovers(text, owner);
    tell_invalidations(text, owner);
    losses sum = tell_losses(text, owner);
    if (sum.refused > 0)
        paragraph_f(text, ITEM, "%u request%s refused.", sum.refused, sum.refused == 1 ? "" : "s");
    if (sum.failed > 0)
        paragraph_f(text, ITEM, "%u READ and WRITE requests failed for want of their state.",
                    sum.failed);
    if (sum.layouts > 0)
        paragraph_f(text, ITEM,
                    "%u layout requests failed, too: what was written under a lost layout may not "
                    "have been committed.",
                    sum.layouts);
    if (sum.locks > 0)
        paragraph(text, ITEM,
                  "On Linux, I/O under a lost lock fails with EIO and does not reach the wire.");
}
