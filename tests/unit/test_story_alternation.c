/* test_story_alternation.c - the rule alternation: calls alone show that verifiers alternate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "model/judge/facts.h"
#include "suite.h"

typedef struct {
    story *world;
    story_host *one, *other;
} twins;

static twins begin(bool replies_unseen)
{
    story *world = story_new(KNFSD);
    twins both = {world, web01(world, 11, 2), web01(world, 12, 2)};
    both.one->replies_unseen = both.other->replies_unseen = replies_unseen;
    return both;
}

static void identifies_only(story_host *host)
{
    sends_exchange_id(host, host->verifier);
}

static uint32_t cases_of(const story_host *host)
{
    return cases_count(owner_of(host), EVIDENCE_ALTERNATION, 1);
}

static void test_once(void)
{
    twins both = begin(true);
    g_autoptr(story) world = both.world;
    identifies_only(both.one);
    identifies_only(both.other);
    g_assert_cmpuint(cases_of(both.one), ==, 0);
    g_assert_false(verdict_accuses(owner_of(both.one)->verdict));
    identifies_only(both.one);
    g_assert_cmpuint(cases_of(both.one), ==, 1);
    assert_verdict(both.one, VERDICT_PROBABLE);
    assert_harmless(both.one);
}

/* The second one confirms after somebody asked: from then on the order of leases tells. */
static void test_confirm_turns_up(void)
{
    twins both = begin(false);
    g_autoptr(story) world = both.world;
    mounts(both.one);
    identifies_only(both.other);
    model_settle(world->model);
    g_assert_cmpuint(cases_count(owner_of(both.one), EVIDENCE_ALTERNATION, 0), ==, 1);
    sends_create_session(both.other);
    g_assert_cmpuint(cases_count(owner_of(both.one), EVIDENCE_ALTERNATION, 0), ==, 0);
}

static void test_twice(void)
{
    twins both = begin(true);
    g_autoptr(story) world = both.world;
    for (int i = 0; i < 2; i++) {
        identifies_only(both.one);
        identifies_only(both.other);
    }
    assert_verdict(both.one, VERDICT_PROVEN);
    g_assert_cmpuint(cases_of(both.one), ==, 2);
    g_assert_true(verdict_rests_on(owner_of(both.one), EVIDENCE_ALTERNATION));
}

/* Of three identifications the second one, or the last one, has no answer. */
static void test_one_lost_answer(void)
{
    for (int lost = 1; lost < 3; lost++) {
        twins both = begin(false);
        g_autoptr(story) world = both.world;
        for (int i = 0; i < 3; i++) {
            world->lose_reply = i == lost ? OP_EXCHANGE_ID : 0;
            identifies_only(i == 1 ? both.other : both.one);
        }
        g_assert_cmpuint(cases_of(both.one), ==, 1);
    }
}

/* An answer changes nothing as long as nobody confirms. */
static void test_all_answered(void)
{
    twins both = begin(false);
    g_autoptr(story) world = both.world;
    identifies_only(both.one);
    identifies_only(both.other);
    identifies_only(both.one);
    g_assert_cmpuint(cases_of(both.one), ==, 1);
}

static void test_all_confirmed(void)
{
    twins both = begin(false);
    g_autoptr(story) world = both.world;
    mounts(both.one);
    mounts(both.other);
    mounts(both.one);
    g_assert_cmpuint(cases_count(owner_of(both.one), EVIDENCE_ALTERNATION, 0), ==, 0);
}

/* A restart, or another host: nobody knows, but it is not one client. */
static void test_follows(void)
{
    twins both = begin(true);
    g_autoptr(story) world = both.world;
    identifies_only(both.one);
    identifies_only(both.other);
    g_assert_cmpuint(cases_of(both.one), ==, 0);
    assert_verdict(both.one, VERDICT_UNDECIDED);
}

/* As in a capture that is still running: what was said before the return is no last word. */
static void test_settled_in_between(void)
{
    twins both = begin(false);
    g_autoptr(story) world = both.world;
    mounts(both.one);
    both.other->replies_unseen = true;
    identifies_only(both.other);
    g_assert_cmpuint(cases_of(both.one), ==, 0);
    is_expired(both.one);
    accesses(both.one);
    g_assert_cmpuint(cases_of(both.one), ==, 1);
    g_assert_nonnull(world->model->chains.first->lease->filed.call_rival);
}

static void test_one_client(void)
{
    twins both = begin(true);
    g_autoptr(story) world = both.world;
    for (int i = 0; i < 4; i++)
        identifies_only(both.one);
    g_assert_cmpuint(cases_of(both.one), ==, 0);
    assert_verdict(both.one, VERDICT_SINGLE);
}

/* The first one had its lease before the capture began, and is given it once more. */
static void test_in_mid_session(void)
{
    twins both = begin(false);
    g_autoptr(story) world = both.world;
    world->blind = true;
    identifies(both.one);
    world->blind = false;
    tries(both.one);
    identifies_only(both.one);
    both.other->replies_unseen = true;
    identifies_only(both.other);
    model_settle(world->model);
    assert_verdict(both.one, VERDICT_UNDECIDED);
    const nfs4_case *one = cases_first(owner_of(both.one), EVIDENCE_ALTERNATION);
    g_assert_cmpuint(facts_called_in(one->lease->filed.call_before), ==,
                     instance_of(both.one)->first_frame);
}

static void test_crash_loop(void)
{
    twins both = begin(true);
    g_autoptr(story) world = both.world;
    for (int i = 0; i < 4; i++) {
        identifies_only(both.one);
        crashes_and_boots(both.one);
    }
    g_assert_cmpuint(cases_of(both.one), ==, 0);
    g_assert_false(verdict_accuses(owner_of(both.one)->verdict));
}

SUITE(test_story_alternation)
{
    g_test_add_func("/alternation/confirm_that_turns_up_tells_instead", test_confirm_turns_up);
    g_test_add_func("/alternation/once_is_probable", test_once);
    g_test_add_func("/alternation/confirms_leave_it_to_the_order_of_leases", test_all_confirmed);
    g_test_add_func("/alternation/another_verifier_without_a_return_is_undecided", test_follows);
    g_test_add_func("/alternation/twice_is_proven", test_twice);
    g_test_add_func("/alternation/one_lost_answer_of_three_is_enough", test_one_lost_answer);
    g_test_add_func("/alternation/answers_without_confirms_change_nothing", test_all_answered);
    g_test_add_func("/alternation/return_after_the_model_was_asked", test_settled_in_between);
    g_test_add_func("/alternation/one_client_that_asks_again_does_not_alternate", test_one_client);
    g_test_add_func("/alternation/first_one_was_there_in_mid_session", test_in_mid_session);
    g_test_add_func("/alternation/crash_loop_brings_no_verifier_back", test_crash_loop);
}
