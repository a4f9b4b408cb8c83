/* verdict.c - from facts to judgement
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "verdict.h"

#include "lease.h"
#include "server.h"

bool verdict_is_takeover(const nfs4_lease *lease, const nfs4_lease *next)
{
    return next != NULL && next->instance != lease->instance && lease->ended_in == 0 &&
           lease_same_epoch(lease, next);
}

/* R5 (a), the server's own order: the killer's id lies between the victim's id and
 * the one that the victim was given next. It holds whatever the frames' order, as
 * in captures merged with clocks that disagree. */
static bool counters_prove(const nfs4_lease *lease, const nfs4_lease *next)
{
    uint32_t epoch, counter, next_epoch, next_counter, after_epoch, after_counter;
    const nfs4_lease *after = lease->next_of_instance;

    return after != NULL &&
           server_clientid_parts(lease->server, lease->clientid, &epoch, &counter) &&
           server_clientid_parts(next->server, next->clientid, &next_epoch, &next_counter) &&
           server_clientid_parts(after->server, after->clientid, &after_epoch, &after_counter) &&
           epoch == next_epoch && epoch == after_epoch && (int32_t)(next_counter - counter) > 0 &&
           (int32_t)(after_counter - next_counter) > 0;
}

/* R5 (b), the frames' order: the killer identified itself before the refused call,
 * was confirmed before the refusal, and nothing that the victim called after that
 * confirm worked. */
static bool frames_prove(const nfs4_lease *lease, const nfs4_lease *next)
{
    return next->issued.call != 0 && next->issued.call < lease->refused.call &&
           next->confirm.reply != 0 && next->confirm.call < lease->refused.reply &&
           lease->last_ok.call <= next->confirm.reply;
}

bool verdict_is_refused_by(const nfs4_lease *lease, const nfs4_lease *next)
{
    return verdict_is_takeover(lease, next) && lease->refused.reply != 0 &&
           (counters_prove(lease, next) || frames_prove(lease, next));
}

/* R6, one change without a refusal: what the second one's clock says about the
 * last sign of life of the first. */
static nfs4_change change_by_clock(const nfs4_lease *lease, const nfs4_lease *next)
{
    nstime_t gap;

    if (!next->instance->has_start || nstime_is_zero(&lease->last_heard))
        return CHANGE_UNDECIDED;
    nstime_delta(&gap, &lease->last_heard, &next->instance->start);
    if (gap.secs < 0 || (gap.secs == 0 && gap.nsecs < 0))
        return CHANGE_RESTART;
    return gap.secs >= VERDICT_CLOCK_MARGIN ? CHANGE_CLOCK : CHANGE_UNDECIDED;
}

nfs4_change verdict_of_change(const nfs4_lease *lease, const nfs4_lease *next)
{
    if (next == NULL || next->instance == lease->instance)
        return CHANGE_NONE;
    if (lease_shares_connection(lease, next))
        return CHANGE_SAME_PROGRAM;
    if (verdict_is_refused_by(lease, next))
        return CHANGE_PROVEN;
    return change_by_clock(lease, next);
}

nfs4_evidence_kind verdict_evidence_of(nfs4_change change)
{
    switch (change) {
    case CHANGE_SAME_PROGRAM:
        return EVIDENCE_SAME_PROGRAM;
    case CHANGE_RESTART:
        return EVIDENCE_RESTART;
    case CHANGE_UNDECIDED:
        return EVIDENCE_CHANGE;
    case CHANGE_CLOCK:
        return EVIDENCE_CLOCK_OVERLAP;
    case CHANGE_PROVEN:
        return EVIDENCE_TAKEOVER_REFUSED;
    default:
        return EVIDENCE_KINDS;
    }
}

nfs4_verdict verdict_of_owner(const nfs4_owner *owner)
{
    /* R5: one refused takeover is enough. R6: an instance that comes back twice. */
    if (owner->changes[CHANGE_PROVEN] > 0 || owner->returns >= 2)
        return VERDICT_PROVEN;
    /* R6: it came back once (or a virtual machine was set back), or the clocks overlap. */
    if (owner->returns == 1 || owner->changes[CHANGE_CLOCK] > 0)
        return VERDICT_PROBABLE;
    if (owner->changes[CHANGE_UNDECIDED] > 0)
        return VERDICT_UNDECIDED;
    if (owner->changes[CHANGE_RESTART] > 0 || owner->changes[CHANGE_SAME_PROGRAM] > 0)
        return VERDICT_RESTARTED;
    return VERDICT_SINGLE;
}

bool verdict_rests_on(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    bool accuses = kind == EVIDENCE_TAKEOVER_REFUSED || kind == EVIDENCE_RECURRENCE ||
                   kind == EVIDENCE_CLOCK_OVERLAP;
    return owner->evidence[kind].kept > 0 && accuses == verdict_accuses(owner->verdict);
}

bool verdict_is_collision(const nfs4_lease *lease)
{
    const nfs4_owner *owner = lease->owner;
    if (lease->killer == NULL || !verdict_accuses(owner->verdict))
        return false;
    if (lease->change == CHANGE_SAME_PROGRAM)
        return false;
    return lease->change != CHANGE_RESTART || owner->returns > 0;
}

/* R8: the lease went idle for at least its time before it was refused. */
static bool lease_ran_out(const nfs4_lease *lease)
{
    nstime_t idle;
    if (lease->server->lease_time == 0 || lease->last_ok.call == 0)
        return false;
    nstime_delta(&idle, &lease->refused.time, &lease->last_ok.time);
    return idle.secs >= 0 && (uint64_t)idle.secs >= lease->server->lease_time;
}

nfs4_cause verdict_of_chain(const nfs4_chain *chain, nfs4_verdict *grade)
{
    const nfs4_lease *lease = chain->lease;

    *grade = VERDICT_PROVEN;
    if (chain->session_only)
        return CAUSE_SESSION_ONLY;
    if (lease->change == CHANGE_PROVEN)
        return CAUSE_DUPLICATE_OWNER;
    if (chain->renewed != NULL && !lease_same_epoch(lease, chain->renewed))
        return CAUSE_SERVER_RESTART;
    *grade = VERDICT_PROBABLE;
    if (lease->killer == NULL && lease_ran_out(lease))
        return CAUSE_LEASE_EXPIRED;
    *grade = VERDICT_UNDECIDED;
    return CAUSE_UNKNOWN;
}

const char *verdict_name(nfs4_verdict verdict)
{
    static const char *const names[] = {"single",    "restarted", "undecided",
                                        "suspected", "probable",  "proven"};
    return names[verdict];
}

const char *verdict_cause_name(nfs4_cause cause)
{
    static const char *const names[] = {"unknown",        "duplicate-owner",   "client-restart",
                                        "server-restart", "failover",          "lease-expired",
                                        "admin-revoked",  "removed-by-server", "session-only"};
    return names[cause];
}

const char *verdict_evidence_name(nfs4_evidence_kind kind)
{
    static const char *const names[] = {"takeover-refused", "recurrence",   "clock-overlap",
                                        "restart",          "same-program", "change"};
    return names[kind];
}
