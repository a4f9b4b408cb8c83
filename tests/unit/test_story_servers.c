/* test_story_servers.c - which addresses are one server, and what its restart changes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "suite.h"

static void test_same_owner_at_two_servers(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *here = web01(world, 11, 2), *there = web01(world, 12, 2);

    goes_to(there, story_new_server(world, KNFSD, "vault"), 2);
    mounts(here);
    mounts(there);
    accesses(here);
    accesses(there);
    assert_single(here);
    assert_single(there);
    g_assert_true(owner_of(here) != owner_of(there));
}

static void test_two_addresses_of_knfsd(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    goes_to(other, &world->servers[0], 2);
    mounts(one);
    mounts(other);
    accesses(one);
    g_assert_true(server_of(one) == server_of(other));
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
    g_assert_cmpuint(world->model->owners.count, ==, 1);
}

static void test_two_addresses_in_mid_session(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    goes_to(other, &world->servers[0], 2);
    world->blind = true;
    mounts(other);
    world->blind = false;
    mounts(one);
    accesses(other);
    accesses(one);
    g_assert_true(server_of(one) == server_of(other));
    assert_proven(one);
}

static void test_two_servers_of_one_name(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *here = web01(world, 11, 2), *there = web01(world, 12, 2);

    goes_to(there, story_new_server(world, KNFSD, "filer"), 2);
    mounts(here);
    mounts(there);
    accesses(here);
    g_assert_true(server_of(here) != server_of(there));
    assert_single(here);
    assert_single(there);
}

static void test_two_servers_started_together(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *here = web01(world, 11, 2), *there = web01(world, 12, 2);

    goes_to(there, story_new_server(world, KNFSD, "filer"), 2);
    there->server->epoch = here->server->epoch;
    there->server->counter = here->server->counter + 100000;
    mounts(here);
    mounts(there);
    g_assert_true(server_of(here) != server_of(there));
    assert_single(here);
    assert_single(there);
}

static void test_two_names_with_one_epoch(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *here = web01(world, 11, 2), *there = web01(world, 12, 2);

    goes_to(there, story_new_server(world, KNFSD, "vault"), 2);
    there->server->epoch = here->server->epoch;
    mounts(here);
    there->server->counter = here->server->counter;
    mounts(there);
    g_assert_true(server_of(here) != server_of(there));
}

static void test_two_addresses_of_ganesha(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    goes_to(other, &world->servers[0], 2);
    mounts(one);
    mounts(other);
    accesses(one);
    accesses(other);
    g_assert_true(server_of(one) != server_of(other));
    assert_single(one);
    assert_single(other);
}

static void test_two_ports(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *here = web01(world, 11, 2);
    nfs4_endpoint endpoint = {.port = 2050};

    mounts(here);
    set_address(&endpoint.addr, AT_IPv4, 4, here->server_address);
    g_assert_null(server_endpoint_find(&world->model->servers, &endpoint));
    g_assert_true(server_endpoint_get(&world->model->servers, &endpoint)->server !=
                  server_of(here));
}

static void check_restart(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = mounted(world, minor);
    accesses(host);
    restarts(world, &world->servers[0]);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 1);
    g_assert_cmpuint(g_sequence_get_length(owner_of(host)->order), ==, 2);
}

static void test_restart_of_knfsd(void)
{
    check_restart(KNFSD, 2);
}

static void test_restart_of_ganesha(void)
{
    check_restart(GANESHA, 2);
}

static void test_restart_of_opaque(void)
{
    check_restart(OPAQUE, 2);
}

static void test_restart_in_40(void)
{
    check_restart(KNFSD, 0);
}

static void test_restart_with_many_clients(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    static const char *const names[] = {"web01", "web02", "web03"};
    story_host *hosts[3];

    for (int i = 0; i < 3; i++) {
        hosts[i] = story_new_host(world, names[i], (uint8_t)(11 + i), 2);
        mounts(hosts[i]);
    }
    restarts(world, &world->servers[0]);
    for (int i = 0; i < 3; i++)
        accesses(hosts[i]);
    for (int i = 0; i < 3; i++)
        assert_single(hosts[i]);
}

static void test_restart_and_duplicate(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    story_host *control = story_new_host(world, "db01", 13, 2);

    mounts(one);
    mounts(control);
    accesses(one);
    restarts(world, &world->servers[0]);
    accesses(one);
    accesses(control);
    assert_single(one);
    mounts(other);
    const nfs4_lease *taken = lease_of(one);
    accesses(one);
    assert_proven(one);
    assert_single(control);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 1);
    g_assert_true(cases_first(owner_of(one), EVIDENCE_TAKEOVER_REFUSED)->lease == taken);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 2);
}

static void test_restart_between_twins(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    nfs4_lease *before = lease_of(one);
    restarts(world, &world->servers[0]);
    mounts(other);
    tries(one);
    assert_harmless(one); /* the restart ended its lease, not the other host */
    g_assert_null(before->judgement.taker);
    recovers(one);
    tries(other);
    assert_proven(one);
}

SUITE(test_story_servers)
{
    g_test_add_func("/servers/same_owner_at_two_servers_is_two_owners",
                    test_same_owner_at_two_servers);
    g_test_add_func("/servers/twins_collide_through_two_addresses_of_knfsd",
                    test_two_addresses_of_knfsd);
    g_test_add_func("/servers/two_addresses_are_one_server_in_mid_session_too",
                    test_two_addresses_in_mid_session);
    g_test_add_func("/servers/two_servers_of_one_name_stay_two", test_two_servers_of_one_name);
    g_test_add_func("/servers/two_servers_started_in_one_second_stay_two",
                    test_two_servers_started_together);
    g_test_add_func("/servers/two_names_stay_two_whatever_their_ids",
                    test_two_names_with_one_epoch);
    g_test_add_func("/servers/two_addresses_of_ganesha_stay_two", test_two_addresses_of_ganesha);
    g_test_add_func("/servers/two_ports_are_two_servers", test_two_ports);
    g_test_add_func("/servers/restart_of_knfsd_keeps_a_client_single", test_restart_of_knfsd);
    g_test_add_func("/servers/restart_of_ganesha_keeps_a_client_single", test_restart_of_ganesha);
    g_test_add_func("/servers/restart_with_opaque_ids_keeps_a_client_single",
                    test_restart_of_opaque);
    g_test_add_func("/servers/restart_keeps_a_40_client_single", test_restart_in_40);
    g_test_add_func("/servers/restart_accuses_none_of_many", test_restart_with_many_clients);
    g_test_add_func("/servers/restart_and_duplicate_are_told_apart", test_restart_and_duplicate);
    g_test_add_func("/servers/restart_between_twins_is_no_takeover", test_restart_between_twins);
}
