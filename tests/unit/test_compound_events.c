/* test_compound_events.c - each event's fields
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Scripts are explained in xdr_writer.h.
 */
#include "compound_fixture.h"
#include "suite.h"

#define CHANNELS "0 1 2 3 4 5 1 7  0 1 2 3 4 5 0"

static void assert_repeated(const uint8_t *bytes, guint count, uint8_t byte)
{
    for (guint i = 0; i < count; i++)
        g_assert_cmphex(bytes[i], ==, byte);
}

static void test_exchange_id_call(void)
{
    g_auto(reading) r = read_call(
        OP_EXCHANGE_ID, "q0x18ea58eed3c886ba 'Linux NFSv4.2 web01' 0x101 1 1 2 0 1 'd' 'n' q 0");
    const nfs4_event *event = assert_one_event(&r, OP_EXCHANGE_ID);

    g_assert_cmpuint(event->status, ==, NFS4_OK);
    g_assert_cmphex(event->u.exchange_id.verifier, ==, UINT64_C(0x18ea58eed3c886ba));
    assert_bytes(event->u.exchange_id.owner, "Linux NFSv4.2 web01");
    g_assert_cmphex(event->u.exchange_id.flags, ==, 0x101);
    g_assert_cmpuint(event->u.exchange_id.state_protect, ==, 1);
    assert_bytes(event->u.exchange_id.impl_domain, "d");
    assert_bytes(event->u.exchange_id.impl_name, "n");
}

static void test_exchange_id_reply(void)
{
    g_auto(reading) r =
        read_reply(OP_EXCHANGE_ID, NFS4_OK, "q5 9 0x80020001 0 q3 'major' 'scope' 1 'd' 'n' q 0");
    const nfs4_event *event = assert_one_event(&r, OP_EXCHANGE_ID);

    g_assert_cmphex(event->u.exchange_id.clientid, ==, 5);
    g_assert_cmpuint(event->u.exchange_id.sequenceid, ==, 9);
    g_assert_true((event->u.exchange_id.flags & EXCHGID4_FLAG_CONFIRMED_R) != 0);
    assert_bytes(event->u.exchange_id.server_major, "major");
    assert_bytes(event->u.exchange_id.server_scope, "scope");
    assert_bytes(event->u.exchange_id.impl_domain, "d");
    assert_bytes(event->u.exchange_id.impl_name, "n");
}

static void test_exchange_id_without_impl_id(void)
{
    g_auto(reading) r = read_call(OP_EXCHANGE_ID, "q 'owner' 0 0 0");

    g_assert_cmpuint(assert_one_event(&r, OP_EXCHANGE_ID)->u.exchange_id.impl_name.len, ==, 0);
}

static void test_create_session_call(void)
{
    g_auto(reading) r =
        read_call(OP_CREATE_SESSION, "q5 9 3 " CHANNELS " 7 3 0 6 1 t1 t2 1 77 'web01' 0 0 1 4");
    const nfs4_event *event = assert_one_event(&r, OP_CREATE_SESSION);

    g_assert_cmpint(r.compound.end, ==, NFS4_END_COMPLETE);
    g_assert_cmphex(event->u.create_session.clientid, ==, 5);
    g_assert_cmpuint(event->u.create_session.sequence, ==, 9);
    assert_bytes(event->u.create_session.machine, "web01");
}

static void test_create_session_reply(void)
{
    g_auto(reading) r = read_reply(OP_CREATE_SESSION, NFS4_OK, "X6 9 3 " CHANNELS);
    const nfs4_event *event = assert_one_event(&r, OP_CREATE_SESSION);

    assert_repeated(event->u.create_session.sessionid, NFS4_SESSIONID_SIZE, 6);
}

static void test_sessions_and_connections(void)
{
    g_auto(reading) destroy = read_call(OP_DESTROY_SESSION, "X6");
    g_auto(reading) bind = read_call(OP_BIND_CONN_TO_SESSION, "X6 3 0");
    g_auto(reading) bound = read_reply(OP_BIND_CONN_TO_SESSION, NFS4_OK, "X6 1 0");

    assert_repeated(assert_one_event(&destroy, OP_DESTROY_SESSION)->u.destroy_session.sessionid,
                    NFS4_SESSIONID_SIZE, 6);
    const nfs4_event *event = assert_one_event(&bind, OP_BIND_CONN_TO_SESSION);
    assert_repeated(event->u.bind_conn.sessionid, NFS4_SESSIONID_SIZE, 6);
    event = assert_one_event(&bound, OP_BIND_CONN_TO_SESSION);
    assert_repeated(event->u.bind_conn.sessionid, NFS4_SESSIONID_SIZE, 6);
}

static void test_sequence(void)
{
    g_auto(reading) call = read_call(OP_SEQUENCE, "X6 7 2 5 1");
    g_auto(reading) reply = read_reply(OP_SEQUENCE, NFS4_OK, "X6 7 2 5 6 0x40");
    const nfs4_event *event = assert_one_event(&call, OP_SEQUENCE);

    assert_repeated(event->u.sequence.sessionid, NFS4_SESSIONID_SIZE, 6);
    g_assert_cmpuint(event->u.sequence.sequenceid, ==, 7);
    g_assert_cmpuint(event->u.sequence.slotid, ==, 2);
    event = assert_one_event(&reply, OP_SEQUENCE);
    assert_repeated(event->u.sequence.sessionid, NFS4_SESSIONID_SIZE, 6);
    g_assert_cmpuint(event->u.sequence.sequenceid, ==, 7);
    g_assert_cmpuint(event->u.sequence.slotid, ==, 2);
    g_assert_cmphex(event->u.sequence.status_flags, ==, 0x40);
}

static void test_clientid_operations(void)
{
    static const uint32_t opcodes[] = {OP_DESTROY_CLIENTID, OP_RENEW, OP_DELEGPURGE,
                                       OP_RELEASE_LOCKOWNER};

    for (size_t i = 0; i < G_N_ELEMENTS(opcodes); i++) {
        g_auto(reading) r = read_call(opcodes[i], "q0x1122334455667788 'owner'");
        g_assert_cmphex(assert_one_event(&r, opcodes[i])->u.clientid.clientid, ==,
                        UINT64_C(0x1122334455667788));
    }
}

static void test_setclientid_call(void)
{
    g_auto(reading) r = read_call(OP_SETCLIENTID, "q3 'the id' 0x40000000 'tcp' '10.0.0.1.2.3' 1");
    const nfs4_event *event = assert_one_event(&r, OP_SETCLIENTID);

    g_assert_cmphex(event->u.setclientid.verifier, ==, 3);
    assert_bytes(event->u.setclientid.id, "the id");
}

static void test_setclientid_reply(void)
{
    g_auto(reading) r = read_reply(OP_SETCLIENTID, NFS4_OK, "q5 q6");
    const nfs4_event *event = assert_one_event(&r, OP_SETCLIENTID);

    g_assert_cmphex(event->u.setclientid.clientid, ==, 5);
}

static void test_setclientid_in_use(void)
{
    g_auto(reading) r = read_reply(OP_SETCLIENTID, NFS4ERR_CLID_INUSE, "'tcp' '10.0.0.1.2.3'");
    const nfs4_event *event = assert_one_event(&r, OP_SETCLIENTID);

    g_assert_cmpuint(event->status, ==, NFS4ERR_CLID_INUSE);
    assert_bytes(event->u.setclientid.used_addr, "10.0.0.1.2.3");
    g_assert_cmphex(event->u.setclientid.clientid, ==, 0);
}

static void test_setclientid_confirm(void)
{
    g_auto(reading) r = read_call(OP_SETCLIENTID_CONFIRM, "q5 q6");
    const nfs4_event *event = assert_one_event(&r, OP_SETCLIENTID_CONFIRM);

    g_assert_cmphex(event->u.setclientid_confirm.clientid, ==, 5);
}

static void test_open_call(void)
{
    g_auto(reading) null = read_call(OP_OPEN, "1 3 0 q5 t5 1 3 q 1 2 t4 0 'file'");
    g_auto(reading) reclaim = read_call(OP_OPEN, "1 3 0 q5 t5 0 1 0");
    const nfs4_event *event = assert_one_event(&null, OP_OPEN);

    g_assert_cmphex(event->u.open.clientid, ==, 5);
    g_assert_cmpuint(event->u.open.claim, ==, CLAIM_NULL);
    g_assert_cmpuint(assert_one_event(&reclaim, OP_OPEN)->u.open.claim, ==, CLAIM_PREVIOUS);
}

static void test_open_reply(void)
{
    g_auto(reading) r = read_reply(OP_OPEN, NFS4_OK, "S7 1 q q 4 2 1 2 1 S8 0 0 0 1 t4");
    const nfs4_event *event = assert_one_event(&r, OP_OPEN);

    g_assert_cmpuint(event->u.open.stateid.seqid, ==, 1);
    assert_repeated(event->u.open.stateid.other, NFS4_OTHER_SIZE, 7);
    g_assert_cmpuint(event->u.open.delegation_type, ==, 1);
}

static void test_lock(void)
{
    g_auto(reading) fresh = read_call(OP_LOCK, "1 1 q q 1 1 S 1 q5 t4");
    g_auto(reading) known = read_call(OP_LOCK, "1 0 q q 0 S 1");
    const nfs4_event *event = assert_one_event(&fresh, OP_LOCK);

    g_assert_true(event->u.lock.reclaim);
    g_assert_true(event->u.lock.new_owner);
    g_assert_cmphex(event->u.lock.clientid, ==, 5);
    event = assert_one_event(&known, OP_LOCK);
    g_assert_false(event->u.lock.reclaim);
    g_assert_false(event->u.lock.new_owner);
    g_assert_cmphex(event->u.lock.clientid, ==, 0);
}

static void test_test_stateid(void)
{
    g_auto(reading) call = read_call(OP_TEST_STATEID, "2 S S");
    g_auto(reading) reply = read_reply(OP_TEST_STATEID, NFS4_OK, "4 0 10025 10011 0");
    const nfs4_event *event = assert_one_event(&reply, OP_TEST_STATEID);

    g_assert_cmpuint(event->u.test_stateid.count, ==, 4);
    g_assert_cmpuint(event->u.test_stateid.bad, ==, 2);
    g_assert_cmpuint(assert_one_event(&call, OP_TEST_STATEID)->u.test_stateid.count, ==, 2);
    g_assert_false(call.compound.has_stateid);
}

static void test_stateid_operations(void)
{
    g_auto(reading) freed = read_call(OP_FREE_STATEID, "S7");
    g_auto(reading) returned = read_call(OP_DELEGRETURN, "S7");

    assert_repeated(assert_one_event(&freed, OP_FREE_STATEID)->u.stateid.stateid.other,
                    NFS4_OTHER_SIZE, 7);
    assert_repeated(assert_one_event(&returned, OP_DELEGRETURN)->u.stateid.stateid.other,
                    NFS4_OTHER_SIZE, 7);
}

static void test_lease_time(void)
{
    /* the values of attributes 0 to 12, with those before lease_time of every width */
    g_auto(reading) all =
        read_reply(OP_GETATTR, NFS4_OK, "1 0x7ff  72  2 1 2  2  3  q4 q5  1 1 0  q8 q9  1  90");
    g_auto(reading) alone = read_reply(OP_GETATTR, NFS4_OK, "2 0x400 0  4 90");

    g_assert_cmpint(all.compound.end, ==, NFS4_END_COMPLETE);
    g_assert_cmpuint(assert_one_event(&all, OP_GETATTR)->u.getattr.lease_time, ==, 90);
    g_assert_cmpuint(assert_one_event(&alone, OP_GETATTR)->u.getattr.lease_time, ==, 90);
}

static void test_no_lease_time(void)
{
    static const char *const without[] = {"1 0x10 8 q", "0 0", "1 0x400 0", "1 0x401 8 9 90"};

    for (size_t i = 0; i < G_N_ELEMENTS(without); i++) {
        g_auto(reading) r = read_reply(OP_GETATTR, NFS4_OK, without[i]);
        assert_no_event(&r, NFS4_END_COMPLETE);
    }
    g_auto(reading) failed = read_reply(OP_GETATTR, NFS4ERR_DELAY, "");
    assert_no_event(&failed, NFS4_END_COMPLETE);
    g_auto(reading) cut = read_reply(OP_GETATTR, NFS4_OK, "1 0x400 8 90");
    assert_no_event(&cut, NFS4_END_TRUNCATED);
}

/* The events that a reply gives whatever it answers. */
static void test_replies_with_an_error(void)
{
    static const uint32_t opcodes[] = {
        OP_EXCHANGE_ID,
        OP_CREATE_SESSION,
        OP_DESTROY_SESSION,
        OP_DESTROY_CLIENTID,
        OP_SEQUENCE,
        OP_SETCLIENTID,
        OP_BIND_CONN_TO_SESSION,
        OP_RENEW,
        OP_SETCLIENTID_CONFIRM,
        OP_DELEGPURGE,
        OP_RELEASE_LOCKOWNER,
        OP_OPEN,
        OP_TEST_STATEID,
        OP_LOCK,
        OP_FREE_STATEID,
        OP_DELEGRETURN,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(opcodes); i++) {
        g_auto(reading) r = read_reply(opcodes[i], NFS4ERR_DELAY, "X255");
        const nfs4_event *event = assert_one_event(&r, opcodes[i]);

        g_assert_cmpuint(event->status, ==, NFS4ERR_DELAY);
        assert_repeated((const uint8_t *)&event->u, sizeof event->u, 0);
    }
}

SUITE(test_compound_events)
{
    g_test_add_func("/events/exchange_id_call_gives_owner_and_verifier", test_exchange_id_call);
    g_test_add_func("/events/exchange_id_reply_gives_clientid_and_server", test_exchange_id_reply);
    g_test_add_func("/events/exchange_id_may_lack_an_impl_id", test_exchange_id_without_impl_id);
    g_test_add_func("/events/create_session_call_gives_the_machine_name", test_create_session_call);
    g_test_add_func("/events/create_session_reply_gives_the_sessionid", test_create_session_reply);
    g_test_add_func("/events/session_operations_give_the_sessionid", test_sessions_and_connections);
    g_test_add_func("/events/sequence_gives_slot_and_status_flags", test_sequence);
    g_test_add_func("/events/clientid_operations_give_the_clientid", test_clientid_operations);
    g_test_add_func("/events/setclientid_call_gives_id_and_callback", test_setclientid_call);
    g_test_add_func("/events/setclientid_reply_needs_its_confirm_verifier", test_setclientid_reply);
    g_test_add_func("/events/clid_inuse_gives_the_other_client", test_setclientid_in_use);
    g_test_add_func("/events/setclientid_confirm_gives_both_numbers", test_setclientid_confirm);
    g_test_add_func("/events/open_call_gives_clientid_and_claim", test_open_call);
    g_test_add_func("/events/open_reply_gives_stateid_and_delegation", test_open_reply);
    g_test_add_func("/events/lock_gives_the_clientid_of_a_new_owner", test_lock);
    g_test_add_func("/events/test_stateid_counts_the_bad_ones", test_test_stateid);
    g_test_add_func("/events/free_stateid_and_delegreturn_give_the_stateid",
                    test_stateid_operations);
    g_test_add_func("/events/getattr_reply_gives_the_lease_time", test_lease_time);
    g_test_add_func("/events/getattr_without_lease_time_gives_no_event", test_no_lease_time);
    g_test_add_func("/events/an_error_gives_an_event_with_an_empty_body",
                    test_replies_with_an_error);
}
