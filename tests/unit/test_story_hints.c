/* test_story_hints.c - what looks like trouble before anything broke
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/know/hint.h"
#include "story_verbs.h"
#include "suite.h"

/* How many hints of this kind stand. */
static uint32_t hints_of(const story *world, nfs4_hint_kind kind)
{
    uint32_t count = 0;
    for (const nfs4_hint *hint = world->model->hints.first; hint != NULL; hint = hint->next)
        count += hint->kind == kind && hint_holds(hint);
    return count;
}

/* Two hosts that had mounted before the capture began. */
static void begins_late(story *world, story_host *one, story_host *other)
{
    world->blind = true;
    mounts(one);
    mounts(other);
    world->blind = false;
}

static void test_names_in_mid_session(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = story_new_host(world, "localhost", 11, 2);
    story_host *other = story_new_host(world, "localhost", 12, 2);

    takes_owner(other, "Linux NFSv4.2 b9d1/localhost"); /* so that they do not collide */
    begins_late(world, one, other);
    tries(one);
    g_assert_cmpuint(hints_of(world, HINT_SAME_NAME), ==, 0);
    tries(other);
    g_assert_cmpuint(hints_of(world, HINT_SAME_NAME), ==, 1);
    const nfs4_hint *hint = world->model->hints.first;
    g_assert_cmpuint(hint->frame, ==, world->frames);
    g_assert_cmpuint(hint->minorversion, ==, 2);
    tries(one);
    tries(other);
    g_assert_cmpuint(hints_of(world, HINT_SAME_NAME), ==, 1);
    g_assert_cmpuint(world->model->owners.count, ==, 0);
}

static void test_owners_seen(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    takes_owner(other, "Linux NFSv4.2 b9d1/web01");
    mounts(one);
    mounts(other);
    accesses(one);
    accesses(other);
    g_assert_cmpuint(hints_of(world, HINT_SAME_NAME), ==, 0);
}

static void test_owner_seen_later(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    takes_owner(other, "Linux NFSv4.2 b9d1/web01");
    begins_late(world, one, other);
    tries(one);
    tries(other);
    restarts(world, &world->servers[0]);
    accesses(one);
    g_assert_cmpuint(hints_of(world, HINT_SAME_NAME), ==, 1);
    accesses(other);
    g_assert_cmpuint(hints_of(world, HINT_SAME_NAME), ==, 0);
}

static void test_other_minor_version_or_name(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 1), *other = web01(world, 12, 2);
    story_host *third = story_new_host(world, "web02", 13, 2);

    begins_late(world, one, other);
    world->blind = true;
    mounts(third);
    world->blind = false;
    tries(one);
    tries(other);
    tries(third);
    g_assert_cmpuint(hints_of(world, HINT_SAME_NAME), ==, 0);
}

static void test_two_addresses_of_one_session(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);

    world->blind = true;
    mounts(one);
    world->blind = false;
    tries(one);
    one->address[3] = 77;
    connects(one);
    tries(one);
    g_assert_cmpuint(hints_of(world, HINT_SAME_NAME), ==, 0);
}

static void test_owner_at_two_servers(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    goes_to(other, story_new_server(world, KNFSD, "vault"), 2);
    mounts(one);
    mounts(other);
    g_assert_cmpuint(hints_of(world, HINT_TWO_SERVERS), ==, 1);
    assert_single(one);
    assert_single(other);
}

static void test_host_at_two_servers(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    goes_to(one, story_new_server(world, KNFSD, "vault"), 2);
    connects(one);
    mounts(one);
    g_assert_cmpuint(hints_of(world, HINT_TWO_SERVERS), ==, 0);
}

/* It reaches each of them from another address. */
static void test_host_with_two_addresses(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    goes_to(one, story_new_server(world, KNFSD, "vault"), 2);
    one->address[3] = 12;
    connects(one);
    mounts(one);
    g_assert_cmpuint(hints_of(world, HINT_TWO_SERVERS), ==, 0);
}

/* The verifier with which Linux discards old state is nobody's own. */
static void check_purge(bool first, bool second)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    goes_to(other, story_new_server(world, KNFSD, "vault"), 2);
    sends_exchange_id(one, first ? UINT64_MAX : one->verifier);
    sends_exchange_id(other, second ? UINT64_MAX : other->verifier);
    g_assert_cmpuint(hints_of(world, HINT_TWO_SERVERS), ==, 0);
}

static void test_purge_at_two_servers(void)
{
    check_purge(true, false);
    check_purge(false, true);
}

/* The same host with another verifier: libnfs and old kernels make one per mount. */
static void test_address_at_two_servers(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    goes_to(one, story_new_server(world, KNFSD, "vault"), 2);
    boots(one);
    mounts(one);
    g_assert_cmpuint(hints_of(world, HINT_TWO_SERVERS), ==, 0);
}

SUITE(test_story_hints)
{
    g_test_add_func("/hints/one_name_from_two_addresses_in_mid_session", test_names_in_mid_session);
    g_test_add_func("/hints/names_say_nothing_where_owners_are_seen", test_owners_seen);
    g_test_add_func("/hints/owners_seen_later_take_the_hint_back", test_owner_seen_later);
    g_test_add_func("/hints/other_names_and_minor_versions_do_not_collide",
                    test_other_minor_version_or_name);
    g_test_add_func("/hints/two_addresses_of_one_session_are_one_host",
                    test_two_addresses_of_one_session);
    g_test_add_func("/hints/owner_at_two_servers_from_two_hosts", test_owner_at_two_servers);
    g_test_add_func("/hints/one_host_at_two_servers", test_host_at_two_servers);
    g_test_add_func("/hints/one_host_with_two_addresses", test_host_with_two_addresses);
    g_test_add_func("/hints/purge_at_two_servers", test_purge_at_two_servers);
    g_test_add_func("/hints/one_address_at_two_servers", test_address_at_two_servers);
}
