/* shared_session.c - two addresses use one session and upset its slots
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A machine was copied with its memory while it had the server mounted. Filed by
 * watch/copies.c.
 */
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    return lease->seldom->shared_in != 0;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    frames[1] = lease->seldom->shared_in;
    frames[2] = 0;
}

const nfs4_rule rule_shared_session = {
    .name = "shared-session",
    .kind = "cloned-instance",
    .grades = {{0, 1, VERDICT_PROBABLE}},
    .holds = holds,
    .frames = frames,
    .time = rule_time_of_refusal,
};
