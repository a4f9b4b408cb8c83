/* plausible.h - times that an id, an owner or a verifier may hold
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PLAUSIBLE_H
#define NFS4SESS_PLAUSIBLE_H

#include <stdbool.h>
#include <stdint.h>

#include <wsutil/nstime.h>

#define PLAUSIBLE_FIRST INT64_C(1104537600) /* 2005-01-01, older than any NFSv4.1 client */
#define PLAUSIBLE_DAY (INT64_C(24) * 3600)

/* true for a moment, in seconds, between 2005 and a day after `now`: clocks may differ */
static inline bool plausible_start(int64_t seconds, const nstime_t *now)
{
    return seconds >= PLAUSIBLE_FIRST && seconds <= (int64_t)now->secs + PLAUSIBLE_DAY;
}

/* true for a number that may be such a moment, whatever the time is now */
static inline bool plausible_second(uint64_t number)
{
    return number >= (uint64_t)PLAUSIBLE_FIRST && number <= UINT32_MAX;
}

#endif
