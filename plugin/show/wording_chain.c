/* wording_chain.c - what is said of an invalidation and the way back from it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "wording.h"

#include "model/watch/chain.h"
#include "model/watch/cost.h"
#include "model/know/lease.h"
#include "model/judge/causes.h"
#include "model/judge/rules.h"
#include "model/judge/taker.h"
#include "model/judge/verdict.h"

const char *wording_step(nfs4_step_kind kind)
{
    static const char *const names[] = {
        "none",    "refused",    "destroy-session", "create-session-refused", "identify",
        "confirm", "lease-time", "reclaim",         "reclaim-complete",       "probe-state",
        "resumed", "reopen"};
    return names[kind];
}

const char *wording_ending(const nfs4_chain *chain)
{
    static const char *const names[] = {"resumed",   "idle",  "refused-again",
                                        "unmounted", "stuck", "unfinished"};
    return names[chain_ending(chain)];
}

char *wording_resumed(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    nstime_t outage;
    if (!chain_outage(chain, &outage))
        return wmem_strdup(scope, "works again");
    return nstime_is_zero(&chain->idle)
               ? wmem_strdup_printf(scope, "works again after %.3f s", nstime_to_sec(&outage))
               : wmem_strdup_printf(scope, "recovered after %.3f s, then idle for %.1f s",
                                    nstime_to_sec(&outage), nstime_to_sec(&chain->idle));
}

/* "2 locks"; nothing for none */
static uint32_t append_count(wmem_strbuf_t *text, uint32_t count, const char *what, uint32_t before)
{
    if (count > 0)
        wmem_strbuf_append_printf(text, "%s%u %s%s", before > 0 ? ", " : "", count, what,
                                  count == 1 ? "" : "s");
    return before + (count > 0);
}

char *wording_lost(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    uint32_t lost, kinds = 0;
    if (cost_lost_opens(chain, &lost))
        kinds = append_count(text, lost, "open", kinds);
    if (cost_lost_locks(chain, &lost))
        kinds = append_count(text, lost, "lock", kinds);
    if (cost_lost_delegations(chain, &lost))
        kinds = append_count(text, lost, "delegation", kinds);
    return kinds > 0 ? wmem_strbuf_finalize(text) : NULL;
}

static char *say_expired(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    nstime_t idle;
    nstime_delta(&idle, &lease->refused.when, &lease->last_ok.when);
    if (lease_time(lease) == 0)
        return wmem_strdup_printf(scope,
                                  "no request of the client succeeded for %.0f s; the capture does "
                                  "not tell the lease time",
                                  nstime_to_sec(&idle));
    return wmem_strdup_printf(
        scope, "no request of the client succeeded for %.0f s; the lease time is %u s",
        nstime_to_sec(&idle), lease_time(lease));
}

char *wording_culprit(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    const nfs4_lease *culprit = cause_culprit(chain);
    if (culprit == NULL)
        return NULL;
    if (culprit->instance == chain->lease->instance)
        return wording_address(scope, culprit->use.confirmed_from);
    return wording_instance_hosts(scope, culprit->instance);
}

/* To whom the lease went, as the strongest evidence shows it. */
static char *say_taken(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    static const nfs4_evidence_kind kinds[] = {EVIDENCE_CLONE, EVIDENCE_ADDRESS_TURNS};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (rule_at(kinds[i])->holds(lease))
            return wording_case(scope, kinds[i], lease);
    if (lease->judgement.taker != NULL && taker_named(lease) == NULL)
        return wmem_strdup_printf(scope,
                                  "another client presented the same client owner '%s' and "
                                  "confirmed it; the capture does not show which one",
                                  wording_owner(scope, lease->owner));
    if (lease->judgement.taker != NULL)
        return wmem_strdup_printf(
            scope, "%s presented the same client owner '%s' and confirmed it %s",
            wording_instance_hosts(scope, lease->judgement.taker->instance),
            wording_owner(scope, lease->owner), wording_confirm(scope, lease->judgement.taker));
    if (lease->filed.call_rival != NULL)
        return wmem_strdup_printf(
            scope,
            "%s presented the same client owner '%s' in frame %u, before the refusal; the answer "
            "was not captured",
            wording_instance_hosts(scope, lease->filed.call_rival->instance),
            wording_owner(scope, lease->owner), lease->filed.call_rival->issued.call);
    bool counted = rule_counter_gap.holds(lease);
    return wording_case(scope, counted ? EVIDENCE_COUNTER_GAP : EVIDENCE_REPEATED_LOSS, lease);
}

static const char *say_failover(const nfs4_lease *lease, nfs4_verdict grade)
{
    if (grade != VERDICT_PROVEN)
        return "several clients lost their leases at once, each on a new connection: another "
               "server answers there, or the server restarted";
    return lease->server->alternates
               ? "several servers answer at this address: after clientids of a later start they "
                 "give "
                 "out clientids of an earlier one again"
               : "another server answers at this address: it names another owner or scope than "
                 "the one before";
}

static const char *say_server_restart(const nfs4_chain *chain, nfs4_verdict grade)
{
    if (grade != VERDICT_PROVEN)
        return "the server restarted: it granted a reclaim, which a server does in its grace time "
               "only";
    return chain->renewed->generation == chain->lease->generation
               ? "the server restarted: its clientids begin with a new start time"
               : "the server restarted: it gives out clientids that it had given out before";
}

char *wording_chain(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    const nfs4_lease *lease = chain->lease;
    nfs4_verdict grade;
    switch (cause_of_chain(chain, &grade)) {
    case CAUSE_DUPLICATE_OWNER:
        return say_taken(scope, lease);
    case CAUSE_CLIENT_RESTART:
        return wmem_strdup_printf(scope, "the client restarted: %s took its place %s",
                                  wording_instance(scope, lease->judgement.taker->instance),
                                  wording_confirm(scope, lease->judgement.taker));
    case CAUSE_FAILOVER:
        return wmem_strdup(scope, say_failover(lease, grade));
    case CAUSE_ADMIN_REVOKED:
        return wmem_strdup(scope, "the server revoked state of this client; its lease lives on");
    case CAUSE_SERVER_RESTART:
        return wmem_strdup(scope, say_server_restart(chain, grade));
    case CAUSE_LEASE_EXPIRED:
        return chain->state_expired
                   ? wmem_strdup(scope, "the server's status flags say that the lease had expired "
                                        "and that all state under it is gone")
                   : say_expired(scope, lease);
    case CAUSE_REMOVED_BY_SERVER:
        return wmem_strdup(scope, "the server dropped a lease that had just been used, and its "
                                  "numbers leave no room for a client in between that this "
                                  "capture does not show");
    case CAUSE_SESSION_ONLY:
        return wmem_strdup(scope, "the server dropped the session; the clientid lives on");
    default:
        return wmem_strdup(scope, "the capture does not show why");
    }
}
