/* counter_gap.c - ids went to a client outside the capture while a fresh lease was lost
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "counter_gap.h"

#include "facts.h"
#include "rules.h"

#include "know/counters.h"

/* Where no session tells, the capture may end before the one that would. */
static bool may_be_unfinished(const nfs4_lease *lease, const counters_gap *gap)
{
    return !gap->sessions_known && lease->server->layout != LAYOUT_GANESHA &&
           lease->minorversion > 0;
}

counter_gap_reading counter_gap_read(const nfs4_lease *lease)
{
    if (!facts_is_fresh_loss(lease))
        return LOSS_UNKNOWN;
    counters_gap gap = counters_gap_after(lease);
    if (!gap.ids_known)
        return LOSS_UNKNOWN;
    if (gap.ids == 0 || (gap.sessions_known && gap.sessions == 0))
        return gap.has_nameless ? LOSS_UNKNOWN : LOSS_EXPLAINED;
    return may_be_unfinished(lease, &gap) ? LOSS_UNKNOWN : LOSS_GAP;
}

/* What a server that restarts breaks is connections. Where its start time is the one from before,
 * its ids give no sign of that. */
static bool holds(const nfs4_lease *lease)
{
    return counter_gap_read(lease) == LOSS_GAP && !lease->loss.at_once;
}

enum { LOST_ONCE, LOST_IN_TURN };

/* The lease before was lost like that, too, and this one soon after. */
static unsigned strength(const nfs4_lease *lease)
{
    const nfs4_lease *before = lease->links.previous_of_instance;
    return before != NULL && holds(before) && facts_was_soon(lease) ? LOST_IN_TURN : LOST_ONCE;
}

/* One loss is never enough: a bystander may mount with one id, recover, or make a session
 * anew while the server drops a lease for a reason of its own. Two, with a long time of work in
 * between, may be two of those. */
const nfs4_rule rule_counter_gap = {
    .name = "counter-gap",
    .kind = "duplicate-owner",
    .tells_weaker = true,
    .grades = {{LOST_IN_TURN, 1, VERDICT_SUSPECTED}, {LOST_ONCE, 3, VERDICT_SUSPECTED}},
    .holds = holds,
    .strength = strength,
    .frames = rule_frames_of_loss,
    .time = rule_time_of_refusal,
};
