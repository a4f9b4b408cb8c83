/* self_collision.c - one old Linux client at two addresses of one server
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Kernels up to 3.6 make a verifier per mount of a server address, and put their own address
 * into the owner: at two addresses of one server they collide with themselves (commit
 * f092075dd33e describes it).
 */
#include "facts.h"
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    const nfs4_lease *next = facts_change(lease);
    if (next == NULL || lease->owner->form.kind != OWNER_FORM_LINUX_OLD ||
        rule_takeover_refused.holds(lease) || rule_same_program.holds(lease))
        return false;
    return lease->use.confirmed_at == NULL || lease->use.confirmed_at != next->use.confirmed_at;
}

const nfs4_rule rule_self_collision = {
    .name = "self-collision",
    .grades = {{0, 1, VERDICT_UNDECIDED}},
    .explains_change = true,
    .holds = holds,
};
