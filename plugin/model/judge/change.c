/* change.c - a change of the holder that nothing explains
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "facts.h"
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    return facts_open_change(lease) != NULL && !rule_takeover_refused.holds(lease) &&
           !rule_restart.holds(lease) && !rule_clock_overlap.holds(lease);
}

const nfs4_rule rule_change = {
    .name = "change",
    .grades = {{0, 1, VERDICT_UNDECIDED}},
    .explains_change = true,
    .holds = holds,
};
