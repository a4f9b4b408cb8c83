/* address_turns.c - an instance confirms from one address, and is refused at the other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * FreeBSD's verifier holds the second of the boot (sys/fs/nfsclient/nfs_clrpcops.c,
 * nfsrpc_setclient): clones that booted in the same second look like one instance. A host has
 * one connection for a mount, so that whoever is refused on another one is another host.
 * Filed by watch/refusal.c.
 */
#include "rules.h"

static bool holds(const nfs4_lease *lease)
{
    return lease->turned_by != NULL;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    frames[1] = lease->turned_by->confirm.reply;
    frames[2] = lease->refused.reply;
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->refused.time;
}

const nfs4_rule rule_address_turns = {
    .name = "address-turns",
    .kind = "duplicate-owner",
    .grades = {{0, 2, VERDICT_PROVEN}, {0, 1, VERDICT_PROBABLE}},
    .holds = holds,
    .frames = frames,
    .time = time_of,
};
