/* identification_race.c - a newcomer replaced an identification that was still wanted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The server keeps one unconfirmed record per owner (RFC 8881 section 18.35.4, case 4). Where
 * the confirm of the first finds its clientid gone, both were alive. Filed by
 * watch/observe.c.
 */
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    return lease->filed.race_rival != NULL;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->issued.call;
    frames[1] = lease->filed.race_rival->issued.call;
    frames[2] = 0;
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->filed.race_rival->issued.when;
}

const nfs4_rule rule_identification_race = {
    .name = "identification-race",
    .kind = "duplicate-owner",
    .grades = {{0, 1, VERDICT_PROVEN}},
    .holds = holds,
    .frames = frames,
    .time = time_of,
};
