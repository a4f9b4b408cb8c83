/* file_names.h - under which names a server's files were looked up or opened
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Operations on an open file carry its filehandle only. The name is the last component; what
 * folder it is in is not kept.
 */
#ifndef NFS4SESS_FILE_NAMES_H
#define NFS4SESS_FILE_NAMES_H

#include "pending.h"

/* Takes the name that the call gave to the file whose filehandle the reply holds (GETFH, RFC
 * 8881 section 18.8). A later name of the same file replaces the one before. Nothing new is
 * taken up beyond 65,536 files, and where the store is full. */
void file_names_learn(nfs4_server *server, const nfs4_call *call, const nfs4_compound *reply);

/* The name of the file with this key_handle, len 0 where no packet showed one. Bytes of the
 * wire; owned by the server. */
nfs4_bytes file_names_find(const nfs4_server *server, uint64_t handle);

#endif
