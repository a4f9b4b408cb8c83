/* prose_cost.c - what a duplicate cost its clients, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose_cost.h"

#include "duel.h"
#include "losses.h"
#include "losses_words.h"
#include "show/wording.h"

#define PAIRS_TOLD 6
#define HOSTS_TOLD 10
#define ITEM "      - "

static void tell_takeovers(page *out, const nfs4_owner *owner)
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
        page_words_f(out, ITEM, "%s.", line->str);
    g_string_free(line, TRUE);
    duel_free(&sum);
}

static void tell_instance(page *out, const nfs4_instance *instance, const losses *sum)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    page_words_f(out, ITEM, "%s lost %u lease%s: %s.", wording_instance(scope, instance),
                 sum->leases, sum->leases == 1 ? "" : "s", losses_words(scope, sum));
    wmem_destroy_allocator(scope);
}

/* What each instance lost. */
static void tell_losses(page *out, const nfs4_owner *owner)
{
    uint32_t told = 0;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next) {
        losses sum = {0};
        losses_add_instance(&sum, instance, losses_by_duplicate);
        if (sum.leases > 0 && told++ < HOSTS_TOLD)
            tell_instance(out, instance, &sum);
    }
    if (told > HOSTS_TOLD)
        page_words_f(out, ITEM, "%u more instances lost leases.", told - HOSTS_TOLD);
}

static void tell_meaning(page *out, const losses *sum)
{
    if (sum->outages > 0)
        page_words(out, ITEM,
                   "An outage runs from the first refusal to the first request that worked again "
                   "and is no part of the recovery, or until the client had all back, where it "
                   "asked for nothing then for a second or more. A client that loses its lease "
                   "again before it is back is interrupted once.");
    if (sum->refused > 0)
        page_words(out, ITEM,
                   "A request is refused if its answer says that the session, the clientid or "
                   "the state is gone.");
    if (sum->delegations > 0)
        page_words_f(out, ITEM, "%u delegation%s went with the leases; a client does without.",
                     sum->delegations, sum->delegations == 1 ? "" : "s");
    if (sum->layouts_failed > 0)
        page_words(out, ITEM, "What was written under a lost layout may not have been committed.");
    if (sum->locks > 0)
        page_words(out, ITEM,
                   "On Linux, I/O under a lost lock fails with EIO and does not reach the wire.");
}

void prose_cost(page *out, const nfs4_owner *owner)
{
    losses sum = losses_of_owner(owner, losses_by_duplicate);
    tell_takeovers(out, owner);
    if (sum.leases == 0)
        page_words(out, ITEM,
                   owner->is_cut ? "Leases; what went with them is not visible."
                                 : "No lease that was in use was lost in this capture.");
    tell_losses(out, owner);
    tell_meaning(out, &sum);
}
