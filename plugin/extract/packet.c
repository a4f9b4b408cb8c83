/* packet.c - a message as a packet of exported PDUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packet.h"

#include <wsutil/exported_pdu_tlvs.h>

#include "alias_owner.h"
#include "infiniband.h"

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

static void put_address(GByteArray *tags, const address *addr, uint16_t v4, uint16_t v6,
                        alias_book *aliases)
{
    uint8_t bytes[EXP_PDU_TAG_IPV6_LEN];
    const size_t size = (size_t)addr->len;
    if (addr->type != AT_IPv4 && addr->type != AT_IPv6)
        return;
    if (aliases != NULL)
        alias_address(aliases, (const uint8_t *)addr->data, size, bytes);
    else
        memcpy(bytes, addr->data, size);
    put_tag(tags, size == EXP_PDU_TAG_IPV4_LEN ? v4 : v6, bytes, size);
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

/* Tags and payload begin with where the message is from and where it goes. */
static void begin(extract_packet *packet, const packet_info *pinfo, bool is_turned,
                  alias_book *aliases)
{
    const address *source = is_turned ? &pinfo->dst : &pinfo->src;
    const address *destination = is_turned ? &pinfo->src : &pinfo->dst;
    const bool is_infiniband = infiniband_is_address(source) && infiniband_is_address(destination);
    GByteArray *tags = tags_for(is_infiniband ? INFINIBAND_DISSECTOR : "rpc");
    if (is_infiniband)
        infiniband_write(source, destination, aliases, packet->payload);
    put_address(tags, source, EXP_PDU_TAG_IPV4_SRC, EXP_PDU_TAG_IPV6_SRC, aliases);
    put_address(tags, destination, EXP_PDU_TAG_IPV4_DST, EXP_PDU_TAG_IPV6_DST, aliases);
    put_number_tag(tags, EXP_PDU_TAG_PORT_TYPE, exported_port_type(pinfo->ptype));
    put_number_tag(tags, EXP_PDU_TAG_SRC_PORT, is_turned ? pinfo->destport : pinfo->srcport);
    put_number_tag(tags, EXP_PDU_TAG_DST_PORT, is_turned ? pinfo->srcport : pinfo->destport);
    end_tags(tags, &packet->origin);
    packet->tags = tags;
}

/* ---- names ---------------------------------------------------------------- */

static void put_alias(void *data, compound_name kind, nfs4_bytes name, GByteArray *out)
{
    alias_book *aliases = (alias_book *)data;
    const guint start = out->len;
    switch (kind) {
    case NAME_OWNER:
        alias_owner(aliases, name, out);
        break;
    case NAME_HOST:
        alias_name(aliases, name, out);
        break;
    case NAME_UNIVERSAL:
        alias_universal(aliases, name, out);
        break;
    case NAME_SOFTWARE:
        alias_software(aliases, name, out);
        break;
    case NAME_FILE:
        alias_digest(aliases, name, 0, out);
        g_byte_array_set_size(out, start + name.len);
        break;
    case NAME_SERVER:
    case NAME_OTHER:
        alias_bytes(aliases, name, out);
        break;
    }
}

static extract_origin alias_origin(const extract_origin *origin, alias_book *aliases)
{
    extract_origin alias = *origin;
    if (aliases == NULL)
        return alias;
    if (origin->name != NULL)
        alias.name = alias_capture(aliases, origin->name);
    if (origin->has_link)
        alias_address(aliases, origin->link, ORIGIN_LINK_SIZE, alias.link);
    return alias;
}

static void write_message(const nfs4_message *message, alias_book *aliases, extract_packet *packet)
{
    const compound_names names = {put_alias, aliases};
    GByteArray *machine = g_byte_array_new();
    if (aliases != NULL)
        alias_name(aliases, message->machine, machine);
    rpc_write_header(message,
                     aliases != NULL ? (nfs4_bytes){machine->data, machine->len} : message->machine,
                     packet->payload);
    g_byte_array_free(machine, TRUE);
    bool is_whole = compound_scrub(message->body, message->compound.is_reply,
                                   aliases != NULL ? &names : NULL, packet->payload);
    packet->missing = is_whole ? 0 : MISSING;
}

/* ---- packets -------------------------------------------------------------- */

static extract_packet *packet_new(const nstime_t *when, const extract_origin *origin,
                                  alias_book *aliases)
{
    extract_packet *packet = g_new0(extract_packet, 1);
    packet->when = *when;
    packet->origin = alias_origin(origin, aliases);
    packet->payload = g_byte_array_sized_new(160);
    return packet;
}

extract_packet *extract_packet_of(const packet_info *pinfo, const nfs4_message *message,
                                  const extract_origin *origin, alias_book *aliases)
{
    extract_packet *packet = packet_new(&pinfo->abs_ts, origin, aliases);
    begin(packet, pinfo, false, aliases);
    packet->is_reply = message->compound.is_reply;
    write_message(message, aliases, packet);
    return packet;
}

extract_packet *extract_packet_of_callback(const packet_info *pinfo, const nfs4_callback *callback,
                                           const extract_origin *origin, alias_book *aliases)
{
    extract_packet *packet = packet_new(&pinfo->abs_ts, origin, aliases);
    begin(packet, pinfo, false, aliases);
    callback_write(callback, packet->payload);
    return packet;
}

extract_packet *extract_packet_of_lost_call(const packet_info *pinfo, uint32_t xid,
                                            const extract_origin *origin, alias_book *aliases)
{
    extract_packet *packet = packet_new(&pinfo->abs_ts, origin, aliases);
    begin(packet, pinfo, true, aliases);
    rpc_write_lost_call(xid, packet->payload);
    packet->missing = MISSING;
    packet->is_made_up = true;
    return packet;
}

extract_packet *extract_packet_of_text(const nstime_t *when, const extract_origin *origin,
                                       const extract_text *text, alias_book *aliases)
{
    extract_packet *packet = packet_new(when, origin, aliases);
    extract_text told = *text;
    if (aliases != NULL && told.source.name != NULL)
        told.source.name = alias_capture(aliases, told.source.name);
    char *written = extract_text_write(&told);
    packet->tags = tags_for(EXTRACT_SOURCE_DISSECTOR);
    end_tags(packet->tags, origin);
    g_byte_array_append(packet->payload, (const guint8 *)written, (guint)strlen(written));
    g_free(written);
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
