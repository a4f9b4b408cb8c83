/* outlived.c - the holder worked on after another instance had identified itself
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A host that restarted says nothing with what it held before. So whoever identified itself
 * and did not confirm yet, or never did, is another host. Nothing was lost by it. Filed by
 * watch/observe.c.
 */
#include "facts.h"
#include "rules.h"

#define ASLEEP_LEASE_TIMES 2 /* the capture may have missed one renewal */

/* Whoever lives renews. What wakes up may be a machine that was set back, or a client that was
 * given the same ids by a server that was. */
static bool was_asleep(const nfs4_lease *lease)
{
    nstime_t silence;
    nstime_delta(&silence, &lease->seldom->outlived_by.when, &lease->seldom->outlived_since);
    return silence.secs >= ASLEEP_LEASE_TIMES * (int64_t)facts_lease_time(lease);
}

static bool holds(const nfs4_lease *lease)
{
    return lease->seldom->outlived != NULL && !was_asleep(lease);
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    frames[1] = lease->seldom->outlived->issued.reply;
    frames[2] = lease->seldom->outlived_by.reply;
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->seldom->outlived_by.when;
}

/* In captures that were merged, a clock may have been set back in between. */
const nfs4_rule rule_outlived = {
    .name = "outlived",
    .kind = "duplicate-owner",
    .grades = {{0, 1, VERDICT_PROBABLE}},
    .holds = holds,
    .frames = frames,
    .time = time_of,
};
