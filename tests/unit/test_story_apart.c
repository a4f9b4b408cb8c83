/* test_story_apart.c - losses to somebody outside the capture, far apart and close together
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "suite.h"

static void works_for(story_host *host, int64_t seconds)
{
    for (; seconds > 0; seconds -= 30) {
        seconds_pass(host->world, 30);
        accesses(host);
    }
}

/* Somebody outside the capture is given a clientid and a session, and web01 loses its lease. */
static void is_lost_beside(story_host *host, story_host *bystander)
{
    host->world->blind = true;
    bystander->verifier++;
    identifies(bystander);
    host->world->blind = false;
    is_expired(host);
}

static void check_losses(int count, int64_t between, bool reconnects, nfs4_verdict expected)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *bystander = story_new_host(world, "db01", 12, 2);
    mounts(one);
    for (int i = 0; i < count; i++) {
        works_for(one, between);
        is_lost_beside(one, bystander);
        if (reconnects)
            connects(one);
        accesses(one);
    }
    model_settle(world->model);
    assert_verdict(one, expected);
}

/* A second host that lives would have been back within a lease time. */
static void test_two_losses_far_apart(void)
{
    check_losses(2, 300, false, VERDICT_SINGLE);
    check_losses(3, 300, false, VERDICT_SUSPECTED);
    check_losses(2, 60, false, VERDICT_SUSPECTED);
}

/* The first of two may be a restart. */
static void test_loss_behind_a_restart(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *bystander = story_new_host(world, "db01", 12, 2);
    mounts(one);
    for (int i = 0; i < 2; i++) {
        works_for(one, 60);
        is_lost_beside(one, bystander);
        if (i == 0)
            connects(one);
        accesses(one);
    }
    model_settle(world->model);
    assert_verdict(one, VERDICT_SINGLE);
}

/* As of a server that restarts, and begins in the same second again. */
static void test_losses_on_new_connections(void)
{
    check_losses(4, 60, true, VERDICT_SINGLE);
}

SUITE(test_story_apart)
{
    g_test_add_func("/apart/two_losses_far_apart", test_two_losses_far_apart);
    g_test_add_func("/apart/loss_behind_a_restart", test_loss_behind_a_restart);
    g_test_add_func("/apart/losses_on_new_connections", test_losses_on_new_connections);
}
