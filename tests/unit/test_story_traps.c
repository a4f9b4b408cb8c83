/* test_story_traps.c - innocents that look guilty, and proofs that hide
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/causes.h"
#include "suite.h"

static nfs4_cause cause_of(const story *world, uint32_t number)
{
    nfs4_verdict grade;
    model_settle(world->model);
    for (const nfs4_chain *chain = world->model->chains.first; chain != NULL; chain = chain->next)
        if (chain->number == number)
            return cause_of_chain(chain, &grade);
    g_assert_not_reached();
}

/* 4.0: a WRITE with a stateid that only its server could read */
static void writes(story_host *host)
{
    nfs4_message call = begins_call(host);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, OP_WRITE);
    call.compound.has_stateid = true;
    memcpy(call.compound.stateid.other, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c", 12);
    story_sends(host, &call);
    answers(host, &call, OP_WRITE, NFS4_OK);
}

/* 4.0: RENEW; the server cannot call back */
static void renews_without_callback(story_host *host)
{
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_RENEW)->u.clientid.clientid = host->clientid;
    story_sends(host, &call);
    answers(host, &call, OP_RENEW, NFS4ERR_CB_PATH_DOWN);
}

/* A server that counts from the same number after a restart. */
static void check_ids_given_out_again(uint32_t minor)
{
    g_autoptr(story) world = story_new(OPAQUE);
    uint32_t first = world->servers[0].counter;
    story_host *one = web01(world, 11, minor);
    story_host *other = story_new_host(world, "db01", 12, minor);

    mounts(one);
    mounts(other);
    restarts(world, &world->servers[0]);
    world->servers[0].counter = first;
    connects(one);
    connects(other);
    accesses(other); /* is given the clientid that web01 had */
    accesses(one);
    assert_single(one);
    assert_single(other);
    g_assert_null(instance_of(one)->addresses->next);
}

static void test_ids_given_out_again(void)
{
    check_ids_given_out_again(2);
    check_ids_given_out_again(0);
}

static void test_first_clock_was_nonsense(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "board", 11, 2);

    host->verifier = 17 * SECOND; /* no battery: 1970 */
    mounts(host);
    crashes_and_boots(host);
    host->verifier = (uint64_t)(world->now - 3600 * SECOND); /* the time of its last shutdown */
    mounts(host);
    assert_verdict(host, VERDICT_UNDECIDED);
}

/* An address of the pool for each connection, and now and then an interrupted request. */
static void check_pool_of_addresses(bool binds)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    uint32_t first = host->connection;
    connects(host);
    uint32_t second = host->connection;
    host->address[3] = 12;
    if (binds)
        binds_connection(host);
    for (int i = 0; i < 6; i++) {
        host->connection = first;
        host->address[3] = 11;
        tries(host);
        host->connection = second;
        host->address[3] = 12;
        seconds_pass(world, 60);
        is_out_of_order(host);
        tries(host);
    }
    assert_single(host);
}

static void test_pool_of_addresses(void)
{
    check_pool_of_addresses(true);
    check_pool_of_addresses(false);
}

static void test_old_linux_in_use_beside_itself(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *first = web01(world, 11, 1), *second = web01(world, 11, 1);

    takes_owner(first, "10.0.0.11/web01.example.org/sys");
    takes_owner(second, "10.0.0.11/web01.example.org/sys");
    goes_to(second, &world->servers[0], 2);
    mounts(first);
    sends_exchange_id(second, second->verifier); /* so that the address is known for one server */
    is_told_in_use(second);
    accesses(first);
    g_assert_false(verdict_accuses(owner_of(first)->verdict));
}

static void test_in_use_at_another_address_of_the_server(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    goes_to(other, &world->servers[0], 2);
    mounts(one);
    is_told_in_use(other);
    mounts(other);
    accesses(one);
    accesses(other);
    assert_proven(one);
    g_assert_cmpuint(world->model->owners.count, ==, 1);
}

static void test_session_sent_to_another_server(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *here = web01(world, 11, 2);
    story_host *stray = story_new_host(world, "db01", 13, 2);
    story_host *there = web01(world, 12, 2);
    story_server *vault = story_new_server(world, KNFSD, "vault");

    vault->counter = 1000;
    mounts(here);
    mounts(stray);
    is_moved_to(stray, vault);
    stray->server_address[3] = 2;
    connects(stray);
    accesses(stray); /* BADSESSION at the vault, then a lease there */
    goes_to(there, vault, 2);
    mounts(there);
    accesses(here);
    accesses(there);
    g_assert_true(server_of(here) != server_of(there));
    assert_single(here);
    assert_single(there);
}

static void test_skewed_clocks_over_a_server_restart(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *other = story_new_host(world, "web02", 12, 2);

    world->held = true;
    other->skew = 15 * SECOND;
    mounts(one);
    mounts(other);
    accesses(one);
    restarts(world, &world->servers[0]);
    accesses(one);
    seconds_pass(world, 20);
    accesses(other);
    story_plays(world);
    g_assert_cmpint(cause_of(world, 1), ==, CAUSE_SERVER_RESTART);
    g_assert_cmpint(cause_of(world, 2), ==, CAUSE_SERVER_RESTART);
}

/* Another principal: the server drops the old lease at the EXCHANGE_ID already. */
static void test_lost_at_the_exchange_id(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    accesses(one);
    is_expired(one);
    sends_exchange_id(other, other->verifier);
    accesses(one);
    g_assert_cmpint(cause_of(world, 1), ==, CAUSE_UNKNOWN);
}

static void check_busy_client_is_removed(story_layout layout, void (*works)(story_host *),
                                         nfs4_cause cause)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = mounted(world, 0);
    tries(host);
    for (int i = 0; i < 30; i++) {
        seconds_pass(world, 10);
        works(host);
    }
    is_expired(host);
    accesses(host);
    g_assert_cmpint(cause_of(world, 1), ==, cause);
}

static void test_busy_client_is_removed(void)
{
    check_busy_client_is_removed(KNFSD, writes, CAUSE_REMOVED_BY_SERVER);
    check_busy_client_is_removed(GANESHA, writes, CAUSE_REMOVED_BY_SERVER);
    check_busy_client_is_removed(OPAQUE, writes, CAUSE_UNKNOWN);
    check_busy_client_is_removed(KNFSD, renews_without_callback, CAUSE_REMOVED_BY_SERVER);
}

static void test_idle_twin_outside_the_capture(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    mounts(one);
    for (int i = 0; i < 4; i++) {
        world->blind = true;
        if (i == 0)
            mounts(other);
        else
            accesses(other);
        world->blind = false;
        seconds_pass(world, 60);
        if (sends_with_clientid(one, OP_RENEW) != NFS4_OK)
            recovers(one);
    }
    assert_verdict(one, VERDICT_SUSPECTED);
}

SUITE(test_story_traps)
{
    g_test_add_func("/traps/clientids_given_out_again_after_a_restart", test_ids_given_out_again);
    g_test_add_func("/traps/first_clock_was_nonsense", test_first_clock_was_nonsense);
    g_test_add_func("/traps/nconnect_through_a_pool_of_addresses", test_pool_of_addresses);
    g_test_add_func("/traps/old_linux_refused_with_clid_inuse_beside_itself",
                    test_old_linux_in_use_beside_itself);
    g_test_add_func("/traps/clid_inuse_at_another_address_of_the_server",
                    test_in_use_at_another_address_of_the_server);
    g_test_add_func("/traps/session_sent_to_another_server", test_session_sent_to_another_server);
    g_test_add_func("/traps/skewed_clocks_over_a_server_restart",
                    test_skewed_clocks_over_a_server_restart);
    g_test_add_func("/traps/lease_lost_at_the_exchange_id", test_lost_at_the_exchange_id);
    g_test_add_func("/traps/busy_client_is_removed", test_busy_client_is_removed);
    g_test_add_func("/traps/idle_twin_outside_the_capture", test_idle_twin_outside_the_capture);
}
