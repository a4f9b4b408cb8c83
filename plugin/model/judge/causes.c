/* causes.c - why the holder of a lease was refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "causes.h"

#include "counter_gap.h"
#include "facts.h"
#include "rules.h"
#include "taker.h"
#include "verdict.h"

#include "know/lease.h"

/* The old lease worked again after the refusal. NFSv4.0 has no sessions. */
static bool is_session_only(const nfs4_chain *chain)
{
    return chain->session_only && chain->lease->minorversion > 0 && !chain->was_gone;
}

/* NFS4ERR_ADMIN_REVOKED, and the lease lives on. */
static bool is_admin_revoked(const nfs4_chain *chain)
{
    return chain->admin_revoked;
}

static bool is_taken_for_certain(const nfs4_chain *chain)
{
    return rule_takeover_refused.holds(chain->lease) || rule_cloned.holds(chain->lease);
}

/* Lost to a client that the capture does not show. */
static bool is_taken_unseen(const nfs4_chain *chain)
{
    return verdict_is_loss_to_unseen(chain->lease);
}

/* Another instance identified itself between the last success and the refusal; its answers
 * were not captured, its confirm neither. */
static bool is_taken_unanswered(const nfs4_chain *chain)
{
    const nfs4_lease *lease = chain->lease;
    return lease->filed.call_rival != NULL && verdict_accuses(lease->owner->verdict);
}

/* The taker had identified itself before the lease was refused. */
static bool taker_came_first(const nfs4_lease *lease)
{
    return lease->judgement.taker != NULL &&
           lease->judgement.taker->issued.call < lease->refused.reply;
}

static bool is_taken(const nfs4_chain *chain)
{
    return taker_came_first(chain->lease) && verdict_is_collision(chain->lease);
}

/* Another server answers: it names another owner or scope, or start times alternate. */
static bool is_failover(const nfs4_chain *chain)
{
    const nfs4_lease *lease = chain->lease, *next = chain->renewed;
    if (next == NULL)
        return false;
    if (lease->identity != 0 && next->identity > lease->identity)
        return true;
    return !lease_same_life(lease, next) && lease->server->alternates;
}

static bool has_new_start_time(const nfs4_chain *chain)
{
    return chain->renewed != NULL && !lease_same_life(chain->lease, chain->renewed);
}

/* Nobody but a server in its grace time grants a reclaim (RFC 8881 section 8.4.2.1). */
static bool has_granted_reclaim(const nfs4_chain *chain)
{
    return chain->cost.opens.reclaimed + chain->cost.locks.reclaimed > 0;
}

static bool is_client_restart(const nfs4_chain *chain)
{
    return taker_came_first(chain->lease) && chain->lease->judgement.change == &rule_restart;
}

static bool is_expired(const nfs4_chain *chain)
{
    return !taker_came_first(chain->lease) && facts_ran_out(chain->lease) &&
           facts_time_counts(chain->lease);
}

static bool is_server_event(const nfs4_chain *chain)
{
    return facts_is_server_event(chain->lease);
}

/* The server's own words: SEQ4_STATUS_EXPIRED_ALL_STATE_REVOKED. */
static bool says_expired(const nfs4_chain *chain)
{
    return chain->state_expired;
}

/* An instance of FreeBSD, confirmed from another address. */
static bool is_turned(const nfs4_chain *chain)
{
    return rule_address_turns.holds(chain->lease);
}

/* It was fresh, the server said that the clientid is gone, its counters leave no room for
 * anybody else, and nobody presented the owner with another verifier. */
static bool is_removed(const nfs4_chain *chain)
{
    const nfs4_owner *owner = chain->lease->owner;
    return chain->lease->loss.is_followed && owner->instance_count == 1 &&
           facts_is_gone(chain->lease) && counter_gap_read(chain->lease) == LOSS_EXPLAINED;
}

static bool fits_always(const nfs4_chain *chain)
{
    (void)chain;
    return true;
}

static const struct {
    nfs4_cause cause;
    nfs4_verdict grade;
    bool (*fits)(const nfs4_chain *chain);
} causes[] = {
    {CAUSE_SESSION_ONLY, VERDICT_PROVEN, is_session_only},
    {CAUSE_ADMIN_REVOKED, VERDICT_PROVEN, is_admin_revoked},
    {CAUSE_LEASE_EXPIRED, VERDICT_PROVEN, says_expired},
    {CAUSE_DUPLICATE_OWNER, VERDICT_PROVEN, is_taken_for_certain},
    {CAUSE_DUPLICATE_OWNER, VERDICT_PROBABLE, is_turned},
    {CAUSE_DUPLICATE_OWNER, VERDICT_PROBABLE, is_taken_unanswered},
    {CAUSE_DUPLICATE_OWNER, VERDICT_SUSPECTED, is_taken_unseen},
    {CAUSE_DUPLICATE_OWNER, VERDICT_PROBABLE, is_taken},
    {CAUSE_FAILOVER, VERDICT_PROVEN, is_failover},
    {CAUSE_SERVER_RESTART, VERDICT_PROVEN, has_new_start_time},
    {CAUSE_SERVER_RESTART, VERDICT_PROBABLE, has_granted_reclaim},
    {CAUSE_FAILOVER, VERDICT_PROBABLE, is_server_event},
    {CAUSE_CLIENT_RESTART, VERDICT_PROBABLE, is_client_restart},
    {CAUSE_LEASE_EXPIRED, VERDICT_PROBABLE, is_expired},
    {CAUSE_REMOVED_BY_SERVER, VERDICT_PROBABLE, is_removed},
    {CAUSE_UNKNOWN, VERDICT_UNDECIDED, fits_always},
};

nfs4_cause cause_of_chain(const nfs4_chain *chain, nfs4_verdict *grade)
{
    size_t row = 0;
    while (!causes[row].fits(chain))
        row++;
    *grade = causes[row].grade;
    return causes[row].cause;
}

const nfs4_lease *cause_culprit(const nfs4_chain *chain)
{
    nfs4_verdict grade;
    const nfs4_lease *lease = chain->lease;
    if (cause_of_chain(chain, &grade) != CAUSE_DUPLICATE_OWNER)
        return NULL;
    if (lease->seldom->clone_lease != NULL)
        return lease->seldom->clone_lease;
    return lease->judgement.taker != NULL ? taker_named(lease) : lease->filed.call_rival;
}

const char *cause_name(nfs4_cause cause)
{
    static const char *const names[] = {
        [CAUSE_UNKNOWN] = "unknown",
        [CAUSE_DUPLICATE_OWNER] = "duplicate-owner",
        [CAUSE_CLIENT_RESTART] = "client-restart",
        [CAUSE_SERVER_RESTART] = "server-restart",
        [CAUSE_FAILOVER] = "failover",
        [CAUSE_LEASE_EXPIRED] = "lease-expired",
        [CAUSE_ADMIN_REVOKED] = "admin-revoked",
        [CAUSE_REMOVED_BY_SERVER] = "removed-by-server",
        [CAUSE_SESSION_ONLY] = "session-only",
    };
    return names[cause];
}
