/* test_story_causes.c - symptoms that were met once: why a lease was lost, and for how long
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/know/lease.h"
#include "story_verbs.h"
#include "model/judge/causes.h"
#include "suite.h"

static const nfs4_chain *chain_number(const story *world, uint32_t number)
{
    const nfs4_chain *chain = world->model->chains.first;
    while (chain != NULL && chain->number != number)
        chain = chain->next;
    g_assert_nonnull(chain);
    return chain;
}

static void assert_cause(const story *world, uint32_t number, nfs4_cause expected)
{
    nfs4_verdict grade;
    nfs4_cause cause = cause_of_chain(chain_number(world, number), &grade);
    g_assert_cmpstr(cause_name(cause), ==, cause_name(expected));
}

static void assert_steps(const nfs4_chain *chain, const nfs4_step_kind *expected, guint count)
{
    g_assert_cmpuint(wmem_array_get_count(chain->steps), ==, count);
    for (guint i = 0; i < count; i++)
        g_assert_cmpint(((nfs4_step *)wmem_array_index(chain->steps, i))->kind, ==, expected[i]);
}

static void assert_outage(const nfs4_chain *chain, int64_t expected)
{
    g_assert_true(chain->resumed);
    g_assert_cmpint(chain->resumed_after.secs * SECOND + chain->resumed_after.nsecs, ==, expected);
}

/* ---- chains --------------------------------------------------------------- */

static void test_session_lost_and_lease_taken_later(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    loses_session(one);
    accesses(one);
    mounts(other);
    accesses(one);
    assert_cause(world, 1, CAUSE_SESSION_ONLY);
    assert_cause(world, 2, CAUSE_DUPLICATE_OWNER);
    g_assert_cmpuint(world->model->chains.count, ==, 2);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 2);
}

static void test_state_revoked_and_lease_taken_later(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    sends_on_session(one, OP_WRITE, NFS4ERR_ADMIN_REVOKED);
    int64_t revoked = world->now;
    tries(one);
    assert_outage(chain_number(world, 1), world->now - revoked);
    assert_cause(world, 1, CAUSE_ADMIN_REVOKED);
    assert_single(one);
    mounts(other);
    accesses(one);
    assert_proven(one);
    assert_cause(world, 1, CAUSE_ADMIN_REVOKED);
    assert_cause(world, 2, CAUSE_DUPLICATE_OWNER);
}

/* Speaks over another of its connections. */
static void speaks_over(story_host *host, uint32_t connection)
{
    host->connection = connection;
    host->port = 600 + connection;
}

static void test_resumed_on_another_connection(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    uint32_t first = one->connection, second = first + 100;

    mounts(one);
    speaks_over(one, second);
    tries(one);
    mounts(other);
    speaks_over(one, first); /* the first knock-out, noticed by both connections */
    tries(one);
    speaks_over(one, second);
    tries(one);
    speaks_over(one, first);
    recovers(one);
    tries(one);
    accesses(other);
    tries(one); /* the second one */
    int64_t refused = world->now;
    recovers(one);
    speaks_over(one, second);
    tries(one);
    int64_t resumed = world->now;
    seconds_pass(world, 100);
    speaks_over(one, first);
    tries(one);
    g_assert_cmpuint(world->model->chains.count, ==, 3);
    assert_outage(chain_number(world, 3), resumed - refused);
}

static void test_confirm_lost_in_recovery(void)
{
    static const nfs4_step_kind expected[] = {
        STEP_REFUSED,  STEP_DESTROY_SESSION, STEP_CREATE_SESSION_REFUSED,
        STEP_IDENTIFY, STEP_LEASE_TIME,      STEP_RECLAIM_COMPLETE,
        STEP_RESUMED};
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    tries(one);
    int64_t refused = world->now;
    sends_destroy_session(one);
    sends_create_session(one);
    world->lose_reply = OP_CREATE_SESSION;
    identifies(one);
    sets_up(one);
    tries(one);
    const nfs4_chain *chain = chain_number(world, 1);
    assert_steps(chain, expected, G_N_ELEMENTS(expected));
    assert_outage(chain, world->now - refused);
    assert_cause(world, 1, CAUSE_DUPLICATE_OWNER);
    g_assert_true(chain->renewed == lease_of(one));
}

/* ---- time ----------------------------------------------------------------- */

/* It was mounted before the capture; the first GETATTR at the root is that of its
 * recovery. Until then the default of its kind counts. */
static void check_lease_time_in_recovery(int64_t idle, uint32_t seconds, counter_gap_reading before,
                                         counter_gap_reading after, nfs4_cause cause)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    world->servers[0].lease_time = seconds;
    world->blind = true;
    mounts(host);
    world->blind = false;
    accesses(host);
    nfs4_lease *lost = lease_of(host);
    seconds_pass(world, idle);
    is_expired(host);
    tries(host);
    sends_destroy_session(host);
    sends_create_session(host);
    identifies(host);
    model_settle(world->model);
    g_assert_cmpint(counter_gap_read(lost), ==, before);
    sets_up(host);
    tries(host);
    assert_single(host);
    g_assert_cmpuint(lease_time(lost), ==, seconds);
    g_assert_cmpint(counter_gap_read(lost), ==, after);
    assert_cause(world, 1, cause);
}

static void test_lease_time_in_recovery(void)
{
    check_lease_time_in_recovery(100, 120, LOSS_UNKNOWN, LOSS_EXPLAINED, CAUSE_REMOVED_BY_SERVER);
    check_lease_time_in_recovery(20, 10, LOSS_EXPLAINED, LOSS_UNKNOWN, CAUSE_LEASE_EXPIRED);
    check_lease_time_in_recovery(120, 90, LOSS_UNKNOWN, LOSS_UNKNOWN, CAUSE_LEASE_EXPIRED);
}

static void test_unseen_twin_and_lease_time_in_recovery(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    other->calls_unseen = other->replies_unseen = true;
    world->blind = true;
    mounts(one);
    mounts(other);
    accesses(one);
    world->blind = false;
    accesses(one);
    seconds_pass(world, 60); /* less than the lease time, which nobody knows yet */
    accesses(other);
    accesses(one);
    assert_single(one); /* one loss, which may be anybody's doing */
    accesses(other);
    accesses(one);
    assert_verdict(one, VERDICT_SUSPECTED);
    assert_cause(world, 1, CAUSE_DUPLICATE_OWNER);
}

static void check_expired_before_the_reboot(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = mounted(world, 2);
    accesses(host);
    seconds_pass(world, 200);
    is_expired(host);
    tries(host);
    sends_destroy_session(host); /* and crashes */
    crashes_and_boots(host);
    mounts(host);
    accesses(host);
    assert_verdict(host, VERDICT_RESTARTED);
    assert_harmless(host);
    assert_cause(world, 1, CAUSE_LEASE_EXPIRED);
}

static void test_expired_before_the_reboot(void)
{
    check_expired_before_the_reboot(KNFSD);
    check_expired_before_the_reboot(GANESHA);
    check_expired_before_the_reboot(OPAQUE);
}

/* ---- another server ------------------------------------------------------- */

static void check_failover_to_another_name(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = web01(world, 11, 2);
    story_server *standby = story_new_server(world, layout, "standby");

    standby->counter += 5000;
    mounts(host);
    accesses(host);
    is_moved_to(host, standby);
    accesses(host);
    assert_single(host);
    g_assert_true(chain_number(world, 1)->resumed);
    assert_cause(world, 1, CAUSE_FAILOVER);
}

static void test_failover_to_another_name(void)
{
    check_failover_to_another_name(KNFSD);
    check_failover_to_another_name(GANESHA);
    check_failover_to_another_name(OPAQUE);
}

/* T14: a balancer in front of two servers of one name, of which one started later. */
static void check_two_servers_behind_one_address(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = web01(world, 11, 2);
    story_server *older = &world->servers[0];
    story_server *newer = story_new_server(world, layout, "filer");

    newer->epoch = older->epoch + 3600;
    mounts(host);
    accesses(host);
    uint64_t forgotten = host->clientid;
    is_moved_to(host, newer);
    accesses(host);
    assert_cause(world, 1, CAUSE_SERVER_RESTART); /* which it looks like */
    server_drop(older, forgotten);                /* nobody renewed it there */
    is_moved_to(host, older);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(world->model->chains.count, ==, 2);
    assert_cause(world, 1, CAUSE_FAILOVER);
    assert_cause(world, 2, CAUSE_FAILOVER);
}

static void test_two_servers_behind_one_address(void)
{
    check_two_servers_behind_one_address(KNFSD);
    check_two_servers_behind_one_address(GANESHA);
}

SUITE(test_story_causes)
{
    g_test_add_func("/causes/lost_session_stays_one_when_the_lease_is_taken_later",
                    test_session_lost_and_lease_taken_later);
    g_test_add_func("/causes/revoked_state_stays_so_when_the_lease_is_taken_later",
                    test_state_revoked_and_lease_taken_later);
    g_test_add_func("/causes/second_knock_out_is_resumed_on_another_connection",
                    test_resumed_on_another_connection);
    g_test_add_func("/causes/recovery_resumes_though_its_confirm_was_lost",
                    test_confirm_lost_in_recovery);
    g_test_add_func("/causes/lease_time_learned_in_the_recovery_judges_the_loss_again",
                    test_lease_time_in_recovery);
    g_test_add_func("/causes/unseen_twin_is_suspected_once_the_lease_time_is_known",
                    test_unseen_twin_and_lease_time_in_recovery);
    g_test_add_func("/causes/lease_that_expired_before_the_reboot_expired",
                    test_expired_before_the_reboot);
    g_test_add_func("/causes/another_owner_of_the_server_is_a_failover",
                    test_failover_to_another_name);
    g_test_add_func("/causes/start_times_that_alternate_are_a_failover",
                    test_two_servers_behind_one_address);
}
