/* outlived.c - the holder worked on after another instance had identified itself
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A host that restarted says nothing with what it held before. So whoever identified itself
 * and did not confirm yet, or never did, is another host. Nothing was lost by it. Filed by
 * watch/observe.c.
 */
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    return lease->filed.outlived != NULL;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    frames[1] = lease->filed.outlived->issued.reply;
    frames[2] = lease->filed.outlived_by.reply;
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->filed.outlived_by.time;
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
