/* pcapng.c - writes a capture of exported PDUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Blocks and options are those of draft-ietf-opsawg-pcapng, in the host's byte order.
 */
#include "compat.h"

#include "pcapng.h"

enum {
    SECTION_HEADER = 0x0a0d0d0a,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
    INTERFACE = 1,
    ENHANCED_PACKET = 6,
    OPT_END = 0,
    OPT_COMMENT_CODE = 1,
    OPT_IF_NAME = 2,
    OPT_IF_TSRESOL = 9,
    LINKTYPE_UPPER_PDU = 252
};

static void put_u16(GByteArray *out, uint16_t value)
{
    g_byte_array_append(out, (const guint8 *)&value, sizeof value);
}

static void put_u32(GByteArray *out, uint32_t value)
{
    g_byte_array_append(out, (const guint8 *)&value, sizeof value);
}

static void put_padded(GByteArray *out, const void *bytes, size_t size)
{
    static const guint8 padding[3];
    g_byte_array_append(out, (const guint8 *)bytes, (guint)size);
    g_byte_array_append(out, padding, (guint)(-size % 4));
}

static void put_option(GByteArray *out, uint16_t code, const void *bytes, size_t size)
{
    put_u16(out, code);
    put_u16(out, (uint16_t)size);
    put_padded(out, bytes, size);
}

static void put_block(FILE *out, uint32_t type, GByteArray *body)
{
    const uint32_t length = body->len + 12, head[2] = {type, length};
    fwrite(head, sizeof head, 1, out);
    fwrite(body->data, body->len, 1, out);
    fwrite(&length, sizeof length, 1, out);
    g_byte_array_free(body, TRUE);
}

void pcapng_begin(FILE *out)
{
    static const char name[] = "NFSv4 sessions";
    static const guint8 nanoseconds = 9;
    GByteArray *section = g_byte_array_new(), *interface = g_byte_array_new();
    put_u32(section, BYTE_ORDER_MAGIC);
    put_u16(section, 1);
    put_u16(section, 0);
    put_u32(section, UINT32_MAX); /* the section's length is not told */
    put_u32(section, UINT32_MAX);
    put_block(out, SECTION_HEADER, section);
    put_u16(interface, LINKTYPE_UPPER_PDU);
    put_u16(interface, 0);
    put_u32(interface, 0); /* no snap length */
    put_option(interface, OPT_IF_NAME, name, strlen(name));
    put_option(interface, OPT_IF_TSRESOL, &nanoseconds, sizeof nanoseconds);
    put_option(interface, OPT_END, NULL, 0);
    put_block(out, INTERFACE, interface);
}

static void put_comment(GByteArray *body, const extract_packet *packet)
{
    char *comment = extract_packet_comment(packet);
    if (comment == NULL)
        return;
    put_option(body, OPT_COMMENT_CODE, comment, strlen(comment));
    put_option(body, OPT_END, NULL, 0);
    g_free(comment);
}

void pcapng_put(FILE *out, const extract_packet *packet)
{
    GByteArray *body = g_byte_array_sized_new(512);
    const uint64_t stamp = (uint64_t)packet->when.secs * 1000000000u + (uint64_t)packet->when.nsecs;
    const uint32_t length = packet->tags->len + packet->payload->len;
    put_u32(body, 0); /* the interface */
    put_u32(body, (uint32_t)(stamp >> 32));
    put_u32(body, (uint32_t)stamp);
    put_u32(body, length);
    put_u32(body, length + packet->missing);
    g_byte_array_append(body, packet->tags->data, packet->tags->len);
    put_padded(body, packet->payload->data, packet->payload->len);
    put_comment(body, packet);
    put_block(out, ENHANCED_PACKET, body);
}
