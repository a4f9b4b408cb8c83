/* clock_overlap.c - the second instance had begun long before the first fell silent
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "clock.h"
#include "facts.h"
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    const nfs4_lease *next = facts_open_change(lease);
    return next != NULL && !rule_takeover_refused.holds(lease) &&
           clock_read(lease, next) == CLOCK_OVERLAP;
}

const nfs4_rule rule_clock_overlap = {
    .name = "clock-overlap",
    .kind = "duplicate-owner",
    .grades = {{0, 1, VERDICT_PROBABLE}},
    .explains_change = true,
    .holds = holds,
};
