/* clid_inuse.c - a newcomer was refused with NFS4ERR_CLID_INUSE
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Another principal holds the owner (RFC 8881 section 18.35.4, case 3; RFC 7530 section
 * 16.33.5). Filed by watch/newcomer.c.
 */
#include "rules.h"

enum {
    IN_USE,          /* the newcomer may be the holder, restarted with other credentials */
    IN_USE_NAMED,    /* the server names a holder at another address */
    IN_USE_OUTLIVED, /* the holder worked on after the refusal, so that the two are two */
};

static bool holds(const nfs4_lease *lease)
{
    return lease->newcomer != NULL;
}

static unsigned strength(const nfs4_lease *lease)
{
    if (lease->newcomer_outlived)
        return IN_USE_OUTLIVED;
    return lease->named_holder.len > 0 ? IN_USE_NAMED : IN_USE;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    frames[1] = lease->newcomer_refused.reply;
    frames[2] = lease->newcomer_outlived ? lease->last_ok.reply : 0;
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->newcomer_refused.time;
}

const nfs4_rule rule_clid_inuse = {
    .name = "clid-inuse",
    .kind = "duplicate-owner",
    .grades = {{IN_USE_OUTLIVED, 1, VERDICT_PROVEN},
               {IN_USE_NAMED, 1, VERDICT_SUSPECTED},
               {IN_USE, 1, VERDICT_UNDECIDED}},
    .holds = holds,
    .strength = strength,
    .frames = frames,
    .time = time_of,
};
