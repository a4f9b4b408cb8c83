/* restart.c - the second instance began after the first had fallen silent
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
           clock_read(lease, next) == CLOCK_AFTER;
}

const nfs4_rule rule_restart = {
    .name = "restart",
    .grades = {{0, 1, VERDICT_RESTARTED}},
    .explains_change = true,
    .holds = holds,
};
