/* test_story_twins.c - hosts that present one owner while both are alive
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "suite.h"

static const nfs4_lease *first_evidence(const story_host *host, nfs4_evidence_kind kind)
{
    g_assert_cmpuint(cases_count(owner_of(host), kind, 0), >, 0);
    return cases_first(owner_of(host), kind)->lease;
}

static void test_first_refusal_proves(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    assert_harmless(one);
    g_assert_cmpuint(tries(one), ==, NFS4ERR_BADSESSION);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 1);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 1);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
}

static void test_both_addresses_are_named(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    accesses(one);
    g_assert_true(instance_of(one) != instance_of(other));
    g_assert_true(has_address(instance_of(one), one));
    g_assert_true(has_address(instance_of(other), other));
    g_assert_cmpuint(marks_of(instance_of(one)->addresses), ==, 1);
    g_assert_cmpuint(marks_of(instance_of(other)->addresses), ==, 1);
    g_assert_cmpuint(marks_of(instance_of(one)->names), ==, 1);
    g_assert_cmpmem(instance_of(one)->names->name.data, instance_of(one)->names->name.len, "web01",
                    5);
}

static void test_every_takeover_counts(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    for (int i = 0; i < 5; i++) {
        seconds_pass(world, 1);
        accesses(one);
        seconds_pass(world, 1);
        accesses(other);
    }
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 11);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 10);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_RECURRENCE, 0), ==, 10);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 10);
    g_assert_cmpuint(world->model->chains.count, ==, 10);
}

static void test_taken_lease_names_killer_and_frames(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    const nfs4_lease *victim = lease_of(one);
    mounts(other);
    const nfs4_lease *killer = lease_of(other);
    tries(one);
    g_assert_true(first_evidence(one, EVIDENCE_TAKEOVER_REFUSED) == victim);
    g_assert_true(victim->judgement.taker == killer);
    g_assert_true(killer->judgement.victim == victim);
    g_assert_true(victim->judgement.change == &rule_takeover_refused);
    g_assert_cmpuint(victim->loss.status, ==, NFS4ERR_BADSESSION);
    g_assert_cmpuint(victim->refused.call, ==, world->frames - 1);
    g_assert_cmpuint(victim->refused.reply, ==, world->frames);
    g_assert_cmpuint(victim->last_ok.reply, <, killer->confirm.reply);
    g_assert_cmpuint(killer->confirm.reply, <, victim->refused.reply);
    g_assert_true(verdict_is_collision(victim));
}

/* Every host mounts before the first of them notices. */
static void check_crowd(uint32_t size)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *crowd[10];
    nfs4_lease *leases[10];

    for (uint32_t i = 0; i < size; i++)
        crowd[i] = story_new_host(world, "clone", (uint8_t)(11 + i), 2);
    for (uint32_t i = 0; i < size; i++) {
        mounts(crowd[i]);
        leases[i] = lease_of(crowd[i]);
    }
    for (uint32_t i = 0; i + 1 < size; i++) {
        tries(crowd[i]);
        g_assert_true(leases[i]->judgement.taker == leases[i + 1]);
        g_assert_true(leases[i]->judgement.change == &rule_takeover_refused);
    }
    assert_proven(crowd[0]);
    g_assert_cmpuint(owner_of(crowd[0])->instance_count, ==, size);
    g_assert_cmpuint(owner_of(crowd[0])->takeovers, ==, size - 1);
    g_assert_cmpuint(owner_of(crowd[0])->invalidations, ==, size - 1);
    g_assert_null(leases[size - 1]->judgement.taker);
}

static void test_three_twins(void)
{
    check_crowd(3);
}

static void test_ten_twins(void)
{
    check_crowd(10);
}

static void test_ten_twins_noticing_in_reverse(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *crowd[10];
    nfs4_lease *leases[10];

    for (uint32_t i = 0; i < 10; i++)
        crowd[i] = story_new_host(world, "clone", (uint8_t)(11 + i), 2);
    for (uint32_t i = 0; i < 10; i++) {
        mounts(crowd[i]);
        leases[i] = lease_of(crowd[i]);
    }
    for (uint32_t i = 9; i-- > 0;)
        accesses(crowd[i]);
    for (uint32_t i = 0; i < 9; i++) {
        g_assert_true(leases[i]->judgement.taker == leases[i + 1]);
        g_assert_true(leases[i]->judgement.change == &rule_takeover_refused);
    }
    g_assert_cmpuint(owner_of(crowd[0])->instance_count, ==, 10);
    g_assert_cmpuint(owner_of(crowd[0])->takeovers, ==, 18);
}

static void test_different_names(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *other = story_new_host(world, "web02", 12, 2);

    mounts(one);
    mounts(other);
    for (int i = 0; i < 3; i++) {
        accesses(one);
        accesses(other);
    }
    assert_single(one);
    assert_single(other);
    g_assert_true(owner_of(one) != owner_of(other));
    g_assert_cmpuint(world->model->chains.count, ==, 0);
}

static void test_behind_one_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = story_new_host(world, "pod", 11, 2);
    story_host *other = story_new_host(world, "pod", 11, 2);

    mounts(one);
    mounts(other);
    accesses(one);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
}

static void test_ganesha_twins(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    accesses(one);
    accesses(other);
    assert_proven(one);
    g_assert_cmpint(server_of(one)->layout, ==, LAYOUT_GANESHA);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 3);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 2);
}

static void test_opaque_twins(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    accesses(one);
    accesses(other);
    assert_proven(one);
    g_assert_cmpint(server_of(one)->layout, ==, LAYOUT_OPAQUE);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 3);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 2);
}

static void test_counter_wraps(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    world->servers[0].counter = 0xfffffffd;
    mounts(one);
    const nfs4_lease *victim = lease_of(one);
    mounts(other);
    const nfs4_lease *killer = lease_of(other);
    accesses(one);
    assert_proven(one);
    g_assert_true(victim->judgement.taker == killer);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 2);
}

static void test_success_after_confirm_refutes(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    goes_to(other, story_new_server(world, OPAQUE, "other"), 1); /* one address, two servers */
    world->servers[1].counter = 1000;
    mounts(one);
    mounts(other);
    tries(one);
    is_expired(one);
    tries(one);
    assert_harmless(one);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 0);
}

static void test_second_host_never_confirms(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    sends_exchange_id(other, other->verifier);
    accesses(one);
    assert_verdict(one, VERDICT_PROBABLE); /* a host that restarts sends nothing any more */
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 0);
    assert_harmless(one);
}

/* Both are given a clientid, and the second of them confirms first. */
static void test_confirms_in_another_order(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    story_host *third = web01(world, 13, 2);

    mounts(third);
    sends_exchange_id(one, one->verifier);
    story_record *record = server_record(one->server, one->clientid);
    nfs4_bytes owner = record->owner;
    record->owner = (nfs4_bytes){(const uint8_t *)"aside", 5}; /* the server keeps both */
    sends_exchange_id(other, other->verifier);
    sends_create_session(other);
    const nfs4_lease *victim = lease_of(other);
    server_record(one->server, one->clientid)->owner = owner;
    sends_create_session(one);
    const nfs4_lease *killer = lease_of(one);
    seconds_pass(world, 1);
    accesses(other);
    g_assert_true(victim->judgement.taker == killer);
    g_assert_true(victim->judgement.change == &rule_takeover_refused);
    g_assert_cmpint(lease_compare(killer, victim, NULL), <, 0);
    assert_proven(other);
}

SUITE(test_story_twins)
{
    g_test_add_func("/twins/first_refusal_proves_them", test_first_refusal_proves);
    g_test_add_func("/twins/both_addresses_are_named", test_both_addresses_are_named);
    g_test_add_func("/twins/every_takeover_and_every_refused_lease_counts",
                    test_every_takeover_counts);
    g_test_add_func("/twins/taken_lease_names_its_killer_and_the_frames",
                    test_taken_lease_names_killer_and_frames);
    g_test_add_func("/twins/three_are_proven_and_each_falls_to_the_next", test_three_twins);
    g_test_add_func("/twins/ten_are_proven_and_each_falls_to_the_next", test_ten_twins);
    g_test_add_func("/twins/first_confirm_kills_however_late_the_victim_notices",
                    test_ten_twins_noticing_in_reverse);
    g_test_add_func("/twins/hosts_of_different_names_are_single", test_different_names);
    g_test_add_func("/twins/behind_one_address_are_proven", test_behind_one_address);
    g_test_add_func("/twins/at_ganesha_are_proven", test_ganesha_twins);
    g_test_add_func("/twins/at_a_server_with_opaque_ids_are_proven", test_opaque_twins);
    g_test_add_func("/twins/are_proven_where_the_counter_wraps", test_counter_wraps);
    g_test_add_func("/twins/success_after_the_confirm_refutes_the_kill",
                    test_success_after_confirm_refutes);
    g_test_add_func("/twins/host_that_never_confirms_takes_nothing",
                    test_second_host_never_confirms);
    g_test_add_func("/twins/who_confirms_last_took_it_whoever_came_first",
                    test_confirms_in_another_order);
}
