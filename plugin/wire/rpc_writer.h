/* rpc_writer.h - the RPC header of a COMPOUND that is written anew
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_RPC_WRITER_H
#define NFS4SESS_RPC_WRITER_H

#include <glib.h>

#include "event.h"

/* Appends the header of a call or an accepted reply to procedure COMPOUND of NFSv4 (RFC 5531
 * section 9). The credential is AUTH_SYS with the message's stamp, this machine name and nobody's
 * ids, where the message has one; else AUTH_NONE. */
void rpc_write_header(const nfs4_message *message, nfs4_bytes machine, GByteArray *out);

/* The same for procedure CB_COMPOUND of callbacks, without a credential. */
void rpc_write_callback_header(uint32_t xid, bool is_reply, GByteArray *out);

/* Appends a number as XDR has it. */
void rpc_put_u32(GByteArray *out, uint32_t value);

/* Appends the header of such a call up to the length of an AUTH_SYS credential. */
void rpc_write_lost_call(uint32_t xid, GByteArray *out);

#endif
