/* test_compound_cuts.c - how much of an operation that was cut still stands
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Snap lengths end in these. Scripts are explained in xdr_writer.h.
 */
#include "compound_fixture.h"
#include "suite.h"

#define CHANNELS "0 1 2 3 4 5 1 7  0 1 2 3 4 5 0"

static void test_owner_cut(void)
{
    g_auto(reading) r = read_cut(call_of(OP_EXCHANGE_ID, "q 'owner567'"), false, 1);

    assert_no_event(&r, NFS4_END_TRUNCATED);
}

static void test_exchange_id_call_cut_behind_the_owner(void)
{
    for (guint lost = 1; lost <= 8; lost++) {
        g_auto(reading) r = read_cut(call_of(OP_EXCHANGE_ID, "q3 'owner' 0x101 1"), false, lost);
        const nfs4_event *event = assert_one_event(&r, OP_EXCHANGE_ID);

        g_assert_cmpint(r.compound.end, ==, NFS4_END_TRUNCATED);
        g_assert_cmphex(event->u.exchange_id.verifier, ==, 3);
        assert_bytes(event->u.exchange_id.owner, "owner");
        g_assert_cmphex(event->u.exchange_id.flags, ==, lost <= 4 ? 0x101 : 0);
        g_assert_cmpuint(event->u.exchange_id.state_protect, ==, 0);
        g_assert_cmpuint(event->u.exchange_id.impl_name.len, ==, 0);
    }
}

static void test_exchange_id_reply_cut_behind_the_clientid(void)
{
    g_auto(reading) flags = read_reply(OP_EXCHANGE_ID, NFS4_OK, "q5 9 0x20001");
    g_auto(reading) enough = read_reply(OP_EXCHANGE_ID, NFS4_OK, "q5");
    g_auto(reading) less = read_cut(reply_of(OP_EXCHANGE_ID, NFS4_OK, "q5"), true, 1);
    const nfs4_event *event = assert_one_event(&enough, OP_EXCHANGE_ID);

    g_assert_cmphex(assert_one_event(&flags, OP_EXCHANGE_ID)->u.exchange_id.flags, ==, 0x20001);
    g_assert_cmpint(enough.compound.end, ==, NFS4_END_TRUNCATED);
    g_assert_cmphex(event->u.exchange_id.clientid, ==, 5);
    g_assert_cmphex(event->u.exchange_id.flags, ==, 0);
    g_assert_cmpuint(event->u.exchange_id.server_major.len, ==, 0);
    assert_no_event(&less, NFS4_END_TRUNCATED);
}

static void test_create_session_call_cut(void)
{
    const char *head = "q5 9";
    g_auto(reading) enough = read_call(OP_CREATE_SESSION, head);
    g_auto(reading) less = read_cut(call_of(OP_CREATE_SESSION, head), false, 1);
    g_auto(reading) name =
        read_cut(call_of(OP_CREATE_SESSION, "q5 9 3 " CHANNELS " 7 1 1 77 'web1'"), false, 1);

    g_assert_cmphex(assert_one_event(&enough, OP_CREATE_SESSION)->u.create_session.clientid, ==, 5);
    assert_no_event(&less, NFS4_END_TRUNCATED);
    const nfs4_event *event = assert_one_event(&name, OP_CREATE_SESSION);
    g_assert_cmpuint(event->u.create_session.machine.len, ==, 0);
}

static void test_create_session_reply_cut(void)
{
    g_auto(reading) enough = read_reply(OP_CREATE_SESSION, NFS4_OK, "X6");
    g_auto(reading) less = read_cut(reply_of(OP_CREATE_SESSION, NFS4_OK, "X6"), true, 1);
    const nfs4_event *event = assert_one_event(&enough, OP_CREATE_SESSION);

    g_assert_cmphex(event->u.create_session.sessionid[15], ==, 6);
    g_assert_cmpuint(event->u.create_session.sequence, ==, 0);
    assert_no_event(&less, NFS4_END_TRUNCATED);
}

static void test_sequence_cut(void)
{
    for (guint lost = 1; lost <= 32; lost++) {
        g_auto(reading) r = read_cut(call_of(OP_SEQUENCE, "X6 7 2 5 1"), false, lost);
        assert_no_event(&r, NFS4_END_TRUNCATED);
    }
}

static void test_setclientid_call_cut(void)
{
    g_auto(reading) enough = read_call(OP_SETCLIENTID, "q3 'eight id'");
    g_auto(reading) less = read_cut(call_of(OP_SETCLIENTID, "q3 'eight id'"), false, 1);
    const nfs4_event *event = assert_one_event(&enough, OP_SETCLIENTID);

    assert_bytes(event->u.setclientid.id, "eight id");
    assert_no_event(&less, NFS4_END_TRUNCATED);
}

static void test_setclientid_reply_cut_behind_the_clientid(void)
{
    g_auto(reading) enough = read_reply(OP_SETCLIENTID, NFS4_OK, "q5");
    g_auto(reading) less = read_cut(reply_of(OP_SETCLIENTID, NFS4_OK, "q5"), true, 1);

    g_assert_cmphex(assert_one_event(&enough, OP_SETCLIENTID)->u.setclientid.clientid, ==, 5);
    assert_no_event(&less, NFS4_END_TRUNCATED);
}

static void test_open_call_cut(void)
{
    g_auto(reading) enough = read_call(OP_OPEN, "1 3 0 q5");
    g_auto(reading) less = read_cut(call_of(OP_OPEN, "1 3 0 q5"), false, 1);
    g_auto(reading) file = read_call(OP_OPEN, "1 3 0 q5 t5 0 0 99");

    g_assert_cmpuint(assert_one_event(&enough, OP_OPEN)->u.open.claim, ==, UINT32_MAX);
    g_assert_cmphex(assert_one_event(&enough, OP_OPEN)->u.open.clientid, ==, 5);
    assert_no_event(&less, NFS4_END_TRUNCATED);
    g_assert_cmpuint(assert_one_event(&file, OP_OPEN)->u.open.claim, ==, CLAIM_NULL);
}

SUITE(test_compound_cuts)
{
    g_test_add_func("/cuts/owner_cut_by_snap_length_gives_no_event", test_owner_cut);
    g_test_add_func("/cuts/exchange_id_call_stands_once_its_owner_is_whole",
                    test_exchange_id_call_cut_behind_the_owner);
    g_test_add_func("/cuts/exchange_id_reply_stands_once_its_clientid_is_read",
                    test_exchange_id_reply_cut_behind_the_clientid);
    g_test_add_func("/cuts/create_session_call_stands_once_its_sequence_is_read",
                    test_create_session_call_cut);
    g_test_add_func("/cuts/create_session_reply_stands_once_its_sessionid_is_read",
                    test_create_session_reply_cut);
    g_test_add_func("/cuts/sequence_cut_anywhere_gives_no_event", test_sequence_cut);
    g_test_add_func("/cuts/setclientid_call_stands_once_its_id_is_whole",
                    test_setclientid_call_cut);
    g_test_add_func("/cuts/setclientid_reply_stands_once_its_clientid_is_read",
                    test_setclientid_reply_cut_behind_the_clientid);
    g_test_add_func("/cuts/open_call_stands_once_its_clientid_is_read", test_open_call_cut);
}
