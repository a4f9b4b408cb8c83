/* infiniband.c - messages between addresses of InfiniBand, in packets of exported PDUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infiniband.h"

#define LID_SIZE 2
#define GID_SIZE 16

static bool is_size(int size)
{
    return size == LID_SIZE || size == GID_SIZE;
}

bool infiniband_is_address(const address *addr)
{
    return addr->type == AT_IB && is_size(addr->len);
}

/* Wireshark keeps a LID in the byte order of the machine, and a GID in the network's. */
static void turn_lid(uint8_t *bytes, int size)
{
    uint16_t lid;
    if (size != LID_SIZE)
        return;
    memcpy(&lid, bytes, sizeof lid);
    lid = GUINT16_TO_BE(lid); /* or from it */
    memcpy(bytes, &lid, sizeof lid);
}

static void write_address(const address *addr, alias_book *aliases, GByteArray *out)
{
    const guint8 size = (guint8)addr->len;
    uint8_t bytes[GID_SIZE];
    memcpy(bytes, addr->data, size);
    turn_lid(bytes, size);
    if (aliases != NULL)
        alias_address(aliases, bytes, size, bytes);
    g_byte_array_append(out, &size, sizeof size);
    g_byte_array_append(out, bytes, size);
}

void infiniband_write(const address *source, const address *destination, alias_book *aliases,
                      GByteArray *out)
{
    write_address(source, aliases, out);
    write_address(destination, aliases, out);
}

/* Returns how many bytes the address takes, 0 where none stands there. */
static int read_address(tvbuff_t *tvb, packet_info *pinfo, int offset, address *addr)
{
    const int left = (int)tvb_captured_length(tvb) - offset;
    const int size = left > 0 ? *tvb_get_ptr(tvb, offset, 1) : 0;
    if (!is_size(size) || left <= size)
        return 0;
    uint8_t *bytes = (uint8_t *)tvb_memdup(pinfo->pool, tvb, offset + 1, (size_t)size);
    turn_lid(bytes, size);
    set_address(addr, AT_IB, size, bytes);
    return 1 + size;
}

static int dissect_between(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    address source, destination;
    const int first = read_address(tvb, pinfo, 0, &source);
    const int second = first > 0 ? read_address(tvb, pinfo, first, &destination) : 0;
    dissector_handle_t rpc = find_dissector("rpc");
    if (second == 0 || rpc == NULL)
        return 0;
    copy_address_shallow(&pinfo->src, &source);
    copy_address_shallow(&pinfo->dst, &destination);
    copy_address_shallow(&pinfo->net_src, &source);
    copy_address_shallow(&pinfo->net_dst, &destination);
    return first + second +
           call_dissector_with_data(rpc, tvb_new_subset_remaining(tvb, first + second), pinfo, tree,
                                    data);
}

void infiniband_register(void)
{
    int parent = proto_get_id_by_filter_name("nfs4sess");
    int pino = proto_register_protocol_in_name_only("NFSv4 Session Analysis InfiniBand",
                                                    "NFSv4 InfiniBand", "nfs4sess.between", parent,
                                                    FT_PROTOCOL);
    register_dissector(INFINIBAND_DISSECTOR, dissect_between, pino);
}
