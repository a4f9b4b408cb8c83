/* lost_files.h - on which files the locks were that a client lost
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first NFS4_LOST_FILES of them for a chain. cost.h counts the locks, these tell where.
 */
#ifndef NFS4SESS_LOST_FILES_H
#define NFS4SESS_LOST_FILES_H

#include "types.h"

#define NFS4_LOST_FILES 16

/* The client had so many locks on the file when its lease was lost. */
void lost_files_add(nfs4_chain *chain, nfs4_store *store, uint64_t handle, uint32_t locks);

/* It has one of them again. */
void lost_files_regain(nfs4_chain *chain, uint64_t handle);

/* `next` goes on where `chain` was broken off: what is still missing is missing there. */
void lost_files_carry(nfs4_chain *chain, nfs4_chain *next);

/* The names of files on which a lock was lost for good, as far as packets showed them, at most
 * `room`. Returns how many it put into `names`. Bytes of the wire, owned by the server. */
uint32_t lost_files_names(const nfs4_chain *chain, nfs4_bytes *names, uint32_t room);

#endif
