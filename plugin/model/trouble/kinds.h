/* kinds.h - what a loop of refusals is called, and from when on it is trouble
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * plugin/RULES.md has an entry for each kind. A row is asked about an operation and an error;
 * the first row that fits is the kind.
 */
#ifndef NFS4SESS_TROUBLE_KINDS_H
#define NFS4SESS_TROUBLE_KINDS_H

#include "types.h"

/* Thresholds. A client that finds its way back asks again two or three times: Linux tries each
 * minor version and each security flavor (fs/nfs/nfs4client.c, nfs4state.c:
 * nfs4_discover_server_trunking), and a slot twice (nfs4proc.c: nfs41_sequence_process). Who is
 * told the same a fifth time has no other way. A server needs a lease time to take away what a
 * silent client holds, and grants as long for reclaims, which Linux doubles while clients reclaim
 * (fs/nfsd/nfs4state.c: clients_still_reclaiming); to be put off for longer is no wait. */
#define TROUBLE_ROUNDS 5
#define TROUBLE_LEASE_TIMES 2

typedef struct {
    nfs4_trouble_kind kind;
    bool (*fits)(uint32_t operation, uint32_t status);
    bool lasts;        /* it has to go on for TROUBLE_LEASE_TIMES */
    bool by_duplicate; /* a second host with the client owner can be behind it */
} trouble_row;

/* The row of an operation that was refused with this error; NULL where the refusal is an
 * answer like another, however often it comes. Static. */
const trouble_row *kinds_row(uint32_t operation, uint32_t status);

/* true if trouble of this kind is a loop of refusals */
bool kinds_is_loop(nfs4_trouble_kind kind);

/* true if a second host with the client owner can cause trouble of this kind */
bool kinds_by_duplicate(nfs4_trouble_kind kind);

/* interface: "slot-out-of-step". Static. */
const char *kinds_name(nfs4_trouble_kind kind);

#endif
