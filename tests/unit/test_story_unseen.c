/* test_story_unseen.c - a second host that the capture does not show
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The server's counters tell of it: Linux mounts with two clientids and a session,
 * and recovers with one of each.
 */
#include "model/know/lease.h"
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "model/judge/causes.h"
#include "suite.h"

static void is_hidden(story_host *host)
{
    host->calls_unseen = host->replies_unseen = true;
}

static nfs4_cause cause_of(const nfs4_chain *chain)
{
    nfs4_verdict grade;
    return cause_of_chain(chain, &grade);
}

static void check_unseen_twin(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, minor), *other = web01(world, 12, minor);

    is_hidden(other);
    mounts(one);
    for (int i = 0; i < 3; i++) {
        accesses(other);
        accesses(one);
    }
    assert_verdict(one, VERDICT_SUSPECTED);
    assert_harmless(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 1);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_COUNTER_GAP, 0), >=, 2);
    for (const nfs4_chain *c = world->model->chains.first; c != NULL; c = c->next)
        g_assert_cmpstr(cause_name(cause_of(c)), ==, "duplicate-owner");
}

static void test_unseen_twin(void)
{
    check_unseen_twin(KNFSD, 2);
}

static void test_unseen_twin_at_ganesha(void)
{
    check_unseen_twin(GANESHA, 1);
}

static void test_unseen_twin_in_40(void)
{
    check_unseen_twin(KNFSD, 0);
}

/* The server's machine boots again, with another lease time, and counts its sessions from
 * the beginning, as in a merge of captures of two days: the sessions of then fill no gap of
 * before, and what expired then is not measured by the time of before. */
static void test_sessions_of_another_boot(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    story_host *many = story_new_host(world, "db01", 13, 2);

    is_hidden(other);
    mounts(one);
    for (int i = 0; i < 3; i++) {
        accesses(other);
        accesses(one);
    }
    const nfs4_lease *lost = owner_of(one)->first_loss;
    guint gaps = cases_count(owner_of(one), EVIDENCE_COUNTER_GAP, 0);
    restarts(world, &world->servers[0]);
    world->servers[0].sessions_made = 0;
    world->servers[0].lease_time = 15;
    for (int i = 0; i < 12; i++) {
        mounts(many);
        unmounts(many);
    }
    mounts(many);
    seconds_pass(world, 20);
    is_expired(many);
    tries(many);
    model_settle(world->model);
    assert_verdict(one, VERDICT_SUSPECTED);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_COUNTER_GAP, 0), ==, gaps);
    g_assert_cmpuint(lease_time(lost), ==, 90);
    g_assert_cmpint(cause_of(world->model->chains.last), ==, CAUSE_LEASE_EXPIRED);
}

/* A flood fills the model; whom it knows it goes on following, so that the proof is not
 * lost. */
static void test_limit(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    story_host *late = story_new_host(world, "db01", 13, 2);

    mounts(one);
    mounts(other);
    model_set_limit(world->model, 8);
    mounts(late);
    g_assert_cmpuint(world->model->owners.count, ==, 1);
    g_assert_cmpuint(world->model->dropped, >, 0);
    uint64_t dropped = world->model->dropped;
    tries(one);
    assert_proven(one);
    g_assert_cmpuint(world->model->dropped, ==, dropped);
}

/* Its mount alone looks like that of anybody. */
static void test_one_loss_like_a_mount(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    is_hidden(other);
    mounts(one);
    mounts(other);
    accesses(one);
    assert_single(one);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_COUNTER_GAP, 0), ==, 1);
    g_assert_cmpint(cause_of(world->model->chains.first), ==, CAUSE_UNKNOWN);
}

static void test_bystander_mounts(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *bystander = story_new_host(world, "db01", 12, 2);

    is_hidden(bystander);
    mounts(one);
    mounts(bystander);
    is_expired(one);
    accesses(one);
    assert_single(one);
}

static void check_removed_by_server(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = mounted(world, minor);
    for (int i = 0; i < 3; i++) {
        seconds_pass(world, 10);
        is_expired(host);
        accesses(host);
    }
    assert_single(host);
    g_assert_cmpuint(losses_read_as(owner_of(host), LOSS_EXPLAINED), ==, 3);
    for (const nfs4_chain *c = world->model->chains.first; c != NULL; c = c->next)
        g_assert_cmpstr(cause_name(cause_of(c)), ==, "removed-by-server");
}

static void test_removed_by_server(void)
{
    check_removed_by_server(KNFSD, 2);
    check_removed_by_server(KNFSD, 0);
    check_removed_by_server(GANESHA, 2);
}

/* The neighbour's ids lie in the gap, but the capture shows whose they are. */
static void test_neighbour_in_the_gap(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    story_host *neighbour = story_new_host(world, "db01", 12, 2);
    story_host *old = story_new_host(world, "app01", 13, 0);

    mounts(host);
    mounts(neighbour);
    mounts(old);
    connects(neighbour);
    sends_exchange_id(neighbour, neighbour->verifier); /* a probe uses one up, too */
    is_expired(host);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(losses_read_as(owner_of(host), LOSS_EXPLAINED), ==, 1);
}

/* A neighbour that mounted before the capture began is met only after the loss. */
static void test_neighbour_met_later(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    story_host *neighbour = story_new_host(world, "db01", 12, 2);

    mounts(host);
    world->blind = true;
    mounts(neighbour);
    world->blind = false;
    is_expired(host);
    accesses(host);
    g_assert_cmpuint(cases_count(owner_of(host), EVIDENCE_COUNTER_GAP, 0), ==, 1);
    accesses(neighbour);
    g_assert_cmpuint(losses_read_as(owner_of(host), LOSS_EXPLAINED), ==, 1);
    assert_single(host);
}

static void test_lost_replies_in_the_gap(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    story_host *neighbour = story_new_host(world, "db01", 12, 2);

    mounts(host);
    neighbour->replies_unseen = true;
    sends_exchange_id(neighbour, neighbour->verifier);
    sends_exchange_id(neighbour, neighbour->verifier);
    is_expired(host);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(losses_read_as(owner_of(host), LOSS_EXPLAINED), ==, 1);
}

static void test_idle_loss_says_nothing(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    is_hidden(other);
    mounts(one);
    for (int i = 0; i < 3; i++) {
        seconds_pass(world, 100);
        accesses(other);
        accesses(one);
    }
    assert_single(one);
    g_assert_cmpuint(losses_read_as(owner_of(one), LOSS_UNKNOWN), ==, 3);
}

static void test_restart_is_no_gap(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 3; i++) {
        restarts(world, &world->servers[0]);
        world->servers[0].counter += 3;
        accesses(host);
    }
    assert_single(host);
}

static void test_opaque_ids_tell_no_gap(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    is_hidden(other);
    mounts(one);
    for (int i = 0; i < 3; i++) {
        assert_single(one);
        accesses(other);
        accesses(one);
    }
    assert_verdict(one, VERDICT_SUSPECTED); /* three in a row are no coincidence */
}

static void test_seen_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    is_hidden(other);
    mounts(one);
    for (int i = 0; i < 3; i++) {
        accesses(other);
        accesses(one);
    }
    other->calls_unseen = other->replies_unseen = false;
    accesses(other);
    accesses(one);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
}

/* The twin's mount alone is missing: its lease, of which nothing tells the owner, is used between
 * the two ids of the other. */
static void check_unseen_mount(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, minor), *other = web01(world, 12, minor);

    mounts(one);
    accesses(one);
    world->blind = true;
    mounts(other);
    world->blind = false;
    accesses(other);
    accesses(one);
    g_assert_cmpstr(cause_name(cause_of(world->model->chains.first)), ==, "unknown");
}

static void test_unseen_mount(void)
{
    check_unseen_mount(KNFSD, 2);
    check_unseen_mount(KNFSD, 0);
    check_unseen_mount(GANESHA, 1);
    check_unseen_mount(OPAQUE, 2);
}

SUITE(test_story_unseen)
{
    g_test_add_func("/unseen/mount_that_was_missed_explains_no_loss", test_unseen_mount);
    g_test_add_func("/unseen/limit_leaves_out_what_is_new_only", test_limit);
    g_test_add_func("/unseen/sessions_of_another_boot_fill_no_gap", test_sessions_of_another_boot);
    g_test_add_func("/unseen/twin_is_suspected_by_the_ids_in_every_gap", test_unseen_twin);
    g_test_add_func("/unseen/twin_is_suspected_at_ganesha", test_unseen_twin_at_ganesha);
    g_test_add_func("/unseen/twin_is_suspected_in_40", test_unseen_twin_in_40);
    g_test_add_func("/unseen/one_loss_with_a_mount_in_the_gap_is_unknown",
                    test_one_loss_like_a_mount);
    g_test_add_func("/unseen/bystander_that_mounts_once_accuses_nobody", test_bystander_mounts);
    g_test_add_func("/unseen/no_gap_is_removed_by_the_server", test_removed_by_server);
    g_test_add_func("/unseen/neighbours_of_the_capture_explain_the_gap", test_neighbour_in_the_gap);
    g_test_add_func("/unseen/neighbour_met_later_explains_an_earlier_gap",
                    test_neighbour_met_later);
    g_test_add_func("/unseen/identifications_without_replies_explain_the_gap",
                    test_lost_replies_in_the_gap);
    g_test_add_func("/unseen/loss_after_a_lease_time_of_silence_says_nothing",
                    test_idle_loss_says_nothing);
    g_test_add_func("/unseen/restarted_server_leaves_no_gap", test_restart_is_no_gap);
    g_test_add_func("/unseen/opaque_ids_tell_no_gap", test_opaque_ids_tell_no_gap);
    g_test_add_func("/unseen/twin_that_is_seen_at_last_is_proven", test_seen_again);
}
