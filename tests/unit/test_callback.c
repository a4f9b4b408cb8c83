/* test_callback.c - the bytes of callbacks, read and written anew
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each message is handed over in an allocation of its size, so that a sanitizer sees the first byte
 * read too many.
 */
#include "wire/callback.h"
#include "xdr_writer.h"
#include "suite.h"

#define RPC_CALL_HEADER 40  /* bytes */
#define RPC_REPLY_HEADER 24 /* with AUTH_NONE */

static nfs4_callback read_bytes(const uint8_t *bytes, guint length, bool is_reply, bool *is_read)
{
    nfs4_callback callback = {.is_reply = is_reply};
    uint8_t *exact = (uint8_t *)g_memdup2(bytes, length);
    *is_read = callback_read(exact, length, &callback);
    g_free(exact);
    return callback;
}

static nfs4_callback read_script(const char *script, bool is_reply, bool *is_read)
{
    GByteArray *bytes = g_byte_array_new();
    xdr_put_script(bytes, script);
    nfs4_callback callback = read_bytes(bytes->data, bytes->len, is_reply, is_read);
    g_byte_array_free(bytes, TRUE);
    return callback;
}

/* Tag, minor version, identifier, count; CB_SEQUENCE with a list of one referring call. */
#define HEAD(script) ((script)[1] == '3' ? 20u : 16u) /* bytes, with the tag */
#define SEQUENCE_CALL "t3 1 7 2 11 X9 5 0 0 1 1 X8 1 4 0 "

static void test_recall(void)
{
    static const uint8_t nines[NFS4_SESSIONID_SIZE] = {9, 9, 9, 9, 9, 9, 9, 9,
                                                       9, 9, 9, 9, 9, 9, 9, 9};
    bool is_read;
    nfs4_callback call = read_script(SEQUENCE_CALL "4 S6 0 t8", false, &is_read);
    g_assert_true(is_read);
    g_assert_cmpuint(call.minorversion, ==, 1);
    g_assert_true(call.has_session);
    g_assert_cmpmem(call.sessionid, sizeof call.sessionid, nines, sizeof nines);
    g_assert_true(call.has_recall);
    g_assert_cmpuint(call.recalled.other[11], ==, 6);
}

static void test_recall_40(void)
{
    bool is_read;
    nfs4_callback call = read_script("t0 0 1 1 4 S6 0 t8", false, &is_read);
    g_assert_true(is_read);
    g_assert_false(call.has_session);
    g_assert_true(call.has_recall);
}

static void test_other_operation(void)
{
    bool is_read;
    nfs4_callback call = read_script(SEQUENCE_CALL "3 t8 1 0", false, &is_read);
    g_assert_true(is_read);
    g_assert_true(call.has_session);
    g_assert_false(call.has_recall);
}

static void test_replies(void)
{
    bool is_read;
    nfs4_callback reply = read_script("0 t0 2 11 0 X9 5 0 0 0 4 0", true, &is_read);
    g_assert_true(is_read);
    g_assert_cmpuint(reply.status, ==, NFS4_OK);
    g_assert_cmpuint(reply.last_op, ==, OP_CB_RECALL);
    reply = read_script("10052 t0 1 11 10052", true, &is_read);
    g_assert_cmpuint(reply.status, ==, NFS4ERR_BADSESSION);
    g_assert_cmpuint(reply.last_op, ==, OP_CB_SEQUENCE);
    reply = read_script("10025 t0 2 11 0 X9 5 0 0 0 4 10025", true, &is_read);
    g_assert_cmpuint(reply.last_op, ==, OP_CB_RECALL);
    reply = read_script("0 t0 2 4 0 11 0 X9 5 0 0 0", true, &is_read);
    g_assert_cmpuint(reply.last_op, ==, OP_CB_RECALL);
    read_script("10021 t0", true, &is_read);
    g_assert_false(is_read);
    reply = read_script("10021 t0 0", true, &is_read);
    g_assert_true(is_read);
    g_assert_cmpuint(reply.last_op, ==, 0);
}

/* Wherever it is cut, nothing is told that is not there; counts may be anything. */
static void test_cut(void)
{
    static const char *const scripts[] = {SEQUENCE_CALL "4 S6 0 t8",
                                          "t0 1 0 0xffffffff 11 X 5 0 0 1 0xffffffff X 0xffffffff"};
    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++) {
        GByteArray *bytes = g_byte_array_new();
        xdr_put_script(bytes, scripts[i]);
        for (guint length = 0; length < bytes->len; length++) {
            bool is_read;
            nfs4_callback call = read_bytes(bytes->data, length, false, &is_read);
            g_assert_true(length >= bytes->len - 16 || !call.has_recall);
            g_assert_true(is_read == (length >= HEAD(scripts[i])));
            read_bytes(bytes->data, length, true, &is_read);
        }
        g_byte_array_free(bytes, TRUE);
    }
}

static nfs4_callback written_anew(const nfs4_callback *callback, guint length)
{
    bool is_read;
    guint head = callback->is_reply ? RPC_REPLY_HEADER : RPC_CALL_HEADER;
    GByteArray *out = g_byte_array_new();
    callback_write(callback, out);
    g_assert_cmpuint(out->len, ==, head + length);
    nfs4_callback again =
        read_bytes(out->data + head, out->len - head, callback->is_reply, &is_read);
    g_assert_true(is_read);
    g_byte_array_free(out, TRUE);
    return again;
}

static void test_written_anew(void)
{
    static const struct {
        const char *script;
        guint length; /* bytes behind the header, as it is written */
    } calls[] = {{SEQUENCE_CALL "4 S6 0 t8", 84},
                 {"t0 0 1 1 4 S6 0 t8", 44},
                 {SEQUENCE_CALL "3 t8 1 0", 56}},
      replies[] = {{"0 t0 1 11 0 X9 5 0 0 0", 52},
                   {"10052 t0 1 11 10052", 20},
                   {"10025 t0 2 11 0 X9 5 0 0 0 4 10025", 20},
                   {"0 t0 2 11 0 X9 5 0 0 0 4 0", 20},
                   {"10021 t0 0", 20}};
    bool is_read;
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
        nfs4_callback call = read_script(calls[i].script, false, &is_read);
        nfs4_callback again = written_anew(&call, calls[i].length);
        g_assert_cmpuint(again.minorversion, ==, call.minorversion);
        g_assert_true(again.has_session == call.has_session && again.has_recall == call.has_recall);
        g_assert_cmpmem(again.sessionid, NFS4_SESSIONID_SIZE, call.sessionid, NFS4_SESSIONID_SIZE);
        g_assert_cmpmem(again.recalled.other, NFS4_OTHER_SIZE, call.recalled.other,
                        NFS4_OTHER_SIZE);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(replies); i++) {
        nfs4_callback reply = read_script(replies[i].script, true, &is_read);
        nfs4_callback again = written_anew(&reply, replies[i].length);
        g_assert_cmpuint(again.status, ==, reply.status);
        g_assert_cmpuint(again.last_op, ==, reply.last_op);
    }
}

SUITE(test_callback)
{
    g_test_add_func("/callback/recall", test_recall);
    g_test_add_func("/callback/recall_in_40", test_recall_40);
    g_test_add_func("/callback/other_operation", test_other_operation);
    g_test_add_func("/callback/replies", test_replies);
    g_test_add_func("/callback/cut_anywhere", test_cut);
    g_test_add_func("/callback/written_anew", test_written_anew);
}
