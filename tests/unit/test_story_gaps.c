/* test_story_gaps.c - holes in a capture that must not be filled with a culprit
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/causes.h"
#include "suite.h"

#define PURGE_VERIFIER UINT64_MAX

static nfs4_cause first_cause(const story *world)
{
    nfs4_verdict grade;
    model_settle(world->model);
    g_assert_nonnull(world->model->chains.first);
    return cause_of_chain(world->model->chains.first, &grade);
}

/* The reply that confirmed the new life was lost, and the server restarts. */
static void check_reboot_with_a_lost_confirm(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = mounted(world, minor);
    accesses(host);
    crashes_and_boots(host);
    world->blind = true;
    mounts(host);
    world->blind = false;
    restarts(world, &world->servers[0]);
    accesses(host);
    assert_verdict(host, VERDICT_RESTARTED);
    assert_harmless(host);
}

static void test_reboot_with_a_lost_confirm(void)
{
    check_reboot_with_a_lost_confirm(OPAQUE, 2);
    check_reboot_with_a_lost_confirm(OPAQUE, 0);
    check_reboot_with_a_lost_confirm(KNFSD, 0);
    check_reboot_with_a_lost_confirm(GANESHA, 2);
}

static void test_reboot_and_trunking_at_an_opaque_server(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = mounted(world, 2);
    uint32_t first = host->connection;
    host->server_address[3] = 2;
    connects(host);
    sends_exchange_id(host, host->verifier); /* trunking discovery at the second address */
    tries(host);
    host->server_address[3] = 1;
    host->connection = first;
    crashes_and_boots(host);
    mounts(host);
    restarts(world, &world->servers[0]);
    host->server_address[3] = 2;
    connects(host);
    tries(host); /* the session is first seen at this address when it is refused there */
    sends_exchange_id(host, host->verifier);
    g_assert_false(verdict_accuses(owner_of(host)->verdict));
}

static void check_roaming(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = story_new_host(world, "laptop", 11, 2);

    mounts(host);
    accesses(host);
    world->blind = true; /* moves, unmounts, mounts */
    connects(host);
    host->address[3] = 77;
    unmounts(host);
    mounts(host);
    world->blind = false;
    connects(host);
    sends_exchange_id(host, host->verifier); /* a probe that names the lease */
    is_expired(host);
    accesses(host);
    assert_single(host);
}

static void test_roaming(void)
{
    check_roaming(KNFSD);
    check_roaming(GANESHA);
}

static void test_neighbour_at_another_address_of_ganesha(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *host = web01(world, 11, 2);
    story_host *neighbour = story_new_host(world, "db01", 12, 0);

    goes_to(neighbour, &world->servers[0], 2);
    mounts(host);
    mounts(neighbour); /* one id, at the other address */
    is_expired(host);
    accesses(host);
    assert_single(host);
    g_assert_cmpint(first_cause(world), ==, CAUSE_REMOVED_BY_SERVER);
}

static void test_neighbour_at_an_address_used_before_a_restart(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    story_host *neighbour = story_new_host(world, "db01", 12, 0);

    goes_to(neighbour, &world->servers[0], 2);
    mounts(neighbour);
    restarts(world, &world->servers[0]);
    mounts(host);
    mounts(neighbour);
    is_expired(host);
    accesses(host);
    assert_single(host);
}

static void test_lost_answer_at_a_new_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0);
    story_host *other = story_new_host(world, "db01", 12, 0);
    story_host *third = story_new_host(world, "app01", 13, 2);

    goes_to(one, &world->servers[0], 2);
    goes_to(other, &world->servers[0], 2);
    mounts(one);
    mounts(other);
    world->lose_reply = OP_EXCHANGE_ID;
    mounts(third);
    is_expired(one);
    accesses(one);
    g_assert_false(verdict_accuses(owner_of(one)->verdict));
}

static void test_lost_setclientid_reply(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0);
    story_host *two = story_new_host(world, "db01", 12, 0);
    story_host *three = story_new_host(world, "app01", 13, 1);

    mounts(one);
    mounts(three);
    world->lose_reply = OP_SETCLIENTID;
    mounts(two);
    is_expired(one);
    accesses(one);
    assert_single(one);
}

static void test_purge_on_a_new_connection(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *one = web01(world, 11, 2);
    story_host *two = story_new_host(world, "db01", 12, 1);

    mounts(one);
    mounts(two);
    connects(two);
    sends_exchange_id(two, PURGE_VERIFIER);
    world->lose_reply = OP_CREATE_SESSION;
    sends_create_session(two);
    identifies(two);
    sets_up(two);
    is_expired(one);
    accesses(one);
    assert_single(one);
}

/* A neighbour of 4.0, whose second SETCLIENTID lies elsewhere in time. */
static void test_skewed_neighbour(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0);
    story_host *other = story_new_host(world, "db01", 12, 0);

    world->held = true;
    other->skew = 10 * SECOND;
    mounts(one);
    mounts(other);
    seconds_pass(world, 1);
    is_expired(one);
    accesses(one);
    story_plays(world);
    assert_single(one);
}

/* One client of 4.0 is given one id per life of the server; its open tells the rest. */
static void test_restart_of_a_server_of_one_40_client(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 0);
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_OPEN)->u.open.clientid = host->clientid;
    story_sends(host, &call);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    nfs4_event *event = puts_event(&reply, OP_OPEN);
    put_u64(event->u.open.stateid.other, host->clientid, false);
    event->u.open.stateid.other[8] = 1;
    story_sends(host, &reply);
    restarts(world, &world->servers[0]);
    accesses(host);
    g_assert_cmpint(first_cause(world), ==, CAUSE_SERVER_RESTART);
    assert_single(host);
}

static void test_granted_reclaim_shows_a_restart(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = web01(world, 11, 2);

    host->has_open_file = true;
    mounts(host);
    accesses(host);
    restarts(world, &world->servers[0]);
    world->servers[0].in_grace = true;
    accesses(host);
    g_assert_cmpint(first_cause(world), ==, CAUSE_SERVER_RESTART);
}

/* Set back with its memory while its successor of another verifier had come: it may be a
 * snapshot, and that is no harm. */
static void test_set_back_with_its_memory(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *before = story_new_host(world, "vm", 11, 2);

    mounts(before);
    accesses(before);
    seconds_pass(world, 300);
    story_host *after = story_new_host(world, "vm", 11, 2);
    mounts(after);
    accesses(after);
    accesses(before);
    assert_verdict(before, VERDICT_PROBABLE);
    assert_harmless(before);
}

/* The same, and the capture's clock was set back in between: how long it slept is not known. The
 * clock is set back once more later. */
static void check_set_back_and_clock(int64_t seconds)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *before = story_new_host(world, "vm", 11, 2);

    mounts(before);
    accesses(before);
    seconds_pass(world, 5);
    story_host *after = story_new_host(world, "vm", 11, 2);
    mounts(after);
    for (int i = 0; i < 10; i++) {
        seconds_pass(world, 30);
        accesses(after);
    }
    before->skew = after->skew = -seconds * SECOND;
    accesses(before);
    before->skew = after->skew = -2 * seconds * SECOND;
    accesses(before);
    assert_verdict(before, VERDICT_PROBABLE);
    assert_harmless(before);
}

static void test_set_back_and_clock(void)
{
    check_set_back_and_clock(0);
    check_set_back_and_clock(30);
    check_set_back_and_clock(250);
    check_set_back_and_clock(400);
}

/* The old pod unmounts when the new one has mounted: nothing was kept from it. */
static void test_late_unmount(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *old = story_new_host(world, "db-0", 11, 2);

    mounts(old);
    accesses(old);
    seconds_pass(world, 5);
    story_host *new = story_new_host(world, "db-0", 12, 2);
    mounts(new);
    unmounts(old);
    accesses(new);
    assert_verdict(new, VERDICT_UNDECIDED); /* both were there */
    assert_harmless(new);
    g_assert_null(world->model->chains.first);
}

/* What is seen of the mount is its second SETCLIENTID, which uses up an id unseen. */
static void test_beginning_between_two_setclientids(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 0);

    world->blind = true;
    identifies(host);
    world->blind = false;
    identifies(host);
    accesses(host);
    is_expired(host);
    accesses(host);
    assert_single(host);
}

/* The servers' start times are not in the order of time, and the client's lives are. */
static void check_failover_to_an_older_server(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = web01(world, 11, 2);
    story_server *older = &world->servers[0];
    story_server *newer = story_new_server(world, layout, "standby");

    newer->epoch = older->epoch + 3600;
    newer->counter += 100;
    is_moved_to(host, newer);
    mounts(host);
    accesses(host);
    crashes_and_boots(host);
    is_moved_to(host, older);
    mounts(host);
    accesses(host);
    seconds_pass(world, 20);
    is_moved_to(host, newer);
    accesses(host);
    g_assert_false(verdict_accuses(owner_of(host)->verdict));
}

static void test_failover_to_an_older_server(void)
{
    check_failover_to_an_older_server(KNFSD);
    check_failover_to_an_older_server(GANESHA);
}

SUITE(test_story_gaps)
{
    g_test_add_func("/gaps/reboot_with_a_lost_confirm_is_a_restart",
                    test_reboot_with_a_lost_confirm);
    g_test_add_func("/gaps/reboot_and_trunking_at_an_opaque_server",
                    test_reboot_and_trunking_at_an_opaque_server);
    g_test_add_func("/gaps/roaming_host_is_no_clone", test_roaming);
    g_test_add_func("/gaps/neighbour_at_another_address_of_ganesha",
                    test_neighbour_at_another_address_of_ganesha);
    g_test_add_func("/gaps/neighbour_at_an_address_used_before_a_restart",
                    test_neighbour_at_an_address_used_before_a_restart);
    g_test_add_func("/gaps/lost_answer_at_a_new_address", test_lost_answer_at_a_new_address);
    g_test_add_func("/gaps/lost_setclientid_reply", test_lost_setclientid_reply);
    g_test_add_func("/gaps/purge_on_a_new_connection", test_purge_on_a_new_connection);
    g_test_add_func("/gaps/skewed_neighbour", test_skewed_neighbour);
    g_test_add_func("/gaps/server_of_one_40_client_restarts",
                    test_restart_of_a_server_of_one_40_client);
    g_test_add_func("/gaps/granted_reclaim_shows_a_restart", test_granted_reclaim_shows_a_restart);
    g_test_add_func("/gaps/machine_set_back_with_its_memory_is_probable",
                    test_set_back_with_its_memory);
    g_test_add_func("/gaps/machine_set_back_while_the_clock_is_set_back_is_probable",
                    test_set_back_and_clock);
    g_test_add_func("/gaps/beginning_between_two_setclientids",
                    test_beginning_between_two_setclientids);
    g_test_add_func("/gaps/failover_to_an_older_server", test_failover_to_an_older_server);
    g_test_add_func("/gaps/late_unmount_is_no_harm", test_late_unmount);
}
