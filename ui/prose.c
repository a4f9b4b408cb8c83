/* prose.c - nfs4dup,report: the findings for a person
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose.h"

#include "finding_client.h"
#include "head.h"
#include "head_incident.h"
#include "head_trouble.h"
#include "kin.h"
#include "prose_finding.h"
#include "prose_sum.h"

#include "model/keys.h"
#include "model/know/hint.h"
#include "model/judge/verdict.h"

#define HINTS_TOLD 10
#define CLIENTS_TOLD 6 /* of one incident */
#define TROUBLES_IN_WINDOW 100 /* which has no table of them */

/* ---- heads ---------------------------------------------------------------- */

static const nfs4_owner *owner_at(const GPtrArray *owners, guint place)
{
    return (const nfs4_owner *)g_ptr_array_index(owners, place);
}

static void tell_more_owners(page *out, const GPtrArray *owners)
{
    if (owners->len <= PROSE_FINDINGS_TOLD)
        return;
    char *verdicts = prose_verdicts(owners, PROSE_FINDINGS_TOLD);
    page_gap(out);
    page_words_f(out, "", "%u more: %s; %s lists them all, worst first.",
                 owners->len - PROSE_FINDINGS_TOLD, verdicts,
                 page_is_window(out) ? "Statistics > NFSv4 Duplicate Clients" : "-z nfs4dup,stat");
    g_free(verdicts);
}

static void tell_owners(page *out, const nfs4_model *model, const GPtrArray *owners)
{
    for (guint i = 0; i < MIN(owners->len, PROSE_FINDINGS_TOLD); i++) {
        if (finding_is_told_as_trouble(owner_at(owners, i)))
            continue;
        wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
        finding found = finding_of(scope, model, owner_at(owners, i));
        head_of_owner(out, &found);
        wmem_destroy_allocator(scope);
    }
    tell_more_owners(out, owners);
}

/* An owner of a client that has been told of with another owner is told there. */
static void tell_innocents(page *out, const nfs4_model *model, const GPtrArray *owners)
{
    guint count = MIN(owners->len, PROSE_FINDINGS_TOLD);
    bool told[PROSE_FINDINGS_TOLD] = {false};
    for (guint i = 0; i < count; i++) {
        if (told[i] || finding_is_told_as_trouble(owner_at(owners, i)))
            continue;
        wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
        finding found = finding_of(scope, model, owner_at(owners, i));
        for (guint j = i + 1; j < count; j++)
            if (!told[j] && finding_is_same_client(&found, owner_at(owners, j))) {
                finding_add_owner(&found, scope, owner_at(owners, j));
                told[j] = true;
            }
        head_of_owner(out, &found);
        wmem_destroy_allocator(scope);
    }
    tell_more_owners(out, owners);
}

static void tell_incidents(page *out, const nfs4_model *model, prose_depth depth,
                           const GPtrArray *incidents, guint more)
{
    for (guint i = 0; i < incidents->len; i++)
        head_of_incident(out, model, (const incident *)g_ptr_array_index(incidents, i),
                         depth == PROSE_FULL ? 0 : CLIENTS_TOLD);
    if (more > 0) {
        page_gap(out);
        page_words_f(out, "", "%u more events cost leases; %s lists them all.", more,
                     page_is_window(out) ? "Statistics > NFSv4 Invalidation Chains"
                                         : "-z nfs4dup,chains");
    }
}

/* The head of an incident that is the same event says what there is to say. */
static bool is_told_as_incident(const nfs4_trouble *trouble, const GPtrArray *incidents)
{
    for (guint i = 0; i < incidents->len; i++)
        if (((const incident *)g_ptr_array_index(incidents, i))->turns == trouble)
            return true;
    return false;
}

static GPtrArray *troubles_of(const nfs4_model *model, report_chooser chooses, void *data,
                              const GPtrArray *incidents)
{
    GPtrArray *troubles = g_ptr_array_new();
    for (const nfs4_trouble *trouble = model->troubles.first; trouble != NULL;
         trouble = trouble->next) {
        const nfs4_owner *owner = trouble_owner(trouble);
        bool chosen = chooses == NULL || (owner != NULL && chooses(owner, data));
        if (chosen && !is_told_as_incident(trouble, incidents))
            g_ptr_array_add(troubles, (gpointer)trouble);
    }
    return troubles;
}

static void tell_troubles(page *out, const nfs4_model *model, const GPtrArray *troubles)
{
    guint told = MIN(troubles->len, page_is_window(out) ? TROUBLES_IN_WINDOW : PROSE_FINDINGS_TOLD);
    for (guint i = 0; i < told; i++)
        head_of_trouble(out, model, (const nfs4_trouble *)g_ptr_array_index(troubles, i));
    if (troubles->len > told) {
        page_gap(out);
        page_words_f(out, "", "%u more troubles; %s.", troubles->len - told,
                     page_is_window(out) ? "NFSv4 Sessions > Trouble shows the frames of all"
                                         : "-z nfs4dup,trouble lists them all");
    }
}

/* ---- hints ---------------------------------------------------------------- */

typedef struct {
    page *out;
    uint32_t told;
} hints;

static void say_hint(hints *sum, const char *words, uint32_t frame)
{
    if (sum->told++ == 0)
        page_gap(sum->out);
    page_finding(sum->out);
    if (sum->told <= HINTS_TOLD)
        page_words_f(sum->out, "Hint: ", "%s%s (frame %u).",
                     page_is_markdown(sum->out) ? "Hint: " : "", words, frame);
}

static void say_kin(hints *sum, wmem_allocator_t *scope, const nfs4_model *model)
{
    GArray *pairs = kin_of(model);
    for (guint i = 0; i < pairs->len; i++) {
        const kin_pair *pair = &g_array_index(pairs, kin_pair, i);
        say_hint(sum, kin_words(scope, pair), pair->later->first_frame);
    }
    g_array_free(pairs, TRUE);
}

static void say_hints(page *out, const nfs4_model *model)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    hints sum = {.out = out};
    for (const nfs4_owner *owner = model->owners.first; owner != NULL; owner = owner->next)
        if (owner_form_is_weak(&owner->form))
            say_hint(&sum, wording_weak_owner(scope, owner), owner->first_frame);
    for (const nfs4_hint *hint = model->hints.first; hint != NULL; hint = hint->next)
        if (hint_holds(hint))
            say_hint(&sum, wording_hint(scope, hint), hint->frame);
    say_kin(&sum, scope, model);
    if (sum.told > HINTS_TOLD)
        page_words_f(out, "Hint: ", "%u more; %s lists them all.", sum.told - HINTS_TOLD,
                     page_is_window(out) ? "Analyze > Expert Information" : "-z nfs4dup,json");
    wmem_destroy_allocator(scope);
}

/* ---- details -------------------------------------------------------------- */

static void tell_details(page *out, const nfs4_model *model, const GPtrArray *owners,
                         prose_depth depth)
{
    GHashTable *told = g_hash_table_new_full(key_string_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < MIN(owners->len, PROSE_FINDINGS_TOLD); i++)
        prose_finding(out, model, owner_at(owners, i), depth == PROSE_FULL, told);
    g_hash_table_destroy(told);
}

static void say_versions(page *out, const report_facts *facts)
{
    page_gap(out);
    page_words_f(out, "", "nfs4sess %s, Wireshark %s; nfs4dup-verdicts(7) explains the words.",
                 NFS4SESS_VERSION, facts->wireshark);
}

void prose_report(page *out, const nfs4_model *model, const report_facts *facts, prose_depth depth,
                  report_chooser chooses, void *data)
{
    prose_sum sum = prose_sum_up(model, chooses, data);
    if (model == NULL || model->compounds == 0) {
        prose_sum_say(out, model, facts, &sum, 0, chooses != NULL);
    } else {
        guint more;
        GPtrArray *incidents = incidents_of(model, chooses, data, PROSE_FINDINGS_TOLD, &more);
        GPtrArray *troubles = troubles_of(model, chooses, data, incidents);
        prose_sum_say(out, model, facts, &sum, troubles->len, chooses != NULL);
        tell_owners(out, model, sum.accused);
        tell_troubles(out, model, troubles);
        tell_owners(out, model, sum.undecided);
        tell_incidents(out, model, depth, incidents, more);
        g_ptr_array_free(troubles, TRUE);
        g_ptr_array_free(incidents, TRUE);
        tell_innocents(out, model, sum.innocent);
        if (depth != PROSE_BRIEF)
            tell_details(out, model, sum.accused, depth);
        if (depth == PROSE_FULL)
            tell_details(out, model, sum.undecided, depth);
        if (chooses == NULL)
            say_hints(out, model);
        say_versions(out, facts);
    }
    prose_sum_free(&sum);
}
