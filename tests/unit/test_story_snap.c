/* test_story_snap.c - captures with a snap length that cuts every call short
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What such a capture leaves of a call cannot be read; the replies still show
 * clientids and status codes.
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "suite.h"

static story_host *cut_host(story *world, const char *name, uint8_t number, uint32_t minor)
{
    story_host *host = story_new_host(world, name, number, minor);
    host->calls_unseen = true;
    return host;
}

static void take_turns(story_host *one, story_host *other, int turns)
{
    for (int i = 0; i < turns; i++) {
        seconds_pass(one->world, 1);
        accesses(i % 2 == 0 ? one : other);
    }
}

static const nfs4_owner *only_owner(story *world)
{
    model_settle(world->model);
    g_assert_cmpuint(world->model->owners.count, ==, 1);
    return world->model->owners.first;
}

static void check_turns(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = cut_host(world, "web01", 11, minor);
    story_host *other = cut_host(world, "web01", 12, minor);

    mounts(one);
    accesses(one);
    mounts(other);
    accesses(other);
    take_turns(one, other, 5);
    const nfs4_owner *owner = only_owner(world);
    g_assert_true(owner->is_cut);
    g_assert_cmpint(owner->verdict, ==, VERDICT_SUSPECTED);
    g_assert_false(owner->harmful);
    g_assert_cmpuint(cases_count(owner, EVIDENCE_TURNS, 0), ==, 5);
    g_assert_cmpuint(owner->invalidations, ==, 5);
    g_assert_cmpuint(owner->instance_count, ==, 2);
    g_assert_true(has_address(owner->first_instance, one));
    g_assert_true(has_address(owner->last_instance, other));
}

static void test_turns_41(void)
{
    check_turns(KNFSD, 2);
}

static void test_turns_40(void)
{
    check_turns(KNFSD, 0);
}

static void test_turns_ganesha(void)
{
    check_turns(GANESHA, 1);
}

static void test_turns_beside_bystanders(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = cut_host(world, "web01", 11, 2);
    story_host *other = cut_host(world, "web01", 12, 2);

    mounts(one);
    accesses(one);
    mounts(other);
    accesses(other);
    for (uint8_t i = 0; i < 5; i++) {
        mounts(cut_host(world, "bystander", (uint8_t)(20 + i), 1));
        unmounts(world->hosts[world->host_count - 1]);
        seconds_pass(world, 1);
        accesses(i % 2 == 0 ? one : other);
    }
    g_assert_cmpint(only_owner(world)->verdict, ==, VERDICT_SUSPECTED);
    g_assert_cmpuint(only_owner(world)->instance_count, ==, 2);
}

static void test_two_turns(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = cut_host(world, "web01", 11, 2);
    story_host *other = cut_host(world, "web01", 12, 2);

    mounts(one);
    accesses(one);
    mounts(other);
    take_turns(one, other, 2);
    g_assert_cmpuint(world->model->owners.count, ==, 0);
}

static void test_server_restarts(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = cut_host(world, "web01", 11, 2);
    story_host *other = cut_host(world, "web02", 12, 2);

    mounts(one);
    accesses(one);
    mounts(other);
    accesses(other);
    for (int i = 0; i < 6; i++) {
        restarts(world, &world->servers[0]);
        accesses(i % 2 == 0 ? one : other);
        accesses(i % 2 == 0 ? other : one);
    }
    g_assert_cmpuint(world->model->owners.count, ==, 0);
}

/* Each is away for longer than a lease, and the other comes back in between. */
static void test_laptops_that_sleep(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = cut_host(world, "laptop1", 11, 2);
    story_host *other = cut_host(world, "laptop2", 12, 2);

    mounts(one);
    accesses(one);
    mounts(other);
    accesses(other);
    for (int i = 0; i < 6; i++) {
        story_host *awake = i % 2 == 0 ? one : other;
        seconds_pass(world, 600);
        is_expired(awake);
        accesses(awake);
    }
    g_assert_cmpuint(world->model->owners.count, ==, 0);
}

/* The server drops one of them again and again, and the other works on. */
static void test_one_alone_is_refused(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = cut_host(world, "web01", 11, 2);
    story_host *other = cut_host(world, "web02", 12, 2);

    mounts(one);
    accesses(one);
    mounts(other);
    for (int i = 0; i < 6; i++) {
        seconds_pass(world, 1);
        is_expired(one);
        accesses(one);
        accesses(other);
    }
    g_assert_cmpuint(world->model->owners.count, ==, 0);
}

/* Each is given another id by its own unmount and mount, and loses no more than a session. */
static void test_lost_sessions(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *a = cut_host(world, "web01", 11, 2);
    story_host *b = cut_host(world, "web02", 12, 2);

    mounts(a);
    mounts(b);
    for (int i = 0; i < 4; i++) {
        unmounts(b);
        mounts(b);
        loses_session(a);
        accesses(a);
        unmounts(a);
        mounts(a);
        loses_session(b);
        accesses(b);
    }
    g_assert_cmpuint(world->model->owners.count, ==, 0);
}

static void test_cut_identifications_are_counted(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = cut_host(world, "web01", 11, 2);

    mounts(one);
    g_assert_cmpuint(world->model->cuts.identifications, ==, 2);
}

SUITE(test_story_snap)
{
    g_test_add_func("/snap/hosts_refused_in_turns_are_suspected", test_turns_41);
    g_test_add_func("/snap/hosts_refused_in_turns_are_suspected_40", test_turns_40);
    g_test_add_func("/snap/hosts_refused_in_turns_are_suspected_at_ganesha", test_turns_ganesha);
    g_test_add_func("/snap/bystanders_change_nothing", test_turns_beside_bystanders);
    g_test_add_func("/snap/two_turns_are_no_suspicion", test_two_turns);
    g_test_add_func("/snap/server_restarts_are_no_turns", test_server_restarts);
    g_test_add_func("/snap/laptops_that_sleep_are_no_turns", test_laptops_that_sleep);
    g_test_add_func("/snap/one_alone_that_is_refused_is_no_turn", test_one_alone_is_refused);
    g_test_add_func("/snap/lost_sessions_are_no_turns", test_lost_sessions);
    g_test_add_func("/snap/cut_identifications_are_counted", test_cut_identifications_are_counted);
}
