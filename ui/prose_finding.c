/* prose_finding.c - what is known of a finding beyond its head
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose_finding.h"

#include "finding.h"
#include "prose_cost.h"
#include "prose_fix.h"
#include "show/wording.h"

#include "model/know/lease.h"
#include "model/know/server.h"
#include "model/judge/cases.h"
#include "model/judge/verdict.h"

#define HOSTS_TOLD 10
#define ITEM "      - "

/* ---- who ------------------------------------------------------------------ */

#define FACT "          "

/* Where a router stands between, the capture has the router's. */
static void tell_links(page *out, wmem_allocator_t *scope, const nfs4_instance *instance)
{
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (mark->link.type == AT_ETHER)
            page_words_f(out, FACT, "%s%shardware address %s, its own or a router's",
                         instance->addresses->next != NULL ? wording_address(scope, &mark->addr)
                                                           : "",
                         instance->addresses->next != NULL ? " has the " : "",
                         wording_address(scope, &mark->link));
}

static void tell_system(page *out, wmem_allocator_t *scope, const nfs4_instance *instance,
                        const nstime_t *base)
{
    if (instance->names != NULL)
        page_words_f(out, FACT, "calls itself '%s'", wording_bytes(scope, instance->names->name));
    if (instance->implementation.len > 0)
        page_words(out, FACT, wording_bytes(scope, instance->implementation));
    if (instance->has_start)
        page_words_f(out, FACT, "running since %s, by its verifier",
                     wording_hour(scope, &instance->start, base));
}

/* As the server's administrator finds the client: knfsd shows a clientid as one number
 * of its own byte order in /proc/fs/nfsd/clients and in mountd's log, and as start time
 * and counter in its trace points. */
static void tell_last_clientid(page *out, const nfs4_lease *lease)
{
    uint32_t epoch, counter;
    if (lease == NULL || lease->clientid == 0)
        return;
    page_words_f(out, FACT, "last clientid 0x%016" G_GINT64_MODIFIER "x", lease->clientid);
    if (lease->server->layout == LAYOUT_KNFSD_LE &&
        server_clientid_parts(lease->server, lease->clientid, &epoch, &counter))
        page_words_f(out, FACT "  ",
                     "(0x%016" G_GINT64_MODIFIER "x in /proc/fs/nfsd/clients, %08x:%08x in "
                     "nfsd's trace)",
                     GUINT64_SWAP_LE_BE(lease->clientid), epoch, counter);
}

static void tell_instance(page *out, const nfs4_instance *instance, const nstime_t *base)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    page_words_f(out, ITEM, "instance %u: %s", instance->number,
                 wording_instance_hosts(scope, instance));
    tell_links(out, scope, instance);
    tell_system(out, scope, instance, base);
    tell_last_clientid(out, instance->last_lease);
    wmem_destroy_allocator(scope);
}

/* Several addresses, and each of them behind the same hardware address. */
static bool share_a_link(const nfs4_owner *owner)
{
    const nfs4_mark *first = owner->first_instance->addresses;
    uint32_t others = 0;
    if (first == NULL || first->link.type == AT_NONE)
        return false;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next) {
            if (!addresses_equal(&mark->link, &first->link))
                return false;
            others += !addresses_equal(&mark->addr, &first->addr);
        }
    return others > 0;
}

static void tell_who(page *out, const nfs4_owner *owner, const nstime_t *base)
{
    uint32_t told = 0;
    page_heading(out, "Who");
    const nfs4_instance *instance = owner->first_instance;
    for (; instance != NULL && told < HOSTS_TOLD; instance = instance->next, told++)
        tell_instance(out, instance, base);
    if (owner->instance_count > told)
        page_words_f(out, ITEM, "and %u more", owner->instance_count - told);
    if (owner->verdict == VERDICT_SUSPECTED && owner->instance_count == 1)
        page_words(out, ITEM, "and a client that the capture does not show with this owner");
    if (share_a_link(owner))
        page_words(out, ITEM,
                   "These addresses have the same hardware address: they are on the "
                   "same machine, or behind the same router.");
}

/* ---- evidence ------------------------------------------------------------- */

/* Each kind once, with its first case and its count. */
static void tell_evidence(page *out, const nfs4_owner *owner, nfs4_evidence_kind kind,
                          const nstime_t *base)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_lease *lease = cases_first_told(owner, kind)->lease;
    nstime_t when = wording_case_time(kind, lease);
    bool known = !nstime_is_zero(&when);
    page_words_f(out, ITEM, "%s%s%s: %s.", verdict_evidence_name(kind), known ? ", " : "",
                 known ? wording_hour(scope, &when, base) : "",
                 wording_evidence(scope, owner, kind));
    wmem_destroy_allocator(scope);
}

static void tell_proof(page *out, const nfs4_owner *owner, const nstime_t *base)
{
    page_heading(out, owner->verdict == VERDICT_PROVEN ? "Proof" : "Evidence");
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        if (verdict_rests_on(owner, (nfs4_evidence_kind)kind))
            tell_evidence(out, owner, (nfs4_evidence_kind)kind, base);
}

/* ---- why nothing else ----------------------------------------------------- */

/* NULL where nothing speaks against a restart, or against one host that moved. */
static const char *why_no_restart(const nfs4_owner *owner)
{
    if (owner->harmful)
        return "Not a client that restarted: the one that was displaced was still there, and "
               "asked on with the session or clientid that it had lost.";
    if (verdict_rests_on(owner, EVIDENCE_RACE))
        return "Not a client that restarted: the one whose identification was replaced was still "
               "there, and went on to confirm it.";
    if (verdict_rests_on(owner, EVIDENCE_CLONE))
        return "Not a host with a new address: it would know the clientid that it was given last, "
               "and asks for one that it was given before.";
    if (verdict_rests_on(owner, EVIDENCE_SHARED_SESSION))
        return "Not a host with two addresses: it would agree with itself on which request comes "
               "next in a slot.";
    if (cases_verdict(owner, EVIDENCE_CLID_INUSE) == VERDICT_PROVEN)
        return "Not a client that restarted: the one that holds the owner went on working after "
               "the other was refused.";
    if (owner->verdict == VERDICT_SUSPECTED && owner->instance_count == 1)
        return "Not a client that restarted: it presents one verifier from beginning to end.";
    return NULL;
}

static void tell_no_restart(page *out, const nfs4_owner *owner)
{
    const char *reason = why_no_restart(owner);
    uint32_t returns = cases_count(owner, EVIDENCE_RECURRENCE, 0);
    if (returns > 0)
        page_words_f(out, ITEM,
                     "Not a client that restarted: instances came back %u time%s with the verifier "
                     "that they had before, which a restart changes.",
                     returns, returns == 1 ? "" : "s");
    else if (reason != NULL)
        page_words(out, ITEM, reason);
}

static void tell_no_expiry(page *out, const nfs4_lease *lost)
{
    nstime_t idle;
    if (lost->last_ok.call == 0)
        return;
    nstime_delta(&idle, &lost->refused.when, &lost->last_ok.when);
    double seconds = nstime_to_sec(&idle);
    if (seconds < 0)
        return; /* clocks of several machines */
    if (lease_time(lost) != 0 && seconds < lease_time(lost))
        page_words_f(out, ITEM,
                     "Not a lease that expired: the client's last success lay %.3f s before it was "
                     "refused in frame %u; the lease time is %u s.",
                     seconds, lost->refused.reply, lease_time(lost));
    else if (lease_time(lost) == 0)
        page_words_f(out, ITEM,
                     "The client's last success lay %.3f s before it was refused in frame %u; the "
                     "capture does not show the lease time (often 90 s).",
                     seconds, lost->refused.reply);
}

static void tell_no_server_restart(page *out, const nfs4_lease *lost, const nstime_t *base)
{
    uint32_t epoch, counter;
    const nfs4_lease *after = lost->links.next_of_instance;
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    if (after != NULL && lease_same_life(lost, after) &&
        server_clientid_parts(lost->server, lost->clientid, &epoch, &counter)) {
        nstime_t start = {epoch, 0};
        page_words_f(out, ITEM,
                     "Not a server that restarted: the clientids before and after name one start "
                     "of the server, %s.",
                     wording_second(scope, &start, base));
    } else if (lost->chain != NULL && lost->chain->cost.opens.no_grace > 0) {
        page_words(out, ITEM,
                   "Not a server that restarted: it answers reclaims with NFS4ERR_NO_GRACE.");
    }
    wmem_destroy_allocator(scope);
}

/* No heading without a reason below it. */
static void tell_why_not(page *out, const nfs4_owner *owner, const nstime_t *base)
{
    const nfs4_lease *lost = finding_lost_lease(owner);
    gsize before = out->text->len;
    page_heading(out, owner->verdict == VERDICT_PROVEN ? "Why it is nothing else"
                                                       : "What speaks against other causes");
    gsize heading = out->text->len;
    tell_no_restart(out, owner);
    if (lost != NULL) {
        tell_no_expiry(out, lost);
        tell_no_server_restart(out, lost, base);
    }
    if (out->text->len == heading)
        g_string_truncate(out->text, before);
}

/* ---- the finding ---------------------------------------------------------- */

static void tell_head(page *out, const nfs4_owner *owner)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_endpoint_entry *endpoint = owner->server->endpoints;
    page_title(out,
               wmem_strdup_printf(scope, "Details of #%u: %s%s", owner->number,
                                  verdict_name(owner->verdict), owner->harmful ? ", harmful" : ""));
    page_words_f(out, "    Client owner  ", "%s'%s'", page_is_markdown(out) ? "Client owner " : "",
                 wording_owner(scope, owner));
    if (endpoint != NULL)
        page_words_f(out, "    Server        ", "%s%s", page_is_markdown(out) ? "Server " : "",
                     wording_endpoint(scope, endpoint));
    wmem_destroy_allocator(scope);
}

/* Said of what is at least suspected: in words that need no manual. */
static void tell_meaning(page *out, const nfs4_owner *owner)
{
    if (g_strcmp0(verdict_kind_name(owner), "duplicate-owner") == 0)
        page_words(out, "    ",
                   "Hosts that send the same client owner are one client to the server: when one "
                   "of them identifies itself, it drops what the other holds.");
}

/* Steps that an earlier finding says as well are not told again. Takes `steps`. */
static void tell_steps(page *out, uint32_t number, GString *steps, GHashTable *told)
{
    guint earlier = GPOINTER_TO_UINT(g_hash_table_lookup(told, steps->str));
    if (earlier != 0)
        page_words_f(out, ITEM, "As for #%u.", earlier);
    else
        g_string_append(out->text, steps->str);
    char *words = g_string_free(steps, FALSE);
    if (earlier != 0)
        g_free(words);
    else
        g_hash_table_insert(told, words, GUINT_TO_POINTER(number));
}

static void tell_fix(page *out, const nfs4_owner *owner, GHashTable *told)
{
    page steps = {.text = g_string_new(NULL), .width = out->width};
    prose_fix(&steps, owner);
    tell_steps(out, owner->number, steps.text, told);
}

static void tell_what_decides(page *out, const nfs4_owner *owner, GHashTable *told)
{
    page steps = {.text = g_string_new(NULL), .width = out->width};
    prose_capture_next(&steps, owner);
    page_heading(out, "What would decide it");
    tell_steps(out, owner->number, steps.text, told);
}

static void tell_accused(page *out, const nstime_t *base, const nfs4_owner *owner, GHashTable *told)
{
    tell_why_not(out, owner, base);
    if (owner->verdict != VERDICT_PROVEN)
        tell_what_decides(out, owner, told);
    page_heading(out, "What it cost");
    prose_cost(out, owner);
    page_words(out, "    ",
               owner->verdict == VERDICT_SUSPECTED ? "What to do, if that confirms it:"
                                                   : "What to do:");
    tell_fix(out, owner, told);
}

static void tell_all(page *out, const nstime_t *base, const nfs4_owner *owner, GHashTable *told)
{
    tell_head(out, owner);
    tell_meaning(out, owner);
    tell_who(out, owner, base);
    tell_proof(out, owner, base);
    if (verdict_accuses(owner->verdict))
        tell_accused(out, base, owner, told);
    else
        tell_what_decides(out, owner, told);
}

/* "To cure #2 (web01 at server 10.0.0.1)" */
static void tell_whom_to_cure(page *out, const nfs4_owner *owner)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const char *name = finding_name(scope, owner);
    page_title(out, wmem_strdup_printf(
                        scope, "To cure #%u (%s at server %s)%s", owner->number,
                        name != NULL ? name : finding_hosts(scope, owner),
                        finding_server(scope, owner->server),
                        owner->verdict == VERDICT_SUSPECTED ? ", once it is confirmed" : ""));
    wmem_destroy_allocator(scope);
}

void prose_finding(page *out, const nfs4_model *model, const nfs4_owner *owner, bool full,
                   GHashTable *told)
{
    if (full) {
        tell_all(out, &model->first_time, owner, told);
        return;
    }
    tell_whom_to_cure(out, owner);
    tell_fix(out, owner, told);
}
