/* verifier.h - what a verifier tells of the instance that presents it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each kind of client software makes its verifiers in a way of its own, so that the form of the
 * owner (owner_form.h) says how to read them.
 */
#ifndef NFS4SESS_VERIFIER_H
#define NFS4SESS_VERIFIER_H

#include "owner_form.h"

/* true if this is the verifier with which Linux discards its own old state
 * (fs/nfs/nfs4proc.c, nfs4_init_boot_verifier): a wildcard, not an instance. */
bool verifier_is_purge(owner_form_kind kind, uint64_t verifier);

/* The part of a verifier that stays the same during one life of the client.
 * FreeBSD counts the low half up at every recovery (nfs_clrpcops.c nfsrpc_setclient);
 * everybody else keeps all 64 bits. Of OWNER_FORM_FREEBSD_RANDOM the low half is
 * dropped only where it is a small number beside a plausible second: twins are never
 * made one, should the owner be somebody else's after all. */
uint64_t verifier_instance_key(owner_form_kind kind, uint64_t verifier);

/* Decodes the moment at which the instance began, where the form is known to put
 * a clock into its verifier and the result is plausible: from 2005 to a day after
 * `now`. Returns false where it tells nothing. */
bool verifier_start(owner_form_kind kind, uint64_t verifier, const nstime_t *now, nstime_t *start);

#endif
