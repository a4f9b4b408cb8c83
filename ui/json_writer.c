/* json_writer.c - members and values of a JSON document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <string.h>

#include "json_writer.h"

#include "show/wording.h"

static const char digits[] = "0123456789abcdef"; /* printf would cost ten times as much */

/* ---- the text ------------------------------------------------------------- */

/* Where the next `bytes` bytes of the text may be written; `close` says where they ended. */
static char *open_text(json_writer *writer, size_t bytes)
{
    gsize length = writer->text->len;
    if (writer->text->allocated_len - length <= bytes) {
        g_string_set_size(writer->text, length + bytes);
        writer->text->len = length;
    }
    return writer->text->str + length;
}

static void close_text(json_writer *writer, const char *end)
{
    writer->text->len = (gsize)(end - writer->text->str);
    writer->text->str[writer->text->len] = '\0';
}

static char *copy(char *out, const char *bytes, size_t length)
{
    memcpy(out, bytes, length);
    return out + length;
}

#define INDENT 2 /* spaces for each object and array that is open */

static char *new_line(char *out, uint32_t depth)
{
    *out++ = '\n';
    memset(out, ' ', (size_t)depth * INDENT);
    return out + (size_t)depth * INDENT;
}

/* What stands in front of a member or of an element. */
#define SEPARATOR_SIZE(writer) (2 + (size_t)(writer)->depth * INDENT)

static char *separate(json_writer *writer, char *out)
{
    if (!writer->is_first)
        *out++ = ',';
    writer->is_first = false;
    return new_line(out, writer->depth);
}

/* A value of at most `bytes` bytes follows. */
static char *open_value(json_writer *writer, size_t bytes)
{
    char *out = open_text(writer, bytes + SEPARATOR_SIZE(writer));
    if (!writer->is_named && writer->depth > 0)
        out = separate(writer, out);
    writer->is_named = false;
    return out;
}

static void begin(json_writer *writer, char bracket)
{
    char *out = open_value(writer, 1);
    *out++ = bracket;
    close_text(writer, out);
    writer->depth++;
    writer->is_first = true;
}

static void end(json_writer *writer, char bracket)
{
    writer->depth--;
    char *out = open_text(writer, SEPARATOR_SIZE(writer));
    if (!writer->is_first)
        out = new_line(out, writer->depth);
    *out++ = bracket;
    close_text(writer, out);
    writer->is_first = false;
}

/* ---- values --------------------------------------------------------------- */

#define ESCAPED 6 /* bytes that a character takes at most: \u001f */

/* Characters that may not stand as they are, and the end of the string. */
static const bool special[UINT8_MAX + 1] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,          1,         1,        1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ['\\'] = 1, ['"'] = 1, ['/'] = 1};

static char *escape(char *out, uint8_t c, bool ends_script)
{
    if (c < 0x20) {
        out = copy(out, "\\u00", 4);
        *out++ = digits[c >> 4];
        *out++ = digits[c & 15];
        return out;
    }
    if (c != '/' || ends_script)
        *out++ = '\\';
    *out++ = (char)c;
    return out;
}

/* Also "</", which would end the script of a page that holds the document. */
static char *copy_escaped(char *out, const char *value, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)value;
    for (size_t i = 0; i < length; i++) {
        for (; !special[bytes[i]]; i++)
            *out++ = value[i];
        if (i < length)
            out = escape(out, bytes[i], i > 0 && value[i - 1] == '<');
    }
    return out;
}

static void put_raw(json_writer *writer, const char *text, size_t length)
{
    close_text(writer, copy(open_value(writer, length), text, length));
}

#define PUT_WORD(writer, word) put_raw((writer), (word), strlen(word))

void json_value_string(json_writer *writer, const char *value)
{
    if (value == NULL) {
        PUT_WORD(writer, "null");
        return;
    }
    size_t length = strlen(value);
    char *out = open_value(writer, length * ESCAPED + 2);
    *out++ = '"';
    out = copy_escaped(out, value, length);
    *out++ = '"';
    close_text(writer, out);
}

#define DECIMALS 20 /* digits of UINT64_MAX */

/* Writes the digits in front of `end`, at least so many; returns the first. */
static char *write_decimals(char *end, uint64_t value, int least)
{
    char *first = end;
    for (; value > 0 || end - first < least; value /= 10)
        *--first = (char)('0' + value % 10);
    return first;
}

void json_value_uint(json_writer *writer, uint64_t value)
{
    char text[DECIMALS], *end = text + sizeof text;
    char *first = write_decimals(end, value, 1);
    put_raw(writer, first, (size_t)(end - first));
}

/* ---- members -------------------------------------------------------------- */

void json_name(json_writer *writer, const char *member)
{
    size_t length = strlen(member);
    char *out = separate(writer, open_text(writer, length + SEPARATOR_SIZE(writer) + 4));
    *out++ = '"';
    out = copy(out, member, length);
    close_text(writer, copy(out, "\": ", 3));
    writer->is_named = true;
}

void json_begin_object(json_writer *writer)
{
    begin(writer, '{');
}

void json_end_object(json_writer *writer)
{
    end(writer, '}');
}

void json_begin_array(json_writer *writer, const char *member)
{
    json_name(writer, member);
    begin(writer, '[');
}

void json_end_array(json_writer *writer)
{
    end(writer, ']');
}

void json_put_null(json_writer *writer, const char *member)
{
    json_put_string(writer, member, NULL);
}

void json_put_string(json_writer *writer, const char *member, const char *value)
{
    json_name(writer, member);
    json_value_string(writer, value);
}

void json_put_uint(json_writer *writer, const char *member, uint64_t value)
{
    json_name(writer, member);
    json_value_uint(writer, value);
}

void json_put_bool(json_writer *writer, const char *member, bool value)
{
    json_name(writer, member);
    PUT_WORD(writer, value ? "true" : "false");
}

#define NANOSECONDS 9 /* digits */

/* Seconds. No floating point: the same text on every machine and in every locale. */
void json_put_duration(json_writer *writer, const char *member, const nstime_t *span)
{
    char text[1 + DECIMALS + 1 + NANOSECONDS], *end = text + sizeof text;
    char *first = write_decimals(end, (uint64_t)ABS((int64_t)span->nsecs), NANOSECONDS);
    *--first = '.';
    first = write_decimals(first, (uint64_t)ABS((int64_t)span->secs), 1);
    if (span->secs < 0 || span->nsecs < 0)
        *--first = '-';
    json_name(writer, member);
    put_raw(writer, first, (size_t)(end - first));
}

void json_put_span(json_writer *writer, const char *member, bool known, const nstime_t *span)
{
    if (known)
        json_put_duration(writer, member, span);
    else
        json_put_null(writer, member);
}

void json_put_rate(json_writer *writer, const char *member, bool known, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    json_name(writer, member);
    PUT_WORD(writer, known ? g_ascii_formatd(text, sizeof text, "%.3f", value) : "null");
}

/* As wording_bytes() says them, and the backslashes of that escaped. */
static char *copy_bytes(char *out, nfs4_bytes bytes)
{
    for (uint32_t i = 0; i < bytes.len; i++) {
        uint8_t c = bytes.data[i];
        if (c < 0x20 || c > 0x7e) {
            out = copy(out, "\\\\x", 3);
            *out++ = digits[c >> 4];
            *out++ = digits[c & 15];
        } else if (c == '\\') {
            out = copy(out, "\\\\\\\\", 4);
        } else if (special[c]) {
            out = escape(out, c, i > 0 && bytes.data[i - 1] == '<');
        } else {
            *out++ = (char)c;
        }
    }
    return out;
}

void json_put_bytes(json_writer *writer, const char *member, nfs4_bytes bytes)
{
    json_name(writer, member);
    char *out = open_value(writer, (size_t)bytes.len * ESCAPED + 2);
    *out++ = '"';
    out = copy_bytes(out, bytes);
    *out++ = '"';
    close_text(writer, out);
}

void json_put_known_bytes(json_writer *writer, const char *member, nfs4_bytes bytes)
{
    if (bytes.len > 0)
        json_put_bytes(writer, member, bytes);
    else
        json_put_null(writer, member);
}

#define HEX64_SIZE (strlen("0x") + 16)

void json_value_hex64(json_writer *writer, uint64_t value)
{
    char text[] = "0x0000000000000000";
    for (char *at = text + HEX64_SIZE; value != 0; value >>= 4)
        *--at = digits[value & 15];
    json_value_string(writer, text);
}

void json_put_hex64(json_writer *writer, const char *member, uint64_t value)
{
    json_name(writer, member);
    json_value_hex64(writer, value);
}

void json_put_hex(json_writer *writer, const char *member, nfs4_bytes bytes)
{
    json_name(writer, member);
    char *out = open_value(writer, (size_t)bytes.len * 2 + 2);
    *out++ = '"';
    for (uint32_t i = 0; i < bytes.len; i++) {
        *out++ = digits[bytes.data[i] >> 4];
        *out++ = digits[bytes.data[i] & 15];
    }
    *out++ = '"';
    close_text(writer, out);
}

void json_put_address(json_writer *writer, const char *member, const address *addr)
{
    json_put_string(writer, member, wording_address(writer->scope, addr));
}
