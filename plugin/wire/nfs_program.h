/* nfs_program.h - the numbers by which RPC knows NFSv4 (RFC 8881 sections 2.9.3 and 16)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_NFS_PROGRAM_H
#define NFS4SESS_NFS_PROGRAM_H

enum {
    NFS_PORT = 2049,
    NFS_PROGRAM = 100003,
    NFS_V4 = 4,
    NFSPROC4_NULL = 0,
    NFSPROC4_COMPOUND = 1
};

#endif
