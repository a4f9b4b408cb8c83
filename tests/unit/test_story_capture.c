/* test_story_capture.c - captures that begin late, miss messages, or see them twice
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"
#include "suite.h"

/* Everything that the model counts, as text. */
static char *summary(const story *world)
{
    GString *text = g_string_new(NULL);
    for (const nfs4_owner *owner = world->model->owners.first; owner != NULL; owner = owner->next) {
        g_string_append_printf(
            text, "owner %u: %s harmful %d instances %u takeovers %u refused %u returns %u",
            owner->number, verdict_name(owner->verdict), owner->harmful, owner->instance_count,
            owner->takeovers, owner->invalidations, cases_count(owner, EVIDENCE_RECURRENCE, 0));
        for (int i = 0; i < EVIDENCE_KINDS; i++)
            g_string_append_printf(text, " %u", cases_count(owner, (nfs4_evidence_kind)i, 0));
        for (const nfs4_instance *i = owner->first_instance; i != NULL; i = i->next)
            g_string_append_printf(text, " sessions %u addresses %u", i->session_count,
                                   marks_of(i->addresses));
        g_string_append_printf(text, " leases %d outage %g\n", g_sequence_get_length(owner->order),
                               nstime_to_sec(outage_of(owner)));
    }
    for (const nfs4_chain *chain = world->model->chains.first; chain != NULL; chain = chain->next)
        g_string_append_printf(text, "chain %u: resumed %d refused opens %u\n", chain->number,
                               chain->resumed, chain->cost.opens.no_grace);
    return g_string_free(text, FALSE);
}

static void append_steps(const story *world, GString *text)
{
    for (const nfs4_chain *chain = world->model->chains.first; chain != NULL; chain = chain->next)
        for (guint i = 0; i < wmem_array_get_count(chain->steps); i++)
            g_string_append_printf(text, "%d ",
                                   ((nfs4_step *)wmem_array_index(chain->steps, i))->kind);
}

/* Two hosts that take turns, one that reboots and one that does nothing. */
static void tells_a_long_story(story *world)
{
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    story_host *rebooted = story_new_host(world, "web02", 13, 2);
    story_host *old = story_new_host(world, "web03", 14, 0);

    one->has_open_file = true;
    mounts(one);
    mounts(rebooted);
    mounts(old);
    mounts(other);
    accesses(one);
    accesses(other);
    accesses(old);
    crashes_and_boots(rebooted);
    mounts(rebooted);
    loses_session(other);
    accesses(other);
    unmounts(other);
    accesses(one);
}

static void test_messages_twice(void)
{
    g_autoptr(story) once = story_new(KNFSD);
    g_autoptr(story) twice = story_new(KNFSD);

    twice->copies = true;
    tells_a_long_story(once);
    tells_a_long_story(twice);
    g_autofree char *expected = summary(once);
    g_autofree char *found = summary(twice);
    g_assert_cmpstr(found, ==, expected);

    g_autoptr(GString) expected_steps = g_string_new(NULL);
    g_autoptr(GString) found_steps = g_string_new(NULL);
    append_steps(once, expected_steps);
    append_steps(twice, found_steps);
    g_assert_cmpstr(found_steps->str, ==, expected_steps->str);
    g_assert_cmpuint(twice->frames, ==, 2 * once->frames);
}

static void test_capture_appended_to_itself(void)
{
    g_autoptr(story) world = story_new(KNFSD);

    tells_a_long_story(world);
    g_autofree char *expected = summary(world);
    story_repeats(world);
    g_autofree char *found = summary(world);
    g_assert_cmpstr(found, ==, expected);
}

static void check_begins_in_mid_session(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    world->blind = true;
    mounts(one);
    world->blind = false;
    accesses(one);
    mounts(other);
    accesses(one);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 2);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 1);
}

static void test_begins_in_mid_session(void)
{
    check_begins_in_mid_session(KNFSD);
}

static void test_begins_in_mid_session_at_ganesha(void)
{
    check_begins_in_mid_session(GANESHA);
}

static void test_begins_in_mid_session_with_opaque_ids(void)
{
    check_begins_in_mid_session(OPAQUE);
}

static void test_begins_with_refusal(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    world->blind = true;
    mounts(one);
    mounts(other);
    world->blind = false;
    accesses(one);
    assert_verdict(one, VERDICT_SINGLE); /* nothing of the other one was seen yet */
    accesses(other);
    assert_proven(one);
}

static void test_mid_session_of_single(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    world->blind = true;
    mounts(host);
    world->blind = false;
    accesses(host);
    g_assert_null(lease_of(host)->owner);
    g_assert_cmpuint(world->model->owners.count, ==, 0);
    nfs4_lease *lease = lease_of(host);
    unmounts(host);
    mounts(host);
    g_assert_true(lease->instance == instance_of(host));
    assert_single(host);
}

static void test_create_session_reply_lost(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    world->lose_reply = OP_CREATE_SESSION;
    mounts(other);
    g_assert_cmpuint(world->lose_reply, ==, 0);
    g_assert_true(lease_of(other)->use.confirmed);
    g_assert_true(lease_of(one)->judgement.taker == lease_of(other));
    tries(one);
    assert_proven(one);
}

static void test_exchange_id_reply_lost(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 1), *other = web01(world, 12, 1);

    mounts(one);
    sends_exchange_id(other, other->verifier);
    world->lose_reply = OP_EXCHANGE_ID;
    identifies(other);
    sets_up(other);
    accesses(one);
    accesses(other);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
}

static void test_retransmitted_calls(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    world->retransmit = true;
    mounts(one);
    mounts(other);
    world->retransmit = true;
    g_assert_cmpuint(tries(one), ==, NFS4ERR_BADSESSION);
    g_assert_cmpuint(lease_of(one)->refused.call, ==, world->frames - 2);
    recovers(one);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 1);
    g_assert_cmpuint(world->model->pending.count, ==, 0);
}

static void test_reused_xid(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    one->replies_unseen = true;
    tries(one);
    one->replies_unseen = false;
    one->xid--;
    sends_exchange_id(one, one->verifier); /* same xid, another operation */
    accesses(one);
    assert_single(one);
    g_assert_cmpuint(world->model->pending.count, ==, 0);
    one->xid = 0; /* all of them again, and answered */
    mounts(other);
    accesses(one);
    assert_proven(one);
}

/* Each host captured itself, and the clock of the second one's machine is wrong. */
static void check_skew(int64_t skew, uint32_t minor)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = story_new_host(world, "db01", 11, minor);
    story_host *other = story_new_host(world, "db01", 12, minor);

    if (minor == 0) {
        takes_owner(one, "Linux NFSv4.0 db01");
        takes_owner(other, "Linux NFSv4.0 db01");
    }
    world->held = true;
    other->skew = skew;
    mounts(one);
    seconds_pass(world, 1);
    mounts(other);
    seconds_pass(world, 1);
    accesses(one);
    seconds_pass(world, 1);
    accesses(other);
    story_plays(world);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 3);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 2);
}

static void test_skewed_captures(void)
{
    static const int64_t skews[] = {-3600, -10, -2, -1, 0, 1, 2, 10, 3600};
    for (size_t i = 0; i < G_N_ELEMENTS(skews); i++) {
        check_skew(skews[i] * SECOND + SECOND / 4, 2);
        check_skew(skews[i] * SECOND + SECOND / 4, 0);
    }
}

/* The host in the middle is captured by a machine whose clock is far ahead,
 * so that its confirm comes to light when the change was judged without it. */
static void test_late_capture_of_the_one_between(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *hosts[3];
    nfs4_lease *leases[3];

    for (int i = 0; i < 3; i++)
        hosts[i] = story_new_host(world, "db01", (uint8_t)(11 + i), 2);
    world->held = true;
    hosts[1]->skew = 3600 * SECOND;
    uint64_t ids[3];
    for (int i = 0; i < 3; i++) {
        mounts(hosts[i]);
        ids[i] = hosts[i]->clientid;
    }
    accesses(hosts[0]);
    story_plays(world);
    for (int i = 0; i < 3; i++)
        leases[i] = lease_find(server_of(hosts[0]), ids[i]);
    assert_proven(hosts[0]);
    g_assert_true(leases[0]->judgement.taker == leases[1]);
    g_assert_true(leases[1]->judgement.victim == leases[0]);
    g_assert_true(leases[1]->judgement.taker == leases[2]);
    g_assert_true(leases[2]->judgement.victim == leases[1]);
    g_assert_cmpuint(owner_of(hosts[0])->takeovers, ==, 3);
    g_assert_cmpuint(cases_count(owner_of(hosts[0]), EVIDENCE_RECURRENCE, 0), ==, 1);
}

static void test_skew_and_restart_is_not_accused(void)
{
    for (int64_t skew = -3; skew <= 3; skew++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *one = story_new_host(world, "db01", 11, 2);
        story_host *other = story_new_host(world, "db02", 12, 2);

        world->held = true;
        other->skew = skew * SECOND;
        mounts(one);
        mounts(other);
        restarts(world, &world->servers[0]);
        accesses(other);
        accesses(one);
        story_plays(world);
        assert_single(one);
        assert_single(other);
    }
}

/* A router's capture sees each message once more, with the address that NAT gave it. */
static void test_copies_by_nat(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    static const uint8_t outside[] = {192, 0, 2, 1};

    world->held = true;
    mounts(one);
    accesses(one);
    guint length = world->tape->len;
    for (guint i = 0; i < length; i++) {
        nfs4_message copy = g_array_index(world->tape, story_frame, i).message;
        set_address(&copy.client.addr, AT_IPv4, 4, outside);
        copy.connection += 1000;
        copy.when.nsecs += 1000;
        story_captures(world, &copy);
    }
    story_plays(world);
    assert_single(one);
    g_assert_cmpuint(instance_of(one)->session_count, ==, 1);
}

SUITE(test_story_capture)
{
    g_test_add_func("/capture/messages_seen_twice_change_nothing", test_messages_twice);
    g_test_add_func("/capture/appended_to_itself_changes_nothing", test_capture_appended_to_itself);
    g_test_add_func("/capture/duplicate_is_proven_from_mid_session", test_begins_in_mid_session);
    g_test_add_func("/capture/duplicate_is_proven_from_mid_session_at_ganesha",
                    test_begins_in_mid_session_at_ganesha);
    g_test_add_func("/capture/duplicate_is_proven_from_mid_session_with_opaque_ids",
                    test_begins_in_mid_session_with_opaque_ids);
    g_test_add_func("/capture/duplicate_is_proven_from_a_refusal_on", test_begins_with_refusal);
    g_test_add_func("/capture/lease_in_mid_life_takes_the_next_owner_of_its_connection",
                    test_mid_session_of_single);
    g_test_add_func("/capture/sequence_that_works_stands_for_a_lost_confirm",
                    test_create_session_reply_lost);
    g_test_add_func("/capture/lost_identification_does_not_hide_a_duplicate",
                    test_exchange_id_reply_lost);
    g_test_add_func("/capture/retransmitted_call_counts_from_its_first_sending",
                    test_retransmitted_calls);
    g_test_add_func("/capture/xid_used_again_is_another_call", test_reused_xid);
    g_test_add_func("/capture/server_order_proves_whatever_the_clocks_of_the_captures",
                    test_skewed_captures);
    g_test_add_func("/capture/killer_that_comes_to_light_late_is_the_killer",
                    test_late_capture_of_the_one_between);
    g_test_add_func("/capture/clocks_of_captures_accuse_nobody",
                    test_skew_and_restart_is_not_accused);
    g_test_add_func("/capture/copies_by_nat_are_one_client", test_copies_by_nat);
}
