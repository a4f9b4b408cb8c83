/* test_story_one_server.c - addresses of one server whose ids tell nothing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "suite.h"

static story_host *at(story *world, story_server *server, uint8_t server_address, uint8_t number)
{
    story_host *host = web01(world, number, 2);
    goes_to(host, server, server_address);
    return host;
}

static void work_in_turns(story_host *one, story_host *other, int turns)
{
    for (int i = 0; i < turns; i++) {
        accesses(one);
        accesses(other);
    }
}

static uint32_t count_owners(const story *world)
{
    uint32_t count = 0;
    for (const nfs4_owner *owner = world->model->owners.first; owner != NULL; owner = owner->next)
        count++;
    return count;
}

static void test_twins(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = at(world, &world->servers[0], 1, 11);
    story_host *other = at(world, &world->servers[0], 2, 12);
    mounts(one);
    mounts(other);
    accesses(one);
    g_assert_true(server_of(one) != server_of(other)); /* once may be chance */
    accesses(other);
    g_assert_true(server_of(one) == server_of(other));
    g_assert_true(server_of(one)->endpoints->next == server_of(one)->last_endpoint);
    g_assert_cmpuint(count_owners(world), ==, 1);
    assert_proven(one);
    assert_harmful(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 2);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 2);
    uint32_t takeovers = owner_of(one)->takeovers;
    work_in_turns(one, other, 2);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, takeovers + 4);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 6);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 6);
}

/* The whole capture seen again changes nothing: all that messages meant is found. */
static void test_passes(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = at(world, &world->servers[0], 1, 11);
    story_host *other = at(world, &world->servers[0], 2, 12);
    story_host *third = at(world, &world->servers[0], 2, 13);
    takes_owner(third, "Linux NFSv4.2 db01");
    mounts(third);
    mounts(one);
    mounts(other);
    work_in_turns(one, other, 3);
    accesses(third);
    for (guint i = 0; i < world->tape->len; i++) {
        const story_frame *frame = &g_array_index(world->tape, story_frame, i);
        nfs4_context now = model_context(world->model, &frame->message);
        g_assert_true(now.endpoint->server == server_of(one));
        g_assert_true(now.owner == NULL || now.owner == owner_of(one) ||
                      now.owner == owner_of(third));
        g_assert_true(now.instance == NULL || now.instance->owner == now.owner);
    }
    assert_single(third);
    g_assert_true(server_of(third) == server_of(one));
    model_settle(world->model);
    g_assert_cmpuint(count_owners(world), ==, 2);
}

/* Two servers that call themselves by one name, as clones do: each of the two hosts has its own. */
static void test_two_servers(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = at(world, &world->servers[0], 1, 11);
    story_host *other = at(world, story_new_server(world, OPAQUE, "filer"), 2, 12);
    world->servers[1].counter += 1000;
    mounts(one);
    mounts(other);
    work_in_turns(one, other, 4);
    g_assert_true(server_of(one) != server_of(other));
    assert_single(one);
    assert_single(other);
}

/* The same, and they restart in turns, which breaks the connections. They stay two servers, and
 * nobody is accused, though two addresses of one server would look the same. */
static void test_restarts_in_turns(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *hosts[] = {at(world, &world->servers[0], 1, 11),
                           at(world, story_new_server(world, OPAQUE, "filer"), 2, 12)};
    world->servers[1].counter += 1000;
    mounts(hosts[0]);
    mounts(hosts[1]);
    for (int i = 0; i < 6; i++) {
        restarts(world, &world->servers[i % 2]);
        connects(hosts[i % 2]);
        accesses(hosts[i % 2]);
    }
    model_settle(world->model);
    g_assert_true(server_of(hosts[0]) != server_of(hosts[1]));
    assert_verdict(hosts[0], VERDICT_UNDECIDED);
    assert_verdict(hosts[1], VERDICT_UNDECIDED);
}

/* Two servers of other names are two, whatever happens at them. */
static void test_other_names(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = at(world, &world->servers[0], 1, 11);
    story_host *other = at(world, story_new_server(world, OPAQUE, "other"), 2, 12);
    world->servers[1].counter += 1000;
    mounts(one);
    mounts(other);
    for (int i = 0; i < 2; i++) {
        is_expired(one);
        accesses(one);
        is_expired(other);
        accesses(other);
    }
    g_assert_true(server_of(one) != server_of(other));
}

/* Refusals at one address alone may be that server's doing. */
static void test_one_way(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = at(world, &world->servers[0], 1, 11);
    story_host *other = at(world, story_new_server(world, OPAQUE, "filer"), 2, 12);
    world->servers[1].counter += 1000;
    mounts(one);
    for (int i = 0; i < 2; i++) {
        identifies(other);
        is_expired(one);
        accesses(one);
        unmounts(other);
    }
    g_assert_true(server_of(one) != server_of(other));
    model_settle(world->model);
    assert_verdict(one, VERDICT_UNDECIDED);
}

/* A host that mounts both addresses is known at the second one by the same clientid. */
static void test_known_at_both(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = at(world, &world->servers[0], 1, 11);
    mounts(one);
    const nfs4_server *server = server_of(one);
    uint64_t clientid = one->clientid;
    goes_to(one, &world->servers[0], 2);
    connects(one);
    sends_exchange_id(one, one->verifier);
    g_assert_cmpuint(one->clientid, ==, clientid);
    g_assert_true(server_of(one) == server);
    g_assert_cmpuint(count_owners(world), ==, 1);
    assert_single(one);
}

/* Each host had identified itself at both addresses before it showed that they are one. */
static void test_hosts_at_both(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = at(world, &world->servers[0], 1, 11);
    story_host *other = at(world, &world->servers[0], 2, 12);
    mounts(one);
    goes_to(one, &world->servers[0], 2);
    connects(one);
    one->replies_unseen = true;
    sends_exchange_id(one, one->verifier);
    one->replies_unseen = false;
    model_settle(world->model);
    goes_to(one, &world->servers[0], 1);
    connects(one);
    accesses(one);
    mounts(other);
    work_in_turns(one, other, 2);
    model_settle(world->model);
    g_assert_true(server_of(one) == server_of(other));
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
    assert_proven(one);
}

/* Each address was asked with a lease from before the server restarted. Then both give out
 * clientids of one start time and counter. */
static void test_one_counter_at_both_addresses(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *here = web01(world, 11, 2), *there = web01(world, 12, 2);
    goes_to(there, &world->servers[0], 2);
    world->blind = true;
    mounts(here);
    mounts(there);
    world->blind = false;
    restarts(world, &world->servers[0]);
    connects(here);
    connects(there);
    accesses(here);
    accesses(there);
    g_assert_true(server_of(here) == server_of(there));
    accesses(here);
    assert_proven(here);
}

SUITE(test_story_one_server)
{
    g_test_add_func("/one_server/one_counter_at_both_addresses",
                    test_one_counter_at_both_addresses);
    g_test_add_func("/one_server/twins_at_two_addresses_are_refused_in_turns", test_twins);
    g_test_add_func("/one_server/later_passes_find_what_was_merged", test_passes);
    g_test_add_func("/one_server/two_servers_of_one_name", test_two_servers);
    g_test_add_func("/one_server/two_servers_that_restart_in_turns", test_restarts_in_turns);
    g_test_add_func("/one_server/servers_of_other_names", test_other_names);
    g_test_add_func("/one_server/refusals_at_one_address_only", test_one_way);
    g_test_add_func("/one_server/client_is_known_at_both", test_known_at_both);
    g_test_add_func("/one_server/hosts_that_spoke_at_both", test_hosts_at_both);
}
