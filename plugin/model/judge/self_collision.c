/* self_collision.c - one old Linux client at two addresses of one server
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Kernels up to 3.6 make a verifier per mount of a server address, and put their own address
 * into the owner: at two addresses of one server they collide with themselves (commit
 * f092075dd33e describes it).
 */
#include "rules.h"

static bool explains(const nfs4_lease *lease, const nfs4_lease *next)
{
    const nfs4_endpoint_entry *at = lease->use.confirmed_at;
    return lease->owner->form.kind == OWNER_FORM_LINUX_OLD &&
           (at == NULL || at != next->use.confirmed_at);
}

const nfs4_rule rule_self_collision = {
    .name = "self-collision",
    .grades = {{0, 1, VERDICT_UNDECIDED}},
    .explains = explains,
};
