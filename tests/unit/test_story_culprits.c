/* test_story_culprits.c - whose chain it is, who is to blame for it, and what is not said
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"
#include "model/judge/causes.h"
#include "suite.h"

static void assert_blamed(const story *world, uint32_t number, const story_host *victim,
                          const story_host *culprit)
{
    const nfs4_chain *chain = chain_of(world, number);
    assert_cause_is(chain, CAUSE_DUPLICATE_OWNER);
    g_assert_true(chain->lease->instance == instance_of(victim));
    g_assert_nonnull(cause_culprit(chain));
    g_assert_true(cause_culprit(chain)->instance == instance_of(culprit));
}

/* ---- three hosts ---------------------------------------------------------- */

static void check_three(story_layout layout, uint32_t minor, bool held)
{
    g_autoptr(story) world = story_new(layout);
    story_host *a = new_twin(world, 11, minor), *b = new_twin(world, 12, minor),
               *c = new_twin(world, 13, minor);

    world->held = held;
    b->skew = held ? 40 * SECOND : 0;
    c->skew = held ? -40 * SECOND : 0;
    mounts(a);
    mounts(b);
    mounts(c); /* a lost to b, b to c */
    seconds_pass(world, 2);
    accesses(a); /* c loses to a */
    accesses(c); /* a loses to c */
    accesses(b); /* c loses to b */
    accesses(a); /* b loses to a */
    if (held)
        story_plays(world);
    assert_chains(world, 4);
    for (uint32_t number = 1; number <= 4; number++) {
        const nfs4_chain *chain = chain_of(world, number);
        story_host *victim = chain->lease->instance == instance_of(a)   ? a
                             : chain->lease->instance == instance_of(b) ? b
                                                                        : c;
        bool first = chain->lease->links.previous_of_instance == NULL;
        story_host *culprit = victim == a ? (first ? b : c) : victim == b ? c : a;
        assert_blamed(world, number, victim, culprit);
    }
}

static void test_three_twins(void)
{
    check_three(KNFSD, 2, false);
    check_three(KNFSD, 0, false);
    check_three(GANESHA, 1, false);
    check_three(OPAQUE, 1, false);
}

static void test_three_clocks(void)
{
    check_three(KNFSD, 2, true);
    check_three(GANESHA, 1, true);
}

/* Of all who came since, the first one is to blame. */
static void test_late_to_notice(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *victim = new_twin(world, 11, 2), *hosts[5];

    mounts(victim);
    for (uint8_t i = 0; i < 5; i++) {
        hosts[i] = new_twin(world, 12 + i, 2);
        mounts(hosts[i]);
    }
    seconds_pass(world, 30);
    accesses(victim);
    assert_blamed(world, 1, victim, hosts[0]);
    accesses(hosts[4]);
    assert_blamed(world, 2, hosts[4], victim);
}

/* ---- owners --------------------------------------------------------------- */

static void test_owner_known_late(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);

    world->blind = true;
    mounts(host);
    mounts(other);
    world->blind = false;
    tries(host);
    const nfs4_chain *chain = chain_of(world, 1);
    g_assert_null(chain->lease->owner);
    g_assert_null(chain->lease->instance);
    recovers(host);
    g_assert_true(chain->lease->owner == owner_of(host));
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 1);
    tries(host);
    g_assert_true(chain->resumed);
    g_assert_cmpint(nstime_cmp(outage_of(owner_of(host)), &chain->resumed_after), ==, 0);
    assert_single(host);
    g_assert_null(chain->lease->judgement.taker);
}

/* Two lost sessions, and the client says who it is only after that. */
static void test_owner_known_later_still(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    nstime_t sum = {0};

    world->blind = true;
    mounts(host);
    world->blind = false;
    for (uint32_t i = 1; i <= 2; i++) {
        loses_session(host);
        tries(host);
        seconds_pass(world, i);
        recovers(host);
        tries(host);
        nstime_add(&sum, &chain_of(world, i)->resumed_after);
    }
    g_assert_null(chain_of(world, 1)->lease->owner);
    sends_exchange_id(host, host->verifier); /* a further path to the server */
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 2);
    g_assert_cmpint(nstime_cmp(outage_of(owner_of(host)), &sum), ==, 0);
}

/* It comes back on another connection, so that nobody knows who it was. */
static void test_owner_never_known(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);

    world->blind = true;
    mounts(host);
    world->blind = false;
    seconds_pass(world, 1);
    is_expired(host);
    tries(host);
    connects(host);
    identifies(host);
    tries(host);
    const nfs4_chain *chain = chain_of(world, 1);
    g_assert_null(chain->lease->owner);
    g_assert_false(chain->resumed);
    assert_cause_is(chain, CAUSE_UNKNOWN);
    assert_loss_unknown(chain);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 0);
    g_assert_true(nstime_is_zero(outage_of(owner_of(host))));
}

static void check_sums(uint32_t minor)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = new_twin(world, 11, minor), *other = new_twin(world, 12, minor),
               *alone = story_new_host(world, "web02", 13, minor);
    nstime_t sum = {0}, longest = {0};

    mounts(alone);
    mounts(one);
    mounts(other);
    for (int i = 1; i <= 4; i++) {
        tries(one);
        recovers(one);
        seconds_pass(world, i);
        accesses(one);
        accesses(other);
        accesses(alone);
    }
    assert_chains(world, 8);
    for (uint32_t number = 1; number <= 8; number++) {
        const nfs4_chain *chain = chain_of(world, number);
        g_assert_true(chain->resumed);
        g_assert_true(chain->lease->owner == owner_of(one));
        nstime_add(&sum, &chain->resumed_after);
        longest = nstime_cmp(&chain->resumed_after, &longest) > 0 ? chain->resumed_after : longest;
    }
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 8);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 9);
    g_assert_cmpint(nstime_cmp(outage_of(owner_of(one)), &sum), ==, 0);
    g_assert_cmpint(nstime_cmp(longest_outage(owner_of(one)), &longest), ==, 0);
    g_assert_cmpint(sum.secs, >=, 10);
    g_assert_cmpuint(owner_of(alone)->invalidations, ==, 0);
    g_assert_true(nstime_is_zero(outage_of(owner_of(alone))));
}

static void test_sums(void)
{
    check_sums(2);
    check_sums(0);
}

/* ---- one walk, two walks -------------------------------------------------- */

/* Every step's frame and its call carry the step, in the first walk where it could be
 * known and in the second everywhere; and nothing else carries the chain. */
static void assert_notes_lead(const story *world)
{
    uint32_t steps = 0, notes = 0;
    for (const nfs4_chain *c = world->model->chains.first; c != NULL; c = c->next)
        steps += wmem_array_get_count(c->steps);
    for (guint i = 0; i < world->tape->len; i++) {
        const story_frame *frame = &g_array_index(world->tape, story_frame, i);
        const nfs4_note *note = model_context(world->model, &frame->message).note;
        if (note == NULL || note->chain == NULL)
            continue;
        bool is_reply = frame->message.compound.is_reply;
        notes++;
        g_assert_cmpuint(step_of(note->chain, note->step)->frame, ==,
                         frame->message.frame + (is_reply ? 0 : 1));
        g_assert_true(!is_reply || frame->context.note == note);
    }
    g_assert_cmpuint(steps, >, 0);
    g_assert_cmpuint(notes, ==, 2 * steps);
}

static void check_walks(uint32_t minor)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = new_twin(world, 11, minor), *other = new_twin(world, 12, minor);
    story_file file = {.name = 1};

    mounts(one);
    opens_with_delegation(one, &file);
    for (int i = 0; i < 3; i++) {
        is_thrown_out(one, other);
        gets_new_lease(one);
        reclaims(one, &file, NFS4ERR_NO_GRACE);
        if (i == 1)
            continue; /* again in the middle */
        if (minor > 0)
            completes_reclaim(one);
        reopens(one, &file);
        accesses(one);
    }
    unmounts(other);
    assert_notes_lead(world);
}

static void test_walks(void)
{
    check_walks(2);
    check_walks(0);
}

/* ---- cut anywhere --------------------------------------------------------- */

/* Plays a part of the tape to a model of its own and returns how many chains it blames
 * on a duplicate. Whoever is blamed has been heard there. */
static uint32_t blames(const story *world, guint from, guint to)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    nfs4_model *model = model_new(scope);
    uint32_t count = 0;
    for (guint i = from; i < to; i++)
        model_observe(model, &g_array_index(world->tape, story_frame, i).message);
    model_settle(model);
    for (const nfs4_chain *chain = model->chains.first; chain != NULL; chain = chain->next) {
        nfs4_verdict grade;
        if (cause_of_chain(chain, &grade) != CAUSE_DUPLICATE_OWNER)
            continue;
        count++;
        const nfs4_lease *killer = chain->lease->judgement.taker;
        g_assert_true(killer == NULL || killer->use.confirmed);
        g_assert_true(killer == NULL || killer->instance->addresses != NULL);
        g_assert_true(killer != NULL || grade == VERDICT_SUSPECTED);
    }
    model_free(model);
    wmem_destroy_allocator(scope);
    return count;
}

static uint32_t most_blamed(const story *world)
{
    uint32_t most = 0;
    for (guint from = 0; from < world->tape->len; from++)
        for (guint to = from + 1; to <= world->tape->len; to++)
            most = MAX(most, blames(world, from, to));
    return most;
}

static void test_innocent_cut_anywhere(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = new_twin(world, 11, 2), *two = story_new_host(world, "web02", 12, 2);
    story_file file = {.name = 1};

    mounts(one);
    mounts(two);
    opens(one, &file);
    loses_session(one);
    accesses(one);
    restarts(world, &world->servers[0]);
    tries(one);
    accesses(two);
    gets_new_lease(one);
    reclaims(one, &file, NFS4_OK);
    completes_reclaim(one);
    seconds_pass(world, 100);
    is_expired(two);
    accesses(two);
    tries(one);
    assert_chains(world, 4);
    g_assert_cmpuint(most_blamed(world), ==, 0);
}

static void test_twins_cut_anywhere(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);

    mounts(one);
    mounts(other);
    accesses(one);
    accesses(other);
    g_assert_cmpuint(blames(world, 0, world->tape->len), ==, 2);
    g_assert_cmpuint(most_blamed(world), ==, 2);
}

SUITE(test_story_culprits)
{
    g_test_add_func("/culprits/of_three_the_first_who_came_after", test_three_twins);
    g_test_add_func("/culprits/of_three_whose_clocks_disagree", test_three_clocks);
    g_test_add_func("/culprits/first_one_is_to_blame_however_late_it_is_noticed",
                    test_late_to_notice);
    g_test_add_func("/culprits/owner_of_a_chain_may_become_known_later", test_owner_known_late);
    g_test_add_func("/culprits/owner_of_two_chains_may_become_known_later",
                    test_owner_known_later_still);
    g_test_add_func("/culprits/owner_of_a_chain_may_never_become_known", test_owner_never_known);
    g_test_add_func("/culprits/sums_of_an_owner_are_those_of_its_chains", test_sums);
    g_test_add_func("/culprits/notes_lead_from_step_to_step_in_both_walks", test_walks);
    g_test_add_func("/culprits/nobody_is_blamed_wherever_it_is_cut", test_innocent_cut_anywhere);
    g_test_add_func("/culprits/twins_are_not_blamed_for_more_than_they_did",
                    test_twins_cut_anywhere);
}
