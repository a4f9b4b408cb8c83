/* change.c - a change of the holder that nothing explains
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules.h"

static bool explains(const nfs4_lease *lease, const nfs4_lease *next)
{
    (void)lease;
    (void)next;
    return true;
}

const nfs4_rule rule_change = {
    .name = "change",
    .grades = {{0, 1, VERDICT_UNDECIDED}},
    .explains = explains,
};
