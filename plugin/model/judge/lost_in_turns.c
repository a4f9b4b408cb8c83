/* lost_in_turns.c - the snap length cut the owners off, and two hosts are refused in turns
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Filed by watch/snapped.c, which knows who takes turns with whom.
 */
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    return lease->filed.turn_rival != NULL && lease->owner->is_cut;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->issued.reply;
    frames[1] = lease->filed.turn_rival->issued.reply;
    frames[2] = lease->refused.reply;
}

const nfs4_rule rule_lost_in_turns = {
    .name = "lost-in-turns",
    .kind = "duplicate-owner",
    .grades = {{0, 1, VERDICT_SUSPECTED}},
    .holds = holds,
    .frames = frames,
    .time = rule_time_of_refusal,
};
