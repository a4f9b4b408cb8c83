/* test_conditions.c - rules lose one of their conditions at a time, and hold no more
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The stories tell what hosts do. Here, a story has led to a case, and one fact about it changes.
 */
#include "story_verbs.h"
#include "model/judge/facts.h"
#include "model/judge/judge.h"
#include "model/judge/taker.h"
#include "model/judge/takeover_refused.h"
#include "with.h"
#include "suite.h"

typedef struct {
    story *world;
    story_host *one, *other;
    nfs4_lease *lease, *next; /* of the one, taken by the other; and that one's */
} taking;

/* The other one takes the lease of the first, which is refused and comes back. */
static taking taken(story_layout layout)
{
    story *world = story_new(layout);
    taking pair = {.world = world, .one = web01(world, 11, 0), .other = web01(world, 12, 0)};
    mounts(pair.one);
    tries(pair.one);
    mounts(pair.other);
    pair.lease = lease_of(pair.one);
    pair.next = lease_of(pair.other);
    pair.next->instance->start.secs -= 100000;
    accesses(pair.one);
    g_assert_true(rule_takeover_refused.holds(pair.lease));
    g_assert_cmpuint(lease_time(pair.lease), ==, 0);
    return pair;
}

/* ---- takeover-refused ------------------------------------------------------------ */

static void test_frames(void)
{
    taking pair = taken(OPAQUE);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease, *next = pair.next;
#define PROVES(expected)                                                                           \
    g_assert_cmpint(takeover_refused_by_frames(lease, next), ==, expected);                        \
    g_assert_cmpint(takeover_refused_by(lease, next), ==, expected)
    PROVES(true);
    WITH(lease->use.ended_in, 1, PROVES(false));
    WITH(next->issued.call, 0, PROVES(false));
    WITH(next->issued.call, lease->refused.call, PROVES(false));
    WITH(next->confirm.call, lease->refused.reply, PROVES(false));
    WITH(lease->last_ok.call, next->confirm.reply + 1, PROVES(false));
    WITH(lease->last_ok.call, 0, WITH(next->confirm.reply, 0, PROVES(false)));
#undef PROVES
}

static void test_frames_of_a_neighbour(void)
{
    taking pair = taken(OPAQUE);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease, *next = pair.next;
#define PROVES(expected) g_assert_cmpint(takeover_refused_by_frames(lease, next), ==, expected)
    PROVES(true);
    WITH(lease->confirm.reply, 0, PROVES(false));
    WITH(lease->confirm.call, next->confirm.call, PROVES(false));
    WITH(lease->owner->form.kind, OWNER_FORM_LINUX_OLD, PROVES(false));
    WITH(next->use.connections[0], lease->use.connections[0], PROVES(false));
#undef PROVES
}

/* The holder has said nothing for that many seconds when it is refused. */
static void fall_silent(nfs4_lease *lease, int64_t seconds)
{
    lease->last_ok.when.secs = lease->refused.when.secs - (time_t)seconds;
    lease->use.last_heard = lease->last_ok.when;
}

/* Whoever slept for a lease time was not refused for the taker's sake, unless it had asked behind
 * the taker's confirm. Where the capture does not tell the lease time, it takes two. Where the
 * clock of the capture went back, nothing tells how long it slept. */
static void test_sleepers(void)
{
    taking pair = taken(OPAQUE);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease, *next = pair.next;
#define PROVES(expected)                                                                           \
    g_assert_cmpint(takeover_refused_by_frames(lease, next), ==, expected);                        \
    g_assert_cmpint(takeover_refused_by(lease, next), ==, expected)
    fall_silent(lease, 100);
    PROVES(true);
    WITH(lease->loss.is_set_back, true, PROVES(false));
    fall_silent(lease, 200);
    PROVES(false);
    WITH(lease->last_ok.call, next->confirm.reply, PROVES(true));
    lease_learn_time(lease, 90);
    fall_silent(lease, 100);
    PROVES(false);
    WITH(lease->last_ok.call, next->confirm.reply, PROVES(false));
#undef PROVES
}

/* The taker began when the holder had been silent for a lease time: that one had ended. */
static void test_ended(void)
{
    taking pair = taken(OPAQUE);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease, *next = pair.next;
    fall_silent(lease, 100);
    g_assert_true(takeover_refused_by_frames(lease, next));
    next->instance->start = next->confirm.when;
    g_assert_false(takeover_refused_by_frames(lease, next));
    g_assert_false(takeover_refused_by(lease, next));
}

/* By frames it worked behind the confirm: the server's numbers alone prove. */
static void test_numbers(void)
{
    taking pair = taken(KNFSD);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease, *next = pair.next, *after = lease->links.next_of_instance;
    lease->last_ok.call = next->confirm.reply + 1;
    g_assert_nonnull(after);
    g_assert_true(takeover_refused_by(lease, next));
    WITH(after->clientid, lease->clientid, g_assert_false(takeover_refused_by(lease, next)));
    WITH(next->clientid, lease->clientid, g_assert_false(takeover_refused_by(lease, next)));
    WITH(after->clientid, after->clientid ^ UINT64_C(0x0100000000000000),
         g_assert_false(takeover_refused_by(lease, next)));
}

/* ---- other rules ----------------------------------------------------------------- */

static void test_self_collision(void)
{
    taking pair = taken(OPAQUE);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease, *next = pair.next;
    lease->owner->form.kind = OWNER_FORM_LINUX_OLD;
    lease->judgement.refused_for_taker = false;
    g_assert_true(rule_of_change(lease) != &rule_self_collision);
    lease->use.confirmed_at = NULL;
    g_assert_true(rule_of_change(lease) == &rule_self_collision);
    WITH(next->use.confirmed_at, NULL,
         g_assert_true(rule_of_change(lease) == &rule_self_collision));
    WITH(next->use.connections[0], lease->use.connections[0],
         g_assert_true(rule_of_change(lease) == &rule_same_program));
}

/* A lease that came back is evidence; what a refusal says of the change to the next one stays. */
static void test_change_of_a_return(void)
{
    taking pair = taken(KNFSD);
    g_autoptr(story) world = pair.world;
    const nfs4_lease *back = lease_of(pair.one);
    accesses(pair.other);
    tries(pair.one);
    g_assert_true(rule_recurrence.holds(back) && rule_takeover_refused.holds(back));
    g_assert_true(back->judgement.change == &rule_takeover_refused);
}

/* What a refusal proved is no program that plays both. */
static void test_same_program(void)
{
    taking pair = taken(OPAQUE);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease;
    lease->owner->form.kind = OWNER_FORM_NFS4J;
    pair.next->use.connections[0] = lease->use.connections[0];
    g_assert_true(rule_of_change(lease) == &rule_takeover_refused);
    lease->judgement.refused_for_taker = false;
    g_assert_true(rule_of_change(lease) == &rule_same_program);
}

/* Several servers answer in turns: their order is not that of time. */
static void test_recurrence(void)
{
    taking pair = taken(KNFSD);
    g_autoptr(story) world = pair.world;
    nfs4_lease *back = pair.lease->links.next_of_instance;
    g_assert_true(rule_recurrence.holds(back));
    WITH(back->server->alternates, true, g_assert_false(rule_recurrence.holds(back)));
    WITH(pair.next->life, NULL,
         WITH(pair.next->generation, 99, g_assert_false(rule_recurrence.holds(back))));
}

/* The first lease of an instance may be of another life; then the one before this one tells. */
static void test_held_before(void)
{
    taking pair = taken(KNFSD);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease, *back = lease->links.next_of_instance;
    back->instance->first_in_order = back;
    g_assert_true(rule_recurrence.holds(back));
    WITH(lease->links.position, NULL, g_assert_false(rule_recurrence.holds(back)));
    WITH(lease->clientid, back->clientid, g_assert_false(rule_recurrence.holds(back)));
}

/* It was not heard any more when the other one came. */
#define WITH_LEFT(instance, says)                                                                  \
    WITH((instance)->last_frame, 0, WITH((instance)->spoke, ((nstime_t){1, 0}), says))

static void test_return_of_one_that_had_left(void)
{
    taking pair = taken(KNFSD);
    g_autoptr(story) world = pair.world;
    nfs4_lease *back = pair.lease->links.next_of_instance;
    nfs4_instance *one = back->instance, *other = pair.next->instance;
    WITH_LEFT(one, g_assert_true(rule_recurrence.holds(back)));
    pair.lease->judgement.refused_for_taker = false;
    g_assert_true(rule_recurrence.holds(back));
    WITH_LEFT(one, g_assert_false(rule_recurrence.holds(back)));
    WITH_LEFT(other, g_assert_false(rule_recurrence.holds(back)));
    WITH(pair.lease->issued.call, 0, WITH_LEFT(other, g_assert_true(rule_recurrence.holds(back))));
}

/* Frames prove nothing here, and numbers do. */
static void test_takeover_by_number(void)
{
    taking pair = taken(KNFSD);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease, *next = pair.next, *after = lease->links.next_of_instance;
    nfs4_server *server = lease->server;
    next->issued.call = 0;
    g_assert_true(takeover_refused_by(lease, next));
    WITH(after->generation, 99, g_assert_false(takeover_refused_by(lease, next)));
    WITH_LEFT(lease->instance, g_assert_true(takeover_refused_by(lease, next)));
    WITH(server->generation, 1, g_assert_true(takeover_refused_by(lease, next)));
    server->generation = 1;
    WITH_LEFT(lease->instance, g_assert_false(takeover_refused_by(lease, next)));
    WITH_LEFT(next->instance, g_assert_false(takeover_refused_by(lease, next)));
}

/* Between two lives of a server, frames tell which was first, also where lives take turns. */
static void test_change_between_lives(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *next = web01(world, 12, 2);
    mounts(one);
    tries(one);
    nfs4_lease *lease = lease_of(one);
    restarts(world, &world->servers[0]);
    mounts(next);
    g_assert_true(facts_change(lease) == lease_of(next));
    WITH(lease->server->alternates, true, g_assert_true(facts_change(lease) == lease_of(next)));
    WITH(lease->confirm.reply, lease_of(next)->confirm.reply, g_assert_null(facts_change(lease)));
    WITH(lease_of(next)->confirm.reply, 0, g_assert_true(facts_change(lease) == lease_of(next)));
    WITH(lease_of(next)->confirm.reply, 0,
         WITH(lease_of(next)->first_frame, lease->confirm.reply,
              g_assert_null(facts_change(lease))));
}

/* Nothing was heard of the first: a clock says nothing about it. */
static void test_nobody_heard(void)
{
    taking pair = taken(OPAQUE);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease;
    lease->use.last_heard = pair.next->instance->start;
    lease->use.last_heard.secs--;
    g_assert_cmpint(clock_read(lease, pair.next), ==, CLOCK_AFTER);
    lease->use.last_heard = (nstime_t){0};
    g_assert_cmpint(clock_read(lease, pair.next), ==, CLOCK_UNKNOWN);
}

static void test_turns(void)
{
    taking pair = taken(OPAQUE);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease;
    WITH(lease->owner->is_cut, true, g_assert_false(rule_lost_in_turns.holds(lease)));
    WITH(lease->filed.turn_rival, pair.next, g_assert_false(rule_lost_in_turns.holds(lease)));
}

/* It went on with a lease of the same life: no other server answered. */
static void test_failover(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    nfs4_verdict grade;
    mounts(host);
    is_expired(host);
    accesses(host);
    server_of(host)->alternates = true;
    g_assert_cmpint(cause_of_chain(world->model->chains.last, &grade), !=, CAUSE_FAILOVER);
}

/* ---- facts ----------------------------------------------------------------------- */

/* A lease that was never refused is no loss, also in a capture that has no times. */
static void test_facts_of_a_loss(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    tries(host);
    nfs4_lease *lease = lease_of(host);
    is_expired(host);
    seconds_pass(world, 60);
    accesses(host);
    g_assert_true(facts_is_fresh_loss(lease));
    g_assert_cmpint(facts_idle_time(lease), ==, 60);
    WITH(lease->refused.reply, 0, g_assert_cmpint(facts_idle_time(lease), ==, 0));
    WITH(lease->last_ok.when, ((nstime_t){0}),
         WITH(lease->refused, ((nfs4_moment){0}), g_assert_false(facts_is_fresh_loss(lease))));
    WITH(lease->loss.burst, NULL, g_assert_false(facts_is_server_event(lease)));
}

/* ---- verdicts -------------------------------------------------------------------- */

static void test_collision(void)
{
    taking pair = taken(OPAQUE);
    g_autoptr(story) world = pair.world;
    nfs4_lease *lease = pair.lease;
    nfs4_cases *returns = &lease->owner->cases[EVIDENCE_RECURRENCE];
    g_assert_true(verdict_is_collision(lease));
    WITH(lease->judgement.taker, NULL, g_assert_false(verdict_is_collision(lease)));
    WITH(lease->judgement.change, &rule_same_program, g_assert_false(verdict_is_collision(lease)));
    WITH(lease->judgement.change, &rule_self_collision,
         g_assert_false(verdict_is_collision(lease)));
    g_assert_nonnull(returns->first);
    WITH(lease->judgement.change, &rule_restart, g_assert_true(verdict_is_collision(lease)));
    WITH(lease->judgement.change, &rule_restart,
         WITH(returns->first, NULL, g_assert_false(verdict_is_collision(lease))));
}

/* A case of the rule is there; whether that bears out the verdict depends on what the rule, or
 * its cases, accuse of. */
static void assert_rests(nfs4_owner *owner, nfs4_evidence_kind kind, bool accused, bool expected)
{
    nfs4_case *one = owner->cases[EVIDENCE_TAKEOVER_REFUSED].first;
    g_assert_nonnull(one);
    nfs4_verdict verdict = accused ? VERDICT_PROVEN : VERDICT_UNDECIDED;
    WITH(owner->verdict, verdict,
         WITH(owner->cases[kind].first, one,
              g_assert_cmpint(verdict_rests_on(owner, kind), ==, expected)));
}

static void test_rests_on(void)
{
    taking pair = taken(OPAQUE);
    g_autoptr(story) world = pair.world;
    nfs4_owner *owner = pair.lease->owner;
    assert_rests(owner, EVIDENCE_TAKEOVER_REFUSED, true, true);
    assert_rests(owner, EVIDENCE_RESTART, true, false);
    assert_rests(owner, EVIDENCE_RESTART, false, true);
    assert_rests(owner, EVIDENCE_ALTERNATION, true, false);
    assert_rests(owner, EVIDENCE_ALTERNATION, false, true);
    assert_rests(owner, EVIDENCE_COUNTER_GAP, true, true);
    assert_rests(owner, EVIDENCE_COUNTER_GAP, false, false);
}

SUITE(test_conditions)
{
    g_test_add_func("/verdicts/takeovers_that_are_no_collision", test_collision);
    g_test_add_func("/verdicts/evidence_that_bears_out_the_verdict", test_rests_on);
    g_test_add_func("/takeover_refused/each_condition_of_frames", test_frames);
    g_test_add_func("/takeover_refused/each_condition_of_a_neighbour", test_frames_of_a_neighbour);
    g_test_add_func("/takeover_refused/sleepers_are_not_refused_for_it", test_sleepers);
    g_test_add_func("/takeover_refused/holder_that_had_ended", test_ended);
    g_test_add_func("/takeover_refused/each_condition_of_numbers", test_numbers);
    g_test_add_func("/self_collision/each_condition", test_self_collision);
    g_test_add_func("/recurrence/explains_no_change", test_change_of_a_return);
    g_test_add_func("/same_program/none_where_a_refusal_proves_two", test_same_program);
    g_test_add_func("/recurrence/none_where_lives_take_turns", test_recurrence);
    g_test_add_func("/recurrence/lease_before_tells_where_the_first_does_not", test_held_before);
    g_test_add_func("/facts/lease_that_was_not_refused_is_no_loss", test_facts_of_a_loss);
    g_test_add_func("/recurrence/none_of_one_that_had_left", test_return_of_one_that_had_left);
    g_test_add_func("/takeover_refused/numbers_of_one_life", test_takeover_by_number);
    g_test_add_func("/lease_order/change_between_two_lives", test_change_between_lives);
    g_test_add_func("/restart/no_clock_tells_of_who_was_never_heard", test_nobody_heard);
    g_test_add_func("/snap/both_conditions_of_turns", test_turns);
    g_test_add_func("/causes/new_lease_of_the_same_life_is_no_failover", test_failover);
}
