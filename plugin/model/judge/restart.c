/* restart.c - the second instance began after the first had ended
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "clock.h"
#include "facts.h"
#include "rules.h"

/* Silence tells by itself. A clock tells where the address is the same; at another address it
 * takes a lease time of silence as well. */
static bool explains(const nfs4_lease *lease, const nfs4_lease *next)
{
    bool same = facts_share_address(lease->instance, next->instance);
    bool silent = facts_silence(lease) >= facts_lease_time(lease);
    return facts_has_ended(lease, &next->confirm.when) ||
           (clock_read(lease, next) == CLOCK_AFTER && (same || silent));
}

const nfs4_rule rule_restart = {
    .name = "restart",
    .grades = {{0, 1, VERDICT_RESTARTED}},
    .explains = explains,
};
