/* test_judge.c - the judge keeps the order of leases, and its judgement, up to date
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/know/counters.h"
#include "model/judge/judge.h"
#include "model/judge/taker.h"
#include "suite.h"

#define NO_TIME 5 /* a verifier that is no time */

static uint32_t cases_of(const story_host *host, nfs4_evidence_kind kind)
{
    return cases_count(owner_of(host), kind, 0);
}

static story_host *hidden_host(story *world, uint8_t number)
{
    story_host *host = story_new_host(world, "db01", number, 2);
    host->calls_unseen = host->replies_unseen = true;
    return host;
}

static void is_visible(story_host *host)
{
    host->calls_unseen = host->replies_unseen = false;
}

/* ---- what the watchers file ------------------------------------------------------- */

static void test_first_filed_stays(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    mounts(other);
    nfs4_lease *lease = lease_of(one), *next = lease_of(other);
    const nfs4_moment first = {1, 2, {3, 0}, {3, 0}}, second = {4, 5, {6, 0}, {6, 0}};
    const nfs4_moment *filed = &first;
    const address *client = next->use.confirmed_from;
    for (uint32_t i = 0; i < 2; i++) {
        judge_race(lease, i == 0 ? next : lease);
        judge_outlived(lease, i == 0 ? next : lease, i == 0 ? &first : &second, &first.when);
        judge_clone(lease, next, filed);
        judge_shared_session(lease, filed);
        judge_address_turns(lease, filed, client, filed, client);
        filed = &second;
    }
    g_assert_true(lease->filed.race_rival == next && lease->seldom->outlived == next);
    g_assert_cmpuint(lease->seldom->outlived_by.call, ==, 1);
    g_assert_cmpuint(lease->seldom->clone_in, ==, 2);
    g_assert_cmpuint(lease->seldom->shared_in, ==, 2);
    g_assert_cmpuint(lease->seldom->turned_in, ==, 2);
}

/* The last refusal of a newcomer counts, unless the holder outlived one before. */
static void test_newcomers(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    mounts(other);
    nfs4_lease *lease = lease_of(one);
    const nfs4_instance *newcomer = instance_of(other);
    const nfs4_moment first = {1, 2, {3, 0}, {3, 0}}, second = {4, 5, {6, 0}, {6, 0}},
                      third = {7, 8, {9, 0}, {9, 0}};
    judge_newcomer_refused(lease, newcomer, &first);
    judge_newcomer_refused(lease, newcomer, &second);
    g_assert_cmpuint(lease->seldom->newcomer_refused.reply, ==, 5);
    judge_newcomer_outlived(lease);
    judge_newcomer_refused(lease, newcomer, &third);
    g_assert_cmpuint(lease->seldom->newcomer_refused.reply, ==, 5);
}

/* What is known already changes no judgement, and nobody has to draw it again. */
static void test_nothing_new(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    mounts(other);
    nfs4_lease *lease = lease_of(one);
    judge_newcomer_outlived(lease);
    uint32_t revision = owner_of(one)->revision;
    judge_newcomer_outlived(lease);
    judge_alternation(lease, lease->filed.call_before);
    judge_silence(server_of(one));
    judge_enter(lease);
    judge_nearby(lease);
    judge_elsewhere(lease, NULL);
    g_assert_cmpuint(owner_of(one)->revision, ==, revision);
    g_assert_cmpint(g_sequence_get_length(owner_of(one)->order), ==, 2);
}

/* ---- takers ----------------------------------------------------------------------- */

/* The lease turns out to have been given back: nobody took it. */
static void test_no_taker_any_more(void)
{
    for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
        mounts(one);
        mounts(other);
        nfs4_lease *lease = lease_of(one), *taker = lease_of(other);
        g_assert_true(lease->judgement.taker == taker && taker->judgement.victim == lease);
        if (elsewhere)
            taker->judgement.victim = taker; /* another one, found later */
        lease->use.ended_in = 99;
        judge_review(lease);
        g_assert_null(lease->judgement.taker);
        g_assert_true(taker->judgement.victim == (elsewhere ? taker : NULL));
        g_assert_cmpuint(owner_of(one)->takeovers, ==, 0);
    }
}

/* The lease came back from another host, which is evidence; what ended it is a restart. */
static void test_change_of_a_return(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    mounts(other);
    identifies(one);
    tries(one);
    const nfs4_lease *back = lease_of(one);
    g_assert_true(rule_recurrence.holds(back));
    crashes_and_boots(one);
    mounts(one);
    g_assert_true(back->judgement.change == &rule_restart);
}

/* One program plays both: that is seen when the return was known already. */
static void test_return_of_one_program(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 11, 2);
    takes_owner(one, "a program that plays two clients");
    takes_owner(other, "a program that plays two clients");
    mounts(one);
    mounts(other);
    nfs4_lease *lease = lease_of(other);
    identifies(one);
    g_assert_cmpuint(cases_of(one, EVIDENCE_RECURRENCE), ==, 1);
    lease_add_connection(lease, one->connection);
    judge_review(lease);
    g_assert_cmpuint(cases_of(one, EVIDENCE_RECURRENCE), ==, 0);
}

/* ---- the order of leases ----------------------------------------------------------- */

/* Mounted before the capture began; its later life, or another host, was captured first. It is
 * refused, and presents itself. */
static nfs4_lease *shows_up_late(story_host *host)
{
    uint64_t clientid = host->clientid;
    nfs4_server *server = server_of(host);
    server_drop(host->server, clientid);
    tries(host);
    if (host->minor > 0)
        sends_exchange_id(host, host->verifier);
    else
        sends_setclientid(host, host->verifier);
    nfs4_lease *lease = lease_find(server, clientid);
    g_assert_nonnull(lease);
    g_assert_true(lease->instance == instance_of(host));
    return lease;
}

static void test_first_that_shows_up_late(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *old = web01(world, 11, 2), *now = web01(world, 11, 2), *other = web01(world, 12, 2),
               *third = web01(world, 13, 2);
    now->verifier = old->verifier;
    old->calls_unseen = old->replies_unseen = true;
    mounts(old);
    is_visible(old);
    mounts(other);
    mounts(third);
    mounts(now);
    g_assert_true(instance_of(now)->first_in_order == lease_of(now));
    g_assert_cmpuint(cases_of(now, EVIDENCE_RECURRENCE), ==, 0);
    server_drop(now->server, now->clientid);
    const nfs4_lease *lease = shows_up_late(old);
    g_assert_true(instance_of(now)->first_in_order == lease);
    g_assert_true(lease_of(old)->links.position == NULL);
    g_assert_cmpuint(cases_of(now, EVIDENCE_RECURRENCE), ==, 1);
}

/* Ids tell no order. A lease that is first seen when it is refused has no place behind others,
 * and none in front of another instance that may have been there before it. */
static void test_place_where_ids_tell_nothing(void)
{
    for (int same = 0; same < 2; same++) {
        g_autoptr(story) world = story_new(OPAQUE);
        story_host *late = web01(world, 11, 2), *seen = web01(world, 12, 2);
        late->minor = seen->minor = 0;
        late->verifier = NO_TIME;
        seen->verifier = same ? NO_TIME : seen->verifier;
        late->calls_unseen = late->replies_unseen = true;
        mounts(late);
        is_visible(late);
        server_drop(late->server, late->clientid);
        mounts(seen);
        nfs4_lease *lease = shows_up_late(late);
        g_assert_cmpuint(lease->use.ordinal, ==, 0);
        g_assert_cmpint(lease->links.position != NULL, ==, same);
        if (!same) {
            g_assert_true(lease->use.confirmed);
            lease->server->layout = LAYOUT_KNFSD_LE;
            judge_layout_known(lease->server);
            g_assert_nonnull(lease->links.position);
        }
    }
}

/* Twins take turns; then all is put in order once more. */
static void test_order_anew(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    const nfs4_lease *first = lease_of(one);
    mounts(other);
    accesses(one);
    accesses(other);
    uint32_t returns = cases_of(one, EVIDENCE_RECURRENCE);
    judge_layout_known(server_of(one));
    g_assert_true(instance_of(one)->first_in_order == first);
    g_assert_cmpuint(cases_of(one, EVIDENCE_RECURRENCE), ==, returns);
}

/* A confirm that is under way: called, and done by the server, but not answered yet. */
static nfs4_message calls_confirm(story_host *host)
{
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_SETCLIENTID_CONFIRM)->u.setclientid_confirm.clientid = host->clientid;
    story_sends(host, &call);
    g_assert_true(server_confirm(host->server, host->clientid));
    return call;
}

static void asks(story_host *host)
{
    sends_setclientid(host, host->verifier);
}

/* The server keeps an identification although others come behind it. */
static void is_kept(story_host *host, nfs4_bytes *owner)
{
    story_record *record = server_record(host->server, host->clientid);
    nfs4_bytes kept = record->owner;
    record->owner = *owner;
    *owner = kept;
}

/* Where identifications are not in the order of their ids, clocks differ, and frames tell nothing.
 */
static void check_order_of_calls(nfs4_lease *lease, nfs4_lease *taker)
{
    bool refused, is_behind = lease_compare(taker, lease, NULL) > 0;
    nfs4_lease *moved = is_behind ? lease_after(lease) : taker;
    uint32_t call = moved->issued.call;
    g_assert_true(taker_find(lease, &refused) == taker);
    moved->issued.call = (is_behind ? taker : lease)->issued.call + 1;
    g_assert_true(taker_find(lease, &refused) != taker);
    moved->issued.call = call;
}

/* A storm, in which confirms are not in the order of ids. The holder is refused while the confirm
 * that ended its lease is under way; between the two stands one that was confirmed before. */
static void check_confirm_under_way(bool behind)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *hosts[4];
    for (uint8_t i = 0; i < G_N_ELEMENTS(hosts); i++)
        hosts[i] = web01(world, 11 + i, 0);
    story_host *holder = hosts[behind ? 0 : 2], *taker = hosts[behind ? 2 : 0];
    world->servers[0].layout = KNFSD;
    nfs4_bytes aside = {(const uint8_t *)"aside", 5}, early = aside;
    asks(hosts[0]);
    is_kept(hosts[0], &early);
    asks(hosts[1]);
    sends_setclientid_confirm(hosts[1]);
    if (behind) {
        is_kept(holder, &early);
        sends_setclientid_confirm(holder);
        asks(taker);
    } else {
        asks(holder);
        sends_setclientid_confirm(holder);
        is_kept(taker, &early);
    }
    nfs4_lease *lease = lease_of(holder);
    nfs4_message call = calls_confirm(taker);
    tries(holder);
    g_assert_cmpuint(lease->refused.reply, !=, 0);
    answers(taker, &call, OP_SETCLIENTID_CONFIRM, NFS4_OK);
    g_assert_true(lease->owner->is_tangled);
    g_assert_true(lease->judgement.taker == lease_of(taker));
    g_assert_true(rule_takeover_refused.holds(lease));
    check_order_of_calls(lease, lease_of(taker));
    asks(hosts[3]); /* whoever comes later does not change that */
    sends_setclientid_confirm(hosts[3]);
    g_assert_true(lease->judgement.taker == lease_of(taker));
    g_assert_true(rule_takeover_refused.holds(lease));
    check_order_of_calls(lease, lease_of(taker));
}

static void test_confirm_under_way(void)
{
    check_confirm_under_way(true);
    check_confirm_under_way(false);
}

/* Whoever confirms in the order of ids, or was confirmed unseen, leaves that order alone. */
static void test_confirms_in_order(void)
{
    for (int unseen = 0; unseen < 2; unseen++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
        mounts(one);
        world->blind = unseen != 0;
        mounts(other);
        world->blind = false;
        tries(other);
        sends_exchange_id(other, other->verifier);
        g_assert_true(lease_after(lease_of(one)) == lease_of(other));
        g_assert_cmpint(lease_of(other)->confirm.reply == 0, ==, unseen);
        judge_layout_known(server_of(one));
        g_assert_false(owner_of(one)->is_tangled);
    }
}

/* ---- counted again ------------------------------------------------------------------ */

/* Two losses with a gap each; then the clients turn up that the ids went to. */
static void test_gaps_that_are_filled(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2),
               *many[2] = {hidden_host(world, 13), hidden_host(world, 14)};
    story_host *calm = story_new_host(world, "db02", 15, 2);
    mounts(calm);
    mounts(one);
    for (size_t i = 0; i < G_N_ELEMENTS(many); i++) {
        tries(one);
        mounts(many[i]);
        is_expired(one);
        accesses(one);
    }
    assert_verdict(one, VERDICT_SUSPECTED);
    uint32_t calm_revision = owner_of(calm)->revision;
    for (size_t i = 0; i < G_N_ELEMENTS(many); i++) {
        is_visible(many[i]);
        tries(many[i]);
    }
    assert_verdict(one, VERDICT_SINGLE);
    g_assert_cmpuint(owner_of(calm)->revision, ==, calm_revision);
}

/* A lease that was followed and not refused is no loss, nor is one that nothing follows yet. */
static void test_losses(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    mounts(host);
    unmounts(host);
    mounts(host);
    tries(host);
    is_expired(host);
    tries(host);
    g_assert_cmpuint(lease_of(host)->refused.reply, !=, 0);
    g_assert_cmpuint(server_of(host)->losses, ==, 0);
    accesses(host);
    g_assert_cmpuint(server_of(host)->losses, ==, 1);
}

/* Both losses turn out to be of leases that had been given back. */
static void test_gaps_that_were_none(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *hidden = hidden_host(world, 13);
    mounts(one);
    for (int i = 0; i < 2; i++) {
        tries(one);
        mounts(hidden);
        is_expired(one);
        accesses(one);
    }
    assert_verdict(one, VERDICT_SUSPECTED);
    const nfs4_owner *owner = owner_of(one);
    for (nfs4_lease *lease = owner->first_loss; lease != NULL; lease = lease->loss.next)
        lease->use.ended_in = 1;
    counters_of(server_of(one))->changes++;
    judge_recount(server_of(one), JUDGE_UNLIMITED);
    g_assert_cmpint(owner->verdict, ==, VERDICT_SINGLE);
}

/* Counting is put off where it costs more than is allowed, and not done twice. */
static void test_budget(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    mounts(one);
    is_expired(one);
    accesses(one);
    nfs4_server *server = server_of(one);
    nfs4_counters *counters = counters_of(server);
    counters->changes++;
    uint64_t work = counters->work;
    judge_recount(server, work);
    g_assert_cmpuint(counters->work, ==, work);
    judge_recount(server, work + 1000);
    g_assert_cmpuint(counters->work, >, work);
    work = counters->work;
    judge_recount(server, JUDGE_UNLIMITED);
    g_assert_cmpuint(counters->work, ==, work);
}

SUITE(test_judge)
{
    g_test_add_func("/judge/what_was_filed_first_stays", test_first_filed_stays);
    g_test_add_func("/judge/last_newcomer_that_was_refused_counts", test_newcomers);
    g_test_add_func("/judge/what_is_known_changes_nothing", test_nothing_new);
    g_test_add_func("/judge/lease_that_was_given_back_has_no_taker", test_no_taker_any_more);
    g_test_add_func("/judge/change_is_explained_by_a_rule_of_changes", test_change_of_a_return);
    g_test_add_func("/judge/return_of_one_program_is_taken_back", test_return_of_one_program);
    g_test_add_func("/judge/first_lease_shows_up_late", test_first_that_shows_up_late);
    g_test_add_func("/judge/place_where_ids_tell_nothing", test_place_where_ids_tell_nothing);
    g_test_add_func("/judge/order_anew_has_the_same_firsts", test_order_anew);
    g_test_add_func("/taker/confirm_under_way_ended_a_lease_farther_off", test_confirm_under_way);
    g_test_add_func("/taker/confirms_in_the_order_of_ids", test_confirms_in_order);
    g_test_add_func("/judge/losses_are_refused_and_followed", test_losses);
    g_test_add_func("/judge/gaps_that_are_filled_accuse_nobody", test_gaps_that_are_filled);
    g_test_add_func("/judge/gaps_that_were_none_accuse_nobody", test_gaps_that_were_none);
    g_test_add_func("/judge/counting_stays_within_its_budget", test_budget);
}
