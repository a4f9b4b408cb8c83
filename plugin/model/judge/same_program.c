/* same_program.c - both instances speak on one connection, so that one program plays both
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "facts.h"
#include "rules.h"

#include "know/lease.h"

static bool holds(const nfs4_lease *lease)
{
    const nfs4_lease *next = facts_change(lease);
    return next != NULL && !rule_takeover_refused.holds(lease) &&
           lease_shares_connection(lease, next);
}

const nfs4_rule rule_same_program = {
    .name = "same-program",
    .grades = {{0, 1, VERDICT_RESTARTED}},
    .explains_change = true,
    .holds = holds,
};
