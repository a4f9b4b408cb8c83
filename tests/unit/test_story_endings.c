/* test_story_endings.c - how chains end: refused again, idle, unmounted, or not at all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"
#include "suite.h"

#define WAY_BACK "refused destroy create-no identify confirm lease-time reclaim-complete "

/* ---- again ---------------------------------------------------------------- */

static void test_again_in_the_middle(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    is_thrown_out(host, other);
    int64_t refused = world->now;
    for (int i = 0; i < 2; i++) {
        recovers(host);
        seconds_pass(world, 3);
        accesses(other);
        tries(host);
    }
    recovers(host);
    reopens(host, &file);
    tries(host);

    const nfs4_chain *last = chain_of(world, 5);
    double whole = (double)(world->now - refused) / (double)SECOND;
    g_assert_true(last == world->model->chains.last);
    g_assert_true(last->continues == chain_of(world, 3));
    g_assert_true(chain_of(world, 3)->continues == chain_of(world, 1));
    g_assert_null(chain_of(world, 1)->continues);
    assert_ending(1, ENDING_REFUSED_AGAIN);
    assert_ending(3, ENDING_REFUSED_AGAIN);
    assert_ending(5, ENDING_RESUMED);
    g_assert_cmpfloat(nstime_to_sec(&last->resumed_after), <, 1);
    assert_seconds(whole_outage(last), whole);
    assert_seconds(longest_outage(owner_of(host)), whole);
    assert_seconds(outage_of(owner_of(host)), whole + nstime_to_sec(&chain_of(world, 2)->resumed_after) +
                                                nstime_to_sec(&chain_of(world, 4)->resumed_after));
    assert_lost(last, 0, 0, 0);
    assert_loss_unknown(chain_of(world, 1));
    g_assert_cmpuint(last->held.opens, ==, 1);
}

/* What was not regained on the first way is missed at the end of the second. */
static void test_again_and_lost(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);
    story_file one = {.name = 1}, two = {.name = 2};

    mounts(host);
    opens_with_delegation(host, &one);
    opens(host, &two);
    locks(host, &one);
    is_thrown_out(host, other);
    gets_new_lease(host);
    completes_reclaim(host);
    reopens(host, &one);
    is_thrown_out(host, other);
    gets_new_lease(host);
    completes_reclaim(host);
    reopens(host, &one);
    reopens(host, &two);
    tries(host);
    g_assert_cmpuint(chain_of(world, 2)->held.opens, ==, 2);
    assert_lost(chain_of(world, 2), 0, 1, 1);
    assert_loss_unknown(chain_of(world, 1));
}

static void test_again_while_idle(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);

    mounts(host);
    mounts(other);
    for (int i = 0; i < 2; i++) {
        seconds_pass(world, 60);
        renews_session(host);
        recovers(host);
        seconds_pass(world, 2);
        renews_session(other);
        recovers(other);
    }
    assert_chains(world, 4);
    assert_ending(1, ENDING_IDLE);
    assert_ending(2, ENDING_IDLE);
    assert_ending(3, ENDING_UNFINISHED);
    for (uint32_t i = 1; i <= 4; i++)
        g_assert_null(chain_of(world, i)->continues);
    g_assert_cmpfloat(nstime_to_sec(outage_of(owner_of(host))), <, 0.1); /* of minutes */
    assert_lost(chain_of(world, 1), 0, 0, 0);
    assert_loss_unknown(chain_of(world, 4));
}

/* Confirmed, and refused before its RECLAIM_COMPLETE: it was not back yet. In 4.0 the
 * confirm is all there is. */
static void check_again_after_confirm(uint32_t minor, nfs4_ending expected)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, minor), *other = new_twin(world, 12, minor);

    mounts(host);
    is_thrown_out(host, other);
    gets_new_lease(host);
    is_thrown_out(host, other);
    assert_ending(1, expected);
    g_assert_true((chain_of(world, 2)->continues != NULL) == (minor > 0));
}

static void test_again_after_confirm(void)
{
    check_again_after_confirm(2, ENDING_REFUSED_AGAIN);
    check_again_after_confirm(0, ENDING_IDLE);
}

/* What went on in between was not captured: two outages, nobody knows how long. */
static void test_way_back_not_captured(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);

    mounts(host);
    is_thrown_out(host, other);
    world->blind = true;
    recovers(host);
    tries(host);
    world->blind = false;
    seconds_pass(world, 10);
    is_thrown_out(host, other);
    recovers(host);
    tries(host);
    assert_chains(world, 2);
    assert_ending(1, ENDING_UNFINISHED);
    assert_ending(2, ENDING_RESUMED);
    g_assert_null(chain_of(world, 2)->continues);
    g_assert_cmpfloat(nstime_to_sec(outage_of(owner_of(host))), <, 1);
}

/* ---- without an end ------------------------------------------------------- */

static void test_unmounts_on_its_way(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);

    mounts(host);
    is_thrown_out(host, new_twin(world, 12, 2));
    recovers(host);
    unmounts(host);
    assert_told(chain_of(world, 1), WAY_BACK);
    assert_ending(1, ENDING_UNMOUNTED);
    mounts(host);
    tries(host);
    assert_ending(1, ENDING_UNMOUNTED);
    assert_chains(world, 1);
    assert_seconds(outage_of(owner_of(host)), 0);
}

/* It is refused, and does not want the mount any more. */
static void test_unmounts_when_refused(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);

    mounts(host);
    is_thrown_out(host, new_twin(world, 12, 2));
    unmounts(host);
    assert_told(chain_of(world, 1), "refused destroy ");
    assert_ending(1, ENDING_UNMOUNTED);
    assert_loss_unknown(chain_of(world, 1));
}

/* It finds out by unmounting: nothing was kept from it. */
static void test_unmounts_in_vain(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);

    mounts(host);
    mounts(new_twin(world, 12, 2));
    unmounts(host);
    assert_chains(world, 0);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 0);
}

/* T25: the client asks every five seconds and never identifies itself. */
static void test_never_tries(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *host = new_twin(world, 11, 0);

    mounts(host);
    mounts(new_twin(world, 12, 0));
    for (int i = 0; i < 300; i++) {
        g_assert_cmpuint(sends_with_clientid(host, OP_RENEW), ==, NFS4ERR_STALE_CLIENTID);
        seconds_pass(world, 5);
    }
    const nfs4_chain *chain = chain_of(world, 1);
    assert_chains(world, 1);
    assert_ending(1, ENDING_STUCK);
    g_assert_cmpuint(wmem_array_get_count(chain->steps), ==, NFS4_STEPS_KEPT);
    g_assert_cmpuint(chain->steps_dropped, ==, 300 - NFS4_STEPS_KEPT);
    g_assert_cmpuint(chain->cost.refused, ==, 300);
    g_assert_cmpuint(chain->cost.requests, ==, 0);
    g_assert_false(chain->has_restored);
    assert_loss_unknown(chain);
    identifies(host);
    sends_with_clientid(host, OP_OPEN);
    assert_ending(1, ENDING_RESUMED);
    g_assert_cmpfloat(nstime_to_sec(&chain->resumed_after), >, 1495);
    g_assert_cmpuint(chain->steps_dropped, ==, 300 - NFS4_STEPS_KEPT + 3);
}

SUITE(test_story_endings)
{
    g_test_add_func("/endings/again_in_the_middle_is_one_outage", test_again_in_the_middle);
    g_test_add_func("/endings/again_in_the_middle_loses_no_less", test_again_and_lost);
    g_test_add_func("/endings/again_while_idle_is_no_outage", test_again_while_idle);
    g_test_add_func("/endings/again_after_the_confirm", test_again_after_confirm);
    g_test_add_func("/endings/way_back_that_was_not_captured", test_way_back_not_captured);
    g_test_add_func("/endings/unmount_on_the_way_ends_it", test_unmounts_on_its_way);
    g_test_add_func("/endings/unmount_instead_of_a_way_back_ends_it", test_unmounts_when_refused);
    g_test_add_func("/endings/unmount_in_vain_begins_nothing", test_unmounts_in_vain);
    g_test_add_func("/endings/client_that_never_tries_is_unfinished", test_never_tries);
}
