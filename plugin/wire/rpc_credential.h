/* rpc_credential.h - the AUTH_SYS credential in front of a call's body
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_RPC_CREDENTIAL_H
#define NFS4SESS_RPC_CREDENTIAL_H

#include <stddef.h>

#include "event.h"

/* Looks backwards from a COMPOUND's arguments for the RPC call header that must end
 * there (RFC 5531 sections 9 and 14): xid, CALL, version 2, program 100003, version
 * 4, procedure 1, an AUTH_SYS credential, an AUTH_NONE verifier.
 *
 * bytes, length  what lies before the arguments, up to and excluding them
 * stamp, machine set where the header is found; machine points into `bytes`
 *
 * Returns false where no such header ends there: RPCSEC_GSS, a header in an earlier
 * data source, or damage.
 */
bool rpc_credential_auth_sys(const uint8_t *bytes, size_t length, uint32_t xid, uint32_t *stamp,
                             nfs4_bytes *machine);

#endif
