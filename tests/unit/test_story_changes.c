/* test_story_changes.c - a second instance without a refusal: restart or second host
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "model/judge/clock.h"
#include "suite.h"

#define FAR_APART 400 /* seconds, more than the margin of the clocks */

static void test_crash_and_reboot(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    accesses(host);
    crashes_and_boots(host);
    mounts(host);
    accesses(host);
    assert_verdict(host, VERDICT_RESTARTED);
    assert_harmless(host);
    g_assert_cmpuint(owner_of(host)->instance_count, ==, 2);
    g_assert_cmpuint(cases_count(owner_of(host), EVIDENCE_RESTART, 0), ==, 1);
    g_assert_cmpuint(cases_count(owner_of(host), EVIDENCE_RESTART, 0), ==, 1);
}

static void test_reboots_rising(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 3; i++) {
        crashes_and_boots(host);
        mounts(host);
        accesses(host);
    }
    assert_verdict(host, VERDICT_RESTARTED);
    g_assert_cmpuint(owner_of(host)->instance_count, ==, 4);
    g_assert_cmpuint(cases_count(owner_of(host), EVIDENCE_RECURRENCE, 0), ==, 0);
}

static void test_reboot_with_new_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "pod-0", 11, 2);

    mounts(host);
    accesses(host);
    crashes_and_boots(host);
    host->address[3] = 99;
    mounts(host);
    assert_verdict(host, VERDICT_UNDECIDED); /* a second host, perhaps */
    seconds_pass(world, 100);
    accesses(host);
    model_settle(world->model);
    assert_verdict(host, VERDICT_RESTARTED); /* the first one would have renewed its lease */
    assert_harmless(host);
}

static void test_reboot_without_clock(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "appliance", 11, 1);

    takes_owner(host, "an appliance of unknown make");
    mounts(host);
    crashes_and_boots(host);
    mounts(host);
    assert_verdict(host, VERDICT_UNDECIDED);
    assert_harmless(host);
    g_assert_cmpuint(cases_count(owner_of(host), EVIDENCE_CHANGE, 0), ==, 1);
}

static void test_clock_overlap(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    seconds_pass(world, FAR_APART);
    accesses(one);
    mounts(other);
    assert_verdict(one, VERDICT_PROBABLE);
    assert_harmless(one);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_CLOCK_OVERLAP, 0), ==, 1);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 1);
}

static void test_clock_overlap_is_never_proof(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *hosts[4];

    for (int i = 0; i < 4; i++)
        hosts[i] = web01(world, (uint8_t)(11 + i), 2);
    for (int i = 0; i < 4; i++) {
        seconds_pass(world, FAR_APART);
        mounts(hosts[i]);
    }
    assert_verdict(hosts[0], VERDICT_PROBABLE);
    assert_harmless(hosts[0]);
}

static void test_clocks_a_little_apart(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    seconds_pass(world, 250);
    accesses(one);
    mounts(other);
    assert_verdict(one, VERDICT_UNDECIDED);
    assert_harmless(one);
}

static void test_clock_of_1970(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "board", 11, 2);

    mounts(host);
    crashes_and_boots(host);
    host->verifier = 17 * SECOND; /* no battery */
    mounts(host);
    assert_verdict(host, VERDICT_UNDECIDED);
    g_assert_false(instance_of(host)->has_start);
}

static void test_sequential_use_once(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    unmounts(one);
    mounts(other);
    unmounts(other);
    mounts(one);
    assert_verdict(one, VERDICT_PROBABLE);
    assert_harmless(one);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_RECURRENCE, 0), ==, 1);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 0);
    g_assert_true(cases_first(owner_of(one), EVIDENCE_RECURRENCE)->lease == lease_of(one));
}

static void test_sequential_use_twice(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    for (int i = 0; i < 2; i++) {
        mounts(one);
        unmounts(one);
        mounts(other);
        unmounts(other);
    }
    assert_verdict(one, VERDICT_PROVEN);
    assert_harmless(one);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 0);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 0);
}

static void test_snapshot_revert(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "vm", 11, 2);
    uint64_t before = host->verifier;

    mounts(host);
    crashes_and_boots(host);
    mounts(host);
    crashes_and_boots(host);
    host->verifier = before;
    mounts(host);
    assert_verdict(host, VERDICT_PROBABLE);
    assert_harmless(host);
}

/* One change that the clocks call a restart, until the first one speaks again. */
static void test_old_instance_speaks_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    seconds_pass(world, 30);
    story_host *other = web01(world, 12, 2);
    mounts(other);
    assert_verdict(one, VERDICT_UNDECIDED); /* at another address, and not silent for long */
    tries(one);
    assert_proven(one);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_RESTART, 0), ==, 0);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_RESTART, 0), ==, 0);
}

static void test_reboot_then_twin(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    crashes_and_boots(one);
    mounts(one);
    story_host *other = web01(world, 12, 2);
    mounts(other);
    accesses(one);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 3);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 1);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_RESTART, 0), ==, 1);
}

/* Its clock is 20 s slow, which says nothing until the margin is smaller. */
static nfs4_verdict verdict_with_margin(uint32_t seconds)
{
    clock_set_margin(seconds);
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    accesses(host);
    seconds_pass(world, 60);
    story_host *moved = web01(world, 12, 2);
    moved->verifier = (uint64_t)(world->now - 80 * SECOND);
    mounts(moved);
    nfs4_verdict verdict = owner_of(host)->verdict;
    clock_set_margin(CLOCK_MARGIN);
    return verdict;
}

static void test_clock_margin(void)
{
    g_assert_cmpint(verdict_with_margin(CLOCK_MARGIN), ==, VERDICT_UNDECIDED);
    g_assert_cmpint(verdict_with_margin(10), ==, VERDICT_PROBABLE);
    g_assert_cmpint(verdict_with_margin(30), ==, VERDICT_UNDECIDED);
}

SUITE(test_story_changes)
{
    g_test_add_func("/changes/crash_and_reboot_is_a_restart", test_crash_and_reboot);
    g_test_add_func("/changes/reboots_with_rising_clocks_are_restarts", test_reboots_rising);
    g_test_add_func("/changes/reboot_with_a_new_address_is_a_restart",
                    test_reboot_with_new_address);
    g_test_add_func("/changes/reboot_is_undecided_where_no_clock_is_known",
                    test_reboot_without_clock);
    g_test_add_func("/changes/clock_long_before_the_last_activity_is_probable", test_clock_overlap);
    g_test_add_func("/changes/clocks_alone_never_prove", test_clock_overlap_is_never_proof);
    g_test_add_func("/changes/clocks_a_little_apart_are_undecided", test_clocks_a_little_apart);
    g_test_add_func("/changes/implausible_clock_is_undecided", test_clock_of_1970);
    g_test_add_func("/changes/sequential_use_that_returns_once_is_probable",
                    test_sequential_use_once);
    g_test_add_func("/changes/sequential_use_that_returns_twice_is_proven_and_harmless",
                    test_sequential_use_twice);
    g_test_add_func("/changes/snapshot_revert_stays_at_probable", test_snapshot_revert);
    g_test_add_func("/changes/restart_is_taken_back_when_the_first_one_is_refused",
                    test_old_instance_speaks_again);
    g_test_add_func("/changes/reboot_and_twin_are_told_apart", test_reboot_then_twin);
    g_test_add_func("/changes/clock_margin_can_be_set", test_clock_margin);
}
