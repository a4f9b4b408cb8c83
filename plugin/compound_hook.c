/* compound_hook.c - stands in front of the NFS dissector's COMPOUND
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The handle that takes the place of the original keeps its name, because the RPC
 * dissector shows and compares it, and belongs to a protocol in name only whose
 * parent is nfs: so frame.protocols does not change, and disabling nfs4sess does
 * not disable NFS.
 */
#include "compound_hook.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-rpc.h>
#include <wsutil/wmem/wmem.h>

#include "compound_reader.h"
#include "rpc_credential.h"

#define NFS_PROGRAM 100003
#define NFS_V4 4
#define NFSPROC4_COMPOUND 1
#define FLAVOR_AUTH_SYS 1

static dissector_handle_t original_call, original_reply;
static compound_hook_receiver receive;
static int pino = -1;

/* One number per transport connection: Wireshark's own, which also changes when a
 * client uses the same ports for a new connection. */
static uint32_t connection_of(packet_info *pinfo)
{
    const conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    if (conversation != NULL)
        return conversation->conv_index;
    uint32_t ports = pinfo->srcport ^ pinfo->destport;
    uint32_t source = wmem_strong_hash(pinfo->src.data, (size_t)pinfo->src.len);
    uint32_t destination = wmem_strong_hash(pinfo->dst.data, (size_t)pinfo->dst.len);
    return (source ^ destination ^ ports * 0x9e3779b1u) | 0x80000000u;
}

static void set_endpoints(nfs4_message *message, const packet_info *pinfo, bool is_reply)
{
    nfs4_endpoint source = {pinfo->src, pinfo->srcport};
    nfs4_endpoint destination = {pinfo->dst, pinfo->destport};
    message->client = is_reply ? destination : source;
    message->server = is_reply ? source : destination;
}

/* The RPC header lies in front of the body, in the same data source. */
static void set_credential(nfs4_message *message, tvbuff_t *tvb)
{
    const nfs4_compound *compound = &message->compound;
    message->has_auth_sys = false;
    if (compound->is_reply || message->flavor != FLAVOR_AUTH_SYS)
        return;
    if (!nfs4_compound_has(compound, OP_EXCHANGE_ID) &&
        !nfs4_compound_has(compound, OP_CREATE_SESSION) &&
        !nfs4_compound_has(compound, OP_SETCLIENTID) &&
        !nfs4_compound_has(compound, OP_SETCLIENTID_CONFIRM))
        return;
    tvbuff_t *source = tvb_get_ds_tvb(tvb);
    int offset = tvb_raw_offset(tvb);
    if (offset <= 0 || (unsigned)offset > tvb_captured_length(source))
        return;
    const uint8_t *bytes = tvb_get_ptr(source, 0, offset);
    message->has_auth_sys = rpc_credential_auth_sys(bytes, (size_t)offset, message->xid,
                                                    &message->stamp, &message->machine);
}

static void hand_over(tvbuff_t *tvb, packet_info *pinfo, const rpc_call_info_value *rpc,
                      bool is_reply)
{
    static nfs4_message message; /* too large for the stack of a deep dissection */
    int length = (int)tvb_captured_length(tvb);

    if (rpc == NULL || length <= 0 || pinfo->flags.in_error_pkt)
        return;
    if (!compound_reader_read(tvb_get_ptr(tvb, 0, length), (size_t)length, is_reply,
                              &message.compound))
        return;
    message.frame = pinfo->num;
    message.time = pinfo->abs_ts;
    message.connection = connection_of(pinfo);
    message.xid = rpc->xid;
    message.flavor = rpc->flavor;
    set_endpoints(&message, pinfo, is_reply);
    set_credential(&message, tvb);
    receive(pinfo, &message);
}

static int hook_call(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    hand_over(tvb, pinfo, (const rpc_call_info_value *)data, false);
    return call_dissector_with_data(original_call, tvb, pinfo, tree, data);
}

static int hook_reply(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    hand_over(tvb, pinfo, (const rpc_call_info_value *)data, true);
    return call_dissector_with_data(original_reply, tvb, pinfo, tree, data);
}

static dissector_handle_t replace(const char *table, dissector_t hook)
{
    rpc_proc_info_key key = {NFS_PROGRAM, NFS_V4, NFSPROC4_COMPOUND};
    dissector_handle_t original =
        dissector_get_custom_table_handle(find_dissector_table(table), &key);
    if (original != NULL)
        dissector_add_custom_table_handle(
            table, g_memdup2(&key, sizeof key),
            create_dissector_handle_with_name(hook, pino,
                                              dissector_handle_get_dissector_name(original)));
    return original;
}

bool compound_hook_register(void)
{
    int nfs = proto_get_id_by_filter_name("nfs");
    if (nfs < 0)
        return false;
    pino = proto_register_protocol_in_name_only("NFSv4 Session Analysis Hook", "NFS Hook",
                                                "nfs4sess.hook", nfs, FT_PROTOCOL);
    return true;
}

bool compound_hook_install(compound_hook_receiver receiver)
{
    if (pino < 0)
        return false;
    receive = receiver;
    original_call = replace("rpc.call", hook_call);
    original_reply = replace("rpc.reply", hook_reply);
    return original_call != NULL && original_reply != NULL;
}
