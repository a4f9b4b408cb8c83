/* alternation.c - verifiers alternate in identifications that were not all answered and confirmed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Owner and verifier stand in the call. A, B, A: whoever sent A lived while B was presented,
 * whatever the server answered. Filed by watch/unanswered.c.
 */
#include "facts.h"
#include "rules.h"

enum {
    FOLLOWS,     /* B after A: a restart, or another host */
    BRINGS_BACK, /* A after B, and A had been there before */
};

/* It counts as long as not both are confirmed: then the order of leases tells. */
static bool holds(const nfs4_lease *lease)
{
    const nfs4_lease *before = lease->filed.call_before;
    return before != NULL && (lease->links.position == NULL || before->links.position == NULL);
}

static unsigned strength(const nfs4_lease *lease)
{
    return lease->instance->first_frame < facts_called_in(lease->filed.call_before) ? BRINGS_BACK
                                                                                    : FOLLOWS;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->instance->first_frame;
    frames[1] = facts_called_in(lease->filed.call_before);
    frames[2] = facts_called_in(lease);
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->issued.when;
}

/* Once may be a virtual machine that was set back. */
const nfs4_rule rule_alternation = {
    .name = "alternation",
    .kind = "duplicate-owner",
    .grades = {{BRINGS_BACK, 2, VERDICT_PROVEN},
               {BRINGS_BACK, 1, VERDICT_PROBABLE},
               {FOLLOWS, 1, VERDICT_UNDECIDED}},
    .holds = holds,
    .strength = strength,
    .frames = frames,
    .time = time_of,
};
