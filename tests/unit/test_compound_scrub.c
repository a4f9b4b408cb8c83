/* test_compound_scrub.c - what of a COMPOUND gets into an extract
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Scripts are explained in xdr_writer.h. What is private in them is spelled "secret".
 */
#include "compound_fixture.h"
#include "suite.h"

#include "wire/compound_scrub.h"

#define CHANNELS "0 1 2 3 4 5 1 7  0 1 2 3 4 5 0"

typedef struct {
    uint32_t opcode, status;
    bool is_reply;
    const char *script;
} sample;

static const sample of_files[] = {
    {OP_LOOKUP, 0, false, "'secret'"},
    {OP_RENAME, 0, false, "'secret' 'secret'"},
    {OP_CREATE, 0, false, "5 'secret' 'secret' 1 2 'secret'"},
    {OP_OPEN, 0, false, "1 2 3 q9 'secret' 0 0 'secret'"},
    {OP_WRITE, 0, false, "S q 2 'secret'"},
    {OP_READ, 0, true, "1 'secret'"},
    {OP_READLINK, 0, true, "'secret'"},
    {OP_READDIR, 0, true, "q 1 q 'secret' 1 2 'secret' 0 1"},
    {OP_GETATTR, 0, true, "1 2 'secret'"},
    {OP_PUTFH, 0, false, "'secret'"},
    {OP_GETFH, 0, true, "'secret'"},
    {OP_LAYOUTGET, 0, true, "0 S 1 q q 1 1 'secret'"},
    {OP_BACKCHANNEL_CTL, 0, false, "1 1 1 7 'secret' 0 0 0"},
};

static const sample of_hosts[] = {
    {OP_EXCHANGE_ID, 0, false, "q 'secret owner' 0x101 1 0 0 1 'kernel.org' 'secret' q 0"},
    {OP_EXCHANGE_ID, 0, false, "q 'secret' 0x101 2 0 0 1 t4 1 t4 1 2 0"},
    {OP_EXCHANGE_ID, 0, true, "q5 1 0x20001 0 q0 'secret.example' 'secret' 0"},
    {OP_CREATE_SESSION, 0, false, "q5 9 3 " CHANNELS " 7 3 0 6 1 t1 t2 1 77 'secret' 0 0 1 4"},
    {OP_CREATE_SESSION, 0, true, "X6 9 3 " CHANNELS},
    {OP_SETCLIENTID, 0, false, "q7 'secret' 1 'secret' 'secret.3.20' 5"},
    {OP_SETCLIENTID, 0, true, "q7 q8"},
    {OP_SETCLIENTID, NFS4ERR_CLID_INUSE, true, "'tcp' 'secret.3.20'"},
};

static GByteArray *message_of(const sample *one)
{
    return one->is_reply ? reply_of(one->opcode, one->status, one->script)
                         : call_of(one->opcode, one->script);
}

/* Another name that is longer by some bytes, and tells the length of the first. */
static void rename_it(void *data, compound_name kind, nfs4_bytes name, GByteArray *out)
{
    (*(uint32_t *)data)++;
    for (uint32_t i = 0; i < name.len + (kind == NAME_FILE ? 0 : 3); i++)
        g_byte_array_append(out, (const guint8 *)"n", 1);
}

static bool is_private(const GByteArray *out)
{
    for (guint i = 0; i + 3 <= out->len; i++)
        if (memcmp(out->data + i, "sec", 3) == 0)
            return true;
    return false;
}

static GByteArray *scrubbed(const GByteArray *message, guint length, bool is_reply,
                            const compound_names *names, bool *is_whole)
{
    GByteArray *out = g_byte_array_new();
    g_autofree guint8 *exact = g_memdup2(message->data, length);
    *is_whole = compound_scrub((nfs4_bytes){exact, length}, is_reply, names, out);
    return out;
}

/* The reader makes of what is left what it made of the message. */
static void assert_same_events(const GByteArray *message, const GByteArray *out, bool is_reply)
{
    g_auto(reading) was = read_prefix(message, message->len, is_reply);
    g_auto(reading) is = read_prefix(out, out->len, is_reply);
    g_assert_cmpint(is.compound.end, ==, was.compound.end);
    g_assert_cmpuint(is.compound.op_count, ==, was.compound.op_count);
    g_assert_cmpuint(is.compound.ops_read, ==, was.compound.ops_read);
    g_assert_cmpuint(is.compound.status, ==, was.compound.status);
    g_assert_cmpuint(is.compound.event_count, ==, was.compound.event_count);
    g_assert_cmpmem(&is.compound.ops_seen, sizeof is.compound.ops_seen, &was.compound.ops_seen,
                    sizeof was.compound.ops_seen);
}

/* Whole, and cut at each byte: nothing private is left, whatever is cut. */
static void assert_scrubbed(const sample *one, const compound_names *names)
{
    g_autoptr(GByteArray) message = message_of(one);
    for (guint length = 0; length <= message->len; length++) {
        bool is_whole;
        g_autoptr(GByteArray) out = scrubbed(message, length, one->is_reply, names, &is_whole);
        g_assert_false(is_private(out));
        if (length == message->len)
            g_assert_true(is_whole);
        if (is_whole)
            assert_same_events(message, out, one->is_reply);
    }
}

static void test_files(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(of_files); i++)
        assert_scrubbed(&of_files[i], NULL);
}

static void test_hosts_with_other_names(void)
{
    uint32_t names = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(of_hosts); i++)
        assert_scrubbed(&of_hosts[i], &(compound_names){rename_it, &names});
    g_assert_cmpuint(names, >, 0);
}

/* Without other names, what says who somebody is stays byte for byte. */
static void test_hosts_with_their_names(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(of_hosts); i++) {
        bool is_whole;
        g_autoptr(GByteArray) message = message_of(&of_hosts[i]);
        g_autoptr(GByteArray) out =
            scrubbed(message, message->len, of_hosts[i].is_reply, NULL, &is_whole);
        g_assert_cmpmem(out->data, out->len, message->data, message->len);
    }
}

static void test_events_have_the_other_names(void)
{
    uint32_t names = 0;
    bool is_whole;
    const compound_names others = {rename_it, &names};
    g_autoptr(GByteArray) message =
        call_of(OP_CREATE_SESSION, "q5 9 3 " CHANNELS " 7 3 0 6 1 t1 t2 1 77 'web1' 0 0 1 4");
    g_autoptr(GByteArray) out = scrubbed(message, message->len, false, &others, &is_whole);
    g_auto(reading) r = read_prefix(out, out->len, false);
    const nfs4_event *event = assert_one_event(&r, OP_CREATE_SESSION);

    assert_bytes(event->u.create_session.machine, "nnnnnnn");
    g_assert_cmpuint(names, ==, 1);
}

/* Files are told apart by hashes of their handles, with a key as well as without. */
static void test_files_are_told_apart(void)
{
    bool is_whole;
    g_autoptr(GByteArray) one = call_of(OP_PUTFH, "'secret1'");
    g_autoptr(GByteArray) other = call_of(OP_PUTFH, "'secret2'");
    g_autoptr(GByteArray) out = scrubbed(one, one->len, false, NULL, &is_whole);
    g_autoptr(GByteArray) out_again = scrubbed(one, one->len, false, NULL, &is_whole);
    g_autoptr(GByteArray) out_other = scrubbed(other, other->len, false, NULL, &is_whole);

    g_assert_cmpmem(out->data, out->len, out_again->data, out_again->len);
    g_assert_cmpuint(out->len, ==, out_other->len);
    g_assert_cmpint(memcmp(out->data, out_other->data, out->len), !=, 0);
}

SUITE(test_compound_scrub)
{
    g_test_add_func("/scrub/files", test_files);
    g_test_add_func("/scrub/hosts_with_other_names", test_hosts_with_other_names);
    g_test_add_func("/scrub/hosts_with_their_names", test_hosts_with_their_names);
    g_test_add_func("/scrub/events_have_the_other_names", test_events_have_the_other_names);
    g_test_add_func("/scrub/files_are_told_apart", test_files_are_told_apart);
}
