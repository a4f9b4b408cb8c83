/* rpc_look.h - what the first bytes of a TCP segment look like
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For segments on which nobody recognised RPC: nothing of this decides anything where RPC
 * itself recognised the message.
 */
#ifndef NFS4SESS_RPC_LOOK_H
#define NFS4SESS_RPC_LOOK_H

#include <stdbool.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/epan_dissect.h>

/* What an RPC message is, if one begins with the segment. */
typedef enum {
    RPC_LOOKS_UNKNOWN,
    RPC_LOOKS_CALL,  /* of an NFSv4 COMPOUND, as far as it was captured */
    RPC_LOOKS_NULL,  /* a call of NFSv4 that asks for nothing */
    RPC_LOOKS_OTHER, /* a call of another program or version */
    RPC_LOOKS_REPLY
} rpc_look;

/* Looks at the segment of a frame. *is_short says whether less was captured than there was. */
rpc_look rpc_look_into(epan_dissect_t *edt, const tcp_info_t *tcp, bool *is_short);

#endif
