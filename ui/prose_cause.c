/* prose_cause.c - interruptions that no duplicate caused, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose_cause.h"

#include "paragraph.h"
#include "wording.h"

#include "model/verdict.h"

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
                    verdict_cause_name(cause), wording_address(scope, chain->client), first->frame,
                    wording_status(scope, first->status),
                    wording_clock(scope, &chain->first_refused), chain->number);
    paragraph_f(text, FACT, "Why: %s.", wording_chain(scope, chain));
    if (lost != NULL)
        paragraph_f(text, FACT, "Lost for good: %s.", lost);
    wmem_destroy_allocator(scope);
}

static void tell_cause(GString *text, const nfs4_model *model, nfs4_cause cause, uint32_t count)
{
    uint32_t told = 0;
    nfs4_verdict grade;
    for (const nfs4_chain *chain = model->chains.first; chain != NULL && told < CHAINS_TOLD;
         chain = chain->next)
        if (verdict_of_chain(chain, &grade) == cause) {
            tell_chain(text, chain, cause);
            told++;
        }
    if (count > told)
        paragraph_f(text, ITEM, "%s: %u times in all.", verdict_cause_name(cause), count);
    if (count > 0 && advice_of(cause) != NULL)
        paragraph_f(text, FACT, "What to do: %s", advice_of(cause));
}

void prose_other_causes(GString *text, const nfs4_model *model)
{
    uint32_t counts[CAUSES] = {0}, others = 0;
    nfs4_verdict grade;
    for (const nfs4_chain *chain = model->chains.first; chain != NULL; chain = chain->next) {
        nfs4_cause cause = verdict_of_chain(chain, &grade);
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
