/* fuzz_extract.c - any bytes at all, as a COMPOUND that is written anew, as an owner that gets
 * another name, and as what an extract says in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A fuzz target. The low bit of the first byte chooses call or reply. tests/fuzz/run and
 * tests/CMakeLists.txt build it.
 */
#include <stdlib.h>
#include <string.h>

#include "extract/alias_owner.h"
#include "extract/origin.h"
#include "extract/totals.h"
#include "know/owner_form.h"
#include "wire/compound_reader.h"
#include "wire/compound_scrub.h"
#include "wire/xdr_cursor.h"

static alias_book *aliases;

static void put_alias(void *data, compound_name kind, nfs4_bytes name, GByteArray *out)
{
    const guint start = out->len;
    (void)data;
    if (kind == NAME_OWNER)
        alias_owner(aliases, name, out);
    else if (kind == NAME_HOST)
        alias_name(aliases, name, out);
    else if (kind == NAME_UNIVERSAL)
        alias_universal(aliases, name, out);
    else if (kind == NAME_SOFTWARE)
        alias_software(aliases, name, out);
    else if (kind != NAME_FILE)
        alias_bytes(aliases, name, out);
    else
        g_byte_array_append(out, name.data, name.len);
    if (kind != NAME_SOFTWARE && out->len - start > NFS4_OPAQUE_LIMIT &&
        name.len <= NFS4_OPAQUE_LIMIT)
        abort();
}

/* The reader makes the same of what was written anew. */
static void compare(const nfs4_compound *was, nfs4_bytes anew, bool is_reply)
{
    nfs4_compound is;
    compound_reader_read(anew.data, anew.len, is_reply, &is);
    if (is.end != was->end || is.event_count != was->event_count || is.ops_read != was->ops_read ||
        is.status != was->status || is.minorversion != was->minorversion ||
        memcmp(is.ops_seen, was->ops_seen, sizeof is.ops_seen) != 0)
        abort();
    for (uint32_t i = 0; i < is.event_count; i++)
        if (is.events[i].opcode != was->events[i].opcode ||
            is.events[i].status != was->events[i].status)
            abort();
}

static void scrub(nfs4_bytes body, bool is_reply, const compound_names *names)
{
    nfs4_compound compound;
    GByteArray *out = g_byte_array_new();
    const bool is_whole = compound_scrub(body, is_reply, names, out);
    compound_reader_read(body.data, body.len, is_reply, &compound);
    if (is_whole)
        compare(&compound, (nfs4_bytes){out->data, out->len}, is_reply);
    g_byte_array_free(out, TRUE);
}

/* Forms are kept, but for text that becomes too long. */
static void rename_owner(nfs4_bytes owner)
{
    GByteArray *out = g_byte_array_new();
    alias_owner(aliases, owner, out);
    const owner_form_kind was = owner_form_parse(owner).kind,
                          is = owner_form_parse((nfs4_bytes){out->data, out->len}).kind;
    if (owner.len < 64 && is != was)
        abort();
    g_byte_array_free(out, TRUE);
}

/* What was read is written so that it reads the same. */
static void read_words(const char *words)
{
    extract_origin origin;
    extract_text text, again;
    origin_read(words, &origin);
    if (!extract_text_read(words, &text))
        return;
    char *written = extract_text_write(&text);
    if (!extract_text_read(written, &again) || again.kind != text.kind ||
        again.count != text.count || again.source.frames != text.source.frames ||
        again.calls != text.calls)
        abort();
    g_free(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const compound_names names = {put_alias, NULL};
    static const uint8_t key[ALIAS_KEY_LEAST];
    if (aliases == NULL)
        aliases = alias_book_new((nfs4_bytes){key, sizeof key});
    if (size == 0)
        return 0;
    const bool is_reply = (data[0] & 1) != 0;
    const nfs4_bytes body = {data + 1, (uint32_t)size - 1};
    scrub(body, is_reply, NULL);
    scrub(body, is_reply, &names);
    if (body.len <= NFS4_OPAQUE_LIMIT)
        rename_owner(body);
    char *words = g_strndup((const char *)body.data, body.len);
    read_words(words);
    g_free(words);
    return 0;
}
