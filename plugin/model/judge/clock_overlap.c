/* clock_overlap.c - the second instance had begun long before the first fell silent
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "clock.h"
#include "facts.h"
#include "rules.h"

/* A host that restarted may have a clock that nobody set; but then it has one address as
 * before, and its old instance says nothing any more. */
static bool may_be_one_host(const nfs4_lease *lease, const nfs4_lease *next)
{
    bool spoke = nstime_cmp(&lease->instance->spoke, &next->confirm.when) > 0;
    return !spoke && facts_share_address(lease->instance, next->instance);
}

static bool explains(const nfs4_lease *lease, const nfs4_lease *next)
{
    return clock_read(lease, next) == CLOCK_OVERLAP && !may_be_one_host(lease, next);
}

const nfs4_rule rule_clock_overlap = {
    .name = "clock-overlap",
    .kind = "duplicate-owner",
    .grades = {{0, 1, VERDICT_PROBABLE}},
    .explains = explains,
};
