/* counter_gap.c - ids went to a client outside the capture while a fresh lease was lost
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "counter_gap.h"

#include "facts.h"
#include "rules.h"

#include "know/counters.h"

#define GAP_LEAN 1 /* strength */

/* The lease was refused while it was fresh, no captured confirm took it over, and its
 * instance was given another id after that: one that it was given before is a copy's doing. */
static bool is_fresh_loss(const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->next_of_instance;
    return lease->refused.reply != 0 && lease->taker == NULL && lease->ended_in == 0 &&
           lease->last_ok.call != 0 && !facts_ran_out(lease) && next != NULL &&
           next->issued.call >= lease->refused.call;
}

/* A first mount takes two ids and makes one session; who takes less is none. Where no
 * session tells: mounts take an even number of ids, but on Ganesha with 4.0. */
static counter_gap_reading read_gap(const nfs4_lease *lease, const counters_gap *gap)
{
    bool ganesha = lease->server->layout == LAYOUT_GANESHA;
    if (gap->sessions_known)
        return gap->ids < 2 * gap->sessions ? LOSS_LEAN_GAP : LOSS_GAP;
    if (!ganesha && lease->minorversion > 0)
        return LOSS_UNKNOWN; /* the session counter will tell, or the capture ends here */
    bool ganesha_40 = ganesha && lease->minorversion == 0;
    return gap->ids % 2 == 1 && !ganesha_40 ? LOSS_LEAN_GAP : LOSS_GAP;
}

counter_gap_reading counter_gap_read(const nfs4_lease *lease)
{
    if (!is_fresh_loss(lease))
        return LOSS_UNKNOWN;
    counters_gap gap = counters_gap_after(lease);
    if (!gap.ids_known)
        return LOSS_UNKNOWN;
    if (gap.ids == 0 || (gap.sessions_known && gap.sessions == 0))
        return counters_other_instance_after(lease) ? LOSS_UNKNOWN : LOSS_EXPLAINED;
    return read_gap(lease, &gap);
}

static bool holds(const nfs4_lease *lease)
{
    return lease->is_loss && counter_gap_read(lease) >= LOSS_GAP;
}

static unsigned strength(const nfs4_lease *lease)
{
    return counter_gap_read(lease) == LOSS_LEAN_GAP ? GAP_LEAN : 0;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->issued.reply;
    frames[1] = lease->refused.reply;
    frames[2] = lease->next_of_instance->issued.reply;
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->refused.time;
}

const nfs4_rule rule_counter_gap = {
    .name = "counter-gap",
    .kind = "duplicate-owner",
    .grades = {{GAP_LEAN, 1, VERDICT_SUSPECTED}, {0, 2, VERDICT_SUSPECTED}},
    .holds = holds,
    .strength = strength,
    .frames = frames,
    .time = time_of,
};
