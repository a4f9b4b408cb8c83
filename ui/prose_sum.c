/* prose_sum.c - what a report begins with: in one sentence, and what could not be seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose_sum.h"

#include "finding.h"

#include "model/judge/causes.h"
#include "model/judge/verdict.h"
#include "wire/nfs_program.h"

/* ---- findings ------------------------------------------------------------- */

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

static uint32_t count_unexplained(const nfs4_model *model, report_chooser chooses, void *data)
{
    uint32_t count = 0;
    nfs4_verdict grade;
    const nfs4_chain *chain = model != NULL ? model->chains.first : NULL;
    for (; chain != NULL; chain = chain->next) {
        const nfs4_owner *owner = chain->lease->owner;
        bool is_chosen = chooses == NULL || (owner != NULL && chooses(owner, data));
        count += is_chosen && cause_of_chain(chain, &grade) == CAUSE_UNKNOWN;
    }
    return count;
}

prose_sum prose_sum_up(const nfs4_model *model, report_chooser chooses, void *data)
{
    prose_sum sum = {.accused = g_ptr_array_new(),
                     .undecided = g_ptr_array_new(),
                     .innocent = g_ptr_array_new(),
                     .unexplained = count_unexplained(model, chooses, data)};
    const nfs4_owner *owner = model != NULL ? model->owners.first : NULL;
    for (; owner != NULL; owner = owner->next) {
        if (chooses != NULL && !chooses(owner, data))
            continue;
        sum.owners++;
        sum.verdicts[owner->verdict]++;
        if (verdict_accuses(owner->verdict))
            g_ptr_array_add(sum.accused, (gpointer)owner);
        else if (owner->verdict == VERDICT_UNDECIDED)
            g_ptr_array_add(sum.undecided, (gpointer)owner);
        else if (finding_kind_of(owner) != FINDING_NONE)
            g_ptr_array_add(sum.innocent, (gpointer)owner);
    }
    g_ptr_array_sort(sum.accused, worst_first);
    return sum;
}

void prose_sum_free(prose_sum *sum)
{
    g_ptr_array_free(sum->accused, TRUE);
    g_ptr_array_free(sum->undecided, TRUE);
    g_ptr_array_free(sum->innocent, TRUE);
}

/* ---- what could not be seen ----------------------------------------------- */

#define NOT_VISIBLE "Not visible: "

static bool say_gap(page *out, const visibility_gap *gap, const char *one, const char *many)
{
    page_finding(out);
    if (gap->count > 0)
        page_words_f(out, NOT_VISIBLE, "%s%" G_GUINT64_FORMAT " %s, the first in frame %u.",
                     page_is_markdown(out) ? NOT_VISIBLE : "", gap->count,
                     gap->count == 1 ? one : many, gap->first_frame);
    return gap->count > 0;
}

static void say_dropped(page *out, const nfs4_model *model)
{
    page_finding(out);
    if (model->dropped > 0)
        page_words_f(out, "Not analysed: ",
                     "%" G_GUINT64_FORMAT " NFSv4 messages from frame %u on, as the capture holds "
                     "more than %" G_GUINT64_FORMAT " records (preference nfs4sess.records).",
                     model->dropped, model->first_dropped, model->store.limit / 1024);
}

/* Another dissector owns the port; at the port of NFS, it may also be that TCP takes a segment
 * for a repetition because the answer to it was captured first. */
static char *how_to_recognise(const page *out, uint32_t port)
{
    bool also_order = port == NFS_PORT;
    if (page_is_window(out))
        return g_strdup_printf("In Analyze > Decode As, set TCP port %u to RPC%s.", port,
                               also_order ? "; if that does not help, tick Edit > Preferences > "
                                            "Protocols > TCP > \"Reassemble out-of-order segments\""
                                          : "");
    return g_strdup_printf("Try: -d tcp.port==%u,rpc%s", port,
                           also_order ? " -o tcp.reassemble_out_of_order:TRUE" : "");
}

static bool say_unclaimed(page *out, const visibility_gaps *gaps)
{
    const visibility_gap *gap = &gaps->unclaimed;
    if (gap->count == 0)
        return false;
    char *cure = how_to_recognise(out, gaps->unclaimed_port);
    page_finding(out);
    page_words_f(out, NOT_VISIBLE,
                 "%s%" G_GUINT64_FORMAT " connection%s with NFSv4 requests that Wireshark has not "
                 "recognised, the first in frame %u, at server port %u. %s",
                 page_is_markdown(out) ? NOT_VISIBLE : "", gap->count, gap->count == 1 ? "" : "s",
                 gap->first_frame, gaps->unclaimed_port, cure);
    g_free(cure);
    return true;
}

static bool say_cut_owners(page *out, const nfs4_model *model)
{
    uint64_t count = model != NULL ? model->cuts.identifications : 0;
    if (count > 0)
        page_words_f(out, NOT_VISIBLE,
                     "the client owner of %" G_GUINT64_FORMAT
                     " identification%s, cut off by the snap length: capture with tcpdump -s 0.",
                     count, count == 1 ? "" : "s");
    return count > 0;
}

static bool say_gaps(page *out, const nfs4_model *model, const visibility_gaps *gaps)
{
    bool any = say_gap(out, &gaps->compounds, "NFSv4 message encrypted with krb5p",
                       "NFSv4 messages encrypted with krb5p");
    any |= say_gap(out, &gaps->cut,
                   "NFS message cut off whole by the snap length (capture with tcpdump -s 0)",
                   "NFS messages cut off whole by the snap length (capture with tcpdump -s 0)");
    any |=
        say_gap(out, &gaps->tls, "connection encrypted with TLS", "connections encrypted with TLS");
    any |= say_gap(out, &gaps->replies,
                   "reply from port 2049, as only replies were captured on its connection",
                   "replies from port 2049, as only replies were captured on their connections");
    if (gaps->replies.count == 0 && gaps->unclaimed.count == 0)
        any |= say_gap(out, &gaps->undecoded,
                       "connection to port 2049 on which nothing could be read (another protocol "
                       "on the port, encryption, or a capture that begins in mid-stream)",
                       "connections to port 2049 on which nothing could be read (another protocol "
                       "on the port, encryption, or a capture that begins in mid-stream)");
    any |= say_unclaimed(out, gaps);
    return say_cut_owners(out, model) || any;
}

/* ---- in one sentence ------------------------------------------------------ */

static void say_nothing_seen(page *out, bool gaps)
{
    if (gaps)
        page_words(out, "",
                   "Nothing can be said about duplicates: no NFSv4 message in this capture could "
                   "be read.");
    else
        page_words_f(out, "",
                     "No NFSv4 was recognised in this capture. Where the server listens on another "
                     "port than 2049, %s",
                     page_is_window(out) ? "set that TCP port to RPC in Analyze > Decode As."
                                         : "name it: -d tcp.port==PORT,rpc");
}

char *prose_verdicts(const GPtrArray *owners, guint from)
{
    uint32_t counts[VERDICT_PROVEN + 1] = {0};
    for (guint i = from; i < owners->len; i++)
        counts[((const nfs4_owner *)g_ptr_array_index(owners, i))->verdict]++;
    GString *list = g_string_new(NULL);
    for (int verdict = VERDICT_PROVEN; verdict >= (int)VERDICT_SINGLE; verdict--)
        if (counts[verdict] > 0)
            g_string_append_printf(list, "%s%u %s", list->len > 0 ? ", " : "", counts[verdict],
                                   verdict_name((nfs4_verdict)verdict));
    return g_string_free(list, FALSE);
}

/* Nothing is put more strongly than its verdict. */
static void say_duplicates(page *out, const prose_sum *sum)
{
    char *list = prose_verdicts(sum->accused, 0);
    uint32_t count = sum->accused->len, proven = sum->verdicts[VERDICT_PROVEN];
    bool mixed = proven > 0 && proven < count;
    if (sum->verdicts[VERDICT_SUSPECTED] == count)
        page_words_f(out, "", "%u of %u client owner%s: signs of a second client.", count,
                     sum->owners, sum->owners == 1 ? "" : "s");
    else
        page_words_f(out, "", "%u of %u client owner%s %s presented by more than one client%s%s%s.",
                     count, sum->owners, sum->owners == 1 ? "" : "s", count == 1 ? "is" : "are",
                     mixed         ? ", though not all of that is proven ("
                     : proven == 0 ? ", probably"
                                   : "",
                     mixed ? list : "", mixed ? ")" : "");
    g_free(list);
}

static void say_none(page *out, const nfs4_model *model, const prose_sum *sum, uint32_t troubles)
{
    GString *line = g_string_new(NULL);
    g_string_append_printf(line, "No duplicate shows in %s: %u client owner%s",
                           model->dropped > 0 ? "what was analysed" : "this capture", sum->owners,
                           sum->owners == 1 ? "" : "s");
    if (sum->unexplained > 0)
        g_string_append_printf(line, ", %u lost lease%s not explained", sum->unexplained,
                               sum->unexplained == 1 ? "" : "s");
    else if (sum->verdicts[VERDICT_SINGLE] == sum->owners)
        g_string_append(line, sum->owners == 1 ? ", one client" : ", each with one client");
    if (sum->verdicts[VERDICT_RESTARTED] > 0)
        g_string_append_printf(line, ", %u whose client restarted",
                               sum->verdicts[VERDICT_RESTARTED]);
    if (sum->undecided->len > 0)
        g_string_append_printf(line, ", %u undecided", sum->undecided->len);
    if (troubles > 0)
        g_string_append_printf(line, "; %u trouble%s of another kind", troubles,
                               troubles == 1 ? "" : "s");
    page_words_f(out, "", "%s.", line->str);
    g_string_free(line, TRUE);
}

/* Requests alone tell who presents what, and nothing of what came of it. */
static void say_unanswered(page *out, const prose_sum *sum)
{
    page_words_f(out, "",
                 "Nothing can be said about duplicates, as no request was answered in this "
                 "capture; %u client owner%s %s presented.",
                 sum->owners, sum->owners == 1 ? "" : "s", sum->owners == 1 ? "was" : "were");
}

static void say_sum(page *out, const nfs4_model *model, const prose_sum *sum, uint32_t troubles,
                    bool filtered)
{
    if (sum->accused->len > 0)
        say_duplicates(out, sum);
    else if (sum->owners > 0 && model->answered == 0)
        say_unanswered(out, sum);
    else if (sum->owners > 0)
        say_none(out, model, sum, troubles);
    else if (filtered)
        page_words(out, "", "No client owner is known of the frames that match the filter.");
    else if (model->answered == 0)
        page_words(out, "",
                   "Nothing can be said about duplicates: no client owner was captured, and no "
                   "request was answered in this capture.");
    else if (model->cuts.identifications == 0)
        page_words(out, "",
                   "No duplicate can be seen: no client identified itself in this capture, so the "
                   "client owners are not known. Capture while the clients mount, or for longer.");
    else
        page_words(out, "", "No duplicate can be seen: no client owner could be read.");
}

/* One direction was captured, or Wireshark could not pair replies with their requests. */
static void say_one_way(page *out, const nfs4_model *model, const visibility_gaps *gaps)
{
    if (model->answered == 0 && gaps->cut.count == 0)
        page_words_f(out, NOT_VISIBLE,
                     "%sreplies. Only requests were captured, or no reply could be paired with "
                     "its request: capture both directions.",
                     page_is_markdown(out) ? NOT_VISIBLE : "");
}

/* The date stands here, and clock times below. */
static void say_when(page *out, const nfs4_model *model)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    char *first = wording_clock(scope, &model->first_time);
    first[strcspn(first, "T")] = ' ';
    first[strcspn(first, "Z")] = '\0';
    page_words_f(out, "", "%" G_GUINT64_FORMAT " NFSv4 messages, %s to %s UTC.", model->compounds,
                 first, wording_hour(scope, &model->last_time, &model->first_time));
    wmem_destroy_allocator(scope);
}

void prose_sum_say(page *out, const nfs4_model *model, const report_facts *facts,
                   const prose_sum *sum, uint32_t troubles, bool filtered)
{
    bool gaps = say_gaps(out, model, &facts->gaps);
    if (model == NULL || model->compounds == 0) {
        say_nothing_seen(out, gaps);
        return;
    }
    say_one_way(out, model, &facts->gaps);
    say_dropped(out, model);
    say_sum(out, model, sum, troubles, filtered);
    say_when(out, model);
}
