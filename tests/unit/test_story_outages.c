/* test_story_outages.c - when a client that lost its lease could go on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"
#include "suite.h"

static bool is_held_up(const nfs4_chain *chain, nstime_t *span)
{
    return chain_outage(chain, span);
}

/* It loses its lease in the middle of a write, and has its open back. */
static story_host *has_all_back(story *world, story_file *file, uint32_t minor)
{
    story_host *host = new_twin(world, 11, minor);
    mounts(host);
    opens(host, file);
    mounts(new_twin(world, 12, minor));
    uses(host, file, OP_WRITE, NFS4_OK);
    gets_new_lease(host);
    if (minor > 0)
        completes_reclaim(host);
    reopens(host, file);
    return host;
}

static void test_idle_is_no_outage(void)
{
    for (uint32_t minor = 0; minor <= 2; minor += 2) {
        g_autoptr(story) world = story_new(KNFSD);
        story_file file = {.name = 1};
        story_host *host = has_all_back(world, &file, minor);
        const nfs4_chain *chain = chain_of(world, 1);
        nstime_t held_up, ready = chain->ready;

        returns_delegation(host, &file, NFS4ERR_BAD_STATEID);
        seconds_pass(world, 12);
        uses(host, &file, OP_READ, NFS4_OK);
        g_assert_true(is_held_up(chain, &held_up));
        g_assert_cmpfloat(nstime_to_sec(&held_up), <, 0.1);
        g_assert_cmpfloat(nstime_to_sec(&chain->resumed_after), >, 12);
        g_assert_cmpfloat(nstime_to_sec(&chain->idle), >, 12);
        g_assert_cmpint(nstime_cmp(&chain->ready, &ready), ==, 0);
    }
}

/* What is shorter than a second may be the client's own work. */
static void test_short_pause_is_outage(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_file file = {.name = 1};
    story_host *host = has_all_back(world, &file, 2);
    const nfs4_chain *chain = chain_of(world, 1);
    nstime_t held_up;

    world->now += SECOND / 2;
    uses(host, &file, OP_READ, NFS4_OK);
    g_assert_true(is_held_up(chain, &held_up));
    g_assert_cmpint(nstime_cmp(&held_up, &chain->resumed_after), ==, 0);
    g_assert_true(nstime_is_zero(&chain->idle));
}

/* What was refused is asked for again: somebody has waited for it. */
static void test_waiting_is_outage(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_file file = {.name = 1};
    story_host *host = has_all_back(world, &file, 2);
    nstime_t held_up;

    seconds_pass(world, 12);
    uses(host, &file, OP_WRITE, NFS4_OK);
    g_assert_true(is_held_up(chain_of(world, 1), &held_up));
    g_assert_cmpfloat(nstime_to_sec(&held_up), >, 12);
}

/* Work that the server delays goes on being held up. */
static void test_delayed_is_outage(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_file file = {.name = 1};
    story_host *host = has_all_back(world, &file, 2);
    nstime_t held_up;

    for (int i = 0; i < 13; i++) {
        seconds_pass(world, i < 12 ? 1 : 0);
        uses(host, &file, OP_READ, i < 12 ? NFS4ERR_DELAY : NFS4_OK);
    }
    g_assert_true(is_held_up(chain_of(world, 1), &held_up));
    g_assert_cmpfloat(nstime_to_sec(&held_up), >, 12);
}

/* Until it has its opens back, or the server knows that it has, a client is not idle. */
static void test_unfinished_is_outage(void)
{
    for (int lacks_open = 0; lacks_open < 2; lacks_open++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_file file = {.name = 1};
        story_host *host = new_twin(world, 11, 2);
        nstime_t held_up;

        mounts(host);
        opens(host, &file);
        is_thrown_out(host, new_twin(world, 12, 2));
        gets_new_lease(host);
        if (lacks_open)
            completes_reclaim(host);
        else
            reopens(host, &file);
        seconds_pass(world, 12);
        uses(host, &file, OP_READ, NFS4_OK);
        g_assert_true(is_held_up(chain_of(world, 1), &held_up));
        g_assert_cmpfloat(nstime_to_sec(&held_up), >, 12);
    }
}

/* Nothing was asked for, but it is known when it could have been. */
static void test_back_without_work(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    nstime_t held_up;

    mounts(host);
    mounts(new_twin(world, 12, 2));
    renews_session(host);
    gets_new_lease(host);
    g_assert_false(is_held_up(chain_of(world, 1), &held_up));
    completes_reclaim(host);
    seconds_pass(world, 60);
    renews_session(host);
    assert_ending(1, ENDING_IDLE);
    g_assert_true(is_held_up(chain_of(world, 1), &held_up));
    g_assert_cmpfloat(nstime_to_sec(&held_up), <, 0.1);
}

/* A client that held nothing hears that all is gone, and nothing is refused. */
static void test_nothing_to_get_back(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    nstime_t held_up;

    mounts(host);
    is_flagged(host, SEQ4_STATUS_EXPIRED_ALL_STATE_REVOKED);
    renews_session(host);
    g_assert_false(is_held_up(chain_of(world, 1), &held_up));
    seconds_pass(world, 3);
    tries(host);
    g_assert_true(is_held_up(chain_of(world, 1), &held_up));
    assert_seconds(&held_up, 0);
}

/* 4.0: the open that was refused is the one that it held. */
static void test_v40_open_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 0);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    mounts(new_twin(world, 12, 0));
    opens(host, &file);
    gets_new_lease(host);
    opens(host, &file);
    assert_told(chain_of(world, 1), "refused identify confirm resumed ");
    assert_lost(chain_of(world, 1), 0, 0, 0);
    g_assert_cmpuint(chain_of(world, 1)->cost.opens.taken_anew, ==, 1);
}

/* An open of the same folder may be that of another file: the rest comes first. */
static void test_v40_open_among_others(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 0);
    story_file files[] = {{.name = 1}, {.name = 1}};

    mounts(host);
    opens(host, &files[0]);
    opens(host, &files[1]);
    mounts(new_twin(world, 12, 0));
    opens(host, &files[0]);
    gets_new_lease(host);
    opens(host, &files[0]);
    opens(host, &files[1]);
    assert_told(chain_of(world, 1), "refused identify confirm reopen resumed ");
    assert_lost(chain_of(world, 1), 0, 0, 0);
}

/* With a lock to be had back, the open is not the last step. */
static void test_v40_open_before_lock(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 0);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    locks(host, &file);
    mounts(new_twin(world, 12, 0));
    opens(host, &file);
    gets_new_lease(host);
    opens(host, &file);
    sends_lock(host, &file, false, NFS4_OK);
    uses(host, &file, OP_READ, NFS4_OK);
    assert_told(chain_of(world, 1), "refused identify confirm reopen reopen resumed ");
    assert_lost(chain_of(world, 1), 0, 0, 0);
}

SUITE(test_story_outages)
{
    g_test_add_func("/outages/idle_time_after_it_is_no_outage", test_idle_is_no_outage);
    g_test_add_func("/outages/short_pause_after_it_is_outage", test_short_pause_is_outage);
    g_test_add_func("/outages/request_that_waited_was_held_up", test_waiting_is_outage);
    g_test_add_func("/outages/request_that_is_delayed_is_held_up", test_delayed_is_outage);
    g_test_add_func("/outages/unfinished_client_is_not_idle", test_unfinished_is_outage);
    g_test_add_func("/outages/end_is_known_without_work", test_back_without_work);
    g_test_add_func("/outages/nothing_to_get_back_takes_no_time", test_nothing_to_get_back);
    g_test_add_func("/outages/v40_open_that_is_repeated_has_resumed", test_v40_open_again);
    g_test_add_func("/outages/v40_opens_come_back_before_that", test_v40_open_among_others);
    g_test_add_func("/outages/v40_locks_come_back_before_that", test_v40_open_before_lock);
}
