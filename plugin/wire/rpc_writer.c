/* rpc_writer.c - the RPC header of a COMPOUND that is written anew
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rpc_writer.h"

#include "nfs_program.h"

enum { CALL = 0, REPLY = 1, RPC_VERSION = 2 };
enum { CALLBACKS = 0x40000000, CALLBACKS_V1 = 1, CB_COMPOUND = 1 };
enum { AUTH_NONE = 0, AUTH_SYS = 1, MSG_ACCEPTED = 0, SUCCESS = 0 };

void rpc_put_u32(GByteArray *out, uint32_t value)
{
    const uint32_t bytes = GUINT32_TO_BE(value);
    g_byte_array_append(out, (const guint8 *)&bytes, sizeof bytes);
}

static void put_opaque(GByteArray *out, nfs4_bytes bytes)
{
    static const guint8 padding[3];
    rpc_put_u32(out, bytes.len);
    g_byte_array_append(out, bytes.data, bytes.len);
    g_byte_array_append(out, padding, -bytes.len % 4);
}

static void put_auth_none(GByteArray *out)
{
    rpc_put_u32(out, AUTH_NONE);
    rpc_put_u32(out, 0);
}

/* Stamp, machine name, uid, gid, no further gids. */
static void put_auth_sys(GByteArray *out, uint32_t stamp, nfs4_bytes machine)
{
    rpc_put_u32(out, AUTH_SYS);
    rpc_put_u32(out, 4 + 4 + (machine.len + 3) / 4 * 4 + 3 * 4);
    rpc_put_u32(out, stamp);
    put_opaque(out, machine);
    for (int i = 0; i < 3; i++)
        rpc_put_u32(out, 0);
}

static void put_words(GByteArray *out, const uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rpc_put_u32(out, words[i]);
}

static void put_head(GByteArray *out, uint32_t xid)
{
    const uint32_t head[] = {xid, CALL, RPC_VERSION, NFS_PROGRAM, NFS_V4, NFSPROC4_COMPOUND};
    put_words(out, head, G_N_ELEMENTS(head));
}

void rpc_write_lost_call(uint32_t xid, GByteArray *out)
{
    put_head(out, xid);
    rpc_put_u32(out, AUTH_SYS);
    rpc_put_u32(out, 5 * 4); /* the shortest one */
}

static void put_call(GByteArray *out, const nfs4_message *message, nfs4_bytes machine)
{
    put_head(out, message->xid);
    if (message->has_auth_sys)
        put_auth_sys(out, message->stamp, machine);
    else
        put_auth_none(out);
    put_auth_none(out);
}

static void put_reply(GByteArray *out, uint32_t xid)
{
    const uint32_t head[] = {xid, REPLY, MSG_ACCEPTED};
    put_words(out, head, G_N_ELEMENTS(head));
    put_auth_none(out);
    rpc_put_u32(out, SUCCESS);
}

void rpc_write_header(const nfs4_message *message, nfs4_bytes machine, GByteArray *out)
{
    if (message->compound.is_reply)
        put_reply(out, message->xid);
    else
        put_call(out, message, machine);
}

void rpc_write_callback_header(uint32_t xid, bool is_reply, GByteArray *out)
{
    const uint32_t head[] = {xid, CALL, RPC_VERSION, CALLBACKS, CALLBACKS_V1, CB_COMPOUND};
    if (is_reply) {
        put_reply(out, xid);
        return;
    }
    put_words(out, head, G_N_ELEMENTS(head));
    put_auth_none(out);
    put_auth_none(out);
}
