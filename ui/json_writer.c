/* json_writer.c - members and values of a JSON document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "json_writer.h"

#include "show/wording.h"

void json_name(json_writer *writer, const char *member)
{
    json_dumper_set_member_name(&writer->json, member);
}

void json_put_string(json_writer *writer, const char *member, const char *value)
{
    json_name(writer, member);
    if (value != NULL)
        json_dumper_value_string(&writer->json, value);
    else
        json_dumper_value_anyf(&writer->json, "null");
}

void json_put_uint(json_writer *writer, const char *member, uint64_t value)
{
    json_name(writer, member);
    json_dumper_value_anyf(&writer->json, "%" G_GUINT64_FORMAT, value);
}

void json_put_bool(json_writer *writer, const char *member, bool value)
{
    json_name(writer, member);
    json_dumper_value_anyf(&writer->json, value ? "true" : "false");
}

void json_put_null(json_writer *writer, const char *member)
{
    json_put_string(writer, member, NULL);
}

/* Seconds. No floating point: the same text on every machine and in every locale. */
void json_put_duration(json_writer *writer, const char *member, const nstime_t *time)
{
    json_name(writer, member);
    bool negative = time->secs < 0 || time->nsecs < 0;
    json_dumper_value_anyf(&writer->json, "%s%" G_GINT64_FORMAT ".%09d", negative ? "-" : "",
                           ABS((gint64)time->secs), ABS(time->nsecs));
}

void json_put_span(json_writer *writer, const char *member, bool known, const nstime_t *time)
{
    if (known)
        json_put_duration(writer, member, time);
    else
        json_put_null(writer, member);
}

void json_put_bytes(json_writer *writer, const char *member, nfs4_bytes bytes)
{
    json_put_string(writer, member, bytes.len > 0 ? wording_bytes(writer->scope, bytes) : NULL);
}

void json_put_hex64(json_writer *writer, const char *member, uint64_t value)
{
    json_put_string(writer, member,
                    wmem_strdup_printf(writer->scope, "0x%016" G_GINT64_MODIFIER "x", value));
}

void json_put_address(json_writer *writer, const char *member, const address *addr)
{
    json_put_string(writer, member, wording_address(writer->scope, addr));
}

void json_put_hex(json_writer *writer, const char *member, nfs4_bytes bytes)
{
    static const char digits[] = "0123456789abcdef"; /* printf would cost ten times as much */
    char *text = (char *)wmem_alloc(writer->scope, (size_t)bytes.len * 2 + 1);
    char *end = text;
    for (uint32_t i = 0; i < bytes.len; i++) {
        *end++ = digits[bytes.data[i] >> 4];
        *end++ = digits[bytes.data[i] & 0xf];
    }
    *end = '\0';
    json_put_string(writer, member, text);
}

void json_begin_array(json_writer *writer, const char *member)
{
    json_name(writer, member);
    json_dumper_begin_array(&writer->json);
}

void json_end_array(json_writer *writer)
{
    json_dumper_end_array(&writer->json);
}

void json_put_rate(json_writer *writer, const char *member, bool known, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    json_name(writer, member);
    json_dumper_value_anyf(&writer->json, "%s",
                           known ? g_ascii_formatd(text, sizeof text, "%.3f", value) : "null");
}
