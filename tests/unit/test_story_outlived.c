/* test_story_outlived.c - the rule outlived: a holder works on after another was given a clientid
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "suite.h"

static story_host *another(story *world)
{
    return web01(world, 12, 2);
}

static uint32_t cases_of(const story_host *host)
{
    return cases_count(owner_of(host), EVIDENCE_OUTLIVED, 0);
}

static void test_holder_works_on(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *other = another(world);
    mounts(one);
    sends_exchange_id(other, other->verifier);
    g_assert_cmpuint(cases_of(one), ==, 0);
    accesses(one);
    g_assert_cmpuint(cases_of(one), ==, 1);
    assert_verdict(one, VERDICT_PROBABLE);
    assert_harmless(one);
    accesses(one);
    g_assert_cmpuint(cases_of(one), ==, 1);
}

/* It is silent for two lease times around the identification, and so is no host that lives: a
 * machine was set back, or an id was given out again unseen. */
static void test_holder_slept(void)
{
    for (int seconds = 179; seconds <= 180; seconds++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *one = web01(world, 11, 2);
        story_host *other = another(world);
        mounts(one);
        accesses(one);
        seconds_pass(world, 60);
        sends_exchange_id(other, other->verifier);
        seconds_pass(world, seconds - 60);
        accesses(one);
        accesses(one);
        g_assert_cmpuint(cases_of(one), ==, seconds < 180);
    }
}

/* A lease whose identification was not captured is as old as its first message. */
static void test_identification_of_the_holder_unseen(void)
{
    for (int late = 0; late < 2; late++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *one = web01(world, 11, 2);
        story_host *other = another(world);
        if (late)
            sends_exchange_id(other, other->verifier);
        world->blind = true;
        identifies(one);
        world->blind = false;
        tries(one);
        sends_exchange_id(one, one->verifier);
        if (!late)
            sends_exchange_id(other, other->verifier);
        tries(one);
        g_assert_cmpuint(cases_of(one), ==, !late);
    }
}

/* The holder's call was under way when the other identified itself. */
static void test_call_under_way(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *other = another(world);
    mounts(one);
    nfs4_message call = begins_sequence(one);
    puts_op(&call, OP_ACCESS);
    story_sends(one, &call);
    sends_exchange_id(other, other->verifier);
    answers(one, &call, OP_SEQUENCE, NFS4_OK);
    g_assert_cmpuint(cases_of(one), ==, 0);
    assert_verdict(one, VERDICT_UNDECIDED);
}

static void test_own_identification(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    connects(one);
    sends_exchange_id(one, one->verifier);
    accesses(one);
    assert_single(one);
}

/* A program that plays two clients on one connection. */
static void test_one_connection(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    sends_exchange_id(one, one->verifier + 1);
    accesses(one);
    g_assert_cmpuint(cases_of(one), ==, 0);
}

static void test_confirmed(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *other = another(world);
    mounts(one);
    mounts(other);
    accesses(one);
    g_assert_cmpuint(cases_of(one), ==, 0);
    assert_proven(one);
}

/* Two servers answer at one address: each gives out clientids of its own. */
static void test_another_server(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *other = another(world);
    mounts(one);
    is_moved_to(other, story_new_server(world, KNFSD, "filer"));
    sends_exchange_id(other, other->verifier);
    accesses(one);
    g_assert_cmpuint(cases_of(one), ==, 0);
    g_assert_false(verdict_accuses(owner_of(one)->verdict));
}

/* Linux up to 3.6 takes a verifier for each address of the server. */
static void test_old_linux(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *again = web01(world, 11, 0);
    takes_owner(one, "10.0.0.11/10.0.0.1 tcp UNIX 0");
    takes_owner(again, "10.0.0.11/10.0.0.1 tcp UNIX 0");
    mounts(one);
    sends_setclientid(again, again->verifier);
    tries(one);
    g_assert_cmpuint(cases_of(one), ==, 0);
    g_assert_false(verdict_accuses(owner_of(one)->verdict));
}

SUITE(test_story_outlived)
{
    g_test_add_func("/outlived/holder_slept", test_holder_slept);
    g_test_add_func("/outlived/identification_of_the_holder_was_not_captured",
                    test_identification_of_the_holder_unseen);
    g_test_add_func("/outlived/holder_that_works_on_is_probable_and_harmless",
                    test_holder_works_on);
    g_test_add_func("/outlived/call_under_way_says_nothing", test_call_under_way);
    g_test_add_func("/outlived/own_identification_on_a_new_connection", test_own_identification);
    g_test_add_func("/outlived/program_that_plays_two_clients", test_one_connection);
    g_test_add_func("/outlived/confirm_makes_it_a_takeover", test_confirmed);
    g_test_add_func("/outlived/another_server_at_the_address", test_another_server);
    g_test_add_func("/outlived/old_linux_beside_itself", test_old_linux);
}
