/* clid_inuse.c - a newcomer was refused with NFS4ERR_CLID_INUSE
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Another principal holds the owner (RFC 8881 section 18.35.4, case 3; RFC 7530 section
 * 16.33.5). Filed by watch/newcomer.c.
 */
#include "facts.h"
#include "rules.h"

enum {
    IN_USE_ENDED,    /* the holder has ended, and the newcomer may be it, restarted */
    IN_USE,          /* nothing tells that */
    IN_USE_NAMED,    /* the server names a holder at another address */
    IN_USE_OUTLIVED, /* the holder worked on after the refusal, so that the two are two */
};

static bool holds(const nfs4_lease *lease)
{
    return lease->seldom->newcomer != NULL;
}

static unsigned strength(const nfs4_lease *lease)
{
    if (lease->seldom->newcomer_outlived)
        return IN_USE_OUTLIVED;
    if (lease->seldom->named_holder.len > 0)
        return IN_USE_NAMED;
    return lease->instance != lease->seldom->newcomer &&
                   facts_has_ended(lease, &lease->seldom->newcomer_refused.when)
               ? IN_USE_ENDED
               : IN_USE;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    frames[1] = lease->seldom->newcomer_refused.reply;
    frames[2] = lease->seldom->newcomer_outlived ? lease->last_ok.reply : 0;
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->seldom->newcomer_refused.when;
}

const nfs4_rule rule_clid_inuse = {
    .name = "clid-inuse",
    .kind = "duplicate-owner",
    .grades = {{IN_USE_OUTLIVED, 1, VERDICT_PROVEN},
               {IN_USE_NAMED, 1, VERDICT_SUSPECTED},
               {IN_USE, 1, VERDICT_UNDECIDED},
               {IN_USE_ENDED, 1, VERDICT_RESTARTED}},
    .holds = holds,
    .strength = strength,
    .frames = frames,
    .time = time_of,
};
