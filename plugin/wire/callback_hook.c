/* callback_hook.c - stands in front of the NFS dissector's callbacks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark's own dissector knows program 0x40000000, which Linux, FreeBSD, knfsd and Ganesha use;
 * the callbacks of a client that names another one are not seen.
 */
#include "callback_hook.h"

#include <epan/conversation.h>

#include "compound_hook.h"

#define CALLBACK_PROGRAM 0x40000000u
#define CALLBACK_VERSION 1
#define CALLBACK_COMPOUND 1

static dissector_handle_t original_call, original_reply;
static callback_hook_receiver receive;

static void hand_over(tvbuff_t *tvb, packet_info *pinfo, const rpc_call_info_value *rpc,
                      bool is_reply)
{
    int length = (int)tvb_captured_length(tvb);
    if (rpc == NULL || length <= 0 || pinfo->flags.in_error_pkt)
        return;
    nfs4_endpoint source = {pinfo->src, pinfo->srcport},
                  destination = {pinfo->dst, pinfo->destport};
    const conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    nfs4_callback callback = {.frame = pinfo->num,
                              .when = pinfo->abs_ts,
                              .connection = conversation != NULL ? conversation->conv_index : 0,
                              .xid = rpc->xid,
                              .client = is_reply ? &pinfo->src : &pinfo->dst,
                              .server = is_reply ? destination : source,
                              .is_reply = is_reply};
    if (callback_read(tvb_get_ptr(tvb, 0, length), (size_t)length, &callback))
        receive(pinfo, &callback);
}

static int hook_call(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    hand_over(tvb, pinfo, (const rpc_call_info_value *)data, false);
    return call_dissector_only(original_call, tvb, pinfo, tree, data);
}

static int hook_reply(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    hand_over(tvb, pinfo, (const rpc_call_info_value *)data, true);
    return call_dissector_only(original_reply, tvb, pinfo, tree, data);
}

void callback_hook_install(callback_hook_receiver receiver)
{
    const rpc_proc_info_key key = {CALLBACK_PROGRAM, CALLBACK_VERSION, CALLBACK_COMPOUND};
    receive = receiver;
    original_call = compound_hook_replace("rpc.call", key, hook_call);
    original_reply = compound_hook_replace("rpc.reply", key, hook_reply);
}
