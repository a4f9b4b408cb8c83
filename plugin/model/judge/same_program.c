/* same_program.c - both instances speak on one connection, so that one program plays both
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules.h"
#include "takeover_refused.h"

#include "know/lease.h"

/* A Linux kernel speaks for itself only. Where one is refused for the other's sake, two hosts
 * used one port behind address translation, one after the other. */
static bool is_port_used_again(const nfs4_lease *lease, const nfs4_lease *next)
{
    owner_form_kind form = lease->owner->form.kind;
    bool linux_kernel = form == OWNER_FORM_LINUX || form == OWNER_FORM_LINUX_ADDRESS;
    return linux_kernel && takeover_refused_by(lease, next);
}

static bool explains(const nfs4_lease *lease, const nfs4_lease *next)
{
    return lease_shares_connection(lease, next) && !is_port_used_again(lease, next);
}

const nfs4_rule rule_same_program = {
    .name = "same-program",
    .grades = {{0, 1, VERDICT_RESTARTED}},
    .explains = explains,
};
