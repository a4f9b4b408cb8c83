/* compound_fixture.c - messages in, compounds out
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compound_fixture.h"

void reading_clear(reading *r)
{
    g_free(r->bytes);
}

reading read_prefix(const GByteArray *message, gsize length, bool is_reply)
{
    reading r = {.bytes = g_memdup2(message->data, length)};

    r.has_head = compound_reader_read(r.bytes, length, is_reply, &r.compound);
    return r;
}

reading read_message(GByteArray *message, bool is_reply)
{
    const reading r = read_prefix(message, message->len, is_reply);

    g_byte_array_unref(message);
    return r;
}

GByteArray *call_of(uint32_t opcode, const char *args)
{
    GByteArray *message = xdr_call(1, 1);

    xdr_put_u32(message, opcode);
    xdr_put_script(message, args);
    return message;
}

GByteArray *reply_of(uint32_t opcode, uint32_t status, const char *results)
{
    GByteArray *message = xdr_reply(status, 1);

    xdr_put_result(message, opcode, status);
    xdr_put_script(message, results);
    return message;
}

reading read_call(uint32_t opcode, const char *args)
{
    return read_message(call_of(opcode, args), false);
}

reading read_reply(uint32_t opcode, uint32_t status, const char *results)
{
    return read_message(reply_of(opcode, status, results), true);
}

reading read_cut(GByteArray *message, bool is_reply, guint lost)
{
    g_byte_array_set_size(message, message->len - lost);
    return read_message(message, is_reply);
}

void assert_bytes(nfs4_bytes bytes, const char *text)
{
    g_assert_cmpmem(bytes.data, bytes.len, text, strlen(text));
}

const nfs4_event *assert_one_event(const reading *r, uint32_t opcode)
{
    g_assert_cmpuint(r->compound.event_count, ==, 1);
    g_assert_cmpuint(r->compound.events[0].opcode, ==, opcode);
    return &r->compound.events[0];
}

void assert_no_event(const reading *r, nfs4_end end)
{
    g_assert_cmpuint(r->compound.event_count, ==, 0);
    g_assert_cmpint(r->compound.end, ==, end);
}
