/* test_story_cases_one_side.c - captures at one host, and what they must not claim
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The second host is not in the capture. Its identifications take numbers from the
 * server's counters; where nobody else came, none is missing.
 */
#include "story_state.h"
#include "model/judge/cases.h"
#include "model/judge/causes.h"
#include "suite.h"

static void is_hidden(story_host *host)
{
    host->calls_unseen = host->replies_unseen = true;
}

static void assert_causes(const story *world, nfs4_cause expected)
{
    for (const nfs4_chain *c = world->model->chains.first; c != NULL; c = c->next) {
        nfs4_verdict grade;
        nfs4_cause cause = cause_of_chain(c, &grade);
        g_assert_cmpstr(cause_name(cause), ==, cause_name(expected));
    }
}

static nfs4_cause cause_of_first(const story *world)
{
    nfs4_verdict grade;
    g_assert_nonnull(world->model->chains.first);
    return cause_of_chain(world->model->chains.first, &grade);
}

/* 4.0 learns the lease time with the attributes of the file system. */
static void learns_lease_time(story_host *host)
{
    nfs4_message call = begins_call(host);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, OP_GETATTR);
    story_sends(host, &call);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    puts_op(&reply, OP_PUTFH);
    puts_event(&reply, OP_GETATTR)->u.getattr.lease_time = host->server->lease_time;
    story_sends(host, &reply);
}

/* ---- the other side is missing -------------------------------------------- */

/* `idle` seconds between two renewals */
static void check_idle_40(story_layout layout, int64_t idle)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    is_hidden(other);
    mounts(one);
    learns_lease_time(one);
    mounts(other);
    for (int i = 0; i < 3; i++) {
        seconds_pass(world, idle / 2);
        if (sends_with_clientid(one, OP_RENEW) != NFS4_OK)
            identifies(one);
        sends_with_clientid(one, OP_RENEW);
        seconds_pass(world, idle / 2);
        if (sends_with_clientid(other, OP_RENEW) != NFS4_OK)
            identifies(other);
    }
    assert_verdict(one, VERDICT_SUSPECTED);
    assert_harmless(one);
    assert_causes(world, CAUSE_DUPLICATE_OWNER);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 1);
}

static void test_idle_40(void)
{
    check_idle_40(KNFSD, 60);
    check_idle_40(GANESHA, 40); /* two thirds of its lease time */
}

/* Two sides of the same story, each captured alone, and then both together */
static void check_sides(story_layout layout, uint32_t minor, bool first, bool second,
                        nfs4_verdict expected)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, minor), *other = web01(world, 12, minor);

    if (!first)
        is_hidden(one);
    if (!second)
        is_hidden(other);
    mounts(one);
    mounts(other);
    for (int i = 0; i < 3; i++) {
        seconds_pass(world, 2);
        accesses(one);
        seconds_pass(world, 2);
        accesses(other);
    }
    assert_verdict(one, expected);
}

static void test_sides(void)
{
    static const story_layout layouts[] = {KNFSD, GANESHA};
    for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++)
        for (uint32_t minor = 0; minor < 3; minor++) {
            check_sides(layouts[i], minor, true, false, VERDICT_SUSPECTED);
            check_sides(layouts[i], minor, false, true, VERDICT_SUSPECTED);
            check_sides(layouts[i], minor, true, true, VERDICT_PROVEN);
        }
}

/* Ids that tell nothing: a side alone is not enough. */
static void test_sides_with_opaque_ids(void)
{
    check_sides(OPAQUE, 2, true, false, VERDICT_SUSPECTED);
    check_sides(OPAQUE, 2, true, true, VERDICT_PROVEN);
}

static void test_unseen_where_the_counter_wraps(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    world->servers[0].counter = 0xfffffffc;
    world->servers[0].sessions_made = 0xfffffffd;
    is_hidden(other);
    mounts(one);
    for (int i = 0; i < 3; i++) {
        accesses(other);
        accesses(one);
    }
    assert_verdict(one, VERDICT_SUSPECTED);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_COUNTER_GAP, 0), ==, 3);
}

/* A twin that goes away after one recovery: one loss, and its gap is lean. */
static void test_lean_gap_once(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    is_hidden(other);
    world->blind = true;
    mounts(other);
    mounts(one);
    world->blind = false;
    accesses(one);
    asks_lease_time(one);
    accesses(other);
    accesses(one);
    assert_single(one); /* one loss is never enough */
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_COUNTER_GAP, 0), ==, 1);
}

/* ---- what is left over from before the capture ---------------------------- */

/* The first message that is captured is a refusal: nothing tells for how long the
 * client had been silent, so that expiry is not excluded. */
static void check_begins_with_refusal(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = web01(world, 11, minor);

    world->blind = true;
    mounts(host);
    seconds_pass(world, 3600);
    is_expired(host);
    world->blind = false;
    accesses(host);
    assert_single(host);
    g_assert_cmpint(cause_of_first(world), ==, CAUSE_UNKNOWN);
    g_assert_cmpuint(losses_read_as(owner_of(host), LOSS_EXPLAINED), ==, 0);
}

static void test_begins_with_refusal(void)
{
    check_begins_with_refusal(KNFSD, 2);
    check_begins_with_refusal(GANESHA, 2);
    check_begins_with_refusal(OPAQUE, 2);
    check_begins_with_refusal(KNFSD, 0);
    check_begins_with_refusal(OPAQUE, 0);
}

static void check_begins_between_identify_and_confirm(uint32_t minor)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, minor), *other = web01(world, 12, minor);

    world->blind = true;
    if (minor > 0)
        sends_exchange_id(one, one->verifier);
    else
        sends_setclientid(one, one->verifier);
    world->blind = false;
    if (minor > 0)
        sends_create_session(one);
    else
        sends_setclientid_confirm(one);
    accesses(one);
    mounts(other);
    accesses(one);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 2);
}

static void test_begins_between_identify_and_confirm(void)
{
    check_begins_between_identify_and_confirm(2);
    check_begins_between_identify_and_confirm(0);
}

/* It ends right behind the takeover: two instances, and nobody was refused. */
static void check_ends_at_the_takeover(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    accesses(one);
    mounts(other);
    accesses(other);
    assert_verdict(one, VERDICT_UNDECIDED);
    assert_harmless(one);
}

static void test_ends_at_the_takeover(void)
{
    check_ends_at_the_takeover(KNFSD);
    check_ends_at_the_takeover(GANESHA);
    check_ends_at_the_takeover(OPAQUE);
}

/* It ends between the refusal and the loser's next clientid: frames alone must do. */
static void check_ends_at_the_refusal(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, minor), *other = web01(world, 12, minor);

    mounts(one);
    mounts(other);
    tries(one);
    assert_proven(one);
    g_assert_false(world->model->chains.first->resumed);
    g_assert_true(nstime_is_zero(outage_of(owner_of(one))));
}

static void test_ends_at_the_refusal(void)
{
    static const story_layout layouts[] = {KNFSD, GANESHA, OPAQUE};
    for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++)
        for (uint32_t minor = 0; minor < 3; minor++)
            check_ends_at_the_refusal(layouts[i], minor);
}

/* ---- several captures in one ---------------------------------------------- */

/* The innocent: one captured here, one there, and clocks that disagree. One that is
 * ahead by more than the margin of 300 seconds would make a restart an overlap. */
static void check_reboots_and_skew(int64_t skew)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *other = story_new_host(world, "web02", 12, 2);

    world->held = true;
    other->skew = skew;
    mounts(one);
    mounts(other);
    crashes_and_boots(one);
    crashes_and_boots(other);
    mounts(other);
    mounts(one);
    accesses(other);
    accesses(one);
    story_plays(world);
    g_assert_false(verdict_accuses(owner_of(one)->verdict));
    g_assert_false(verdict_accuses(owner_of(other)->verdict));
    g_assert_cmpuint(world->model->chains.count, ==, 0);
}

static void test_reboots_and_skew(void)
{
    static const int64_t skews[] = {-86400, -400, -61, -1, 1, 61, 200};
    for (size_t i = 0; i < G_N_ELEMENTS(skews); i++)
        check_reboots_and_skew(skews[i] * SECOND);
}

/* A pod that moves to another node; the capture of the old one has a clock of its own. */
static void check_pod_and_skew(int64_t skew)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *old = story_new_host(world, "db-0", 11, 2);

    world->held = true;
    old->skew = -skew;
    mounts(old);
    for (int i = 0; i < 10; i++) {
        seconds_pass(world, 60);
        accesses(old);
    }
    seconds_pass(world, 30);
    story_host *new = story_new_host(world, "db-0", 12, 2);
    mounts(new);
    accesses(new);
    story_plays(world);
    g_assert_false(verdict_accuses(owner_of(new)->verdict));
    assert_harmless(new);
}

static void test_pod_and_skew(void)
{
    static const int64_t skews[] = {-86400, -3600, -400, -301, -100, -2, 2, 301, 3600, 86400};
    for (size_t i = 0; i < G_N_ELEMENTS(skews); i++)
        check_pod_and_skew(skews[i] * SECOND);
}

SUITE(test_story_cases_one_side)
{
    g_test_add_func("/cases/one_side/idle_40_twin_is_suspected", test_idle_40);
    g_test_add_func("/cases/one_side/each_side_is_suspected_and_both_are_proven", test_sides);
    g_test_add_func("/cases/one_side/opaque_ids_need_both_sides", test_sides_with_opaque_ids);
    g_test_add_func("/cases/one_side/twin_is_suspected_where_the_counter_wraps",
                    test_unseen_where_the_counter_wraps);
    g_test_add_func("/cases/one_side/one_lean_gap_is_enough", test_lean_gap_once);
    g_test_add_func("/cases/one_side/refusal_at_the_beginning_explains_nothing",
                    test_begins_with_refusal);
    g_test_add_func("/cases/one_side/beginning_between_identify_and_confirm_loses_nothing",
                    test_begins_between_identify_and_confirm);
    g_test_add_func("/cases/one_side/end_at_the_takeover_is_undecided", test_ends_at_the_takeover);
    g_test_add_func("/cases/one_side/end_at_the_refusal_is_proof_enough", test_ends_at_the_refusal);
    g_test_add_func("/cases/one_side/reboots_in_merged_captures_accuse_nobody",
                    test_reboots_and_skew);
    g_test_add_func("/cases/one_side/pod_in_captures_of_two_nodes_is_not_accused",
                    test_pod_and_skew);
}
