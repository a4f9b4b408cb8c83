/* test_story_copies.c - one message captured at two places, whose clocks differ
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whoever captures on both sides of a router that translates addresses has every
 * message twice, from two addresses. What was counted and judged then must be what
 * one of the two captures tells.
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "model/judge/causes.h"
#include "suite.h"

typedef story_host *(*story_tale)(story *world);

/* The copy of a message: from outside of the NAT, by a clock that is `skew` ahead. */
static void is_captured_outside(story *world, const story_frame *frame, int64_t skew)
{
    static const uint8_t outside[] = {192, 0, 2, 1};
    nfs4_message copy = frame->message;
    int64_t time = copy.when.secs * SECOND + copy.when.nsecs + skew;

    set_address(&copy.client.addr, AT_IPv4, 4, outside);
    copy.connection += 1000;
    copy.when = (nstime_t){(time_t)(time / SECOND), (int)(time % SECOND)};
    story_captures(world, &copy);
}

/* What the judge and the counts say of an owner, and the steps of every chain. */
static char *summary(const story_host *host)
{
    const nfs4_owner *owner = owner_of(host);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%s harmful %d takeovers %u refused %u instances %u clones %u",
                           verdict_name(owner->verdict), owner->harmful, owner->takeovers,
                           owner->invalidations, owner->instance_count,
                           cases_count(owner, EVIDENCE_CLONE, 0) +
                               cases_count(owner, EVIDENCE_SHARED_SESSION, 0));
    for (const nfs4_chain *chain = host->world->model->chains.first; chain != NULL;
         chain = chain->next) {
        nfs4_verdict grade;
        g_string_append_printf(text, "\nchain %u %s resumed %d steps", chain->number,
                               cause_name(cause_of_chain(chain, &grade)), chain->resumed);
        for (guint i = 0; i < wmem_array_get_count(chain->steps); i++)
            g_string_append_printf(text, " %d",
                                   ((nfs4_step *)wmem_array_index(chain->steps, i))->kind);
    }
    return g_string_free(text, FALSE);
}

static char *summary_of_one_side(story_tale tale, story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    return summary(tale(world));
}

static void check_both_sides(story_tale tale, story_layout layout, int64_t skew)
{
    g_autoptr(story) world = story_new(layout);
    g_autofree char *expected = summary_of_one_side(tale, layout);

    world->held = true;
    const story_host *host = tale(world);
    guint length = world->tape->len;
    for (guint i = 0; i < length; i++) {
        story_frame frame = g_array_index(world->tape, story_frame, i);
        is_captured_outside(world, &frame, skew);
    }
    story_plays(world);
    g_autofree char *found = summary(host);
    g_assert_cmpstr(found, ==, expected);
}

static void check_clocks(story_tale tale)
{
    static const int64_t skews[] = {MILLISECOND / 10, 100 * MILLISECOND, 2 * SECOND, 100 * SECOND,
                                    -2 * SECOND};
    static const story_layout layouts[] = {KNFSD, GANESHA, OPAQUE};

    for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++)
        for (size_t j = 0; j < G_N_ELEMENTS(skews); j++)
            check_both_sides(tale, layouts[i], skews[j]);
}

/* ---- the tales ------------------------------------------------------------ */

static story_host *a_lease_expires(story *world)
{
    story_host *host = mounted(world, 2);
    accesses(host);
    seconds_pass(world, 200);
    is_expired(host);
    accesses(host);
    seconds_pass(world, 1);
    accesses(host);
    return host;
}

static story_host *a_session_is_lost(story *world)
{
    story_host *host = mounted(world, 2);
    accesses(host);
    loses_session(host);
    accesses(host);
    return host;
}

static story_host *one_unmounts_and_mounts(story *world)
{
    story_host *host = web01(world, 11, 2);

    for (int i = 0; i < 2; i++) {
        mounts(host);
        accesses(host);
        unmounts(host);
    }
    return host;
}

static uint32_t minor = 2; /* of the next tale */

static story_host *one_is_knocked_out(story *world)
{
    story_host *one = web01(world, 11, minor), *other = web01(world, 12, minor);

    mounts(one);
    accesses(one);
    mounts(other);
    accesses(other);
    accesses(one);
    accesses(one);
    return one;
}

static story_host *two_take_turns(story *world)
{
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    seconds_pass(world, 1);
    accesses(one);
    seconds_pass(world, 3);
    mounts(other);
    accesses(other);
    seconds_pass(world, 1);
    accesses(one);
    seconds_pass(world, 5);
    accesses(one);
    accesses(other);
    seconds_pass(world, 5);
    accesses(other);
    return one;
}

/* ---- the tests ------------------------------------------------------------ */

static void test_expiry(void)
{
    check_clocks(a_lease_expires);
}

static void test_lost_session(void)
{
    check_clocks(a_session_is_lost);
}

static void test_remount(void)
{
    check_clocks(one_unmounts_and_mounts);
}

static void test_takeover(void)
{
    check_clocks(one_is_knocked_out);
}

static void test_twins(void)
{
    check_clocks(two_take_turns);
}

static void test_single_is_no_clone(void)
{
    g_autofree char *text = summary_of_one_side(a_lease_expires, KNFSD);
    g_assert_true(
        g_str_has_prefix(text, "single harmful 0 takeovers 0 refused 1 instances 1 clones 0"));
}

/* The old holder is dead; what it did comes to light again, by a clock that is ahead. */
static void check_old_success(uint32_t connection)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    accesses(host);
    guint end = world->tape->len;
    crashes_and_boots(host);
    is_told_in_use(host);
    assert_verdict(host, VERDICT_UNDECIDED);
    for (guint i = end - 2; i < end; i++) {
        nfs4_message copy = g_array_index(world->tape, story_frame, i).message;
        copy.connection += connection;
        copy.when.secs += 100;
        story_captures(world, &copy);
    }
    assert_verdict(host, VERDICT_UNDECIDED);
    assert_harmless(host);
}

static void test_old_success(void)
{
    check_old_success(0);
    check_old_success(1000);
}

/* 4.0 has no slots that tell a copy of a success from a new one. */
static void test_takeover_40(void)
{
    minor = 0;
    check_both_sides(one_is_knocked_out, KNFSD, MILLISECOND / 10);
    check_both_sides(one_is_knocked_out, KNFSD, 100 * MILLISECOND);
    check_both_sides(one_is_knocked_out, OPAQUE, 100 * MILLISECOND);
    minor = 2;
}

SUITE(test_story_copies)
{
    g_test_add_func("/copies/one_side_tells_of_one_client", test_single_is_no_clone);
    g_test_add_func("/copies/host_behind_nat_whose_lease_expires_is_no_clone", test_expiry);
    g_test_add_func("/copies/host_behind_nat_that_loses_its_session_is_no_clone",
                    test_lost_session);
    g_test_add_func("/copies/remount_seen_from_both_sides_is_one_client", test_remount);
    g_test_add_func("/copies/takeover_seen_from_both_sides_counts_once", test_takeover);
    g_test_add_func("/copies/takeover_seen_from_both_sides_counts_once_in_40", test_takeover_40);
    g_test_add_func("/copies/twins_seen_from_both_sides_are_judged_as_from_one", test_twins);
    g_test_add_func("/copies/copy_of_an_old_success_is_no_life_beside_a_newcomer",
                    test_old_success);
}
