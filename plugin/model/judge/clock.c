/* clock.c - what the verifier of a second instance says of when it began
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "clock.h"

#include "facts.h"

#include "know/lease.h"

static uint32_t margin = CLOCK_MARGIN;

void clock_set_margin(uint32_t seconds)
{
    margin = seconds;
}

static int64_t seconds_before(const nstime_t *start, const nfs4_lease *lease)
{
    nstime_t ahead;
    nstime_delta(&ahead, &lease->use.last_heard, start);
    return ahead.secs;
}

/* By its clock it had begun long before the one before it fell silent at the same address: a
 * clock that nobody set, and that may be wrong again. */
static bool has_wrong_clock(const nfs4_instance *instance)
{
    const nfs4_lease *first = instance->first_in_order;
    const nfs4_lease *before = first != NULL ? lease_before(first) : NULL;
    return before != NULL && facts_share_address(before->instance, instance) &&
           seconds_before(&instance->start, before) >= margin;
}

#define LAGS_DIFFER 60 /* seconds */

/* Seconds from its start, by its own clock, to the first that was heard of it. */
static int64_t lag_of(const nfs4_instance *instance)
{
    nstime_t lag;
    nstime_delta(&lag, &instance->first_time, &instance->start);
    return lag.secs;
}

static bool has_lag_of(const nfs4_instance *one, const nfs4_instance *other)
{
    int64_t lag = lag_of(one);
    return other != NULL && other->has_start && lag >= margin &&
           lag - LAGS_DIFFER < lag_of(other) && lag_of(other) < lag + LAGS_DIFFER;
}

/* The instance before it, or the one after it, was heard of as late after its start: what is
 * wrong is the clock of the capture, which is ahead, or that of one host which restarts. */
static bool is_late_like_others(const nfs4_lease *lease, const nfs4_lease *next)
{
    return has_lag_of(next->instance, lease->instance) ||
           has_lag_of(next->instance, next->instance->next);
}

/* Neither across lives of the server, nor where the capture's own clock goes back or seems to be
 * ahead, nor for a host whose clock told nonsense before. */
static bool is_comparable(const nfs4_lease *lease, const nfs4_lease *next)
{
    return lease_same_life(lease, next) && lease->instance->has_start &&
           !has_wrong_clock(lease->instance) && !is_late_like_others(lease, next) &&
           nstime_cmp(&next->confirm.when, &lease->use.last_heard) >= 0;
}

clock_reading clock_read(const nfs4_lease *lease, const nfs4_lease *next)
{
    if (!next->instance->has_start || nstime_is_zero(&lease->use.last_heard))
        return CLOCK_UNKNOWN;
    if (nstime_cmp(&lease->use.last_heard, &next->instance->start) < 0)
        return CLOCK_AFTER;
    bool overlaps =
        is_comparable(lease, next) && seconds_before(&next->instance->start, lease) >= margin;
    return overlaps ? CLOCK_OVERLAP : CLOCK_BEFORE;
}
