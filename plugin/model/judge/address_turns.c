/* address_turns.c - an instance confirms from one address, and is refused at the other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * FreeBSD's verifier holds the second of the boot (sys/fs/nfsclient/nfs_clrpcops.c,
 * nfsrpc_setclient): clones that booted in the same second look like one instance, and may
 * even share a clientid. A host has one connection for a mount, so that whoever is refused, or
 * goes on, at the address from before is another host. Filed by watch/refusal.c and
 * watch/copies.c.
 */
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    return lease->seldom->turned_in != 0;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    frames[1] = lease->seldom->turned_in;
    frames[2] = lease->seldom->turned_back.reply;
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->seldom->turned_back.when;
}

const nfs4_rule rule_address_turns = {
    .name = "address-turns",
    .kind = "duplicate-owner",
    .grades = {{0, 2, VERDICT_PROVEN}, {0, 1, VERDICT_PROBABLE}},
    .holds = holds,
    .frames = frames,
    .time = time_of,
};
