/* verdict.c - from facts to judgement
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "verdict.h"

#include "know/counters.h"
#include "know/lease.h"
#include "know/server.h"

/* Seconds, where no GETATTR told them: the defaults of Ganesha and of knfsd. */
#define LEASE_TIME_GANESHA 60
#define LEASE_TIME_ASSUMED 90

static uint32_t clock_margin = VERDICT_CLOCK_MARGIN;

void verdict_set_clock_margin(uint32_t seconds)
{
    clock_margin = seconds;
}

static uint32_t lease_time_of(const nfs4_lease *lease)
{
    uint32_t told = lease_time(lease);
    if (told != 0)
        return told;
    return lease->server->layout == LAYOUT_GANESHA ? LEASE_TIME_GANESHA : LEASE_TIME_ASSUMED;
}

/* R8: the lease went idle for at least its time before it was refused. */
static bool lease_ran_out(const nfs4_lease *lease)
{
    nstime_t idle;
    if (lease->last_ok.call == 0)
        return false;
    nstime_delta(&idle, &lease->refused.time, &lease->last_ok.time);
    return idle.secs >= lease_time_of(lease);
}

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
 * confirm worked. A lease that is known to have run out may have been refused for
 * that, so that frames alone prove nothing. */
static bool frames_prove(const nfs4_lease *lease, const nfs4_lease *next)
{
    return next->issued.call != 0 && next->issued.call < lease->refused.call &&
           next->confirm.reply != 0 && next->confirm.call < lease->refused.reply &&
           lease->last_ok.call <= next->confirm.reply &&
           (lease_time(lease) == 0 || !lease_ran_out(lease));
}

/* R8: the lease ran out and was refused before the killer had even identified itself:
 * the killer came to a lease that was gone. Frames of one capture tell; in merged ones
 * an expiry beside a takeover is rare enough. */
static bool came_too_late(const nfs4_lease *lease, const nfs4_lease *next)
{
    return next->issued.call > lease->refused.reply && lease_ran_out(lease);
}

/* The first had been silent for a lease time when the second confirmed for the first
 * time, and the second began after that silence had: as when a virtual machine is set back with its
 * memory, asks on with its old session and is refused. Two hosts that are alive renew. */
static bool had_ended(const nfs4_lease *lease, const nfs4_lease *next)
{
    nstime_t silence;
    if (next->instance->first_in_order != next || !next->instance->has_start ||
        nstime_is_zero(&lease->last_heard) ||
        nstime_cmp(&next->instance->start, &lease->last_heard) <= 0)
        return false;
    nstime_delta(&silence, &next->confirm.time, &lease->last_heard);
    return silence.secs >= lease_time_of(lease);
}

bool verdict_is_refused_by(const nfs4_lease *lease, const nfs4_lease *next)
{
    return verdict_is_takeover(lease, next) && lease->refused.reply != 0 &&
           !came_too_late(lease, next) && !had_ended(lease, next) &&
           (counters_prove(lease, next) || frames_prove(lease, next));
}

/* R5 (b) for any two leases: ids are in the order of identifications, and where a
 * confirm is delayed, leases end in the order of confirms. */
bool verdict_is_killer(const nfs4_lease *lease, const nfs4_lease *other)
{
    return verdict_is_takeover(lease, other) && lease->refused.reply != 0 &&
           lease->confirm.reply != 0 && other->confirm.call > lease->confirm.call &&
           frames_prove(lease, other) && !had_ended(lease, other) &&
           !lease_shares_connection(lease, other) &&
           lease->owner->form.kind != OWNER_FORM_LINUX_OLD; /* T22 */
}

/* R6, one change without a refusal: what the second one's clock says about the
 * last success of the first. */
static nfs4_change change_by_clock(const nfs4_lease *lease, const nfs4_lease *next)
{
    nstime_t gap;

    if (!next->instance->has_start || nstime_is_zero(&lease->last_heard))
        return CHANGE_UNDECIDED;
    nstime_delta(&gap, &lease->last_heard, &next->instance->start);
    bool backwards = nstime_cmp(&next->confirm.time, &lease->last_heard) < 0;
    if (gap.secs < 0 || (gap.secs == 0 && gap.nsecs < 0))
        return CHANGE_RESTART;
    /* Neither across lives of the server, nor where the capture's own clock goes back,
     * nor for a host whose clock told nonsense before. */
    bool comparable = lease_same_epoch(lease, next) && !backwards && lease->instance->has_start;
    return comparable && gap.secs >= clock_margin ? CHANGE_CLOCK : CHANGE_UNDECIDED;
}

/* T22: kernels up to 3.6 make a verifier per mount of a server address, and put their
 * own address into the owner: at two addresses of one server they collide with
 * themselves. */
static bool is_self_collision(const nfs4_lease *lease, const nfs4_lease *next)
{
    bool one_address = lease->confirmed_at != NULL && lease->confirmed_at == next->confirmed_at;
    return lease->owner->form.kind == OWNER_FORM_LINUX_OLD && !one_address;
}

nfs4_change verdict_of_change(const nfs4_lease *lease, const nfs4_lease *next)
{
    if (next == NULL || next->instance == lease->instance)
        return CHANGE_NONE;
    if (lease_shares_connection(lease, next))
        return CHANGE_SAME_PROGRAM;
    if (is_self_collision(lease, next))
        return CHANGE_SELF_COLLISION;
    if (verdict_is_refused_by(lease, next))
        return CHANGE_PROVEN;
    return change_by_clock(lease, next);
}

/* R7 speaks only where: the lease was refused, no captured confirm took it over, its
 * instance was given another id, and it had been used less than a lease time ago. */
nfs4_loss verdict_of_loss(const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->next_of_instance;
    if (lease->refused.reply == 0 || lease->killer != NULL || lease->ended_in != 0 ||
        lease->last_ok.call == 0 || lease_ran_out(lease))
        return LOSS_UNKNOWN;
    if (next == NULL || next->issued.call < lease->refused.call)
        return LOSS_UNKNOWN; /* it was replaced before it was refused: a copy's doing (T20) */
    account_gap gap = account_gap_after(lease);
    if (!gap.ids_known)
        return LOSS_UNKNOWN;
    if (gap.ids == 0 || (gap.sessions_known && gap.sessions == 0))
        return account_other_instance_after(lease) ? LOSS_UNKNOWN : LOSS_EXPLAINED;
    if (gap.sessions_known)
        return gap.ids < 2 * gap.sessions ? LOSS_LEAN_GAP : LOSS_GAP;
    bool ganesha = lease->server->layout == LAYOUT_GANESHA;
    if (!ganesha && lease->minorversion > 0)
        return LOSS_UNKNOWN; /* the session counter will tell, or the capture ends here */
    bool ganesha_40 = ganesha && lease->minorversion == 0;
    return gap.ids % 2 == 1 && !ganesha_40 ? LOSS_LEAN_GAP : LOSS_GAP;
}

nfs4_evidence_kind verdict_evidence_of(nfs4_change change)
{
    switch (change) {
    case CHANGE_SAME_PROGRAM:
        return EVIDENCE_SAME_PROGRAM;
    case CHANGE_SELF_COLLISION:
        return EVIDENCE_SELF_COLLISION;
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
    /* Two were there at once: one replaced what the other was about to confirm (T23), was
     * refused for the other's sake (T18), or went on with the same verifier (T20). */
    if (owner->evidence[EVIDENCE_RACE].count > 0 || owner->newcomers_beside_holder > 0 ||
        owner->evidence[EVIDENCE_CLONE].count > 0)
        return VERDICT_PROVEN;
    /* R6: it came back once (or a virtual machine was set back), or the clocks overlap.
     * T20: two addresses upset one session. */
    if (owner->returns == 1 || owner->changes[CHANGE_CLOCK] > 0 ||
        owner->evidence[EVIDENCE_SHARED_SESSION].count > 0)
        return VERDICT_PROBABLE;
    /* R7: one lean gap, or two losses each with somebody unseen in between. R9: two
     * hosts without a visible owner that are refused in turns. T18: the server names one. */
    if (owner->evidence[EVIDENCE_TURNS].count > 0 || owner->holders_named > 0 ||
        owner->losses[LOSS_LEAN_GAP] > 0 || owner->losses[LOSS_GAP] >= 2)
        return VERDICT_SUSPECTED;
    if (owner->changes[CHANGE_UNDECIDED] > 0 || owner->evidence[EVIDENCE_CLID_INUSE].count > 0)
        return VERDICT_UNDECIDED;
    if (owner->changes[CHANGE_SELF_COLLISION] > 0)
        return VERDICT_UNDECIDED;
    if (owner->changes[CHANGE_RESTART] > 0 || owner->changes[CHANGE_SAME_PROGRAM] > 0)
        return VERDICT_RESTARTED;
    return VERDICT_SINGLE;
}

bool verdict_rests_on(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    bool accuses = kind <= EVIDENCE_SHARED_SESSION;
    if (kind == EVIDENCE_CLID_INUSE)
        accuses = owner->newcomers_beside_holder > 0 || owner->holders_named > 0;
    return owner->evidence[kind].kept > 0 && accuses == verdict_accuses(owner->verdict);
}

bool verdict_is_collision(const nfs4_lease *lease)
{
    const nfs4_owner *owner = lease->owner;
    if (lease->killer == NULL || !verdict_accuses(owner->verdict))
        return false;
    if (lease->change == CHANGE_SAME_PROGRAM || lease->change == CHANGE_SELF_COLLISION)
        return false;
    return lease->change != CHANGE_RESTART || owner->returns > 0;
}

bool verdict_is_loss_to_unseen(const nfs4_lease *lease)
{
    return lease->owner != NULL && verdict_accuses(lease->owner->verdict) &&
           (lease->loss == LOSS_GAP || lease->loss == LOSS_LEAN_GAP);
}

/* The killer had identified itself before the lease was refused. */
static bool came_first(const nfs4_lease *lease)
{
    return lease->killer != NULL && lease->killer->issued.call < lease->refused.reply;
}

/* The lease was lost to somebody: proven by frames or counters, or as sure as the
 * owner's verdict is where the capture shows who or that somebody came. */
static bool lost_to_twin(const nfs4_lease *lease, nfs4_verdict *grade)
{
    *grade = VERDICT_PROVEN;
    if (lease->change == CHANGE_PROVEN)
        return true;
    if (lease->clone_in != 0)
        return true;
    *grade = VERDICT_SUSPECTED;
    if (verdict_is_loss_to_unseen(lease))
        return true;
    *grade = VERDICT_PROBABLE;
    return came_first(lease) && verdict_is_collision(lease);
}

/* What the new lease tells of the server: another one answers, or it restarted. */
static nfs4_cause server_cause(const nfs4_lease *lease, const nfs4_lease *renewed)
{
    if (renewed == NULL || renewed == lease)
        return CAUSE_UNKNOWN;
    if (lease->identity != 0 && renewed->identity > lease->identity)
        return CAUSE_FAILOVER;
    if (lease_same_epoch(lease, renewed))
        return CAUSE_UNKNOWN;
    return lease->server->alternates ? CAUSE_FAILOVER : CAUSE_SERVER_RESTART; /* T14 */
}

nfs4_cause verdict_of_chain(const nfs4_chain *chain, nfs4_verdict *grade)
{
    const nfs4_lease *lease = chain->lease;

    *grade = VERDICT_PROVEN;
    if (chain->session_only)
        return CAUSE_SESSION_ONLY;
    if (chain->admin_revoked)
        return CAUSE_ADMIN_REVOKED;
    if (lost_to_twin(lease, grade))
        return CAUSE_DUPLICATE_OWNER;
    *grade = VERDICT_PROVEN;
    nfs4_cause cause = server_cause(lease, chain->renewed);
    if (cause != CAUSE_UNKNOWN)
        return cause;
    *grade = VERDICT_PROBABLE;
    if (chain->cost.opens.reclaimed + chain->cost.locks.reclaimed > 0)
        return CAUSE_SERVER_RESTART; /* D10: nobody else grants a reclaim */
    bool taken = came_first(lease);
    if (taken && lease->change == CHANGE_RESTART)
        return CAUSE_CLIENT_RESTART;
    if (!taken && lease_ran_out(lease))
        return CAUSE_LEASE_EXPIRED;
    if (lease->loss == LOSS_EXPLAINED)
        return CAUSE_REMOVED_BY_SERVER;
    *grade = VERDICT_UNDECIDED;
    return CAUSE_UNKNOWN;
}

const nfs4_lease *verdict_culprit(const nfs4_chain *chain)
{
    nfs4_verdict grade;
    const nfs4_lease *lease = chain->lease;
    if (verdict_of_chain(chain, &grade) != CAUSE_DUPLICATE_OWNER)
        return NULL;
    return lease->clone_lease != NULL ? lease->clone_lease : lease->killer;
}

const char *verdict_name(nfs4_verdict verdict)
{
    static const char *const names[] = {"single",    "restarted", "undecided",
                                        "suspected", "probable",  "proven"};
    return names[verdict];
}

const char *verdict_kind_name(const nfs4_owner *owner)
{
    if (!verdict_accuses(owner->verdict))
        return NULL;
    for (int kind = 0; kind < EVIDENCE_CLONE; kind++)
        if (verdict_rests_on(owner, (nfs4_evidence_kind)kind))
            return "duplicate-owner";
    return "cloned-instance";
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
    static const char *const names[] = {"takeover-refused",
                                        "recurrence",
                                        "clock-overlap",
                                        "counter-gap",
                                        "identification-race",
                                        "clid-inuse",
                                        "lost-in-turns",
                                        "cloned",
                                        "shared-session",
                                        "restart",
                                        "same-program",
                                        "self-collision",
                                        "change"};
    return names[kind];
}
