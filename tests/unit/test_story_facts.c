/* test_story_facts.c - facts that rules and causes ask for, condition by condition
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each story is a harmless one, or one that tells nothing, and looks like what the fact is about.
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "model/judge/facts.h"
#include "suite.h"

static story_host *hidden_host(story *world, const char *name, uint8_t number, uint32_t minor)
{
    story_host *host = story_new_host(world, name, number, minor);
    host->calls_unseen = host->replies_unseen = true;
    return host;
}

/* Ids go to a client that the capture does not show, and the host loses its lease: a gap. */
static const nfs4_lease *loses_beside_a_gap(story_host *host, story_host *hidden)
{
    const nfs4_lease *lease = lease_of(host);
    mounts(hidden);
    is_expired(host);
    accesses(host);
    return lease;
}

static void assert_gap(const nfs4_lease *lease, bool expected)
{
    g_assert_cmpint(rule_counter_gap.holds(lease), ==, expected);
}

/* ---- fresh-loss ------------------------------------------------------------------ */

static void test_lost_to_somebody_known(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    story_host *hidden = hidden_host(world, "db01", 13, 2);
    mounts(one);
    const nfs4_lease *lease = lease_of(one);
    mounts(hidden);
    mounts(other);
    accesses(one);
    g_assert_nonnull(lease->judgement.taker);
    assert_gap(lease, false);
}

/* Its session is lost; it gives its clientid back and mounts anew. */
static void test_given_back(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *hidden = hidden_host(world, "db01", 13, 2);
    mounts(one);
    tries(one);
    const nfs4_lease *lease = lease_of(one);
    loses_session(one);
    tries(one);
    g_assert_cmpuint(lease->refused.reply, !=, 0);
    sends_destroy_clientid(one);
    g_assert_cmpuint(lease->use.ended_in, !=, 0);
    mounts(hidden);
    identifies(one);
    g_assert_nonnull(lease->links.next_of_instance);
    assert_gap(lease, false);
}

/* A copy of the machine was given another id before the first one was refused. */
static void test_next_id_before_the_refusal(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *copy = web01(world, 12, 2);
    story_host *hidden = hidden_host(world, "db01", 13, 2);
    copy->verifier = one->verifier;
    mounts(one);
    tries(one);
    const nfs4_lease *lease = lease_of(one);
    is_expired(one);
    mounts(hidden);
    identifies(copy);
    tries(one);
    g_assert_cmpuint(lease->refused.reply, !=, 0);
    g_assert_nonnull(lease->links.next_of_instance);
    assert_gap(lease, false);
}

/* The capture's clock went back before the refusal: nobody knows for how long it was silent.
 * Where it goes back later, that is nothing to the loss, and hides no earlier jump. */
static void test_clock_goes_back(void)
{
    for (int before = 0; before < 2; before++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *one = web01(world, 11, 2);
        story_host *hidden = hidden_host(world, "db01", 13, 2);
        mounts(one);
        tries(one);
        seconds_pass(world, before ? -200 : 0);
        const nfs4_lease *lease = loses_beside_a_gap(one, hidden);
        assert_gap(lease, !before);
        seconds_pass(world, -200);
        tries(one);
        g_assert_cmpuint(server_of(one)->jumped_back_in, >, lease->refused.reply);
        assert_gap(lease, !before);
    }
}

/* It is given an id, and its first session, whose number would tell, is not made yet. */
static void test_no_session_yet(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *hidden = hidden_host(world, "db01", 13, 2);
    mounts(one);
    tries(one);
    const nfs4_lease *lease = lease_of(one);
    is_expired(one);
    tries(one);
    sends_exchange_id(hidden, hidden->verifier);
    sends_exchange_id(one, one->verifier);
    g_assert_nonnull(lease->links.next_of_instance);
    assert_gap(lease, false);
    sends_create_session(one);
    assert_gap(lease, false);
}

/* ---- ran-out --------------------------------------------------------------------- */

static void test_lease_time_of_ganesha(void)
{
    for (int layout = KNFSD; layout <= GANESHA; layout++) {
        g_autoptr(story) world = story_new((story_layout)layout);
        story_host *one = web01(world, 11, 0);
        story_host *neighbour = story_new_host(world, "db01", 12, 0);
        mounts(neighbour);
        mounts(one);
        tries(one);
        const nfs4_lease *lease = lease_of(one);
        g_assert_cmpuint(lease_time(lease), ==, 0);
        seconds_pass(world, 75);
        is_expired(one);
        tries(one);
        g_assert_cmpint(facts_ran_out(lease), ==, layout == GANESHA);
    }
}

/* ---- refusal --------------------------------------------------------------------- */

/* A stateid that the server does not know is no clientid that is gone. */
static void test_stale_stateid(void)
{
    for (int gone = 0; gone < 2; gone++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *one = mounted(world, 0);
        tries(one);
        nfs4_message call = begins_call(one);
        puts_event(&call, OP_RENEW)->u.clientid.clientid = one->clientid;
        story_sends(one, &call);
        answers(one, &call, OP_RENEW, gone ? NFS4ERR_EXPIRED : NFS4ERR_STALE_STATEID);
        g_assert_cmpuint(lease_of(one)->refused.reply, !=, 0);
        g_assert_cmpint(facts_is_gone(lease_of(one)), ==, gone);
    }
}

/* ---- silence --------------------------------------------------------------------- */

/* It presented itself, and no answer to it was captured: nobody knows how long it is silent. */
static void test_never_answered(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    other->replies_unseen = true;
    sends_exchange_id(other, other->verifier);
    model_settle(world->model);
    seconds_pass(world, 1000);
    tries(one);
    const nfs4_instance *unanswered = owner_of(one)->last_instance;
    g_assert_cmpuint(unanswered->number, ==, 2);
    g_assert_nonnull(unanswered->first_lease);
    g_assert_cmpint(facts_silence(unanswered->first_lease), ==, 0);
}

SUITE(test_story_facts)
{
    g_test_add_func("/fresh_loss/lost_to_somebody_known_is_none", test_lost_to_somebody_known);
    g_test_add_func("/fresh_loss/clientid_that_was_given_back_is_none", test_given_back);
    g_test_add_func("/fresh_loss/next_id_before_the_refusal_is_none",
                    test_next_id_before_the_refusal);
    g_test_add_func("/fresh_loss/none_where_the_clock_went_back", test_clock_goes_back);
    g_test_add_func("/unseen_ids/session_that_is_not_made_yet_may_fill_the_gap",
                    test_no_session_yet);
    g_test_add_func("/ran_out/ganesha_has_a_shorter_lease_time", test_lease_time_of_ganesha);
    g_test_add_func("/refusal/stale_stateid_says_nothing_of_the_clientid", test_stale_stateid);
    g_test_add_func("/silence/nothing_known_of_an_instance_without_an_answer", test_never_answered);
}
