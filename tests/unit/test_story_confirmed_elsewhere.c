/* test_story_confirmed_elsewhere.c - a refusal behind another host's confirm at another address
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "suite.h"

/* Two hosts with one owner, each at an address of its own, of one server whose ids tell nothing. */
typedef struct {
    story *world;
    story_host *here, *there;
} scene;

static scene scene_new(story_layout layout)
{
    scene set = {.world = story_new(layout)};
    set.here = story_new_host(set.world, "web01", 11, 2);
    set.there = story_new_host(set.world, "web01", 12, 2);
    goes_to(set.there, &set.world->servers[0], 2);
    return set;
}

/* The second host is at another server, of this name. */
static scene scene_of_two_servers(story_layout layout, const char *name)
{
    scene set = scene_new(layout);
    goes_to(set.there, story_new_server(set.world, layout, name), 2);
    set.world->servers[1].counter += 1000;
    return set;
}

static void ends(scene *set)
{
    model_settle(set->world->model);
    g_assert_true(server_of(set->here) != server_of(set->there));
    assert_harmless(set->here);
    assert_harmless(set->there);
}

static uint32_t cases_of(const story_host *host)
{
    return cases_count(owner_of(host), EVIDENCE_ELSEWHERE, 0);
}

static void assert_untouched(scene *set)
{
    ends(set);
    assert_single(set->here);
    assert_single(set->there);
    story_free(set->world);
}

static void assert_undecided_here(scene *set)
{
    ends(set);
    assert_verdict(set->here, VERDICT_UNDECIDED);
    g_assert_cmpuint(cases_of(set->here), ==, 1);
    assert_single(set->there);
    story_free(set->world);
}

static void test_one_way(void)
{
    scene set = scene_new(OPAQUE);
    mounts(set.here);
    mounts(set.there);
    accesses(set.here);
    assert_undecided_here(&set);
}

/* The refusal came on a new connection, as behind a restart of the server: two hosts all the same.
 */
static void test_on_a_new_connection(void)
{
    scene set = scene_new(OPAQUE);
    mounts(set.here);
    mounts(set.there);
    connects(set.here);
    accesses(set.here);
    assert_undecided_here(&set);
}

/* The capture begins behind the mounts; the name of the owner comes with the recovery. */
static void test_in_mid_life(void)
{
    scene set = scene_new(OPAQUE);
    set.world->blind = true;
    mounts(set.here);
    set.world->blind = false;
    accesses(set.here);
    set.world->blind = true;
    unmounts(set.there);
    set.world->blind = false;
    mounts(set.there);
    accesses(set.here);
    assert_undecided_here(&set);
}

/* The address tells who it is after the refusal only. */
static void test_named_late(void)
{
    scene set = scene_new(OPAQUE);
    set.here->replies_unseen = true;
    sends_exchange_id(set.here, set.here->verifier);
    set.here->replies_unseen = false;
    sends_create_session(set.here);
    mounts(set.there);
    accesses(set.here);
    assert_undecided_here(&set);
}

static void test_judged_twice(void)
{
    scene set = scene_new(OPAQUE);
    mounts(set.here);
    mounts(set.there);
    accesses(set.here);
    model_settle(set.world->model);
    assert_undecided_here(&set);
}

/* Only the session was lost: the lease works again. */
static void test_lease_lives_on(void)
{
    scene set = scene_of_two_servers(OPAQUE, "filer");
    mounts(set.here);
    mounts(set.there);
    loses_session(set.here);
    tries(set.here);
    model_settle(set.world->model);
    assert_verdict(set.here, VERDICT_UNDECIDED);
    accesses(set.here);
    assert_untouched(&set);
}

/* The second address names another server in the end. */
static void test_name_that_changes(void)
{
    scene set = scene_of_two_servers(OPAQUE, "filer");
    mounts(set.here);
    mounts(set.there);
    is_expired(set.here);
    accesses(set.here);
    model_settle(set.world->model);
    assert_verdict(set.here, VERDICT_UNDECIDED);
    set.world->servers[1].name = "other";
    identifies(set.there);
    assert_untouched(&set);
}

/* Once both addresses show it they are one server, and this rule has nothing more to say. */
static void test_both_ways(void)
{
    scene set = scene_new(OPAQUE);
    mounts(set.here);
    mounts(set.there);
    accesses(set.here);
    model_settle(set.world->model);
    g_assert_cmpuint(cases_of(set.here), ==, 1);
    accesses(set.there);
    model_settle(set.world->model);
    assert_proven(set.here);
    g_assert_cmpuint(cases_of(set.here), ==, 0);
    story_free(set.world);
}

/* ---- innocents, and hosts that do not meet ----------------------------------- */

static void test_no_refusal(void)
{
    scene set = scene_of_two_servers(OPAQUE, "filer");
    mounts(set.here);
    mounts(set.there);
    accesses(set.here);
    assert_untouched(&set);
}

static void test_other_name(void)
{
    scene set = scene_of_two_servers(OPAQUE, "other");
    mounts(set.here);
    mounts(set.there);
    is_expired(set.here);
    accesses(set.here);
    assert_untouched(&set);
}

/* The holder worked on after the confirm, so that that did not end its lease. */
static void test_worked_on(void)
{
    scene set = scene_of_two_servers(OPAQUE, "filer");
    mounts(set.here);
    mounts(set.there);
    accesses(set.here);
    is_expired(set.here);
    accesses(set.here);
    assert_untouched(&set);
}

static void test_confirmed_before(void)
{
    scene set = scene_of_two_servers(OPAQUE, "filer");
    mounts(set.there);
    mounts(set.here);
    is_expired(set.here);
    accesses(set.here);
    assert_untouched(&set);
}

static void test_confirmed_after(void)
{
    scene set = scene_of_two_servers(OPAQUE, "filer");
    mounts(set.here);
    is_expired(set.here);
    accesses(set.here);
    mounts(set.there);
    assert_untouched(&set);
}

/* One host mounts both, from one address: with two verifiers as of two programs. */
static void test_one_address(void)
{
    scene set = scene_of_two_servers(OPAQUE, "filer");
    memcpy(set.there->address, set.here->address, sizeof set.there->address);
    mounts(set.here);
    mounts(set.there);
    is_expired(set.here);
    accesses(set.here);
    assert_untouched(&set);
}

/* One host has both addresses: one verifier. */
static void test_one_verifier(void)
{
    scene set = scene_of_two_servers(OPAQUE, "filer");
    set.there->verifier = set.here->verifier;
    mounts(set.here);
    mounts(set.there);
    is_expired(set.here);
    accesses(set.here);
    assert_untouched(&set);
}

/* Every client lost its lease at once: the server restarted. */
static void test_server_event(void)
{
    scene set = scene_of_two_servers(OPAQUE, "filer");
    story_host *bystander = story_new_host(set.world, "db01", 13, 2);
    mounts(set.here);
    mounts(bystander);
    mounts(set.there);
    restarts(set.world, &set.world->servers[0]);
    connects(set.here);
    connects(bystander);
    accesses(set.here);
    accesses(bystander);
    assert_untouched(&set);
}

/* Ganesha keeps clients apart by its address, and knfsd's start times tell two from one. */
static void test_ids_that_tell(void)
{
    scene set = scene_of_two_servers(GANESHA, "filer");
    mounts(set.here);
    mounts(set.there);
    is_expired(set.here);
    accesses(set.here);
    assert_untouched(&set);
}

SUITE(test_story_confirmed_elsewhere)
{
    g_test_add_func("/confirmed_elsewhere/refused_in_one_direction", test_one_way);
    g_test_add_func("/confirmed_elsewhere/refused_on_a_new_connection", test_on_a_new_connection);
    g_test_add_func("/confirmed_elsewhere/lease_in_mid_life", test_in_mid_life);
    g_test_add_func("/confirmed_elsewhere/address_that_is_named_late", test_named_late);
    g_test_add_func("/confirmed_elsewhere/judged_twice", test_judged_twice);
    g_test_add_func("/confirmed_elsewhere/lease_that_lives_on", test_lease_lives_on);
    g_test_add_func("/confirmed_elsewhere/name_that_changes", test_name_that_changes);
    g_test_add_func("/confirmed_elsewhere/refused_in_both_directions", test_both_ways);
    g_test_add_func("/confirmed_elsewhere/nobody_is_refused", test_no_refusal);
    g_test_add_func("/confirmed_elsewhere/server_of_another_name", test_other_name);
    g_test_add_func("/confirmed_elsewhere/holder_worked_on", test_worked_on);
    g_test_add_func("/confirmed_elsewhere/confirm_before_the_lease", test_confirmed_before);
    g_test_add_func("/confirmed_elsewhere/confirm_after_the_refusal", test_confirmed_after);
    g_test_add_func("/confirmed_elsewhere/one_host_at_one_address", test_one_address);
    g_test_add_func("/confirmed_elsewhere/one_host_with_one_verifier", test_one_verifier);
    g_test_add_func("/confirmed_elsewhere/several_clients_lose_at_once", test_server_event);
    g_test_add_func("/confirmed_elsewhere/ids_that_tell", test_ids_that_tell);
}
