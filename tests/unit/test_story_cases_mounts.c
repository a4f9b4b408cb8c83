/* test_story_cases_mounts.c - odd ways to a lease, and who has one at the end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Delays, refusals and repetitions on the way from EXCHANGE_ID to a working session,
 * as servers and clients of the field have them.
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "suite.h"

#define NFS4ERR_NOT_SAME 10027

/* CREATE_SESSION that the server does not carry out */
static uint32_t creates_session_in_vain(story_host *host, uint32_t status)
{
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_CREATE_SESSION)->u.create_session.clientid = host->clientid;
    story_sends(host, &call);
    return answers(host, &call, OP_CREATE_SESSION, status);
}

/* EXCHANGE_ID with UPD_CONFIRMED_REC_A, which must find the record that it updates */
static void updates_its_record(story_host *host, uint32_t status)
{
    nfs4_message call = begins_call(host);
    nfs4_event *event = puts_event(&call, OP_EXCHANGE_ID);
    event->u.exchange_id.verifier = host->verifier;
    event->u.exchange_id.owner = host->owner;
    event->u.exchange_id.flags = EXCHGID4_FLAG_UPD_CONFIRMED_REC_A;
    story_sends(host, &call);
    if (status != NFS4_OK) {
        answers(host, &call, OP_EXCHANGE_ID, status);
        return;
    }
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    event = puts_event(&reply, OP_EXCHANGE_ID);
    event->u.exchange_id.clientid = host->clientid;
    event->u.exchange_id.flags = EXCHGID4_FLAG_CONFIRMED_R;
    story_sends(host, &reply);
}

/* ---- delays --------------------------------------------------------------- */

static void test_single_is_delayed(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    sends_exchange_id(host, host->verifier);
    for (int i = 0; i < 10; i++)
        creates_session_in_vain(host, NFS4ERR_DELAY);
    sends_create_session(host);
    creates_session_in_vain(host, NFS4ERR_DELAY); /* another one beside it */
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(lease_of(host)->refused.reply, ==, 0);
    g_assert_cmpuint(world->model->chains.count, ==, 0);
}

/* The holder works on while the thief is put off; that is no success after the confirm. */
static void check_thief_is_delayed(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *holder = web01(world, 11, 2), *thief = web01(world, 12, 2);

    mounts(holder);
    sends_exchange_id(thief, thief->verifier);
    for (int i = 0; i < 3; i++) {
        creates_session_in_vain(thief, NFS4ERR_DELAY);
        g_assert_cmpuint(tries(holder), ==, NFS4_OK);
        g_assert_cmpuint(owner_of(holder)->takeovers, ==, 0);
    }
    sends_create_session(thief);
    uint32_t confirm = world->frames;
    g_assert_cmpuint(tries(holder), ==, NFS4ERR_BADSESSION);
    assert_proven(holder);
    g_assert_true(lease_of(holder)->judgement.taker == lease_of(thief));
    g_assert_cmpuint(lease_of(thief)->confirm.reply, ==, confirm);
}

static void test_thief_is_delayed(void)
{
    check_thief_is_delayed(KNFSD);
    check_thief_is_delayed(GANESHA);
    check_thief_is_delayed(OPAQUE);
}

static void test_recovery_is_delayed(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    tries(one);
    int64_t refused = world->now;
    sends_exchange_id(one, one->verifier);
    seconds_pass(world, 1);
    creates_session_in_vain(one, NFS4ERR_DELAY);
    sends_create_session(one);
    tries(one);
    const nfs4_chain *chain = world->model->chains.first;
    g_assert_true(chain->resumed);
    g_assert_cmpint(chain->resumed_after.secs * SECOND + chain->resumed_after.nsecs, ==, world->now - refused);
    g_assert_cmpuint(world->model->chains.count, ==, 1);
}

/* ---- other credentials ---------------------------------------------------- */

static void test_own_credentials_change(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 3; i++) {
        connects(host);
        is_told_in_use(host); /* with a keytab that it did not have before */
        accesses(host);
    }
    assert_single(host);
}

static void test_in_use_through_a_pool_of_addresses(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    sends_exchange_id(host, host->verifier);
    connects(host);
    host->address[3] = 12; /* knfsd compares the addresses of the two calls */
    creates_session_in_vain(host, NFS4ERR_CLID_INUSE);
    sends_exchange_id(host, host->verifier);
    sends_create_session(host);
    accesses(host);
    assert_single(host);
}

static void test_newcomer_tries_without_kerberos(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *holder = web01(world, 11, 2), *newcomer = web01(world, 12, 2);

    mounts(holder);
    is_told_in_use(newcomer); /* SP4_MACH_CRED */
    is_told_in_use(newcomer); /* SP4_NONE */
    mounts(newcomer);         /* AUTH_SYS */
    assert_harmless(holder);
    accesses(holder);
    assert_proven(holder);
    g_assert_cmpuint(owner_of(holder)->instance_count, ==, 2);
    g_assert_cmpstr(verdict_kind_name(owner_of(holder)), ==, "duplicate-owner");
}

static void test_newcomer_in_40(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *holder = web01(world, 11, 0), *newcomer = web01(world, 12, 0);

    mounts(holder);
    nfs4_message call = begins_call(newcomer);
    nfs4_event *event = puts_event(&call, OP_SETCLIENTID);
    event->u.setclientid.verifier = newcomer->verifier;
    event->u.setclientid.id = newcomer->owner;
    story_sends(newcomer, &call);
    answers(newcomer, &call, OP_SETCLIENTID, NFS4ERR_CLID_INUSE);
    assert_verdict(holder, VERDICT_UNDECIDED);
    sends_with_clientid(holder, OP_RENEW);
    assert_verdict(holder, VERDICT_PROVEN);
    assert_harmless(holder);
}

/* ---- records that are kept ------------------------------------------------ */

static void test_update(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    updates_its_record(host, NFS4_OK);
    connects(host);
    updates_its_record(host, NFS4_OK);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(g_sequence_get_length(owner_of(host)->order), ==, 1);
}

/* It asks over two connections, and the first answer is worth nothing any more. */
static void test_own_identification_on_another_connection(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    uint32_t first = host->connection;

    sends_exchange_id(host, host->verifier);
    uint64_t replaced = host->clientid;
    connects(host);
    sends_exchange_id(host, host->verifier);
    uint64_t latest = host->clientid;
    host->connection = first;
    host->clientid = replaced;
    g_assert_cmpuint(sends_create_session(host), ==, NFS4ERR_STALE_CLIENTID);
    host->clientid = latest;
    sends_create_session(host);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(cases_count(owner_of(host), EVIDENCE_RACE, 0), ==, 0);
}

/* Refused, and so no proof of anything that it took. */
static void test_update_of_another(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *holder = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(holder);
    updates_its_record(other, NFS4ERR_NOT_SAME);
    accesses(holder);
    g_assert_cmpuint(owner_of(holder)->takeovers, ==, 0);
    assert_harmless(holder);
}

static void test_identification_inside_a_session(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    nfs4_message call = begins_sequence(host);
    nfs4_event *event = puts_event(&call, OP_EXCHANGE_ID);
    event->u.exchange_id.verifier = host->verifier;
    event->u.exchange_id.owner = host->owner;
    story_sends(host, &call);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    memcpy(puts_event(&reply, OP_SEQUENCE)->u.sequence.sessionid, host->sessionid,
           NFS4_SESSIONID_SIZE);
    puts_event(&reply, OP_EXCHANGE_ID)->u.exchange_id.clientid = host->clientid;
    story_sends(host, &reply);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(g_sequence_get_length(owner_of(host)->order), ==, 1);
}

/* ESXi sends a wrong csa_sequence and begins anew, again and again. */
static void test_loop_of_mounts(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = story_new_host(world, "esx", 11, 1);

    takes_owner(host, "an appliance of unknown make");
    for (int i = 0; i < 200; i++) {
        sends_exchange_id(host, host->verifier);
        creates_session_in_vain(host, NFS4ERR_SEQ_MISORDERED);
    }
    sends_create_session(host);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(world->model->chains.count, ==, 0);
    g_assert_cmpuint(g_sequence_get_length(owner_of(host)->order), ==, 1);
}

/* ---- connections ---------------------------------------------------------- */

static void test_connection_not_bound(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    connects(host);
    nfs4_message call = begins_sequence(host);
    story_sends(host, &call);
    answers(host, &call, OP_SEQUENCE, NFS4ERR_CONN_NOT_BOUND_TO_SESSION);
    binds_connection(host);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(world->model->chains.count, ==, 0);
    g_assert_cmpuint(lease_of(host)->refused.reply, ==, 0);
}

static void test_several_sessions_of_one_clientid(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint8_t i = 0; i < 3; i++) {
        connects(host);
        host->address[3] = (uint8_t)(12 + i);
        sends_exchange_id(host, host->verifier);
        sends_create_session(host);
        accesses(host);
    }
    loses_session(host); /* the others live on */
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(g_sequence_get_length(owner_of(host)->order), ==, 1);
    g_assert_cmpuint(instance_of(host)->session_count, ==, 5);
    g_assert_cmpuint(marks_of(instance_of(host)->addresses), ==, 4);
}

SUITE(test_story_cases_mounts)
{
    g_test_add_func("/cases/mounts/delayed_create_session_is_no_refusal", test_single_is_delayed);
    g_test_add_func("/cases/mounts/thief_takes_over_when_it_is_not_delayed_any_more",
                    test_thief_is_delayed);
    g_test_add_func("/cases/mounts/delay_is_part_of_the_outage", test_recovery_is_delayed);
    g_test_add_func("/cases/mounts/own_new_credentials_make_no_second_host",
                    test_own_credentials_change);
    g_test_add_func("/cases/mounts/clid_inuse_through_a_pool_of_addresses_is_one_client",
                    test_in_use_through_a_pool_of_addresses);
    g_test_add_func("/cases/mounts/newcomer_without_kerberos_takes_over",
                    test_newcomer_tries_without_kerberos);
    g_test_add_func("/cases/mounts/newcomer_refused_in_40_beside_a_living_holder_is_proven",
                    test_newcomer_in_40);
    g_test_add_func("/cases/mounts/update_of_its_record_is_one_client", test_update);
    g_test_add_func("/cases/mounts/own_identification_on_another_connection_is_no_race",
                    test_own_identification_on_another_connection);
    g_test_add_func("/cases/mounts/refused_update_takes_nothing", test_update_of_another);
    g_test_add_func("/cases/mounts/exchange_id_may_stand_inside_a_session",
                    test_identification_inside_a_session);
    g_test_add_func("/cases/mounts/loop_of_identifications_is_one_client", test_loop_of_mounts);
    g_test_add_func("/cases/mounts/connection_that_is_not_bound_is_no_refusal",
                    test_connection_not_bound);
    g_test_add_func("/cases/mounts/several_sessions_of_one_clientid_are_one_client",
                    test_several_sessions_of_one_clientid);
}
