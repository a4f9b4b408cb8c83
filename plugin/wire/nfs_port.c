/* nfs_port.c - takes TCP port 2049 for RPC
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the port is given to hands everything on to the RPC dissector as it came. It
 * sees the beginning of each connection only: once RPC has recognised a call,
 * Wireshark gives the rest of that connection to RPC directly. That is just enough
 * for what a client that wants TLS says first, and costs NFS nothing.
 *
 * The handle belongs to a protocol in name only, which is called RPC as its parent is:
 * so frame.protocols and the list of Decode As say what they would say without it, and
 * disabling RPC disables it.
 */
#include "nfs_port.h"

#include "nfs_program.h"

static dissector_handle_t rpc, handle;
static nfs_port_receiver receive;
static int pino = -1;
static bool is_claimed;

/* The record holds a call with a credential of the flavor AUTH_TLS. */
static bool asks_for_tls(tvbuff_t *tvb)
{
    /* CALL, version 2; then flavor AUTH_TLS */
    static const uint32_t header[] = {0, 2, NFS_PROGRAM, NFS_V4, NFSPROC4_NULL, 7};
    const int start = 8; /* behind the record mark and the xid */
    if (tvb_captured_length(tvb) < start + sizeof header)
        return false;
    for (int i = 0; i < (int)array_length(header); i++)
        if (tvb_get_ntohl(tvb, start + 4 * i) != header[i])
            return false;
    return true;
}

static int dissect_port(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!pinfo->flags.in_error_pkt && asks_for_tls(tvb))
        receive(pinfo);
    /* RPC, too, may ask TCP for the rest of a record, as if it had been called directly. */
    pinfo->can_desegment = pinfo->saved_can_desegment;
    return call_dissector_with_data(rpc, tvb, pinfo, tree, data);
}

void nfs_port_register(void)
{
    int parent = proto_get_id_by_filter_name("rpc");
    if (parent >= 0)
        pino = proto_register_protocol_in_name_only("NFSv4 Session Analysis Port", "RPC",
                                                    "nfs4sess.port", parent, FT_PROTOCOL);
}

void nfs_port_install(nfs_port_receiver receiver)
{
    rpc = find_dissector("rpc-tcp");
    if (rpc == NULL || pino < 0)
        return;
    receive = receiver;
    handle = ws_create_handle_like(rpc, dissect_port, pino);
}

void nfs_port_claim(bool wanted)
{
    if (wanted && handle != NULL &&
        !dissector_is_uint_changed(find_dissector_table("tcp.port"), NFS_PORT)) {
        dissector_change_uint("tcp.port", NFS_PORT, handle);
        is_claimed = true;
    } else if (!wanted && is_claimed) {
        dissector_reset_uint("tcp.port", NFS_PORT);
        is_claimed = false;
    }
}
