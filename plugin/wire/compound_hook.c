/* compound_hook.c - stands in front of the NFS dissector's COMPOUND
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The handle that takes the place of the original keeps its name, because the RPC
 * dissector shows and compares it, and belongs to a protocol in name only whose
 * parent is nfs: so frame.protocols does not change, and disabling nfs4sess does
 * not disable NFS.
 *
 * An NFS dissector with the lists of upstream/packet-nfs.patch offers each COMPOUND by
 * itself. There, nothing takes anybody's place.
 */
#include "compound_hook.h"

#include <epan/conversation.h>
#include <wsutil/wmem/wmem.h>

#include "compound_reader.h"
#include "nfs_program.h"
#include "rpc_credential.h"

static dissector_handle_t original_call, original_reply;
static compound_hook_receiver receive;
static int pino = -1;

/* ---- which connection ----------------------------------------------------- */

/* The conversations of the ends that spoke lately, of which a call and its reply have the same.
 * Not to ask Wireshark for them each time saves 2.0 % of the instructions of tshark -q on
 * metadata. */
#define ENDS_CACHED 512
#define ADDRESS_CACHED 16 /* bytes: no longer address is cached */

typedef struct {
    uint8_t client[ADDRESS_CACHED], server[ADDRESS_CACHED];
    uint32_t client_port, server_port;
    port_type transport;
    int client_type, server_type;
    int client_length, server_length;
} hook_ends;

typedef struct {
    hook_ends ends;
    const conversation_t *conversation;
    bool client_first; /* the first that was heard of it came from the client */
} hook_entry;

static hook_entry cache[ENDS_CACHED];

void compound_hook_reset(void)
{
    memset(cache, 0, sizeof cache);
}

static bool new_ends; /* those of the last message were not in the cache */

static bool are_cacheable(const nfs4_endpoint *client, const nfs4_endpoint *server)
{
    return client->addr.len > 0 && client->addr.len <= ADDRESS_CACHED && server->addr.len > 0 &&
           server->addr.len <= ADDRESS_CACHED;
}

static bool are_ends_of(const hook_ends *ends, const nfs4_endpoint *client,
                        const nfs4_endpoint *server, port_type transport)
{
    return ends->client_port == client->port && ends->server_port == server->port &&
           ends->transport == transport && ends->client_type == client->addr.type &&
           ends->client_length == client->addr.len && ends->server_type == server->addr.type &&
           ends->server_length == server->addr.len &&
           memcmp(ends->client, client->addr.data, (size_t)client->addr.len) == 0 &&
           memcmp(ends->server, server->addr.data, (size_t)server->addr.len) == 0;
}

static hook_ends ends_of(const nfs4_endpoint *client, const nfs4_endpoint *server,
                         port_type transport)
{
    hook_ends ends = {.client_port = client->port,
                      .server_port = server->port,
                      .transport = transport,
                      .client_type = client->addr.type,
                      .server_type = server->addr.type,
                      .client_length = client->addr.len,
                      .server_length = server->addr.len};
    memcpy(ends.client, client->addr.data, (size_t)client->addr.len);
    memcpy(ends.server, server->addr.data, (size_t)server->addr.len);
    return ends;
}

/* Hosts of one net differ in the last byte, and often use the same few ports. */
static hook_entry *entry_of(const nfs4_endpoint *client)
{
    const uint8_t *bytes = (const uint8_t *)client->addr.data;
    return &cache[(client->port + bytes[client->addr.len - 1] * 37u) % ENDS_CACHED];
}

/* Wireshark's answer would still be this conversation: it is not newer than the frame, and
 * the newest of its ends. A client that uses its ports again gets a new one, which follows
 * the old one in its list, but only if both began with the client: Wireshark keeps a list
 * for each direction. A new connection whose first packets were not captured, so that it
 * begins with the server, is taken for the old one. */
static bool is_current(const hook_entry *entry, const packet_info *pinfo)
{
    return entry->client_first && entry->conversation->next == NULL &&
           entry->conversation->setup_frame <= pinfo->num;
}

static bool began_with(const conversation_t *conversation, const nfs4_endpoint *client)
{
    return conversation != NULL && conversation_key_port1(conversation->key_ptr) == client->port &&
           addresses_equal(conversation_key_addr1(conversation->key_ptr), &client->addr);
}

static const conversation_t *conversation_of(packet_info *pinfo, const nfs4_endpoint *client,
                                             const nfs4_endpoint *server)
{
    hook_entry *entry = are_cacheable(client, server) ? entry_of(client) : NULL;
    bool is_there = entry != NULL && are_ends_of(&entry->ends, client, server, pinfo->ptype);
    new_ends = false;
    if (is_there && is_current(entry, pinfo))
        return entry->conversation;
    const conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    new_ends = !is_there || entry->conversation != conversation;
    if (new_ends && entry != NULL) {
        entry->ends = ends_of(client, server, pinfo->ptype);
        entry->conversation = conversation;
        entry->client_first = began_with(conversation, client);
    }
    return conversation;
}

/* One number per transport connection; where Wireshark has none, one per pair of
 * ends. */
static uint32_t connection_of(packet_info *pinfo, const nfs4_endpoint *client,
                              const nfs4_endpoint *server)
{
    const conversation_t *conversation = conversation_of(pinfo, client, server);
    if (conversation != NULL)
        return conversation->conv_index;
    uint32_t ports = pinfo->srcport ^ pinfo->destport;
    uint32_t source = wmem_strong_hash(pinfo->src.data, (size_t)pinfo->src.len);
    uint32_t destination = wmem_strong_hash(pinfo->dst.data, (size_t)pinfo->dst.len);
    return (source ^ destination ^ ports * 0x9e3779b1u) | 0x80000000u;
}

/* ---- the message ---------------------------------------------------------- */

#define NFS_RDMA_PORT 20049

/* On InfiniBand and RoCE a server's number is that of a queue pair, which each connection has
 * for itself: the server is the address alone. */
static void set_ends(nfs4_message *message, packet_info *pinfo, bool is_reply)
{
    nfs4_endpoint *source = is_reply ? &message->server : &message->client;
    nfs4_endpoint *destination = is_reply ? &message->client : &message->server;
    *source = (nfs4_endpoint){pinfo->src, pinfo->srcport};
    *destination = (nfs4_endpoint){pinfo->dst, pinfo->destport};
    message->client_link = is_reply ? &pinfo->dl_dst : &pinfo->dl_src;
    message->connection = connection_of(pinfo, &message->client, &message->server);
    if (pinfo->ptype == PT_IBQP)
        message->server.port = NFS_RDMA_PORT;
}

/* Whether the sender's name is worth the search: messages of identity tell it, and the
 * first of a connection, which may be one that was set up before the capture began. Not to
 * search all calls saves 0.5 %. */
static bool wants_credential(const nfs4_compound *compound)
{
    static const uint64_t identity =
        UINT64_C(1) << OP_EXCHANGE_ID | UINT64_C(1) << OP_CREATE_SESSION |
        UINT64_C(1) << OP_SETCLIENTID | UINT64_C(1) << OP_SETCLIENTID_CONFIRM;
    return new_ends || (compound->ops_seen[0] & identity) != 0;
}

/* The RPC header lies in front of the body, in the same data source. */
static void set_credential(nfs4_message *message, tvbuff_t *tvb, const rpc_call_info_value *rpc)
{
    const nfs4_compound *compound = &message->compound;
    message->has_auth_sys = false;
    if (compound->is_reply || rpc->flavor != FLAVOR_NOT_GSSAPI || !wants_credential(compound))
        return;
    tvbuff_t *source = tvb_get_ds_tvb(tvb);
    int offset = tvb_raw_offset(tvb);
    if (offset <= 0 || (unsigned)offset > tvb_captured_length(source))
        return;
    const uint8_t *bytes = tvb_get_ptr(source, 0, offset);
    message->has_auth_sys = rpc_credential_auth_sys(bytes, (size_t)offset, message->xid,
                                                    &message->stamp, &message->machine);
}

/* Returns false if nobody reads what the NFS dissector would say of the message. `message`
 * cannot be const: the receiver adds what only it knows. */
static bool hand_over(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                      const rpc_call_info_value *rpc, bool is_reply)
{
    static nfs4_message message; /* too large for the stack of a deep dissection */
    int length = (int)tvb_captured_length(tvb);

    if (rpc == NULL || length <= 0 || pinfo->flags.in_error_pkt)
        return true;
    const uint8_t *bytes = tvb_get_ptr(tvb, 0, length);
    if (!compound_reader_read(bytes, (size_t)length, is_reply, &message.compound))
        return true;
    message.body = (nfs4_bytes){bytes, (uint32_t)length};
    message.stands_for = 0;
    message.frame = pinfo->num;
    message.when = pinfo->abs_ts;
    message.xid = rpc->xid;
    message.decrypted = rpc->flavor == FLAVOR_GSSAPI && rpc->gss_svc == RPCSEC_GSS_SVC_PRIVACY;
    set_ends(&message, pinfo, is_reply);
    set_credential(&message, tvb, rpc);
    return receive(pinfo, tree, &message);
}

static int hook_call(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!hand_over(tvb, pinfo, tree, (const rpc_call_info_value *)data, false))
        return (int)tvb_reported_length(tvb);
    return call_dissector_only(original_call, tvb, pinfo, tree, data);
}

static int hook_reply(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!hand_over(tvb, pinfo, tree, (const rpc_call_info_value *)data, true))
        return (int)tvb_reported_length(tvb);
    return call_dissector_only(original_reply, tvb, pinfo, tree, data);
}

dissector_handle_t compound_hook_replace(const char *table, rpc_proc_info_key key, dissector_t hook)
{
    dissector_handle_t original =
        dissector_get_custom_table_handle(find_dissector_table(table), &key);
    if (original != NULL)
        dissector_add_custom_table_handle(table, g_memdup2(&key, sizeof key),
                                          ws_create_handle_like(original, hook, pino));
    return original;
}

/* ---- where the NFS dissector offers its COMPOUNDs ------------------------- */

#define OFFERED_CALLS "nfs4.compound.call"
#define OFFERED_REPLIES "nfs4.compound.reply"

/* Neither takes the message, which is for whoever comes next, too. */
static ws_bool watch_call(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    hand_over(tvb, pinfo, tree, (const rpc_call_info_value *)data, false);
    return false;
}

static ws_bool watch_reply(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    hand_over(tvb, pinfo, tree, (const rpc_call_info_value *)data, true);
    return false;
}

/* They belong to nfs itself: a protocol in name only can have no heuristics. */
static bool accept_offer(void)
{
    int nfs = proto_get_id_by_filter_name("nfs");
    if (!has_heur_dissector_list(OFFERED_CALLS) || !has_heur_dissector_list(OFFERED_REPLIES))
        return false;
    heur_dissector_add(OFFERED_CALLS, watch_call, "NFSv4 Session Analysis, calls", "nfs4sess_call",
                       nfs, HEURISTIC_ENABLE);
    heur_dissector_add(OFFERED_REPLIES, watch_reply, "NFSv4 Session Analysis, replies",
                       "nfs4sess_reply", nfs, HEURISTIC_ENABLE);
    return true;
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
    if (accept_offer())
        return true;
    const rpc_proc_info_key key = {NFS_PROGRAM, NFS_V4, NFSPROC4_COMPOUND};
    original_call = compound_hook_replace("rpc.call", key, hook_call);
    original_reply = compound_hook_replace("rpc.reply", key, hook_reply);
    return original_call != NULL && original_reply != NULL;
}
