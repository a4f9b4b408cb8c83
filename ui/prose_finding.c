/* prose_finding.c - one finding of the report: who, proof, why nothing else, cost, cure
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose_finding.h"

#include "paragraph.h"
#include "prose_cost.h"
#include "prose_fix.h"
#include "show/wording.h"

#include "model/know/lease.h"
#include "model/know/server.h"
#include "model/judge/cases.h"
#include "model/judge/verdict.h"

#define HOSTS_TOLD 10
#define CASES_TOLD 3
#define ITEM "      - "

/* ---- who ------------------------------------------------------------------ */

#define FACT "          "

static void tell_system(GString *text, wmem_allocator_t *scope, const nfs4_instance *instance)
{
    if (instance->names != NULL)
        paragraph_f(text, FACT, "calls itself '%s'", wording_bytes(scope, instance->names->name));
    if (instance->implementation.len > 0)
        paragraph(text, FACT, wording_bytes(scope, instance->implementation));
    if (instance->has_start)
        paragraph_f(text, FACT, "running since %s, by its verifier",
                    wording_clock(scope, &instance->start));
}

/* As the server's administrator finds the client: knfsd shows a clientid as one number
 * of its own byte order in /proc/fs/nfsd/clients and in mountd's log, and as start time
 * and counter in its trace points. */
static void tell_last_clientid(GString *text, const nfs4_lease *lease)
{
    uint32_t epoch, counter;
    if (lease == NULL || lease->clientid == 0)
        return;
    paragraph_f(text, FACT, "last clientid 0x%016" G_GINT64_MODIFIER "x", lease->clientid);
    if (lease->server->layout == LAYOUT_KNFSD_LE &&
        server_clientid_parts(lease->server, lease->clientid, &epoch, &counter))
        paragraph_f(text, FACT "  ",
                    "(0x%016" G_GINT64_MODIFIER "x in /proc/fs/nfsd/clients, %08x:%08x in "
                    "nfsd's trace)",
                    GUINT64_SWAP_LE_BE(lease->clientid), epoch, counter);
}

static void tell_instance(GString *text, const nfs4_instance *instance)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    paragraph_f(text, ITEM, "instance %u: %s", instance->number,
                wording_instance_hosts(scope, instance));
    tell_system(text, scope, instance);
    tell_last_clientid(text, instance->last_lease);
    wmem_destroy_allocator(scope);
}

static void tell_who(GString *text, const nfs4_owner *owner)
{
    uint32_t told = 0;
    g_string_append(text, "    Who\n");
    const nfs4_instance *instance = owner->first_instance;
    for (; instance != NULL && told < HOSTS_TOLD; instance = instance->next, told++)
        tell_instance(text, instance);
    if (owner->instance_count > told)
        paragraph_f(text, ITEM, "and %u more", owner->instance_count - told);
    if (owner->verdict == VERDICT_SUSPECTED && owner->instance_count == 1)
        paragraph(text, ITEM, "and a client that the capture does not show");
}

/* ---- proof ---------------------------------------------------------------- */

static void tell_case(GString *text, nfs4_evidence_kind kind, const nfs4_lease *lease)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    nstime_t time = wording_case_time(kind, lease);
    bool known = !nstime_is_zero(&time);
    paragraph_f(text, ITEM, "%s%s%s: %s.", verdict_evidence_name(kind), known ? ", " : "",
                known ? wording_clock(scope, &time) : "", wording_case(scope, kind, lease));
    wmem_destroy_allocator(scope);
}

static void tell_evidence(GString *text, const nfs4_owner *owner, nfs4_evidence_kind kind,
                          uint32_t limit)
{
    const nfs4_case *one = cases_first(owner, kind);
    uint32_t count = cases_count(owner, kind, 0);
    for (uint32_t i = 0; one != NULL && i < limit; i++, one = cases_next(one))
        tell_case(text, kind, one->lease);
    if (count > limit)
        paragraph_f(text, ITEM, "%s: %u times in all.", verdict_evidence_name(kind), count);
}

/* The strongest kind comes first; of the others, one case each. */
static void tell_proof(GString *text, const nfs4_owner *owner)
{
    uint32_t limit = CASES_TOLD;
    g_string_append_printf(text, "    %s\n",
                           owner->verdict == VERDICT_PROVEN ? "Proof" : "Evidence");
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        if (verdict_rests_on(owner, (nfs4_evidence_kind)kind)) {
            tell_evidence(text, owner, (nfs4_evidence_kind)kind, limit);
            limit = 1;
        }
}

/* ---- why nothing else ----------------------------------------------------- */

/* The lease that was taken over or lost first, and whose holder was refused. */
static const nfs4_lease *lost_lease(const nfs4_owner *owner)
{
    static const nfs4_evidence_kind kinds[] = {EVIDENCE_TAKEOVER_REFUSED, EVIDENCE_COUNTER_GAP,
                                               EVIDENCE_TURNS};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (cases_first(owner, kinds[i]) != NULL)
            return cases_first(owner, kinds[i])->lease;
    return NULL;
}

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

static void tell_no_restart(GString *text, const nfs4_owner *owner)
{
    const char *reason = why_no_restart(owner);
    uint32_t returns = cases_count(owner, EVIDENCE_RECURRENCE, 0);
    if (returns > 0)
        paragraph_f(text, ITEM,
                    "Not a client that restarted: instances came back %u time%s with the verifier "
                    "that they had before, which a restart changes.",
                    returns, returns == 1 ? "" : "s");
    else if (reason != NULL)
        paragraph(text, ITEM, reason);
}

static void tell_no_expiry(GString *text, const nfs4_lease *lost)
{
    nstime_t idle;
    if (lost->last_ok.call == 0)
        return;
    nstime_delta(&idle, &lost->refused.time, &lost->last_ok.time);
    double seconds = nstime_to_sec(&idle);
    if (seconds < 0)
        return; /* clocks of several machines */
    if (lease_time(lost) != 0 && seconds < lease_time(lost))
        paragraph_f(text, ITEM,
                    "Not a lease that expired: the client's last success lay %.3f s before it was "
                    "refused in frame %u; the lease time is %u s.",
                    seconds, lost->refused.reply, lease_time(lost));
    else if (lease_time(lost) == 0)
        paragraph_f(text, ITEM,
                    "The client's last success lay %.3f s before it was refused in frame %u; the "
                    "capture does not show the lease time (often 90 s).",
                    seconds, lost->refused.reply);
}

static void tell_no_server_restart(GString *text, const nfs4_lease *lost)
{
    uint32_t epoch, counter;
    const nfs4_lease *after = lost->next_of_instance;
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    if (after != NULL && lease_same_life(lost, after) &&
        server_clientid_parts(lost->server, lost->clientid, &epoch, &counter)) {
        nstime_t start = {epoch, 0};
        paragraph_f(text, ITEM,
                    "Not a server that restarted: the clientids before and after name one start "
                    "of the server, %s.",
                    wording_time(scope, &start));
    } else if (lost->chain != NULL && lost->chain->cost.opens.no_grace > 0) {
        paragraph(text, ITEM,
                  "Not a server that restarted: it answers reclaims with NFS4ERR_NO_GRACE.");
    }
    wmem_destroy_allocator(scope);
}

static void tell_why_not(GString *text, const nfs4_owner *owner)
{
    bool proven = owner->verdict == VERDICT_PROVEN;
    const char *title =
        proven ? "    Why it is nothing else\n" : "    What speaks against other causes\n";
    const nfs4_lease *lost = lost_lease(owner);
    g_string_append(text, title);
    tell_no_restart(text, owner);
    if (lost != NULL) {
        tell_no_expiry(text, lost);
        tell_no_server_restart(text, lost);
    }
    if (g_str_has_suffix(text->str, title))
        g_string_truncate(text, text->len - strlen(title));
}

/* ---- the finding ---------------------------------------------------------- */

static void tell_what_else(GString *text, const nfs4_owner *owner)
{
    if (owner->verdict == VERDICT_SUSPECTED)
        paragraph(text, ITEM,
                  "An administrator who removes the client, or other clients that mount in the "
                  "same moments. Only a capture at the server decides.");
    else
        paragraph(text, ITEM,
                  "A virtual machine that was set back to a snapshot, or a host whose clock was "
                  "wrong when it started.");
}

static const char *headline(const nfs4_owner *owner)
{
    bool many = owner->instance_count > 2;
    if (owner->verdict == VERDICT_UNDECIDED)
        return "a change of client that may be a restart or a second host";
    if (g_strcmp0(verdict_kind_name(owner), "cloned-instance") == 0)
        return "copies of one machine share one client";
    if (owner->verdict == VERDICT_SUSPECTED)
        return "signs of a second client with one client owner";
    if (owner->verdict == VERDICT_PROBABLE)
        return many ? "clients seem to share one client owner"
                    : "two clients seem to present one client owner";
    return many ? "clients share one client owner" : "two clients present one client owner";
}

static void tell_head(GString *text, uint32_t number, const nfs4_owner *owner)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_endpoint_entry *endpoint = owner->server->endpoints;
    g_string_append_printf(text, "\nFinding %u: %s (%s%s)\n", number, headline(owner),
                           verdict_name(owner->verdict), owner->harmful ? ", harmful" : "");
    paragraph_f(text, "    Client owner  ", "'%s' (#%u)", wording_owner(scope, owner),
                owner->number);
    g_string_append_printf(text, "    Filter        nfs4sess.owner.number == %u\n", owner->number);
    if (endpoint != NULL)
        paragraph(text, "    Server        ", wording_endpoint(scope, endpoint));
    wmem_destroy_allocator(scope);
}

/* Said of what is at least suspected: in words that need no manual. */
static void tell_meaning(GString *text, const nfs4_owner *owner)
{
    if (g_strcmp0(verdict_kind_name(owner), "duplicate-owner") == 0)
        paragraph(text, "    ",
                  "Hosts that send one client owner are one client to the server: when one of "
                  "them identifies itself, it drops what the other holds.");
}

/* Steps that an earlier finding says as well are not told again. Takes `steps`. */
static void tell_steps(GString *text, uint32_t number, GString *steps, GHashTable *told)
{
    guint earlier = GPOINTER_TO_UINT(g_hash_table_lookup(told, steps->str));
    if (earlier != 0)
        paragraph_f(text, ITEM, "As in finding %u.", earlier);
    else
        g_string_append(text, steps->str);
    char *words = g_string_free(steps, FALSE);
    if (earlier != 0)
        g_free(words);
    else
        g_hash_table_insert(told, words, GUINT_TO_POINTER(number));
}

static void tell_what_decides(GString *text, uint32_t number, const nfs4_owner *owner,
                              GHashTable *told)
{
    GString *steps = g_string_new(NULL);
    prose_capture_next(steps, owner);
    g_string_append(text, "    What would decide it\n");
    tell_steps(text, number, steps, told);
}

static void tell_fix(GString *text, uint32_t number, const nfs4_owner *owner, GHashTable *told)
{
    GString *steps = g_string_new(NULL);
    prose_fix(steps, owner);
    g_string_append_printf(text, "    What to do%s\n",
                           owner->verdict == VERDICT_SUSPECTED ? ", if that confirms it" : "");
    tell_steps(text, number, steps, told);
}

static void tell_accused(GString *text, uint32_t number, const nfs4_owner *owner, GHashTable *told)
{
    tell_why_not(text, owner);
    if (owner->verdict != VERDICT_PROVEN) {
        g_string_append(text, "    What it may still be\n");
        tell_what_else(text, owner);
        tell_what_decides(text, number, owner, told);
    }
    g_string_append(text, "    What it cost\n");
    prose_cost(text, owner);
    tell_fix(text, number, owner, told);
}

void prose_finding(GString *text, uint32_t number, const nfs4_owner *owner, GHashTable *told)
{
    tell_head(text, number, owner);
    tell_meaning(text, owner);
    tell_who(text, owner);
    tell_proof(text, owner);
    if (verdict_accuses(owner->verdict))
        tell_accused(text, number, owner, told);
    else
        tell_what_decides(text, number, owner, told);
}
