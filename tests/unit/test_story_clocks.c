/* test_story_clocks.c - captures whose frames and clocks tell another order
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"
#include "suite.h"

/* Both mount and unmount in turns, so that nobody is refused. */
static void take_turns(story_host *one, story_host *other, int times)
{
    for (int i = 0; i < times; i++) {
        story_host *host = i % 2 == 0 ? one : other;
        mounts(host);
        tries(host);
        unmounts(host);
        seconds_pass(one->world, 5);
    }
}

/* By the clocks one host was gone before the other came; the frames show it back. */
static void test_clock_of_one_host_is_behind(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);
    one->skew = -G_GINT64_CONSTANT(3600) * 1000000000;
    take_turns(one, other, 6);
    assert_verdict(one, VERDICT_PROVEN);
}

/* By the frames one host was gone before the other came; the clock shows it back. */
static void test_captures_are_appended(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);
    world->held = true;
    take_turns(one, other, 6);
    story_plays_apart(world);
    assert_verdict(one, VERDICT_PROVEN);
}

/* The one that comes last into the model was the second of three. */
static void test_one_between_comes_last(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);
    world->held = true;
    take_turns(one, other, 3);
    story_plays_apart(world);
    assert_verdict(one, VERDICT_PROBABLE);
}

SUITE(test_story_clocks)
{
    g_test_add_func("/clocks/clock_of_one_host_is_behind", test_clock_of_one_host_is_behind);
    g_test_add_func("/clocks/captures_are_appended", test_captures_are_appended);
    g_test_add_func("/clocks/one_between_comes_last", test_one_between_comes_last);
}
