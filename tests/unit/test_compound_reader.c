/* test_compound_reader.c - what a COMPOUND says, and what a damaged one still says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Scripts are explained in xdr_writer.h. That every operation is stepped over is
 * the matter of test_compound_ops.c, each event's fields that of
 * test_compound_events.c, and what stands of one that was cut, test_compound_cuts.c.
 */
#include "compound_fixture.h"
#include "suite.h"

static void test_call_head(void)
{
    g_auto(reading) r = read_message(xdr_call(2, 0), false);

    g_assert_true(r.has_head);
    g_assert_false(r.compound.is_reply);
    g_assert_cmpuint(r.compound.minorversion, ==, 2);
    g_assert_cmpuint(r.compound.op_count, ==, 0);
    g_assert_cmpuint(r.compound.first_op, ==, 0);
    assert_no_event(&r, NFS4_END_COMPLETE);
}

static void test_reply_head(void)
{
    GByteArray *message = g_byte_array_new();
    xdr_put_script(message, "10008 'a tag' 1 53 10008");
    g_auto(reading) r = read_message(message, true);

    g_assert_true(r.has_head);
    g_assert_true(r.compound.is_reply);
    g_assert_cmpuint(r.compound.status, ==, NFS4ERR_DELAY);
    g_assert_cmpuint(r.compound.op_count, ==, 1);
    g_assert_cmpuint(r.compound.last_op, ==, OP_SEQUENCE);
    g_assert_cmpint(r.compound.end, ==, NFS4_END_COMPLETE);
}

static void assert_no_head(const guint8 *data, gsize length, bool is_reply)
{
    nfs4_compound compound;

    g_assert_false(compound_reader_read(data, length, is_reply, &compound));
    g_assert_cmpint(compound.end, ==, NFS4_END_TRUNCATED);
    g_assert_cmpuint(compound.op_count, ==, 0);
    g_assert_cmpuint(compound.ops_read, ==, 0);
    g_assert_cmpuint(compound.event_count, ==, 0);
}

static void test_no_head(void)
{
    const guint8 endless_tag[12] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

    assert_no_head(NULL, 0, false);
    assert_no_head(NULL, 0, true);
    assert_no_head(endless_tag, sizeof endless_tag, false);
    assert_no_head(endless_tag, sizeof endless_tag, true);
    assert_no_head(endless_tag + 8, 3, false);
}

static void test_operations_are_counted(void)
{
    GByteArray *message = xdr_call(1, 3);
    xdr_put_script(message, "53 X 7 2 5 1  22 t28  74 q 4096");
    g_auto(reading) r = read_message(message, false);

    g_assert_cmpint(r.compound.end, ==, NFS4_END_COMPLETE);
    g_assert_cmpuint(r.compound.ops_read, ==, 3);
    g_assert_cmpuint(r.compound.first_op, ==, OP_SEQUENCE);
    g_assert_cmpuint(r.compound.last_op, ==, OP_LISTXATTRS);
    g_assert_true(nfs4_compound_has(&r.compound, OP_PUTFH));
    g_assert_true(nfs4_compound_has(&r.compound, OP_LISTXATTRS));
    g_assert_false(nfs4_compound_has(&r.compound, OP_GETFH));
    g_assert_null(nfs4_compound_event(&r.compound, OP_PUTFH));
    g_assert_nonnull(nfs4_compound_event(&r.compound, OP_SEQUENCE));
}

static void test_bytes_behind_the_message(void)
{
    GByteArray *message = call_of(OP_RENEW, "q7 30 q8");
    g_auto(reading) r = read_message(message, false);

    g_assert_cmpint(r.compound.end, ==, NFS4_END_COMPLETE);
    g_assert_cmphex(assert_one_event(&r, OP_RENEW)->u.clientid.clientid, ==, 7);
}

static void test_unknown_operation(void)
{
    static const uint32_t unknown[] = {0, 1, 2, 76, 127, 128, 10043, 0xffffffff};

    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
        GByteArray *message = xdr_call(1, 3);
        xdr_put_script(message, "30 q");
        xdr_put_u32(message, unknown[i]);
        xdr_put_script(message, "30 q");
        g_auto(reading) r = read_message(message, false);

        g_assert_cmpint(r.compound.end, ==, NFS4_END_UNKNOWN_OP);
        g_assert_cmpuint(r.compound.ops_read, ==, 2);
        g_assert_cmpuint(r.compound.last_op, ==, unknown[i]);
        g_assert_cmpuint(r.compound.event_count, ==, 1);
    }
}

static void test_illegal_in_a_reply(void)
{
    g_auto(reading) r = read_reply(OP_ILLEGAL, 10044, "");

    assert_no_event(&r, NFS4_END_COMPLETE);
    g_assert_cmpuint(r.compound.last_op, ==, OP_ILLEGAL);
}

static void test_nothing_follows_an_error(void)
{
    GByteArray *message = xdr_reply(NFS4ERR_EXPIRED, 2);
    xdr_put_script(message, "30 10011  30 0");
    g_auto(reading) r = read_message(message, true);

    g_assert_cmpint(r.compound.end, ==, NFS4_END_MALFORMED);
    g_assert_cmpuint(r.compound.ops_read, ==, 1);
    g_assert_cmpuint(assert_one_event(&r, OP_RENEW)->status, ==, NFS4ERR_EXPIRED);
}

static void test_ten_thousand_announced(void)
{
    GByteArray *message = xdr_call(1, 10000);
    for (int i = 0; i < 40; i++)
        xdr_put_script(message, "30 q");
    g_auto(reading) r = read_message(message, false);

    g_assert_cmpint(r.compound.end, ==, NFS4_END_TRUNCATED);
    g_assert_cmpuint(r.compound.op_count, ==, 10000);
    g_assert_cmpuint(r.compound.ops_read, ==, 40);
}

static void test_events_beyond_the_room(void)
{
    GByteArray *message = xdr_call(0, NFS4_MAX_EVENTS + 1);
    for (int i = 0; i < NFS4_MAX_EVENTS + 1; i++)
        xdr_put_script(message, "30 q");
    g_auto(reading) full = read_prefix(message, message->len - 12, false);
    g_auto(reading) over = read_message(message, false);

    g_assert_cmpuint(full.compound.event_count, ==, NFS4_MAX_EVENTS);
    g_assert_cmpuint(over.compound.event_count, ==, NFS4_MAX_EVENTS);
    g_assert_cmpint(over.compound.end, ==, NFS4_END_COMPLETE);
}

/* Each of these would overflow, or run for hours, if the number were believed. */
static void test_huge_lengths(void)
{
    static const struct {
        uint32_t opcode;
        const char *args;
    } cases[] = {
        {OP_PUTFH, "0xffffffff"},
        {OP_PUTFH, "0xfffffffd 1"},
        {OP_GETATTR, "0xffffffff 1"},
        {OP_GETATTR, "0x40000001 1"},
        {OP_TEST_STATEID, "0xffffffff S S"},
        {OP_COPY, "S S q q q 1 1 0xffffffff 1 t1"},
        {OP_BACKCHANNEL_CTL, "7 0xffffffff 0 0 0"},
        {OP_CREATE_SESSION, "q 1 0 0 0 0 0 0 0 0xffffffff"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(reading) r = read_call(cases[i].opcode, cases[i].args);
        g_assert_cmpint(r.compound.end, ==, NFS4_END_TRUNCATED);
    }
}

static void test_huge_list_of_results(void)
{
    g_auto(reading) r = read_reply(OP_TEST_STATEID, NFS4_OK, "0xffffffff 0 0 0");

    assert_no_event(&r, NFS4_END_TRUNCATED);
}

static void test_owner_beyond_the_limit(void)
{
    g_auto(reading) longest = read_call(OP_EXCHANGE_ID, "q t1024 0 0 0");
    g_assert_cmpint(longest.compound.end, ==, NFS4_END_COMPLETE);
    g_assert_cmpuint(assert_one_event(&longest, OP_EXCHANGE_ID)->u.exchange_id.owner.len, ==, 1024);

    g_auto(reading) owner = read_call(OP_EXCHANGE_ID, "q t1025 0 0 0");
    assert_no_event(&owner, NFS4_END_MALFORMED);
    g_auto(reading) endless = read_call(OP_EXCHANGE_ID, "q 0xffffffff 0 0");
    assert_no_event(&endless, NFS4_END_MALFORMED);
    g_auto(reading) id = read_call(OP_SETCLIENTID, "q t1025 7 'tcp' 'addr' 1");
    assert_no_event(&id, NFS4_END_MALFORMED);
    g_auto(reading) open_owner = read_call(OP_OPEN, "1 3 0 q t1025 0 4");
    assert_no_event(&open_owner, NFS4_END_MALFORMED);
    g_auto(reading) scope = read_reply(OP_EXCHANGE_ID, NFS4_OK, "q 1 1 0 q t8 t1025 0");
    assert_no_event(&scope, NFS4_END_MALFORMED);
}

static void test_what_stands_before_the_damage(void)
{
    GByteArray *message = xdr_call(1, 2);
    xdr_put_script(message, "53 X 7 2 5 1  42 q t1025");
    g_auto(reading) r = read_message(message, false);

    g_assert_cmpint(r.compound.end, ==, NFS4_END_MALFORMED);
    g_assert_cmpuint(assert_one_event(&r, OP_SEQUENCE)->u.sequence.sequenceid, ==, 7);
}

static void test_first_stateid(void)
{
    static const struct {
        uint32_t opcode;
        const char *args;
    } cases[] = {
        {OP_CLOSE, "1 S7"},
        {OP_READ, "S7 q 1"},
        {OP_LOCK, "1 0 q q 1 1 S7 1 q t4"},
        {OP_LOCK, "1 0 q q 0 S7 1"},
        {OP_OPEN, "1 3 0 q t5 0 2 S7 t4"},
        {OP_LAYOUTRETURN, "0 1 1 1 q q S7 t0"},
        {OP_LAYOUTCOMMIT, "q q 0 S7 0 0 1 t0"},
        {OP_COPY, "S0 S7 q q q 1 1 0"},
        {OP_COPY, "S255 S7 q q q 1 1 0"},
        {OP_CLONE, "S7 S9 q q q"},
        {OP_SEEK, "S7 q 0"},
    };
    static const uint8_t sevens[NFS4_OTHER_SIZE] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(reading) r = read_call(cases[i].opcode, cases[i].args);
        g_assert_true(r.compound.has_stateid);
        g_assert_cmpuint(r.compound.stateid.seqid, ==, 1);
        g_assert_cmpmem(r.compound.stateid.other, NFS4_OTHER_SIZE, sevens, NFS4_OTHER_SIZE);
    }
}

static void test_first_stateid_of_several_operations(void)
{
    GByteArray *message = xdr_call(1, 3);
    xdr_put_script(message, "25 S0 q 1  25 S7 q 1  25 S9 q 1");
    g_auto(reading) r = read_message(message, false);

    g_assert_true(r.compound.has_stateid);
    g_assert_cmpuint(r.compound.stateid.other[0], ==, 7);
}

static void test_no_stateid(void)
{
    g_auto(reading) zeros = read_call(OP_READ, "S0 q 1");
    g_assert_false(zeros.compound.has_stateid);
    g_auto(reading) ones = read_call(OP_READ, "S255 q 1");
    g_assert_false(ones.compound.has_stateid);
    g_auto(reading) reply = read_reply(OP_CLOSE, NFS4_OK, "S7");
    g_assert_false(reply.compound.has_stateid);
    g_auto(reading) cut = read_cut(call_of(OP_FREE_STATEID, "S7"), false, 1);
    g_assert_false(cut.compound.has_stateid);
}

static void test_cut_in_the_last_padding(void)
{
    g_auto(reading) r = read_cut(call_of(OP_RELEASE_LOCKOWNER, "q7 t5"), false, 3);

    g_assert_cmpint(r.compound.end, ==, NFS4_END_COMPLETE);
    g_assert_cmphex(assert_one_event(&r, OP_RELEASE_LOCKOWNER)->u.clientid.clientid, ==, 7);
}

SUITE(test_compound_reader)
{
    g_test_add_func("/reader/call_head_gives_minor_version_and_count", test_call_head);
    g_test_add_func("/reader/reply_head_gives_status_and_count", test_reply_head);
    g_test_add_func("/reader/a_head_that_is_cut_gives_nothing", test_no_head);
    g_test_add_func("/reader/operations_are_counted_and_noted", test_operations_are_counted);
    g_test_add_func("/reader/bytes_behind_the_message_are_left_alone",
                    test_bytes_behind_the_message);
    g_test_add_func("/reader/an_unknown_operation_ends_the_reading", test_unknown_operation);
    g_test_add_func("/reader/illegal_has_a_status_only", test_illegal_in_a_reply);
    g_test_add_func("/reader/an_operation_behind_a_failed_one_is_malformed",
                    test_nothing_follows_an_error);
    g_test_add_func("/reader/ten_thousand_operations_announced_end_with_the_data",
                    test_ten_thousand_announced);
    g_test_add_func("/reader/events_beyond_the_room_are_dropped_and_said_so",
                    test_events_beyond_the_room);
    g_test_add_func("/reader/huge_lengths_and_counts_end_with_the_data", test_huge_lengths);
    g_test_add_func("/reader/a_huge_list_of_statuses_gives_no_event", test_huge_list_of_results);
    g_test_add_func("/reader/an_opaque_beyond_its_limit_is_malformed", test_owner_beyond_the_limit);
    g_test_add_func("/reader/what_stands_before_the_damage_is_kept",
                    test_what_stands_before_the_damage);
    g_test_add_func("/reader/the_first_stateid_of_a_call_is_noted", test_first_stateid);
    g_test_add_func("/reader/the_first_stateid_that_is_not_special_counts",
                    test_first_stateid_of_several_operations);
    g_test_add_func("/reader/special_cut_and_returned_stateids_are_not_noted", test_no_stateid);
    g_test_add_func("/reader/a_cut_in_the_last_padding_loses_nothing",
                    test_cut_in_the_last_padding);
}
