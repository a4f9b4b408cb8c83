/* test_story_cases_hosts.c - one host at a time, whatever it looks like
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reboots, moves, crash loops, odd clocks and pods that are made anew: changes of a
 * client that are not a second one.
 */
#include "story_verbs.h"
#include "model/judge/causes.h"
#include "suite.h"

static nfs4_cause cause_of_first(const story *world)
{
    nfs4_verdict grade;
    g_assert_nonnull(world->model->chains.first);
    return cause_of_chain(world->model->chains.first, &grade);
}

static void assert_not_accused(const story_host *host)
{
    g_assert_false(verdict_accuses(owner_of(host)->verdict));
    assert_harmless(host);
}

/* ---- addresses ------------------------------------------------------------ */

/* Works from the same host's other protocol. */
static void accesses_over_v6(story_host *host)
{
    static const uint8_t source[16] = {0x20, 1, 0xd, 0xb8, [15] = 11};
    nfs4_message call = begins_sequence(host);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, OP_ACCESS);
    set_address(&call.client.addr, AT_IPv6, 16, source);
    ends_sequence(host, &call, NFS4_OK);
}

static void test_two_protocols(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    uint32_t first = host->connection;
    for (int i = 0; i < 6; i++) {
        host->connection = first + 100;
        accesses_over_v6(host);
        host->connection = first;
        accesses(host);
    }
    assert_single(host);
    g_assert_cmpuint(marks_of(instance_of(host)->addresses), ==, 2);
}

static void test_expired_and_moved(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = story_new_host(world, "laptop", 11, 2);

    mounts(host);
    for (uint8_t i = 0; i < 5; i++) {
        seconds_pass(world, 200);
        is_expired(host);
        connects(host);
        host->address[3] = (uint8_t)(50 + i % 2); /* there and back */
        accesses(host);
    }
    assert_single(host);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 5);
}

/* It knows by itself that its session is gone, and asks for another one first. */
static void test_moved_without_a_session(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "bsd", 11, 1);

    mounts(host);
    for (uint8_t i = 0; i < 5; i++) {
        seconds_pass(world, 200);
        is_expired(host);
        connects(host);
        host->address[3] = (uint8_t)(50 + i);
        g_assert_cmpuint(sends_create_session(host), ==, NFS4ERR_STALE_CLIENTID);
        identifies(host);
        accesses(host);
    }
    assert_single(host);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 5);
}

/* DHCP gives the address of one to the other. */
static void test_two_hosts_exchange_addresses(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *other = story_new_host(world, "web02", 12, 2);

    mounts(one);
    mounts(other);
    connects(one);
    connects(other);
    one->address[3] = 12;
    other->address[3] = 11;
    accesses(one);
    accesses(other);
    unmounts(one);
    mounts(one);
    accesses(other);
    assert_single(one);
    assert_single(other);
}

/* ---- reboots -------------------------------------------------------------- */

static void check_pod(uint32_t minor, story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *pod = story_new_host(world, "db-0", 11, minor);

    for (uint8_t i = 0; i < 6; i++) {
        mounts(pod);
        accesses(pod);
        crashes_and_boots(pod);
        pod->address[3] = (uint8_t)(i % 3 == 2 ? 11 : 50 + i); /* and an old one again */
    }
    seconds_pass(world, 200);
    accesses(pod);
    model_settle(world->model);
    assert_verdict(pod, VERDICT_RESTARTED);
    assert_harmless(pod);
    g_assert_cmpuint(cases_count(owner_of(pod), EVIDENCE_RECURRENCE, 0), ==, 0);
    g_assert_cmpuint(owner_of(pod)->instance_count, ==, 6);
}

static void test_pod(void)
{
    check_pod(2, KNFSD);
    check_pod(2, GANESHA);
    check_pod(2, OPAQUE);
    check_pod(0, KNFSD);
    check_pod(0, OPAQUE);
}

static void test_crash_loop(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = web01(world, 11, 2);

    for (int i = 0; i < 40; i++) {
        sends_exchange_id(host, host->verifier); /* sometimes it gets no further */
        if (i % 3 != 0)
            mounts(host);
        seconds_pass(world, 2);
        boots(host);
    }
    mounts(host);
    accesses(host);
    assert_verdict(host, VERDICT_RESTARTED);
    assert_harmless(host);
    g_assert_cmpuint(cases_count(owner_of(host), EVIDENCE_RECURRENCE, 0), ==, 0);
    g_assert_cmpuint(world->model->chains.count, ==, 0);
}

static void test_crash_loop_without_clock(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "appliance", 11, 1);

    takes_owner(host, "an appliance of unknown make");
    for (int i = 0; i < 20; i++) {
        mounts(host);
        accesses(host);
        crashes_and_boots(host);
        host->verifier = 0x9e3779b97f4a7c15ULL * (uint64_t)(i + 1);
    }
    assert_verdict(host, VERDICT_UNDECIDED);
    assert_harmless(host);
}

/* Its clock stands at the same minute of 1970 at every boot. */
static void test_crash_loop_in_1970(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "board", 11, 2);

    for (int i = 0; i < 5; i++) {
        mounts(host);
        seconds_pass(world, 1000);
        accesses(host);
        crashes_and_boots(host);
        host->verifier = (uint64_t)(17 * SECOND + i * MILLISECOND);
    }
    assert_not_accused(host);
}

/* 4.0 takes no leave when it unmounts, so the lease is there yet when the next one comes. */
static void test_one_after_the_other_in_40(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    for (int i = 0; i < 2; i++) {
        mounts(one);
        accesses(one);
        seconds_pass(world, 20);
        mounts(other);
        accesses(other);
        seconds_pass(world, 20);
    }
    assert_verdict(one, VERDICT_PROVEN);
    assert_harmless(one);
    g_assert_cmpuint(world->model->chains.count, ==, 0);
}

/* Nodes that are never rebooted and hand one name to each other */
static void test_pair_that_fails_over(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *node = story_new_host(world, "ha", 10, 2);
    story_host *standby = story_new_host(world, "ha", 10, 2);

    mounts(node);
    accesses(node);
    seconds_pass(world, 3600);
    mounts(standby);
    accesses(standby);
    assert_not_accused(node);
    seconds_pass(world, 3600);
    mounts(node); /* it was unmounted when the name went away */
    assert_verdict(node, VERDICT_PROBABLE);
    assert_harmless(node);
    seconds_pass(world, 3600);
    mounts(standby);
    assert_verdict(node, VERDICT_PROVEN);
    assert_harmless(node);
    g_assert_cmpuint(owner_of(node)->invalidations, ==, 0);
}

/* ---- silence -------------------------------------------------------------- */

static void test_courtesy(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    seconds_pass(world, 3600); /* expired, but nobody wanted its state */
    accesses(host);
    g_assert_cmpuint(world->model->chains.count, ==, 0);
    seconds_pass(world, 3600);
    is_expired(host);
    accesses(host);
    assert_single(host);
    g_assert_cmpint(cause_of_first(world), ==, CAUSE_LEASE_EXPIRED);
}

static void test_suspended(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *host = story_new_host(world, "laptop", 11, 2);

    mounts(host);
    for (int i = 0; i < 3; i++) {
        seconds_pass(world, 86400);
        is_expired(host);
        connects(host);
        accesses(host);
    }
    assert_single(host);
    for (const nfs4_chain *c = world->model->chains.first; c != NULL; c = c->next) {
        nfs4_verdict grade;
        g_assert_cmpint(cause_of_chain(c, &grade), ==, CAUSE_LEASE_EXPIRED);
    }
}

/* RENEW every five seconds and no SETCLIENTID: its state manager is blocked. */
static void test_stuck(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 0);
    is_expired(host);
    for (int i = 0; i < 100; i++) {
        seconds_pass(world, 5);
        g_assert_cmpuint(sends_with_clientid(host, OP_RENEW), ==, NFS4ERR_EXPIRED);
    }
    assert_single(host);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 1);
    g_assert_cmpuint(world->model->chains.count, ==, 1);
    g_assert_false(world->model->chains.first->resumed);
    g_assert_cmpint(cause_of_first(world), ==, CAUSE_UNKNOWN);
}

/* State that is lost while the lease lives says nothing of another host. */
static void test_bad_stateids_alone(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 5; i++) {
        sends_on_session(host, OP_TEST_STATEID, NFS4_OK);
        sends_on_session(host, OP_FREE_STATEID, NFS4ERR_BAD_STATEID);
        sends_on_session(host, OP_DELEGRETURN, NFS4ERR_BAD_STATEID);
        sends_on_session(host, OP_LOCK, NFS4ERR_NO_GRACE);
    }
    assert_single(host);
    g_assert_cmpuint(world->model->chains.count, ==, 0);
}

SUITE(test_story_cases_hosts)
{
    g_test_add_func("/cases/hosts/ipv4_and_ipv6_of_one_session_are_one_client", test_two_protocols);
    g_test_add_func("/cases/hosts/expired_and_moved_is_no_clone", test_expired_and_moved);
    g_test_add_func("/cases/hosts/moved_and_asking_for_a_session_first_is_no_clone",
                    test_moved_without_a_session);
    g_test_add_func("/cases/hosts/hosts_that_exchange_addresses_stay_two_owners",
                    test_two_hosts_exchange_addresses);
    g_test_add_func("/cases/hosts/pod_made_anew_is_restarted_whatever_its_address", test_pod);
    g_test_add_func("/cases/hosts/crash_looping_client_is_restarted", test_crash_loop);
    g_test_add_func("/cases/hosts/crash_loop_is_undecided_where_no_clock_is_known",
                    test_crash_loop_without_clock);
    g_test_add_func("/cases/hosts/crash_loop_in_1970_is_not_accused", test_crash_loop_in_1970);
    g_test_add_func("/cases/hosts/sequential_use_in_40_is_proven_and_harmless",
                    test_one_after_the_other_in_40);
    g_test_add_func("/cases/hosts/failover_pair_is_graded_by_its_returns",
                    test_pair_that_fails_over);
    g_test_add_func("/cases/hosts/expired_lease_that_works_on_is_a_courtesy", test_courtesy);
    g_test_add_func("/cases/hosts/suspended_host_is_expired_each_time", test_suspended);
    g_test_add_func("/cases/hosts/stuck_client_is_one_unfinished_chain", test_stuck);
    g_test_add_func("/cases/hosts/lost_state_alone_accuses_nobody", test_bad_stateids_alone);
}
