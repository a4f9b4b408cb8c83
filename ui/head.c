/* head.c - the head of a finding: what goes into a ticket, on the first screen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "head.h"

#include "cure.h"
#include "head_proof.h"
#include "losses_words.h"

#define COMMAND "tcpdump -i any -s 0 -w server.pcap 'port %u'"

static bool accuses(const finding *found)
{
    return found->kind >= FINDING_SUSPECTED;
}

/* ---- cost ----------------------------------------------------------------- */

static bool is_linux(const finding *found)
{
    const char *software = owner_software(found->owner);
    return g_strcmp0(software, "Linux") == 0;
}

/* The newcomer that the server turned away. */
static void tell_no_mount(page *out, const finding *found)
{
    page_row_f(out, "Cost", "%s %s: it was refused %s. %s lost no lease that was in use.",
               found->second, found->mounted ? "had to wait" : "could not mount", found->refused,
               found->first);
}

/* Where no lease is known to be lost. */
static const char *cost_of_none(const finding *found)
{
    if (found->owner->is_cut)
        return "leases; what went with them is not visible.";
    if (!found->answered)
        return "not visible without the replies.";
    return "no lease that was in use was lost in this capture.";
}

static void tell_cost(page *out, wmem_allocator_t *scope, const finding *found)
{
    const char *words = losses_words(scope, &found->lost);
    if (found->kind == FINDING_TURNED_AWAY && found->refused != NULL) {
        tell_no_mount(out, found);
        return;
    }
    if (found->lost.leases == 0) {
        page_row(out, "Cost", cost_of_none(found));
        return;
    }
    bool fails = found->lost.locks > 0 && is_linux(found);
    page_row_f(out, "Cost", "%s.%s", words,
               fails ? " On Linux, I/O under a lost lock fails with EIO." : "");
}

/* ---- proof ---------------------------------------------------------------- */

static void tell_proof(page *out, wmem_allocator_t *scope, const finding *found, const char *label)
{
    const char *more = found->line_count == 0 ? label : "";
    bool apart = found->evidence == EVIDENCE_TAKEOVER_REFUSED && found->returns > 0 &&
                 found->returns != found->cases;
    head_proof(out, scope, label, found->lines, found->line_count, &found->base);
    if (found->cases > 1 && apart)
        page_row_f(out, more, "%u such refusals and %u such return%s in all", found->cases,
                   found->returns, found->returns == 1 ? "" : "s");
    else if (found->cases > 1)
        page_row_f(out, more, "%u such cases in all", found->cases);
}

/* ---- why nothing else ----------------------------------------------------- */

static void append_reason(wmem_strbuf_t *text, const char *reason)
{
    wmem_strbuf_append_printf(text, "%s%s", wmem_strbuf_get_len(text) > 0 ? ", " : "", reason);
}

static const char *why_no_restart(wmem_allocator_t *scope, const finding *found)
{
    uint32_t returns = MAX(found->returns, found->comebacks);
    if (returns > 0)
        return wmem_strdup_printf(scope, "a client restart (%u return%s)", returns,
                                  returns == 1 ? "" : "s");
    if (found->evidence == EVIDENCE_OUTLIVED)
        return "a client restart (the holder works on)";
    if (found->kind == FINDING_TURNED_AWAY)
        return "a client restart (the holder works on)";
    if (found->kind == FINDING_CLONED && found->evidence == EVIDENCE_CLONE)
        return "one host with a new address (it would know its newest clientid)";
    if (found->kind == FINDING_CLONED)
        return "one host with two addresses (it would know which request comes next)";
    if (found->kind == FINDING_SUSPECTED && found->evidence == EVIDENCE_COUNTER_GAP &&
        found->instances == 1)
        return "a client restart (one verifier throughout)";
    if (found->kind == FINDING_DUPLICATE && found->proven)
        return "a client restart (the displaced one asks on with what it lost)";
    return NULL;
}

/* By the longest silence of all losses. */
static char *why_not_expired(wmem_allocator_t *scope, const losses *lost)
{
    const char *most = lost->leases > 1 ? "at most " : "";
    if (lost->lease_time == 0)
        return wmem_strdup_printf(
            scope,
            "an expired lease (unless the lease time, which was not captured, "
            "is below %.1f s)",
            lost->idle);
    return wmem_strdup_printf(scope, "an expired lease (%s%.1f of %u s used)", most, lost->idle,
                              lost->lease_time);
}

static bool may_have_expired(const losses *lost)
{
    return lost->has_idle && lost->lease_time > 0 && lost->idle >= lost->lease_time;
}

/* A restart of the server takes leases, too, and may have come between the takeovers. */
static char *why_no_server_restart(wmem_allocator_t *scope, const finding *found)
{
    if (found->has_start)
        return wmem_strdup_printf(scope, "a server restart (one start, %s)",
                                  wording_second(scope, &found->start, &found->base));
    if (found->within_start == 0)
        return NULL;
    return wmem_strdup_printf(scope,
                              "a server restart (the same start before and after %u of %u losses)",
                              found->within_start, found->lost.leases);
}

static void tell_not(page *out, wmem_allocator_t *scope, const finding *found)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    const char *restart = why_no_restart(scope, found);
    const char *server = why_no_server_restart(scope, found);
    if (restart != NULL)
        append_reason(text, restart);
    if (found->lost.has_idle && !may_have_expired(&found->lost))
        append_reason(text, why_not_expired(scope, &found->lost));
    if (server != NULL)
        append_reason(text, server);
    if (wmem_strbuf_get_len(text) > 0)
        page_row_f(out, "Not", "%s.", wmem_strbuf_get_str(text));
}

/* What else the evidence of one case may be. */
static const char *alternative_of(nfs4_evidence_kind kind)
{
    switch (kind) {
    case EVIDENCE_OUTLIVED:
        return "one host, in captures of several that were merged while a clock was wrong.";
    case EVIDENCE_ADDRESS_TURNS:
        return "one host that uses both addresses, or whose address changed and changed back.";
    case EVIDENCE_CLOCK_OVERLAP:
        return "a host that restarted with another address, while its clock or the capture's was wrong.";
    default:
        return "a virtual machine that was set back to a snapshot.";
    }
}

static void tell_alternative(page *out, const finding *found)
{
    if (may_have_expired(&found->lost))
        page_row_f(out, "Or", "once an expired lease: %.1f s of silence, lease time %u s.",
                   found->lost.idle, found->lost.lease_time);
    if (found->kind == FINDING_SUSPECTED)
        page_row(out, "Or",
                 "an administrator removed the client, and others mounted in the same "
                 "moments.");
    else if (found->probable && found->kind == FINDING_DUPLICATE)
        page_row(out, "Or", alternative_of(found->evidence));
}

#define REFUSED_TOLD 3 /* instances */

/* Every identification that the server refused, but what is told as trouble. */
static void tell_refused(page *out, wmem_allocator_t *scope, const finding *found)
{
    uint32_t told = 0;
    for (const nfs4_instance *instance = found->owner->first_instance;
         instance != NULL && told < REFUSED_TOLD; instance = instance->next) {
        const char *why = wording_refused_why(instance);
        if (instance->rejections.count == 0 || instance->rejections.trouble != NULL)
            continue;
        page_row_f(out, told++ == 0 ? "Denied" : "", "%s was refused %s (frames %u to %u)%s%s.",
                   wording_name(scope, NAMES_ADDRESS, instance), wording_refused(scope, instance),
                   instance->rejections.first_frame, instance->rejections.last_frame,
                   why != NULL ? ": " : "", why != NULL ? why : "");
    }
}

/* ---- what next ------------------------------------------------------------ */

/* What a longer capture shows. */
static const char *what_decides(const finding *found)
{
    if (found->kind == FINDING_SUSPECTED)
        return "That shows who else confirms the owner.";
    if (found->evidence == EVIDENCE_ELSEWHERE)
        return "Refusals at each of the two addresses, each after a confirm at the other, are "
               "those "
               "of one server.";
    return "Who comes back or is refused is a second host; who stays silent restarted.";
}

static void tell_capture(page *out, wmem_allocator_t *scope, const finding *found)
{
    const char *other =
        found->second_server != NULL
            ? wmem_strdup_printf(scope, ", with what goes to %s", found->second_server)
            : "";
    page_row_f(out, "Decide",
               "capture on server %s%s, while it happens, for %u s or more (two lease times). %s",
               found->server, other, finding_seconds_to_decide(found), what_decides(found));
    page_row_command(out, "", wmem_strdup_printf(scope, COMMAND, found->port));
    if (found->owner->server->layout == LAYOUT_OPAQUE)
        page_row(out, "",
                 "If the server is a service or an appliance: nfs4dup-cures(7), WHERE TO "
                 "CAPTURE.");
}

static void tell_cure(page *out, wmem_allocator_t *scope, const finding *found)
{
    page_row_f(out, "Fix", "%s%s.", found->kind == FINDING_SUSPECTED ? "if that confirms it: " : "",
               cure_first_step(scope, found->owner));
}

/* A host that restarted stays silent; a second one that is idle renews its lease in time. */
static void tell_silence(page *out, const finding *found)
{
    page_row_f(out, "Note",
               "the capture goes on for %.0f s after the last restart. An idle second host would "
               "speak within a lease time (%u s%s): to be sure, capture for longer.",
               found->heard_after, finding_seconds_to_decide(found) / 2,
               found->lease_time == 0 ? " as a rule" : "");
}

/* ---- the head ------------------------------------------------------------- */

static void tell_accused(page *out, wmem_allocator_t *scope, const finding *found)
{
    tell_cost(out, scope, found);
    if (found->kind == FINDING_SUSPECTED)
        tell_capture(out, scope, found);
    tell_cure(out, scope, found);
    tell_proof(out, scope, found, found->proven ? "Proof" : "Signs");
    tell_not(out, scope, found);
    tell_alternative(out, found);
}

static char *filter_of(wmem_allocator_t *scope, const finding *found)
{
    return found->also_numbers == NULL
               ? wmem_strdup_printf(scope, "nfs4sess.owner.number == %u", found->owner->number)
               : wmem_strdup_printf(scope, "nfs4sess.owner.number in {%u%s}", found->owner->number,
                                    found->also_numbers);
}

void head_of_owner(page *out, const finding *found)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    page_title(out, head_title(scope, found));
    if (found->all_hosts != NULL)
        page_row(out, "Who", found->all_hosts);
    if (accuses(found)) {
        tell_accused(out, scope, found);
    } else if (found->kind == FINDING_UNDECIDED) {
        tell_capture(out, scope, found);
        tell_proof(out, scope, found, "Seen");
    } else {
        tell_proof(out, scope, found, "Seen");
        if (finding_ends_early(found))
            tell_silence(out, found);
    }
    if (found->left_in != 0)
        page_row_f(out, "Left",
                   "the client before had given its clientid back (DESTROY_CLIENTID, frame %u), so "
                   "that nothing was taken from it.",
                   found->left_in);
    tell_refused(out, scope, found);
    page_row_filter(out, filter_of(scope, found));
    wmem_destroy_allocator(scope);
}
