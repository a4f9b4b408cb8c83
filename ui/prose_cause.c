/* prose_cause.c - interruptions that no duplicate caused, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose_cause.h"

#include "paragraph.h"
#include "show/wording.h"

#include "model/watch/cost.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"

#define ITEM "  - "
#define FACT "    "
#define CHAINS_TOLD 3 /* of each cause */
#define CAUSES (CAUSE_SESSION_ONLY + 1)

/* Where to look; NULL where there is nothing to do. */
static const char *advice_of(nfs4_cause cause)
{
    switch (cause) {
    case CAUSE_CLIENT_RESTART:
        return "Nothing, if the restart was wanted.";
    case CAUSE_SERVER_RESTART:
        return "See the server's log for why it restarted; clients reclaim what they held within "
               "its grace time.";
    case CAUSE_FAILOVER:
        return "See the cluster's log; a server that takes over must know the clients of the "
               "other, or they lose their locks.";
    case CAUSE_LEASE_EXPIRED:
        return "Find out why the client was silent: suspended, cut off from the network, or too "
               "busy to renew.";
    case CAUSE_ADMIN_REVOKED:
    case CAUSE_REMOVED_BY_SERVER:
        return "See the server's log, and ask its administrator: somebody or something there "
               "took it away.";
    case CAUSE_UNKNOWN:
        return "Capture at the server, from before the client mounts.";
    default:
        return NULL;
    }
}

static void tell_chain(GString *text, const nfs4_chain *chain, nfs4_cause cause)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_step *first = wmem_array_get_count(chain->steps) > 0
                                 ? (const nfs4_step *)wmem_array_index(chain->steps, 0)
                                 : NULL;
    const char *lost = wording_lost(scope, chain);
    if (first != NULL)
        paragraph_f(text, ITEM,
                    "%s: %s was refused in frame %u (%s) at %s. Filter: "
                    "nfs4sess.chain == %u",
                    cause_name(cause), wording_address(scope, chain->client), first->frame,
                    wording_status(scope, first->status),
                    wording_clock(scope, &chain->first_refused), chain->number);
    paragraph_f(text, FACT, "Why: %s.", wording_chain(scope, chain));
    if (lost != NULL)
        paragraph_f(text, FACT, "Lost for good: %s.", lost);
    wmem_destroy_allocator(scope);
}

/* ---- the worst of each cause ----------------------------------------------- */

static uint32_t state_lost(const nfs4_chain *chain)
{
    uint32_t opens = 0, locks = 0;
    return (cost_lost_opens(chain, &opens) ? opens : 0) +
           (cost_lost_locks(chain, &locks) ? locks : 0);
}

static gint in_order(gconstpointer a, gconstpointer b)
{
    const nfs4_chain *left = *(const nfs4_chain *const *)a;
    const nfs4_chain *right = *(const nfs4_chain *const *)b;
    return left->number < right->number ? -1 : 1;
}

/* By what did not come back, then by what took longest. */
static gint worst_first(gconstpointer a, gconstpointer b)
{
    const nfs4_chain *left = *(const nfs4_chain *const *)a;
    const nfs4_chain *right = *(const nfs4_chain *const *)b;
    if (state_lost(left) != state_lost(right))
        return state_lost(left) > state_lost(right) ? -1 : 1;
    int longer = nstime_cmp(&left->outage, &right->outage);
    return longer != 0 ? -longer : in_order(a, b);
}

/* The chains of a cause that are told, in the order in which they happened. */
static GPtrArray *chains_told(const nfs4_model *model, nfs4_cause cause)
{
    GPtrArray *chains = g_ptr_array_new();
    nfs4_verdict grade;
    for (const nfs4_chain *chain = model->chains.first; chain != NULL; chain = chain->next)
        if (cause_of_chain(chain, &grade) == cause)
            g_ptr_array_add(chains, (gpointer)chain);
    g_ptr_array_sort(chains, worst_first);
    g_ptr_array_set_size(chains, (gint)MIN(chains->len, CHAINS_TOLD));
    g_ptr_array_sort(chains, in_order);
    return chains;
}

static void tell_cause(GString *text, const nfs4_model *model, nfs4_cause cause, uint32_t count)
{
    GPtrArray *chains = chains_told(model, cause);
    for (guint i = 0; i < chains->len; i++)
        tell_chain(text, (const nfs4_chain *)g_ptr_array_index(chains, i), cause);
    if (count > chains->len)
        paragraph_f(text, ITEM,
                    "%s: %u times in all. These are the worst; -z nfs4dup,chains lists them all.",
                    cause_name(cause), count);
    g_ptr_array_free(chains, TRUE);
    if (count > 0 && advice_of(cause) != NULL)
        paragraph_f(text, FACT, "What to do: %s", advice_of(cause));
}

void prose_other_causes(GString *text, const nfs4_model *model)
{
    uint32_t counts[CAUSES] = {0}, others = 0;
    nfs4_verdict grade;
    for (const nfs4_chain *chain = model->chains.first; chain != NULL; chain = chain->next) {
        nfs4_cause cause = cause_of_chain(chain, &grade);
        counts[cause]++;
        others += cause != CAUSE_DUPLICATE_OWNER;
    }
    if (others == 0)
        return;
    g_string_append_printf(text, "\nOther interruptions: %u\n", others);
    for (int cause = 0; cause < CAUSES; cause++)
        if (cause != CAUSE_DUPLICATE_OWNER)
            tell_cause(text, model, (nfs4_cause)cause, counts[cause]);
}
