/* test_compound_ops.c - every operation ends where the next one begins
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each body below stands between two operations that are known to be read; the one
 * behind it carries a value that only turns up if the body was stepped over whole.
 */
#include "compound_fixture.h"
#include "suite.h"

#define SENTINEL UINT64_C(0x5e6714e15e6714e1)

typedef struct {
    uint32_t opcode;
    const char *body;
} op_case;

#define IMPL_ID "1 'kernel.org' 'Linux' q 0"
#define CHANNELS "0 1 2 3 4 5 1 7  0 1 2 3 4 5 0"
#define OWNER "q t5"
#define ACE "0 0 1 t4"

static const op_case calls[] = {
    {OP_ACCESS, "31"},
    {OP_CLOSE, "1 S"},
    {OP_COMMIT, "q 4"},
    {OP_CREATE, "2 'dir' 1 2 t4"},
    {OP_CREATE, "5 'target' 'link' 0 t0"},
    {OP_CREATE, "3 8 1 'block' 0 t0"},
    {OP_CREATE, "4 8 1 'char' 0 t0"},
    {OP_DELEGPURGE, "q"},
    {OP_DELEGRETURN, "S"},
    {OP_GETATTR, "3 1 2 3"},
    {OP_GETFH, ""},
    {OP_LINK, "t3"},
    {OP_LOCK, "2 0 q q 1 1 S 1 " OWNER},
    {OP_LOCK, "2 1 q q 0 S 1"},
    {OP_LOCKT, "1 q q " OWNER},
    {OP_LOCKU, "1 2 S q q"},
    {OP_LOOKUP, "'name'"},
    {OP_LOOKUPP, ""},
    {OP_NVERIFY, "1 2 t4"},
    {OP_OPEN, "1 3 0 " OWNER " 0 0 'file'"},
    {OP_OPEN, "1 3 0 " OWNER " 1 0 1 2 t4 1 2"},
    {OP_OPEN, "1 3 0 " OWNER " 1 1 2 3 4 t8 2 S 'file'"},
    {OP_OPEN, "1 3 0 " OWNER " 1 2 q 3 'file'"},
    {OP_OPEN, "1 3 0 " OWNER " 1 3 q 1 2 t4 4"},
    {OP_OPEN, "1 3 0 " OWNER " 0 5 S"},
    {OP_OPEN, "1 3 0 " OWNER " 0 6"},
    {OP_OPENATTR, "1"},
    {OP_OPEN_CONFIRM, "S 1"},
    {OP_OPEN_DOWNGRADE, "S 1 2 3"},
    {OP_PUTFH, "t28"},
    {OP_PUTPUBFH, ""},
    {OP_PUTROOTFH, ""},
    {OP_READ, "S q 4096"},
    {OP_READDIR, "q q 1 2 2 3 4"},
    {OP_READLINK, ""},
    {OP_REMOVE, "t1"},
    {OP_RENAME, "t1 t2"},
    {OP_RENEW, "q"},
    {OP_RESTOREFH, ""},
    {OP_SAVEFH, ""},
    {OP_SECINFO, "t7"},
    {OP_SETATTR, "S 1 16 t8"},
    {OP_SETCLIENTID, "q t9 7 'tcp' 'addr' 1"},
    {OP_SETCLIENTID_CONFIRM, "q q"},
    {OP_VERIFY, "1 2 t4"},
    {OP_WRITE, "S q 2 t101"},
    {OP_RELEASE_LOCKOWNER, OWNER},
    {OP_BACKCHANNEL_CTL, "7 3 0 1 9 'host' 0 0 2 5 6 6 1 t3 t4"},
    {OP_BIND_CONN_TO_SESSION, "X 3 0"},
    {OP_EXCHANGE_ID, "q t20 1 0 " IMPL_ID},
    {OP_EXCHANGE_ID, "q t20 1 1 1 2 2 3 4 0"},
    {OP_EXCHANGE_ID, "q t20 1 2 0 0 1 t9 2 t9 t8 1 1 0"},
    {OP_CREATE_SESSION, "q 1 3 " CHANNELS " 7 1 1 9 'host' 0 0 1 0"},
    {OP_CREATE_SESSION, "q 1 3 " CHANNELS " 7 2 0 6 1 t1 t2"},
    {OP_DESTROY_SESSION, "X"},
    {OP_FREE_STATEID, "S"},
    {OP_GET_DIR_DELEGATION, "0 1 2 q 0 q 0 1 2 1 3"},
    {OP_GETDEVICEINFO, "X 1 4096 1 6"},
    {OP_GETDEVICELIST, "1 9 q q"},
    {OP_LAYOUTCOMMIT, "q q 0 S 1 q 1 q 5 1 t6"},
    {OP_LAYOUTCOMMIT, "q q 0 S 0 0 1 t0"},
    {OP_LAYOUTGET, "0 1 1 q q q S 4096"},
    {OP_LAYOUTRETURN, "0 1 1 1 q q S t3"},
    {OP_LAYOUTRETURN, "0 1 1 2"},
    {OP_LAYOUTRETURN, "0 1 1 3"},
    {OP_SECINFO_NO_NAME, "0"},
    {OP_SEQUENCE, "X 1 0 0 1"},
    {OP_SET_SSV, "t3 t5"},
    {OP_TEST_STATEID, "2 S S"},
    {OP_WANT_DELEGATION, "1 1 2"},
    {OP_WANT_DELEGATION, "1 4"},
    {OP_WANT_DELEGATION, "1 6"},
    {OP_DESTROY_CLIENTID, "q"},
    {OP_RECLAIM_COMPLETE, "0"},
    {OP_ALLOCATE, "S q q"},
    {OP_COPY, "S S q q q 1 1 0"},
    {OP_COPY, "S S q q q 1 0 3 1 'host' 2 'url' 3 'tcp' 'addr'"},
    {OP_COPY_NOTIFY, "S 3 'tcp' 'addr'"},
    {OP_DEALLOCATE, "S q q"},
    {OP_IO_ADVISE, "S q q 1 2"},
    {OP_LAYOUTERROR, "q q S 2 X 5 38 X 5 25"},
    {OP_LAYOUTSTATS, "q q S q q q q X 4 t7"},
    {OP_OFFLOAD_CANCEL, "S"},
    {OP_OFFLOAD_STATUS, "S"},
    {OP_READ_PLUS, "S q 4096"},
    {OP_SEEK, "S q 0"},
    {OP_WRITE_SAME, "S 1 q q q q 4 q t6"},
    {OP_CLONE, "S S q q q"},
    {OP_GETXATTR, "'user.name'"},
    {OP_SETXATTR, "0 'user.name' t33"},
    {OP_LISTXATTRS, "q 4096"},
    {OP_REMOVEXATTR, "'user.name'"},
    {OP_ILLEGAL, ""},
};

#define OPENED "S 1 q q 4 1 2 "
#define CHANGE "1 q q "
#define WRITTEN "q 2 q "

static const op_case results[] = {
    {OP_ACCESS, "31 31"},
    {OP_CLOSE, "S"},
    {OP_COMMIT, "q"},
    {OP_CREATE, CHANGE "1 2"},
    {OP_DELEGPURGE, ""},
    {OP_DELEGRETURN, ""},
    {OP_GETATTR, "2 0x10 0 t8"},
    {OP_GETFH, "t28"},
    {OP_LINK, CHANGE},
    {OP_LOCK, "S"},
    {OP_LOCKT, ""},
    {OP_LOCKU, "S"},
    {OP_LOOKUP, ""},
    {OP_LOOKUPP, ""},
    {OP_NVERIFY, ""},
    {OP_OPEN, OPENED "0"},
    {OP_OPEN, OPENED "1 S 0 " ACE},
    {OP_OPEN, OPENED "2 S 0 1 q " ACE},
    {OP_OPEN, OPENED "2 S 0 2 7 512 " ACE},
    {OP_OPEN, OPENED "3 0"},
    {OP_OPEN, OPENED "3 1 1"},
    {OP_OPEN, OPENED "3 2 0"},
    {OP_OPEN, OPENED "4 S 0 " ACE},
    {OP_OPEN, OPENED "5 S 0 1 q " ACE},
    {OP_OPENATTR, ""},
    {OP_OPEN_CONFIRM, "S"},
    {OP_OPEN_DOWNGRADE, "S"},
    {OP_PUTFH, ""},
    {OP_PUTPUBFH, ""},
    {OP_PUTROOTFH, ""},
    {OP_READ, "1 t4097"},
    {OP_READDIR, "q 0 1"},
    {OP_READDIR, "q 1 q 'a' 1 2 t4 1 q 'bc' 0 t0 0 0"},
    {OP_READLINK, "'target'"},
    {OP_REMOVE, CHANGE},
    {OP_RENAME, CHANGE CHANGE},
    {OP_RENEW, ""},
    {OP_RESTOREFH, ""},
    {OP_SAVEFH, ""},
    {OP_SECINFO, "3 6 t9 0 1 1 0"},
    {OP_SETATTR, "1 16"},
    {OP_SETCLIENTID, "q q"},
    {OP_SETCLIENTID_CONFIRM, ""},
    {OP_VERIFY, ""},
    {OP_WRITE, "4096 2 q"},
    {OP_RELEASE_LOCKOWNER, ""},
    {OP_BACKCHANNEL_CTL, ""},
    {OP_BIND_CONN_TO_SESSION, "X 3 0"},
    {OP_EXCHANGE_ID, "q 1 0x20001 0 q 'major' 'scope' " IMPL_ID},
    {OP_EXCHANGE_ID, "q 1 0x20001 1 1 2 1 3 q 'major' 'scope' 0"},
    {OP_EXCHANGE_ID, "q 1 0x20001 2 0 0 1 2 3 4 2 t5 t6 q 'major' 'scope' 0"},
    {OP_CREATE_SESSION, "X 1 3 " CHANNELS},
    {OP_DESTROY_SESSION, ""},
    {OP_FREE_STATEID, ""},
    {OP_GET_DIR_DELEGATION, "0 q S 1 2 1 3 0"},
    {OP_GET_DIR_DELEGATION, "1 1"},
    {OP_GETDEVICEINFO, "1 t20 1 6"},
    {OP_GETDEVICELIST, "q q 2 X X 1"},
    {OP_LAYOUTCOMMIT, "1 q"},
    {OP_LAYOUTCOMMIT, "0"},
    {OP_LAYOUTGET, "1 S 2 q q 1 1 t9 q q 2 1 t0"},
    {OP_LAYOUTRETURN, "1 S"},
    {OP_LAYOUTRETURN, "0"},
    {OP_SECINFO_NO_NAME, "1 390003"},
    {OP_SEQUENCE, "X 1 0 31 31 0"},
    {OP_SET_SSV, "t5"},
    {OP_TEST_STATEID, "2 0 10025"},
    {OP_WANT_DELEGATION, "1 S 0 " ACE},
    {OP_DESTROY_CLIENTID, ""},
    {OP_RECLAIM_COMPLETE, ""},
    {OP_ALLOCATE, ""},
    {OP_COPY, "0 " WRITTEN "1 1"},
    {OP_COPY, "1 S " WRITTEN "1 0"},
    {OP_COPY_NOTIFY, "q 0 S 2 1 'host' 3 'tcp' 'addr'"},
    {OP_DEALLOCATE, ""},
    {OP_IO_ADVISE, "1 2"},
    {OP_LAYOUTERROR, ""},
    {OP_LAYOUTSTATS, ""},
    {OP_OFFLOAD_CANCEL, ""},
    {OP_OFFLOAD_STATUS, "q 1 0"},
    {OP_READ_PLUS, "1 3 0 q t33 1 q q 0 q t0"},
    {OP_SEEK, "0 q"},
    {OP_WRITE_SAME, "0 " WRITTEN},
    {OP_CLONE, ""},
    {OP_GETXATTR, "t77"},
    {OP_SETXATTR, CHANGE},
    {OP_LISTXATTRS, "q 2 'user.a' 'user.bc' 1"},
    {OP_REMOVEXATTR, CHANGE},
    {OP_ILLEGAL, ""},
};

static GByteArray *call_between_sentinels(const op_case *c)
{
    GByteArray *message = xdr_call(1, 3);

    xdr_put_u32(message, OP_PUTFH);
    xdr_put_script(message, "t28");
    xdr_put_u32(message, c->opcode);
    xdr_put_script(message, c->body);
    xdr_put_u32(message, OP_RENEW);
    xdr_put_u64(message, SENTINEL);
    return message;
}

static GByteArray *reply_between_sentinels(const op_case *c)
{
    GByteArray *message = xdr_reply(NFS4_OK, 3);

    xdr_put_result(message, OP_PUTFH, NFS4_OK);
    xdr_put_result(message, c->opcode, NFS4_OK);
    xdr_put_script(message, c->body);
    xdr_put_result(message, OP_SEQUENCE, NFS4_OK);
    xdr_put_script(message, "X6 7 2 5 6");
    xdr_put_u32(message, (uint32_t)SENTINEL);
    return message;
}

static void assert_all_three_read(const reading *r, const op_case *c, uint32_t last)
{
    if (r->compound.end != NFS4_END_COMPLETE || r->compound.event_count == 0)
        g_error("opcode %u was not stepped over: %s", c->opcode, c->body);
    g_assert_cmpuint(r->compound.ops_read, ==, 3);
    g_assert_cmpuint(r->compound.first_op, ==, OP_PUTFH);
    g_assert_cmpuint(r->compound.last_op, ==, last);
    g_assert_true(c->opcode > 127 || nfs4_compound_has(&r->compound, c->opcode));
}

static void test_calls_are_stepped_over(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
        g_auto(reading) r = read_message(call_between_sentinels(&calls[i]), false);

        assert_all_three_read(&r, &calls[i], OP_RENEW);
        const nfs4_event *last = &r.compound.events[r.compound.event_count - 1];
        g_assert_cmphex(last->u.clientid.clientid, ==, SENTINEL);
    }
}

static void test_results_are_stepped_over(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(results); i++) {
        g_auto(reading) r = read_message(reply_between_sentinels(&results[i]), true);

        assert_all_three_read(&r, &results[i], OP_SEQUENCE);
        const nfs4_event *last = &r.compound.events[r.compound.event_count - 1];
        g_assert_cmphex(last->u.sequence.status_flags, ==, (uint32_t)SENTINEL);
    }
}

static bool holds_all_opcodes(const op_case *cases, size_t count)
{
    for (uint32_t opcode = OP_ACCESS; opcode <= OP_LAST_KNOWN; opcode++) {
        size_t i = 0;
        while (i < count && cases[i].opcode != opcode)
            i++;
        if (i == count)
            return false;
    }
    return true;
}

static void test_no_operation_is_missing_here(void)
{
    g_assert_true(holds_all_opcodes(calls, G_N_ELEMENTS(calls)));
    g_assert_true(holds_all_opcodes(results, G_N_ELEMENTS(results)));
}

/* Whatever stands in a message that was cut stands in the whole one as well. */
static void assert_every_cut_is_a_part(GByteArray *message, bool is_reply)
{
    g_auto(reading) whole = read_prefix(message, message->len, is_reply);

    for (gsize length = 0; length < message->len; length++) {
        g_auto(reading) cut = read_prefix(message, length, is_reply);
        g_assert_cmpint(cut.compound.end, ==, NFS4_END_TRUNCATED);
        g_assert_cmpuint(cut.compound.ops_read, <=, whole.compound.ops_read);
        g_assert_cmpuint(cut.compound.event_count, <, whole.compound.event_count);
        for (uint32_t i = 0; i < cut.compound.event_count; i++) {
            g_assert_cmpuint(cut.compound.events[i].opcode, ==, whole.compound.events[i].opcode);
        }
    }
    g_byte_array_unref(message);
}

static void test_every_cut_is_truncated(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++)
        assert_every_cut_is_a_part(call_between_sentinels(&calls[i]), false);
    for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
        assert_every_cut_is_a_part(reply_between_sentinels(&results[i]), true);
}

static void test_errors_with_a_body(void)
{
    static const struct {
        uint32_t opcode, status;
        const char *body;
    } cases[] = {
        {OP_SETATTR, 13, "1 0"},
        {OP_LOCK, NFS4ERR_DENIED, "q q 1 q t4"},
        {OP_LOCKT, NFS4ERR_DENIED, "q q 1 q t4"},
        {OP_SETCLIENTID, NFS4ERR_CLID_INUSE, "'tcp' 'addr'"},
        {OP_GETDEVICEINFO, 10005, "4096"},
        {OP_LAYOUTGET, 10058, "1"},
        {OP_COPY, 10094, "1 0"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(reading) whole = read_reply(cases[i].opcode, cases[i].status, cases[i].body);
        g_assert_cmpint(whole.compound.end, ==, NFS4_END_COMPLETE);
        g_auto(reading) cut =
            read_cut(reply_of(cases[i].opcode, cases[i].status, cases[i].body), true, 4);
        assert_no_event(&cut, NFS4_END_TRUNCATED);
        g_assert_cmpuint(cut.compound.last_op, ==, cases[i].opcode);
    }
}

static void test_errors_without_a_body(void)
{
    for (uint32_t opcode = OP_ACCESS; opcode <= OP_LAST_KNOWN; opcode++) {
        if (opcode == OP_SETATTR)
            continue;
        g_auto(reading) r = read_reply(opcode, NFS4ERR_DELAY, "");
        g_assert_cmpint(r.compound.end, ==, NFS4_END_COMPLETE);
        g_assert_cmpuint(r.compound.last_op, ==, opcode);
    }
}

static void test_forbidden_union_arms_are_malformed(void)
{
    static const op_case bad_calls[] = {
        {OP_OPEN, "1 3 0 " OWNER " 2 0 'file'"},
        {OP_OPEN, "1 3 0 " OWNER " 1 4 q"},
        {OP_OPEN, "1 3 0 " OWNER " 0 7 'file'"},
        {OP_OPEN, "1 3 0 " OWNER " 0 0xffffffff"},
        {OP_EXCHANGE_ID, "q t20 1 3 0"},
        {OP_CREATE_SESSION, "q 1 3 " CHANNELS " 7 1 5 0 0 0 0"},
        {OP_LAYOUTRETURN, "0 1 1 0"},
        {OP_WANT_DELEGATION, "1 0"},
        {OP_COPY_NOTIFY, "S 0 t4"},
    };
    static const op_case bad_results[] = {
        {OP_OPEN, OPENED "6"},
        {OP_OPEN, OPENED "2 S 0 3 q " ACE},
        {OP_EXCHANGE_ID, "q 1 1 3 0 0 0"},
        {OP_READ_PLUS, "1 1 2 q q"},
        {OP_GET_DIR_DELEGATION, "2"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad_calls); i++) {
        g_auto(reading) r = read_call(bad_calls[i].opcode, bad_calls[i].body);
        assert_no_event(&r, NFS4_END_MALFORMED);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad_results); i++) {
        g_auto(reading) r = read_reply(bad_results[i].opcode, NFS4_OK, bad_results[i].body);
        assert_no_event(&r, NFS4_END_MALFORMED);
    }
}

SUITE(test_compound_ops)
{
    g_test_add_func("/ops/no_operation_is_missing_in_this_test", test_no_operation_is_missing_here);
    g_test_add_func("/ops/all_arguments_are_stepped_over", test_calls_are_stepped_over);
    g_test_add_func("/ops/all_results_are_stepped_over", test_results_are_stepped_over);
    g_test_add_func("/ops/every_cut_is_truncated_and_a_part_of_the_whole",
                    test_every_cut_is_truncated);
    g_test_add_func("/ops/errors_with_a_body_need_it_whole", test_errors_with_a_body);
    g_test_add_func("/ops/other_errors_have_no_body", test_errors_without_a_body);
    g_test_add_func("/ops/a_union_arm_that_is_forbidden_is_malformed",
                    test_forbidden_union_arms_are_malformed);
}
