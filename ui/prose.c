/* prose.c - nfs4dup,report: the findings for a person
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose.h"

#include "paragraph.h"
#include "prose_cause.h"
#include "prose_finding.h"
#include "show/wording.h"

#include "model/know/hint.h"
#include "model/judge/verdict.h"

#define FINDINGS_TOLD 10
#define HINTS_TOLD 10

typedef struct {
    GPtrArray *findings; /* nfs4_owner that is accused or undecided, worst first */
    uint32_t owners, duplicates;
    uint32_t verdicts[VERDICT_PROVEN + 1]; /* owners, by verdict */
} prose_sum;

static gint worst_first(gconstpointer a, gconstpointer b)
{
    const nfs4_owner *left = *(const nfs4_owner *const *)a;
    const nfs4_owner *right = *(const nfs4_owner *const *)b;
    if (left->verdict != right->verdict)
        return left->verdict > right->verdict ? -1 : 1;
    if (left->harmful != right->harmful)
        return left->harmful ? -1 : 1;
    if (left->takeovers != right->takeovers)
        return left->takeovers > right->takeovers ? -1 : 1;
    return left->number < right->number ? -1 : 1;
}

static prose_sum sum_up(const nfs4_model *model, report_chooser chooses, void *data)
{
    prose_sum sum = {.findings = g_ptr_array_new()};
    const nfs4_owner *owner = model != NULL ? model->owners.first : NULL;
    for (; owner != NULL; owner = owner->next) {
        if (chooses != NULL && !chooses(owner, data))
            continue;
        sum.owners++;
        sum.duplicates += verdict_accuses(owner->verdict);
        sum.verdicts[owner->verdict]++;
        if (verdict_accuses(owner->verdict) || owner->verdict == VERDICT_UNDECIDED)
            g_ptr_array_add(sum.findings, (gpointer)owner);
    }
    g_ptr_array_sort(sum.findings, worst_first);
    return sum;
}

/* ---- what could not be seen ----------------------------------------------- */

static bool say_gap(GString *text, const visibility_gap *gap, const char *one, const char *many)
{
    if (gap->count > 0)
        paragraph_f(text, "Not visible: ", "%" G_GUINT64_FORMAT " %s, the first in frame %u.",
                    gap->count, gap->count == 1 ? one : many, gap->first_frame);
    return gap->count > 0;
}

static void say_dropped(GString *text, const nfs4_model *model)
{
    if (model->dropped > 0)
        paragraph_f(text, "Not analysed: ",
                    "%" G_GUINT64_FORMAT " NFSv4 messages from frame %u on, as the capture holds "
                    "more than %" G_GUINT64_FORMAT " records (preference nfs4sess.records).",
                    model->dropped, model->first_dropped, model->store.limit / 1024);
}

static bool say_gaps(GString *text, const nfs4_model *model, const visibility_gaps *gaps)
{
    bool any = say_gap(text, &gaps->compounds, "NFSv4 message encrypted with krb5p",
                       "NFSv4 messages encrypted with krb5p");
    any |= say_gap(text, &gaps->tls, "connection encrypted with TLS",
                   "connections encrypted with TLS");
    any |= say_gap(text, &gaps->undecoded,
                   "connection to port 2049 on which nothing could be read (another protocol on "
                   "the port, encryption, or a capture that begins in mid-stream)",
                   "connections to port 2049 on which nothing could be read (another protocol on "
                   "the port, encryption, or a capture that begins in mid-stream)");
    if (model != NULL && model->cuts.identifications > 0) {
        paragraph_f(text, "Not visible: ",
                    "the client owner of %" G_GUINT64_FORMAT
                    " identification%s, cut off by the snap length: capture with tcpdump -s 0.",
                    model->cuts.identifications, model->cuts.identifications == 1 ? "" : "s");
        any = true;
    }
    return any;
}

/* ---- in one sentence ------------------------------------------------------ */

static void say_nothing_seen(GString *text, bool gaps)
{
    paragraph(text, "",
              gaps ? "Nothing can be said about duplicates: no NFSv4 message in this capture could "
                     "be read."
                   : "There is no NFSv4 in this capture.");
}

/* "3 proven, 1 probable", from the worst verdict down to the one that is given. */
static char *list_verdicts(const uint32_t counts[], nfs4_verdict least)
{
    GString *list = g_string_new(NULL);
    for (int verdict = VERDICT_PROVEN; verdict >= (int)least; verdict--)
        if (counts[verdict] > 0)
            g_string_append_printf(list, "%s%u %s", list->len > 0 ? ", " : "", counts[verdict],
                                   verdict_name((nfs4_verdict)verdict));
    return g_string_free(list, FALSE);
}

/* Nothing is put more strongly than its verdict. */
static void say_duplicates(GString *text, const prose_sum *sum)
{
    char *list = list_verdicts(sum->verdicts, VERDICT_SUSPECTED);
    uint32_t proven = sum->verdicts[VERDICT_PROVEN];
    bool mixed = proven > 0 && proven < sum->duplicates;
    if (sum->verdicts[VERDICT_SUSPECTED] == sum->duplicates)
        paragraph_f(text, "", "%u of %u client owner%s: signs of a second client.", sum->duplicates,
                    sum->owners, sum->owners == 1 ? "" : "s");
    else
        paragraph_f(text, "", "%u of %u client owner%s %s presented by more than one client%s%s%s.",
                    sum->duplicates, sum->owners, sum->owners == 1 ? "" : "s",
                    sum->duplicates == 1 ? "is" : "are",
                    mixed         ? ", though not all of that is proven ("
                    : proven == 0 ? ", probably"
                                  : "",
                    mixed ? list : "", mixed ? ")" : "");
    g_free(list);
}

static void say_none(GString *text, const nfs4_model *model, const prose_sum *sum)
{
    GString *line = g_string_new(NULL);
    g_string_append_printf(line, "No duplicate%s: %u client owner%s",
                           model->dropped > 0 ? " in what was analysed" : "", sum->owners,
                           sum->owners == 1 ? "" : "s");
    if (sum->verdicts[VERDICT_SINGLE] == sum->owners)
        g_string_append_printf(line, sum->owners == 1 ? ", one client" : ", one client each");
    if (sum->verdicts[VERDICT_RESTARTED] > 0)
        g_string_append_printf(line, ", %u whose client restarted",
                               sum->verdicts[VERDICT_RESTARTED]);
    if (sum->findings->len > 0)
        g_string_append_printf(line, ", %u undecided", sum->findings->len);
    paragraph_f(text, "", "%s.", line->str);
    g_string_free(line, TRUE);
}

static void say_sum(GString *text, const nfs4_model *model, const prose_sum *sum, bool filtered)
{
    if (sum->duplicates > 0)
        say_duplicates(text, sum);
    else if (sum->owners > 0)
        say_none(text, model, sum);
    else if (filtered)
        paragraph(text, "", "No client owner is known of the frames that match the filter.");
    else if (model->cuts.identifications == 0)
        paragraph(text, "",
                  "No duplicate can be seen: no client identified itself in this capture, so the "
                  "client owners are not known. Capture while the clients mount, or for longer.");
    else
        paragraph(text, "", "No duplicate can be seen: no client owner could be read.");
}

/* ---- findings ------------------------------------------------------------- */

static void say_more_findings(GString *text, const GPtrArray *findings)
{
    uint32_t counts[VERDICT_PROVEN + 1] = {0};
    for (guint i = FINDINGS_TOLD; i < findings->len; i++)
        counts[((const nfs4_owner *)g_ptr_array_index(findings, i))->verdict]++;
    char *list = list_verdicts(counts, VERDICT_UNDECIDED);
    g_string_append_c(text, '\n');
    paragraph_f(text, "", "%u more finding%s: %s; -z nfs4dup,stat lists them all, worst first.",
                findings->len - FINDINGS_TOLD, findings->len == FINDINGS_TOLD + 1 ? "" : "s", list);
    g_free(list);
}

static void say_findings(GString *text, const GPtrArray *findings)
{
    GHashTable *told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < MIN(findings->len, FINDINGS_TOLD); i++)
        prose_finding(text, i + 1, (const nfs4_owner *)g_ptr_array_index(findings, i), told);
    if (findings->len > FINDINGS_TOLD)
        say_more_findings(text, findings);
    g_hash_table_destroy(told);
}

/* ---- hints ---------------------------------------------------------------- */

static void say_hints(GString *text, const nfs4_model *model)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    uint32_t told = 0, more = 0;
    for (const nfs4_owner *owner = model->owners.first; owner != NULL; owner = owner->next)
        if (owner_form_is_weak(&owner->form) && ++told <= HINTS_TOLD)
            paragraph_f(text, "Hint: ", "%s (frame %u).", wording_weak_owner(scope, owner),
                        owner->first_frame);
    for (const nfs4_hint *hint = model->hints.first; hint != NULL; hint = hint->next)
        if (hint_holds(hint) && ++told <= HINTS_TOLD)
            paragraph_f(text, "Hint: ", "%s (frame %u).", wording_hint(scope, hint), hint->frame);
    more = told > HINTS_TOLD ? told - HINTS_TOLD : 0;
    if (more > 0)
        paragraph_f(text, "Hint: ", "%u more; -z nfs4dup,json lists them all.", more);
    wmem_destroy_allocator(scope);
}

/* What a ticket needs to know of the capture. */
static void say_capture(GString *text, const nfs4_model *model, const report_facts *facts)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    g_string_append_c(text, '\n');
    paragraph_f(text, "",
                "%" G_GUINT64_FORMAT " NFSv4 messages from %s to %s. nfs4sess %s, Wireshark %s; "
                "nfs4dup-verdicts(7) explains the words.",
                model->compounds, wording_clock(scope, &model->first_time),
                wording_clock(scope, &model->last_time), NFS4SESS_VERSION, facts->wireshark);
    wmem_destroy_allocator(scope);
}

void prose_report(GString *text, const nfs4_model *model, const report_facts *facts,
                  report_chooser chooses, void *data)
{
    prose_sum sum = sum_up(model, chooses, data);
    bool gaps = say_gaps(text, model, &facts->gaps);
    if (model != NULL)
        say_dropped(text, model);
    if (model == NULL || model->compounds == 0)
        say_nothing_seen(text, gaps);
    else
        say_sum(text, model, &sum, chooses != NULL);
    say_findings(text, sum.findings);
    if (model != NULL && chooses == NULL) {
        prose_other_causes(text, model);
        say_hints(text, model);
    }
    if (model != NULL && model->compounds > 0)
        say_capture(text, model, facts);
    g_ptr_array_free(sum.findings, TRUE);
}
