/* packet.c - a message as a packet of exported PDUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packet.h"

#include <wsutil/exported_pdu_tlvs.h>

#include "wire/compound_scrub.h"
#include "wire/rpc_writer.h"

/* More than any dissector asks for at once, so that it sees that bytes were not captured. */
#define MISSING 4096

/* ---- tags ----------------------------------------------------------------- */

static void put_u16(GByteArray *out, uint16_t value)
{
    const uint16_t bytes = GUINT16_TO_BE(value);
    g_byte_array_append(out, (const guint8 *)&bytes, sizeof bytes);
}

static void put_tag(GByteArray *tags, uint16_t tag, const void *value, size_t size)
{
    static const guint8 padding[3];
    put_u16(tags, tag);
    put_u16(tags, (uint16_t)((size + 3) / 4 * 4));
    g_byte_array_append(tags, (const guint8 *)value, (guint)size);
    g_byte_array_append(tags, padding, (guint)(-size % 4));
}

static void put_number_tag(GByteArray *tags, uint16_t tag, uint32_t value)
{
    const uint32_t bytes = GUINT32_TO_BE(value);
    put_tag(tags, tag, &bytes, sizeof bytes);
}

/* A GID of InfiniBand has the form of an IPv6 address. */
static void put_address(GByteArray *tags, const address *addr, uint16_t v4, uint16_t v6)
{
    if (addr->len == EXP_PDU_TAG_IPV4_LEN)
        put_tag(tags, v4, addr->data, EXP_PDU_TAG_IPV4_LEN);
    else if (addr->len == EXP_PDU_TAG_IPV6_LEN)
        put_tag(tags, v6, addr->data, EXP_PDU_TAG_IPV6_LEN);
}

static uint32_t exported_port_type(port_type type)
{
    switch (type) {
    case PT_UDP:
        return EXP_PDU_PT_UDP;
    case PT_IBQP:
        return EXP_PDU_PT_IBQP;
    case PT_IWARP_MPA:
        return EXP_PDU_PT_IWARP_MPA;
    default:
        return EXP_PDU_PT_TCP;
    }
}

static GByteArray *tags_for(const char *dissector)
{
    GByteArray *tags = g_byte_array_sized_new(96);
    put_tag(tags, EXP_PDU_TAG_DISSECTOR_NAME, dissector, strlen(dissector));
    return tags;
}

static void end_tags(GByteArray *tags, const extract_origin *origin)
{
    if (origin->frame != 0)
        put_number_tag(tags, EXP_PDU_TAG_ORIG_FNO, origin->frame);
    put_tag(tags, EXP_PDU_TAG_END_OF_OPT, NULL, 0);
}

static GByteArray *tags_of(const packet_info *pinfo, bool is_turned, const extract_origin *origin)
{
    const address *source = is_turned ? &pinfo->dst : &pinfo->src;
    const address *destination = is_turned ? &pinfo->src : &pinfo->dst;
    GByteArray *tags = tags_for("rpc");
    put_address(tags, source, EXP_PDU_TAG_IPV4_SRC, EXP_PDU_TAG_IPV6_SRC);
    put_address(tags, destination, EXP_PDU_TAG_IPV4_DST, EXP_PDU_TAG_IPV6_DST);
    put_number_tag(tags, EXP_PDU_TAG_PORT_TYPE, exported_port_type(pinfo->ptype));
    put_number_tag(tags, EXP_PDU_TAG_SRC_PORT, is_turned ? pinfo->destport : pinfo->srcport);
    put_number_tag(tags, EXP_PDU_TAG_DST_PORT, is_turned ? pinfo->srcport : pinfo->destport);
    end_tags(tags, origin);
    return tags;
}

/* ---- packets -------------------------------------------------------------- */

extract_packet *extract_packet_of(const packet_info *pinfo, const nfs4_message *message,
                                  const extract_origin *origin)
{
    extract_packet *packet = g_new0(extract_packet, 1);
    packet->time = pinfo->abs_ts;
    packet->origin = *origin;
    packet->tags = tags_of(pinfo, false, origin);
    packet->is_reply = message->compound.is_reply;
    packet->payload = g_byte_array_sized_new(160);
    rpc_write_header(message, packet->payload);
    bool is_whole = compound_scrub(message->body, packet->is_reply, packet->payload);
    packet->missing = is_whole ? 0 : MISSING;
    return packet;
}

extract_packet *extract_packet_of_lost_call(const packet_info *pinfo, uint32_t xid,
                                            const extract_origin *origin)
{
    extract_packet *packet = g_new0(extract_packet, 1);
    packet->time = pinfo->abs_ts;
    packet->origin = *origin;
    packet->tags = tags_of(pinfo, true, origin);
    packet->payload = g_byte_array_new();
    rpc_write_lost_call(xid, packet->payload);
    packet->missing = MISSING;
    packet->is_made_up = true;
    return packet;
}

extract_packet *extract_packet_of_text(const nstime_t *time, const extract_origin *origin,
                                       const char *text)
{
    extract_packet *packet = g_new0(extract_packet, 1);
    packet->time = *time;
    packet->origin = *origin;
    packet->tags = tags_for(EXTRACT_SOURCE_DISSECTOR);
    end_tags(packet->tags, origin);
    packet->payload = g_byte_array_new();
    g_byte_array_append(packet->payload, (const guint8 *)text, (guint)strlen(text));
    return packet;
}

void extract_packet_free(void *data)
{
    extract_packet *packet = (extract_packet *)data;
    g_byte_array_free(packet->tags, TRUE);
    g_byte_array_free(packet->payload, TRUE);
    g_free(packet);
}

char *extract_packet_comment(const extract_packet *packet)
{
    const extract_origin *origin = &packet->origin;
    const char *name = origin->name != NULL ? origin->name : "the capture";
    if (origin->frame == 0)
        return NULL;
    GString *comment = g_string_new(NULL);
    g_string_printf(comment, "frame %u of %s", origin->frame, name);
    if (origin->stands_for > 0)
        g_string_append_printf(comment, ", stands for %u more", origin->stands_for);
    for (int i = 0; origin->has_link && i < ORIGIN_LINK_SIZE; i++)
        g_string_append_printf(comment, "%s%02x", i == 0 ? ", client " : ":", origin->link[i]);
    return g_string_free(comment, FALSE);
}
