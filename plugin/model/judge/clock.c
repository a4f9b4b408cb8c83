/* clock.c - what the verifier of a second instance says of when it began
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "clock.h"

#include "know/lease.h"

static uint32_t margin = CLOCK_MARGIN;

void clock_set_margin(uint32_t seconds)
{
    margin = seconds;
}

/* Neither across lives of the server, nor where the capture's own clock goes back, nor for
 * a host whose clock told nonsense before. */
static bool is_comparable(const nfs4_lease *lease, const nfs4_lease *next)
{
    return lease_same_life(lease, next) && lease->instance->has_start &&
           nstime_cmp(&next->confirm.time, &lease->use.last_heard) >= 0;
}

clock_reading clock_read(const nfs4_lease *lease, const nfs4_lease *next)
{
    nstime_t ahead;
    if (!next->instance->has_start || nstime_is_zero(&lease->use.last_heard))
        return CLOCK_UNKNOWN;
    if (nstime_cmp(&lease->use.last_heard, &next->instance->start) < 0)
        return CLOCK_AFTER;
    nstime_delta(&ahead, &lease->use.last_heard, &next->instance->start);
    return is_comparable(lease, next) && ahead.secs >= margin ? CLOCK_OVERLAP : CLOCK_BEFORE;
}
