/* prose_finding.c - one finding of the report: who, proof, why nothing else, cost, cure
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose_finding.h"

#include "duel.h"
#include "paragraph.h"
#include "prose_fix.h"
#include "wording.h"

#include "model/cost.h"
#include "model/lease.h"
#include "model/server.h"
#include "model/verdict.h"

#define HOSTS_TOLD 10
#define CASES_TOLD 3
#define PAIRS_TOLD 6
#define ITEM "      - "

/* ---- who ------------------------------------------------------------------ */

static void append_names(GString *text, wmem_allocator_t *scope, const nfs4_instance *instance)
{
    if (instance->names != NULL)
        g_string_append_printf(text, ", calls itself '%s'",
                               wording_bytes(scope, instance->names->name));
    if (instance->implementation.len > 0)
        g_string_append_printf(text, ", %s", wording_bytes(scope, instance->implementation));
}

/* As the server's administrator finds the client: knfsd shows a clientid as one number
 * of its own byte order in /proc/fs/nfsd/clients and in mountd's log, and as start time
 * and counter in its trace points. */
static void append_server_notation(GString *text, const nfs4_lease *lease)
{
    uint32_t epoch, counter;
    if (lease == NULL || lease->clientid == 0)
        return;
    g_string_append_printf(text, ", clientid 0x%016" G_GINT64_MODIFIER "x", lease->clientid);
    if (lease->server->layout != LAYOUT_KNFSD_LE ||
        !server_clientid_parts(lease->server, lease->clientid, &epoch, &counter))
        return;
    g_string_append_printf(
        text, " (0x%016" G_GINT64_MODIFIER "x in /proc/fs/nfsd/clients, %08x:%08x in nfsd's trace)",
        GUINT64_SWAP_LE_BE(lease->clientid), epoch, counter);
}

static void tell_instance(GString *text, const nfs4_instance *instance)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    GString *line = g_string_new(wording_instance(scope, instance));
    if (instance->has_start)
        g_string_append_printf(line, ", by its verifier running since %s",
                               wording_time(scope, &instance->start));
    append_names(line, scope, instance);
    append_server_notation(line, instance->last_lease);
    paragraph(text, ITEM, line->str);
    g_string_free(line, TRUE);
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

static void tell_evidence(GString *text, const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    const nfs4_evidence *evidence = &owner->evidence[kind];
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    for (uint32_t i = 0; i < MIN(evidence->kept, CASES_TOLD); i++)
        paragraph_f(text, ITEM, "%s: %s.", verdict_evidence_name(kind),
                    wording_case(scope, kind, evidence->leases[i]));
    if (evidence->count > CASES_TOLD)
        paragraph_f(text, ITEM, "%s: %u times in all.", verdict_evidence_name(kind),
                    evidence->count);
    wmem_destroy_allocator(scope);
}

static void tell_proof(GString *text, const nfs4_owner *owner)
{
    g_string_append_printf(text, "    %s\n",
                           owner->verdict == VERDICT_PROVEN ? "Proof" : "Evidence");
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        if (verdict_rests_on(owner, (nfs4_evidence_kind)kind))
            tell_evidence(text, owner, (nfs4_evidence_kind)kind);
}

/* ---- why nothing else ----------------------------------------------------- */

/* The lease that was taken over or lost first, and whose holder was refused. */
static const nfs4_lease *lost_lease(const nfs4_owner *owner)
{
    static const nfs4_evidence_kind kinds[] = {EVIDENCE_TAKEOVER_REFUSED, EVIDENCE_COUNTER_GAP,
                                               EVIDENCE_TURNS};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (owner->evidence[kinds[i]].kept > 0)
            return owner->evidence[kinds[i]].leases[0];
    return NULL;
}

/* NULL where nothing speaks against a restart, or against one host that moved. */
static const char *why_no_restart(const nfs4_owner *owner)
{
    if (owner->changes[CHANGE_PROVEN] > 0)
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
    if (owner->newcomers_beside_holder > 0)
        return "Not a client that restarted: the one that holds the owner went on working after "
               "the other was refused.";
    if (owner->verdict == VERDICT_SUSPECTED && owner->instance_count == 1)
        return "Not a client that restarted: it presents one verifier from beginning to end.";
    return NULL;
}

static void tell_no_restart(GString *text, const nfs4_owner *owner)
{
    const char *reason = why_no_restart(owner);
    if (owner->returns > 0)
        paragraph_f(text, ITEM,
                    "Not a client that restarted: instances came back %u time%s with the verifier "
                    "that they had before, which a restart changes.",
                    owner->returns, owner->returns == 1 ? "" : "s");
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
    if (lost->server->lease_time != 0 && seconds < lost->server->lease_time)
        paragraph_f(text, ITEM,
                    "Not a lease that expired: the client's last success lay %.3f s before it was "
                    "refused in frame %u; the lease time is %u s.",
                    seconds, lost->refused.reply, lost->server->lease_time);
    else if (lost->server->lease_time == 0)
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
    if (after != NULL && lease_same_epoch(lost, after) &&
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
    static const char title[] = "    Why it is nothing else\n";
    const nfs4_lease *lost = lost_lease(owner);
    g_string_append(text, title);
    tell_no_restart(text, owner);
    if (lost != NULL) {
        tell_no_expiry(text, lost);
        tell_no_server_restart(text, lost);
    }
    if (owner->verdict == VERDICT_SUSPECTED)
        paragraph(text, ITEM,
                  "What it may be all the same: an administrator who removes the client, or other "
                  "clients that mount in the same moments. Only a capture at the server decides.");
    if (owner->verdict == VERDICT_PROBABLE)
        paragraph(text, ITEM,
                  "What it may be all the same: a virtual machine that was set back to a snapshot, "
                  "or a host whose clock was wrong when it started.");
    if (g_str_has_suffix(text->str, title))
        g_string_truncate(text, text->len - strlen(title));
}

/* ---- what it cost --------------------------------------------------------- */

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
    if (owner->takeovers > 0)
        paragraph_f(text, ITEM, "%s.", line->str);
    g_string_free(line, TRUE);
    duel_free(&sum);
}

typedef struct {
    uint32_t chains, opens, locks, delegations, refused, failed;
} losses;

static losses losses_of(const nfs4_owner *owner)
{
    losses sum = {0};
    uint32_t lost;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        for (const nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->next) {
            const nfs4_chain *chain = lease->chain;
            if (chain == NULL)
                continue;
            sum.chains++;
            sum.opens += cost_lost_opens(chain, &lost) ? lost : 0;
            sum.locks += cost_lost_locks(chain, &lost) ? lost : 0;
            sum.delegations += cost_lost_delegations(chain, &lost) ? lost : 0;
            sum.refused += chain->cost.refused;
            sum.failed += chain->cost.reads_failed + chain->cost.writes_failed;
        }
    return sum;
}

static void append_lost(GString *line, uint32_t count, const char *what)
{
    if (count > 0)
        g_string_append_printf(line, "%s%u %s%s", line->len > 0 ? ", " : "", count, what,
                               count == 1 ? "" : "s");
}

static void tell_lost(GString *text, const losses *sum)
{
    GString *line = g_string_new(NULL);
    append_lost(line, sum->opens, "open");
    append_lost(line, sum->locks, "lock");
    append_lost(line, sum->delegations, "delegation");
    if (line->len > 0)
        paragraph_f(text, ITEM, "Lost for good: %s.%s", line->str,
                    sum->locks > 0 ? " On Linux, I/O under a lost lock fails with EIO and does not "
                                     "reach the wire."
                                   : "");
    g_string_free(line, TRUE);
}

static void tell_cost(GString *text, const nfs4_owner *owner)
{
    losses sum = losses_of(owner);
    g_string_append(text, "    What it cost\n");
    tell_takeovers(text, owner);
    if (owner->invalidations > 0 && sum.refused > 0)
        paragraph_f(text, ITEM, "%u lost lease%s, %u request%s refused.", owner->invalidations,
                    owner->invalidations == 1 ? "" : "s", sum.refused, sum.refused == 1 ? "" : "s");
    else if (owner->invalidations > 0)
        paragraph_f(text, ITEM, "%u lost lease%s.", owner->invalidations,
                    owner->invalidations == 1 ? "" : "s");
    else
        paragraph(text, ITEM, "Nothing yet that the capture shows: nobody was refused.");
    if (!nstime_is_zero(&owner->outage))
        paragraph_f(text, ITEM,
                    "From the first refusal to the first request that worked again: %.3f s in all, "
                    "%.3f s at the longest (the client's own pauses included).",
                    nstime_to_sec(&owner->outage), nstime_to_sec(&owner->longest_outage));
    tell_lost(text, &sum);
    if (sum.failed > 0)
        paragraph_f(text, ITEM, "%u READ and WRITE requests failed for want of their state.",
                    sum.failed);
}

/* ---- the finding ---------------------------------------------------------- */

static const char *headline(const nfs4_owner *owner)
{
    if (owner->verdict == VERDICT_UNDECIDED)
        return "a change of client that may be a restart or a second host";
    if (g_strcmp0(verdict_kind_name(owner), "cloned-instance") == 0)
        return "copies of one machine share one client";
    if (owner->verdict == VERDICT_SUSPECTED)
        return "signs of a second client with one client owner";
    if (owner->verdict == VERDICT_PROBABLE)
        return "two clients seem to present one client owner";
    return "two clients present one client owner";
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

void prose_finding(GString *text, uint32_t number, const nfs4_owner *owner)
{
    tell_head(text, number, owner);
    tell_who(text, owner);
    tell_proof(text, owner);
    if (owner->verdict != VERDICT_UNDECIDED)
        tell_why_not(text, owner);
    if (verdict_accuses(owner->verdict)) {
        tell_cost(text, owner);
        g_string_append(text, "    What to do\n");
        prose_fix(text, owner);
    }
    if (owner->verdict != VERDICT_PROVEN) {
        g_string_append(text, "    What would decide it\n");
        prose_capture_next(text, owner);
    }
}
