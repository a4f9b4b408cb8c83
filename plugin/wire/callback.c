/* callback.c - what a server asks of a client by itself, and what it is answered
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "callback.h"

#include "rpc_writer.h"
#include "xdr_cursor.h"

/* ---- read ----------------------------------------------------------------- */

/* referring_call_list4: a session, then pairs of sequence and slot. */
static void skip_referring_calls(xdr_cursor *in)
{
    for (uint32_t lists = xdr_u32(in); lists > 0 && xdr_fine(in); lists--) {
        xdr_take(in, NFS4_SESSIONID_SIZE);
        uint32_t pairs = xdr_u32(in);
        xdr_take(in, MIN(pairs, xdr_left(in)) * (size_t)8);
    }
}

static void read_sequence(xdr_cursor *in, nfs4_callback *callback)
{
    xdr_fixed(in, callback->sessionid, NFS4_SESSIONID_SIZE);
    callback->has_session = xdr_fine(in);
    xdr_take(in, 16); /* sequence, slot, highest slot, whether to keep the answer */
    skip_referring_calls(in);
}

static bool read_call(xdr_cursor *in, nfs4_callback *callback)
{
    xdr_opaque(in, XDR_NO_LIMIT);
    callback->minorversion = xdr_u32(in);
    xdr_take(in, 4); /* callback_ident */
    uint32_t count = xdr_u32(in);
    bool has_head = xdr_fine(in);
    for (uint32_t i = 0; i < MIN(count, 2) && xdr_fine(in); i++) {
        uint32_t opcode = xdr_u32(in);
        if (opcode == OP_CB_SEQUENCE) {
            read_sequence(in, callback);
        } else if (opcode == OP_CB_RECALL) {
            callback->recalled = xdr_stateid(in);
            callback->has_recall = xdr_fine(in);
            break;
        }
        callback->last_op = opcode;
    }
    return has_head;
}

static bool read_reply(xdr_cursor *in, nfs4_callback *callback)
{
    callback->status = xdr_u32(in);
    xdr_opaque(in, XDR_NO_LIMIT);
    uint32_t count = xdr_u32(in);
    bool has_head = xdr_fine(in);
    for (; count > 0 && xdr_has(in, 8); count--) {
        callback->last_op = xdr_u32(in);
        if (callback->last_op != OP_CB_SEQUENCE || xdr_u32(in) != NFS4_OK)
            break;
        xdr_take(in, NFS4_SESSIONID_SIZE + 16);
    }
    return has_head;
}

bool callback_read(const uint8_t *data, size_t length, nfs4_callback *callback)
{
    xdr_cursor in = {.at = data, .end = data + length};
    return callback->is_reply ? read_reply(&in, callback) : read_call(&in, callback);
}

/* ---- written anew --------------------------------------------------------- */

static void put_zeros(GByteArray *out, unsigned words)
{
    for (unsigned i = 0; i < words; i++)
        rpc_put_u32(out, 0);
}

static void put_call(const nfs4_callback *callback, GByteArray *out)
{
    rpc_put_u32(out, 0); /* tag */
    rpc_put_u32(out, callback->minorversion);
    rpc_put_u32(out, 0);
    rpc_put_u32(out, callback->has_session + callback->has_recall);
    if (callback->has_session) {
        rpc_put_u32(out, OP_CB_SEQUENCE);
        g_byte_array_append(out, callback->sessionid, NFS4_SESSIONID_SIZE);
        put_zeros(out, 5);
    }
    if (callback->has_recall) {
        rpc_put_u32(out, OP_CB_RECALL);
        rpc_put_u32(out, callback->recalled.seqid);
        g_byte_array_append(out, callback->recalled.other, NFS4_OTHER_SIZE);
        put_zeros(out, 2); /* truncate, file */
    }
}

/* CB_SEQUENCE alone, or the operation that failed. */
static void put_reply(const nfs4_callback *callback, GByteArray *out)
{
    bool has_results = callback->last_op == OP_CB_SEQUENCE && callback->status == NFS4_OK;
    rpc_put_u32(out, callback->status);
    rpc_put_u32(out, 0);
    rpc_put_u32(out, callback->last_op != 0);
    rpc_put_u32(out, callback->last_op);
    rpc_put_u32(out, callback->status);
    put_zeros(out, has_results ? 8 : 0);
}

void callback_write(const nfs4_callback *callback, GByteArray *out)
{
    rpc_write_callback_header(callback->xid, callback->is_reply, out);
    if (callback->is_reply)
        put_reply(callback, out);
    else
        put_call(callback, out);
}
