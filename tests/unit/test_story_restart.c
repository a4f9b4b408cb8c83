/* test_story_restart.c - the rules restart, clock-overlap and self-collision: what a change was
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "suite.h"

#define NO_TIME 5 /* a verifier that is no time */

static uint32_t cases_of(const story_host *host, nfs4_evidence_kind kind)
{
    return cases_count(owner_of(host), kind, 0);
}

static void works_for(story_host *host, int seconds)
{
    for (; seconds > 0; seconds -= 30) {
        seconds_pass(host->world, 30);
        accesses(host);
    }
}

/* The new one works on, and the old one says nothing. */
static void test_silence_alone(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *next = web01(world, 12, 2);
    next->verifier = NO_TIME;
    mounts(one);
    mounts(next);
    works_for(next, 150);
    assert_verdict(one, VERDICT_UNDECIDED);
    works_for(next, 60);
    assert_verdict(one, VERDICT_RESTARTED);
    g_assert_cmpuint(cases_of(one, EVIDENCE_RESTART), ==, 1);
    g_assert_cmpuint(cases_of(one, EVIDENCE_CHANGE), ==, 0);
}

/* The old one was silent for long before the new one came: that alone is no restart yet. */
static void test_silence_before(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *next = web01(world, 12, 2);
    next->verifier = NO_TIME;
    mounts(one);
    seconds_pass(world, 300);
    mounts(next);
    works_for(next, 60);
    assert_verdict(one, VERDICT_UNDECIDED);
}

/* Behind one address, a twin that booted later and is told apart by the refusal. */
static void test_refused_behind_one_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    seconds_pass(world, 1);
    mounted(world, 2);
    g_assert_cmpuint(cases_of(one, EVIDENCE_RESTART), ==, 1);
    tries(one);
    g_assert_cmpuint(cases_of(one, EVIDENCE_RESTART), ==, 0);
    assert_proven(one);
}

/* At another address, a clock that says later is no restart while the old one may live. */
static void test_later_clock_at_another_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    seconds_pass(world, 1);
    story_host *next = web01(world, 12, 2);
    mounts(next);
    works_for(next, 60);
    assert_verdict(one, VERDICT_UNDECIDED);
    works_for(next, 60);
    assert_verdict(one, VERDICT_RESTARTED);
}

/* A client whose clock is an hour slow, and the instance before it. */
static story_host *slow_next(story *world, story_host *one, uint8_t number)
{
    story_host *next = web01(world, number, 2);
    next->verifier = one->verifier - 3600 * SECOND;
    mounts(one);
    mounts(next);
    return next;
}

static void test_slow_clock_and_silence(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *next = slow_next(world, one, 12);
    assert_verdict(one, VERDICT_PROBABLE);
    works_for(next, 240);
    assert_verdict(one, VERDICT_RESTARTED);
    g_assert_cmpuint(cases_of(one, EVIDENCE_CLOCK_OVERLAP), ==, 0);
}

/* Behind one address: the first asks on after the second came, or it does not. */
static void test_slow_clock_at_one_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    slow_next(world, one, 11);
    assert_verdict(one, VERDICT_UNDECIDED);
    sends_exchange_id(one, one->verifier);
    assert_verdict(one, VERDICT_PROBABLE);
    g_assert_cmpuint(cases_of(one, EVIDENCE_CLOCK_OVERLAP), ==, 1);
    g_assert_cmpuint(cases_of(one, EVIDENCE_CHANGE), ==, 0);
    for (int i = 0; i < 8; i++) { /* it has not ended, though its lease has */
        seconds_pass(world, 60);
        sends_exchange_id(one, one->verifier);
    }
    assert_verdict(one, VERDICT_PROBABLE);
}

/* What the first takes for a clock told nonsense. */
static void test_no_clock_before(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *next = web01(world, 12, 2);
    next->verifier = one->verifier - 3600 * SECOND;
    one->verifier = NO_TIME;
    mounts(one);
    mounts(next);
    assert_verdict(one, VERDICT_UNDECIDED);
}

/* The server restarted in between, and the first is not heard again. */
static void test_slow_clock_over_a_server_restart(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *next = web01(world, 12, 2);
    next->verifier = one->verifier - 3600 * SECOND;
    mounts(one);
    restarts(world, &world->servers[0]);
    mounts(next);
    assert_verdict(one, VERDICT_UNDECIDED);
}

/* The capture's clock goes back: nobody knows how long the silence was. */
static void test_silence_and_a_clock_set_back(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *next = web01(world, 12, 2);
    next->verifier = NO_TIME;
    mounts(one);
    mounts(next);
    seconds_pass(world, -10);
    accesses(next);
    works_for(next, 300);
    assert_verdict(one, VERDICT_UNDECIDED);
}

/* A newcomer was turned away, and the holder says nothing from then on. */
static void test_newcomer_and_silence(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    story_host *neighbour = story_new_host(world, "db01", 13, 2);
    mounts(one);
    mounts(neighbour);
    is_told_in_use(other);
    works_for(neighbour, 120);
    assert_verdict(one, VERDICT_UNDECIDED);
    works_for(neighbour, 120);
    assert_verdict(one, VERDICT_RESTARTED);
}

/* Nobody knows the holder, so that its silence tells nothing. */
static void test_newcomer_without_a_holder(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *neighbour = story_new_host(world, "db01", 13, 2);
    mounts(neighbour);
    story_host *newcomer = web01(world, 12, 2);
    is_told_in_use(newcomer);
    mounts(newcomer);
    works_for(neighbour, 300);
    assert_verdict(newcomer, VERDICT_UNDECIDED);
}

/* A program that is made anew again and again, each time with another address, while the clock of
 * the capture is ahead. */
static void test_capture_is_ahead(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *pod = NULL;
    for (uint8_t i = 0; i < 4; i++) {
        pod = web01(world, 11 + i, 2);
        pod->skew = 400 * SECOND;
        seconds_pass(world, 4);
        mounts(pod);
        tries(pod);
        seconds_pass(world, 40);
    }
    assert_verdict(pod, VERDICT_UNDECIDED);
    g_assert_cmpuint(cases_of(pod, EVIDENCE_CLOCK_OVERLAP), ==, 0);
}

static void test_slow_clock_and_refusal(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    slow_next(world, one, 12);
    tries(one);
    assert_proven(one);
    g_assert_cmpuint(cases_of(one, EVIDENCE_CLOCK_OVERLAP), ==, 0);
}

/* Linux up to 3.6 that reboots, at one address of the server. */
static void test_old_linux_at_one_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 0);
    takes_owner(host, "10.0.0.11/10.0.0.1 tcp UNIX 0");
    mounts(host);
    crashes_and_boots(host);
    mounts(host);
    g_assert_cmpuint(cases_of(host, EVIDENCE_SELF_COLLISION), ==, 0);
    works_for(host, 240);
    assert_verdict(host, VERDICT_RESTARTED);
}

/* What an instance held before the server restarted is not what it held before another one. */
static void test_return_over_a_restart(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    restarts(world, &world->servers[0]);
    mounts(other);
    accesses(one);
    g_assert_cmpuint(cases_of(one, EVIDENCE_RECURRENCE), ==, 0);
}

SUITE(test_story_restart)
{
    g_test_add_func("/restart/silence_alone_tells", test_silence_alone);
    g_test_add_func("/restart/silence_from_before_tells_nothing_yet", test_silence_before);
    g_test_add_func("/restart/refusal_behind_one_address_is_a_takeover",
                    test_refused_behind_one_address);
    g_test_add_func("/restart/later_clock_at_another_address_takes_silence",
                    test_later_clock_at_another_address);
    g_test_add_func("/restart/slow_clock_and_silence_is_a_restart", test_slow_clock_and_silence);
    g_test_add_func("/clock_overlap/at_one_address_the_first_has_to_ask_on",
                    test_slow_clock_at_one_address);
    g_test_add_func("/clock_overlap/capture_that_is_ahead_accuses_nobody", test_capture_is_ahead);
    g_test_add_func("/clock_overlap/refusal_makes_it_a_takeover", test_slow_clock_and_refusal);
    g_test_add_func("/clock_overlap/first_clock_has_to_be_one", test_no_clock_before);
    g_test_add_func("/clock_overlap/server_that_restarted_in_between",
                    test_slow_clock_over_a_server_restart);
    g_test_add_func("/restart/clock_that_was_set_back_hides_silence",
                    test_silence_and_a_clock_set_back);
    g_test_add_func("/clid_inuse/silence_of_the_holder_is_a_restart", test_newcomer_and_silence);
    g_test_add_func("/clid_inuse/silence_of_nobody_tells_nothing", test_newcomer_without_a_holder);
    g_test_add_func("/self_collision/reboot_at_one_address_is_none", test_old_linux_at_one_address);
    g_test_add_func("/recurrence/what_was_held_before_the_server_restarted_does_not_count",
                    test_return_over_a_restart);
}
