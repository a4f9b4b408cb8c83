/* xdr_writer.c - writes the XDR that tests read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "xdr_writer.h"

void xdr_put_u32(GByteArray *out, uint32_t value)
{
    const guint8 bytes[4] = {(guint8)(value >> 24), (guint8)(value >> 16), (guint8)(value >> 8),
                             (guint8)value};

    g_byte_array_append(out, bytes, sizeof bytes);
}

void xdr_put_u64(GByteArray *out, uint64_t value)
{
    xdr_put_u32(out, (uint32_t)(value >> 32));
    xdr_put_u32(out, (uint32_t)value);
}

static void xdr_put_repeated(GByteArray *out, uint8_t byte, guint count)
{
    for (guint i = 0; i < count; i++)
        g_byte_array_append(out, &byte, 1);
}

static void xdr_put_opaque(GByteArray *out, const void *data, uint32_t len)
{
    xdr_put_u32(out, len);
    g_byte_array_append(out, (const guint8 *)data, len);
    xdr_put_repeated(out, 0, (4 - len % 4) % 4);
}

static void xdr_put_string(GByteArray *out, const char *text)
{
    xdr_put_opaque(out, text, (uint32_t)strlen(text));
}

/* A stateid4 whose `other` is `byte` twelve times. */
static void xdr_put_stateid(GByteArray *out, uint32_t seqid, uint8_t byte)
{
    xdr_put_u32(out, seqid);
    xdr_put_repeated(out, byte, 12);
}

/* One letter of a script and its number; returns what follows. */
static const char *xdr_put_token(GByteArray *out, const char *at)
{
    char *end = (char *)at + 1;
    const bool numbered = g_ascii_isdigit(at[1]);
    const guint64 number = numbered ? g_ascii_strtoull(at + 1, &end, 0) : XDR_ANY_BYTE;

    if (*at == 'q') {
        xdr_put_u64(out, number);
    } else if (*at == 'S') {
        xdr_put_stateid(out, 1, (uint8_t)number);
    } else if (*at == 'X') {
        xdr_put_repeated(out, (uint8_t)number, 16);
    } else if (*at == 't') {
        xdr_put_u32(out, (uint32_t)number);
        xdr_put_repeated(out, 't', (guint)number);
        xdr_put_repeated(out, 0, (4 - number % 4) % 4);
    } else {
        g_assert_not_reached();
    }
    return end;
}

void xdr_put_script(GByteArray *out, const char *script)
{
    const char *at = script;

    while (*at != '\0') {
        if (*at == ' ') {
            at++;
        } else if (*at == '\'') {
            const char *end = strchr(at + 1, '\'');
            xdr_put_opaque(out, at + 1, (uint32_t)(end - at - 1));
            at = end + 1;
        } else if (g_ascii_isdigit(*at)) {
            char *end = NULL;
            xdr_put_u32(out, (uint32_t)g_ascii_strtoull(at, &end, 0));
            at = end;
        } else {
            at = xdr_put_token(out, at);
        }
    }
}

GByteArray *xdr_call(uint32_t minorversion, uint32_t op_count)
{
    GByteArray *out = g_byte_array_new();

    xdr_put_string(out, "");
    xdr_put_u32(out, minorversion);
    xdr_put_u32(out, op_count);
    return out;
}

GByteArray *xdr_reply(uint32_t status, uint32_t op_count)
{
    GByteArray *out = g_byte_array_new();

    xdr_put_u32(out, status);
    xdr_put_string(out, "");
    xdr_put_u32(out, op_count);
    return out;
}

void xdr_put_result(GByteArray *out, uint32_t opcode, uint32_t status)
{
    xdr_put_u32(out, opcode);
    xdr_put_u32(out, status);
}
