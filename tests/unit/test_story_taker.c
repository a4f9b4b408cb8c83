/* test_story_taker.c - which confirm ended a lease, and causes that look alike
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"
#include "model/judge/cases.h"
#include "model/judge/causes.h"
#include "model/judge/judge.h"
#include "model/judge/taker.h"
#include "suite.h"

/* ---- the taker ------------------------------------------------------------------ */

static nfs4_bytes owner_kept;

static void asks_for_clientid(story_host *host)
{
    if (host->minor > 0)
        sends_exchange_id(host, host->verifier);
    else
        sends_setclientid(host, host->verifier);
}

static void confirms(story_host *host)
{
    if (host->minor > 0)
        sends_create_session(host);
    else
        sends_setclientid_confirm(host);
}

/* It identifies itself, and the server keeps that beside whoever comes next. */
static void is_kept_aside(story_host *host)
{
    asks_for_clientid(host);
    story_record *record = server_record(host->server, host->clientid);
    owner_kept = record->owner;
    record->owner = (nfs4_bytes){(const uint8_t *)"aside", 5};
}

static void confirms_at_last(story_host *host)
{
    server_record(host->server, host->clientid)->owner = owner_kept;
    confirms(host);
}

/* `late` is given its clientid first, and confirms behind `soon`, which ends what was held. */
static void confirm_in_reverse(story_host *late, story_host *soon, int64_t skew)
{
    late->skew = skew;
    is_kept_aside(late);
    asks_for_clientid(soon);
    confirms(soon);
    confirms_at_last(late);
}

/* What the numbers of the sessions say of who ended it, where one of the facts is another. */
static void check_sessions(nfs4_lease *victim, nfs4_lease *taker)
{
    bool refused;
    nfs4_session *first = taker->numbers.first_session, *last = victim->numbers.last_session;
    nfs4_instance *instance = taker->instance;
    uint32_t created_in = first->created_in;
    g_assert_true(taker_find(victim, &refused) == taker);
    first->created_in = 0; /* not that of its confirm */
    g_assert_true(taker_find(victim, &refused) != taker);
    first->created_in = created_in;
    taker->instance = victim->instance;
    g_assert_true(taker_find(victim, &refused) != taker);
    taker->instance = instance;
    uint32_t confirmed_in = victim->confirm.reply;
    victim->confirm.reply = 0; /* frames say nothing */
    g_assert_true(taker_may_be(victim, taker));
    victim->confirm.reply = confirmed_in;
    taker->numbers.first_session = NULL;
    g_assert_true(taker_find(victim, &refused) != taker);
    taker->numbers.first_session = first;
    victim->numbers.last_session = NULL;
    g_assert_true(taker_find(victim, &refused) != taker);
    victim->numbers.last_session = last;
}

/* The next one in order was asked for first, by frames: they come from several clocks. */
static void check_order_of_frames(nfs4_lease *victim, nfs4_lease *taker)
{
    bool refused;
    nfs4_lease *next = lease_after(victim);
    uint32_t call = next->issued.call;
    g_assert_true(taker_find(victim, &refused) == taker);
    next->issued.call = 1;
    g_assert_true(taker_find(victim, &refused) == next);
    next->issued.call = call;
}

/* Of two leases that it ended, the one that was judged last is not another one the next time. */
static void check_judged_again(const nfs4_lease *victim, const nfs4_lease *taker)
{
    nfs4_lease *other = lease_before(taker);
    g_assert_true(taker->judgement.victim == victim && other->judgement.taker == taker);
    judge_review(other);
    g_assert_true(taker->judgement.victim == victim);
}

/* Five clones; of the last two, the one that came later confirmed first and took the lease. */
static void check_reverse(uint32_t minor, int64_t skew)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *hosts[5];
    for (uint8_t i = 0; i < G_N_ELEMENTS(hosts); i++)
        hosts[i] = web01(world, 11 + i, minor);
    world->held = true;
    mounts(hosts[0]);
    confirm_in_reverse(hosts[1], hosts[2], 0);
    uint64_t held = hosts[1]->clientid;
    seconds_pass(world, 10);
    confirm_in_reverse(hosts[3], hosts[4], skew);
    tries(hosts[1]);
    story_plays(world);
    nfs4_lease *victim = lease_find(server_of(hosts[1]), held);
    g_assert_true(victim->owner->is_tangled);
    g_assert_true(victim->judgement.taker == lease_of(hosts[4]));
    g_assert_true(rule_takeover_refused.holds(victim));
    if (skew != 0)
        check_sessions(victim, lease_of(hosts[4]));
    if (minor == 0)
        check_order_of_frames(victim, lease_of(hosts[4]));
    check_judged_again(victim, lease_of(hosts[4]));
}

/* The clock of the machine that captures the late one is behind, so that by frames it confirmed
 * first. The numbers of the sessions tell who did. */
static void test_sessions_tell(void)
{
    check_reverse(2, -5 * SECOND);
}

static void test_frames_tell(void)
{
    check_reverse(0, 0);
    check_reverse(2, 0);
}

/* ---- causes ----------------------------------------------------------------------- */

static void assert_cause(const story *world, nfs4_cause cause)
{
    nfs4_verdict grade;
    model_settle(world->model);
    g_assert_cmpstr(cause_name(cause_of_chain(world->model->chains.last, &grade)), ==,
                    cause_name(cause));
}

/* 4.0 has no sessions: a server that refuses and then knows the client again lost none. */
static void test_no_session_in_40(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 0);
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_RENEW)->u.clientid.clientid = host->clientid;
    story_sends(host, &call);
    answers(host, &call, OP_RENEW, NFS4ERR_EXPIRED);
    tries(host);
    assert_cause(world, CAUSE_UNKNOWN);
}

/* The server says that the clientid is gone, and a moment later knows it again. */
static void test_gone_and_back(void)
{
    for (int gone = 0; gone < 2; gone++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = mounted(world, 2);
        nfs4_message call = begins_sequence(host);
        puts_op(&call, OP_ACCESS);
        story_sends(host, &call);
        answers(host, &call, OP_SEQUENCE, NFS4ERR_BADSESSION);
        if (gone) {
            call = begins_call(host);
            puts_event(&call, OP_CREATE_SESSION)->u.create_session.clientid = host->clientid;
            story_sends(host, &call);
            answers(host, &call, OP_CREATE_SESSION, NFS4ERR_STALE_CLIENTID);
        }
        tries(host);
        assert_cause(world, gone ? CAUSE_UNKNOWN : CAUSE_SESSION_ONLY);
    }
}

/* BADSESSION alone does not say that the clientid is gone. */
static void test_removed_by_word_only(void)
{
    for (int told = 0; told < 2; told++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = mounted(world, 2);
        is_expired(host);
        tries(host);
        if (told)
            sends_create_session(host);
        identifies(host);
        tries(host);
        assert_cause(world, told ? CAUSE_REMOVED_BY_SERVER : CAUSE_UNKNOWN);
    }
}

/* Another instance of the owner was there: who knows what it did. */
static void test_removed_beside_another_instance(void)
{
    for (int before = 0; before < 2; before++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = mounted(world, 2);
        if (before) {
            crashes_and_boots(host);
            mounts(host);
        }
        is_expired(host);
        tries(host);
        sends_create_session(host);
        identifies(host);
        tries(host);
        assert_cause(world, before ? CAUSE_UNKNOWN : CAUSE_REMOVED_BY_SERVER);
    }
}

/* Idle for a lease time by a clock that went back in between. */
static void test_idle_by_a_clock_set_back(void)
{
    for (int back = 0; back < 2; back++) {
        g_autoptr(story) world = story_new(OPAQUE);
        story_host *host = web01(world, 11, 2);
        story_host *neighbour = story_new_host(world, "db01", 12, 2);
        mounts(host);
        mounts(neighbour);
        tries(host);
        seconds_pass(world, 150);
        tries(neighbour);
        seconds_pass(world, back ? -20 : 0);
        is_expired(host);
        accesses(host);
        assert_cause(world, back ? CAUSE_UNKNOWN : CAUSE_LEASE_EXPIRED);
    }
}

static story_host *without_a_clock(story *world, uint8_t number)
{
    story_host *host = web01(world, number, 2);
    host->verifier = number; /* no time that can be read */
    return host;
}

/* A sleeper finds another instance in its place, and nothing tells whether that is a host of its
 * own, the sleeper restarted, or who came to a lease that had run out. */
static void test_sleeper_beside_a_change(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *next = without_a_clock(world, 12);
    mounts(one);
    mounts(next);
    seconds_pass(world, 100);
    tries(one);
    assert_verdict(one, VERDICT_UNDECIDED);
    assert_cause(world, CAUSE_UNKNOWN);
    g_assert_nonnull(world->model->chains.last->lease->judgement.taker);
    g_assert_null(cause_culprit(world->model->chains.last));
}

/* Twins, one of which the server drops before the other is back. */
static void test_dropped_before_the_twin_came(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = without_a_clock(world, 12);
    mounts(one);
    mounts(other);
    accesses(one);
    assert_cause(world, CAUSE_DUPLICATE_OWNER);
    g_assert_true(cause_culprit(world->model->chains.last) == lease_of(other));
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_CHANGE, 0), <=, 1);
    is_expired(one);
    tries(one);
    identifies(other);
    assert_cause(world, CAUSE_UNKNOWN);
}

/* Another instance identified itself before the refusal, and no answer was captured. It is to
 * blame if the first one comes back with its verifier, so that both live. */
static void test_unanswered_rival(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = web01(world, 11, 2), *other = without_a_clock(world, 12);
    mounts(one);
    tries(one);
    other->replies_unseen = true;
    sends_exchange_id(other, other->verifier);
    is_expired(one);
    tries(one);
    assert_cause(world, CAUSE_UNKNOWN);
    identifies(one);
    assert_verdict(one, VERDICT_PROBABLE);
    assert_cause(world, CAUSE_DUPLICATE_OWNER);
    const nfs4_lease *culprit = cause_culprit(world->model->chains.last);
    g_assert_true(culprit != NULL && culprit->instance == instance_of(other));
}

/* ---- whom a chain names ------------------------------------------------------ */

/* Whom the chain names: another instance, or nobody. */
static const nfs4_instance *named(const story *world, uint32_t number)
{
    const nfs4_chain *chain = chain_of(world, number);
    assert_cause_is(chain, CAUSE_DUPLICATE_OWNER);
    const nfs4_lease *culprit = cause_culprit(chain);
    return culprit != NULL ? culprit->instance : NULL;
}

/* Before the capture began, b took the lease of a, c that of b, and b that of c. The lease that b
 * had first is not in the capture: it is the clientid between those of a and c. */
static void check_begins_among_three(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    story_host *a = new_twin(world, 11, minor), *b = new_twin(world, 12, minor),
               *c = new_twin(world, 13, minor);
    world->blind = true;
    identifies(a);
    identifies(b);
    identifies(c);
    identifies(b);
    world->blind = false;
    accesses(a); /* b loses to a */
    accesses(c); /* a loses to c */
    accesses(b); /* c loses to b */
    assert_proven(a);
    g_assert_null(named(world, 1));
    g_assert_true(named(world, 2) == instance_of(b)); /* the next clientid after its own */
    g_assert_true(named(world, 3) == instance_of(a));
}

static void test_begins_among_three(void)
{
    for (uint32_t minor = 0; minor <= 2; minor += 2) {
        check_begins_among_three(KNFSD, minor);
        check_begins_among_three(GANESHA, minor);
    }
}

/* b took the lease of a before the capture began, and c that of b in it: ids that tell nothing
 * leave open who it was that a lost to, until a is seen with a lease. */
static void test_begins_among_opaque(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *a = new_twin(world, 11, 2), *b = new_twin(world, 12, 2),
               *c = new_twin(world, 13, 2);
    world->blind = true;
    identifies(a);
    identifies(b);
    world->blind = false;
    mounts(c);
    accesses(a);
    accesses(b);
    accesses(a);
    assert_proven(a);
    g_assert_null(named(world, 1));
    g_assert_true(named(world, 3) == instance_of(b));
}

/* b was given two clientids at once and confirmed one of them. Where c was not there
 * then, or no session is missing, b is to blame. */
static void check_begins_among_two(uint32_t minor, bool beside_a_third)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *a = new_twin(world, 11, minor), *b = new_twin(world, 12, minor);
    world->blind = true;
    identifies(a);
    world->servers[0].counter++;
    identifies(b);
    world->blind = false;
    accesses(a);
    if (beside_a_third) {
        accesses(b);
        story_host *c = new_twin(world, 13, minor);
        c->verifier = minor > 0 ? a->verifier - SECOND : c->verifier;
        mounts(c);
    }
    accesses(b);
    g_assert_true(named(world, 1) == instance_of(b));
}

static void test_begins_among_two(void)
{
    check_begins_among_two(0, false);
    check_begins_among_two(0, true);
    check_begins_among_two(2, false);
    check_begins_among_two(2, true);
}

SUITE(test_story_taker)
{
    g_test_add_func("/causes/sleeper_beside_an_undecided_change", test_sleeper_beside_a_change);
    g_test_add_func("/causes/twin_that_came_too_late_took_nothing",
                    test_dropped_before_the_twin_came);
    g_test_add_func("/causes/unanswered_rival_is_to_blame_if_both_live", test_unanswered_rival);
    g_test_add_func("/taker/sessions_tell_where_frames_mislead", test_sessions_tell);
    g_test_add_func("/taker/nobody_is_named_where_a_third_may_have_come_before",
                    test_begins_among_three);
    g_test_add_func("/taker/nobody_is_named_where_ids_tell_nothing", test_begins_among_opaque);
    g_test_add_func("/taker/one_is_named_where_no_third_came_before", test_begins_among_two);
    g_test_add_func("/taker/first_confirm_by_frames_whatever_the_ids", test_frames_tell);
    g_test_add_func("/causes/no_session_is_lost_in_40", test_no_session_in_40);
    g_test_add_func("/causes/clientid_that_was_gone_lost_no_session_only", test_gone_and_back);
    g_test_add_func("/causes/bad_session_alone_is_no_removal", test_removed_by_word_only);
    g_test_add_func("/causes/no_removal_beside_another_instance",
                    test_removed_beside_another_instance);
    g_test_add_func("/causes/clock_that_was_set_back_shows_no_expiry",
                    test_idle_by_a_clock_set_back);
}
