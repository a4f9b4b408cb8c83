/* alternation.c - verifiers alternate in identifications, some of them without an answer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Owner and verifier stand in the call. A, B, A: whoever sent A lived while B was presented,
 * whatever the server answered. Filed by watch/unanswered.c.
 */
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    return lease->alternates;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->instance->first_frame;
    frames[1] = lease->call_before->issued.call;
    frames[2] = lease->issued.call;
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->issued.time;
}

/* Once may be a virtual machine that was set back. */
const nfs4_rule rule_alternation = {
    .name = "alternation",
    .kind = "duplicate-owner",
    .grades = {{0, 2, VERDICT_PROVEN}, {0, 1, VERDICT_PROBABLE}},
    .holds = holds,
    .frames = frames,
    .time = time_of,
};
