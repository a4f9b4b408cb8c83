/* rpc_credential.c - the AUTH_SYS credential in front of a call's body
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rpc_credential.h"

#include <string.h>

#include "nfs_program.h"

#define HEADER_SIZE 32     /* xid to the credential's length */
#define VERIFIER_SIZE 8    /* AUTH_NONE: flavor 0, length 0 */
#define CREDENTIAL_MAX 400 /* RFC 5531 section 8.2 */
#define MACHINE_MAX 255    /* RFC 5531 section 14 */

static uint32_t be32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           (uint32_t)bytes[3];
}

static bool is_header(const uint8_t *bytes, uint32_t xid, uint32_t credential_length)
{
    /* CALL, version 2; then AUTH_SYS */
    static const uint32_t rest[] = {0, 2, NFS_PROGRAM, NFS_V4, NFSPROC4_COMPOUND, 1};
    if (be32(bytes) != xid || be32(bytes + 28) != credential_length)
        return false;
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++)
        if (be32(bytes + 4 + 4 * i) != rest[i])
            return false;
    return true;
}

bool rpc_credential_auth_sys(const uint8_t *bytes, size_t length, uint32_t xid, uint32_t *stamp,
                             nfs4_bytes *machine)
{
    for (uint32_t size = 20; size <= CREDENTIAL_MAX; size += 4) {
        if (length < HEADER_SIZE + size + VERIFIER_SIZE)
            return false;
        const uint8_t *header = bytes + length - VERIFIER_SIZE - size - HEADER_SIZE;
        if (!is_header(header, xid, size))
            continue;
        const uint8_t *credential = header + HEADER_SIZE;
        uint32_t name_length = be32(credential + 4);
        if (be32(credential + size) != 0 || be32(credential + size + 4) != 0 ||
            name_length > MACHINE_MAX || name_length > size - 8)
            return false;
        *stamp = be32(credential);
        *machine = (nfs4_bytes){credential + 8, name_length};
        return true;
    }
    return false;
}
