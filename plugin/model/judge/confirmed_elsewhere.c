/* confirmed_elsewhere.c - refused after another host had confirmed the owner at another address
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The two addresses name one server, and their ids tell nothing. Once they are known to be one, the
 * leases of both stand in one order, and other rules decide. Filed by watch/one_server.c.
 */
#include "facts.h"
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    const nfs4_lease *taker = lease->filed.elsewhere;
    return taker != NULL && lease->refused.reply != 0 && !facts_is_server_event(lease) &&
           facts_are_two_hosts(lease->owner, taker->owner);
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    frames[1] = lease->filed.elsewhere->confirm.reply;
    frames[2] = lease->refused.reply;
}

const nfs4_rule rule_confirmed_elsewhere = {
    .name = "confirmed-elsewhere",
    .grades = {{0, 1, VERDICT_UNDECIDED}},
    .holds = holds,
    .frames = frames,
    .time = rule_time_of_refusal,
};
