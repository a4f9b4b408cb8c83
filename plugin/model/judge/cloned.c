/* cloned.c - a host does not know of the lease that its own instance was given elsewhere
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A machine was copied with its memory before it mounted, so that both have one verifier.
 * Filed by watch/copies.c.
 */
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    return lease->seldom->clone_in != 0;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    frames[1] = lease->seldom->clone_lease->confirm.reply;
    frames[2] = lease->seldom->clone_in;
}

const nfs4_rule rule_cloned = {
    .name = "cloned",
    .kind = "cloned-instance",
    .grades = {{0, 1, VERDICT_PROVEN}},
    .holds = holds,
    .frames = frames,
    .time = rule_time_of_refusal,
};
