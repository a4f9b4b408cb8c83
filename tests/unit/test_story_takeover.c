/* test_story_takeover.c - the rules takeover-refused and same-program, condition by condition
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "suite.h"

static uint32_t cases_of(const story_host *host)
{
    return cases_count(owner_of(host), EVIDENCE_TAKEOVER_REFUSED, 0);
}

/* ---- by frame alone: opaque ids ---------------------------------------------- */

/* The refused call was under way when the second identified itself. */
static void test_call_before_the_identification(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    nfs4_message call = begins_sequence(one);
    puts_op(&call, OP_ACCESS);
    story_sends(one, &call);
    identifies(other);
    answers(one, &call, OP_SEQUENCE, NFS4ERR_BADSESSION);
    g_assert_cmpuint(cases_of(one), ==, 0);
    assert_verdict(one, VERDICT_UNDECIDED);
}

/* The server dropped the lease before the second confirmed. */
static void test_refusal_before_the_confirm(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    is_expired(one);
    sends_exchange_id(other, other->verifier);
    tries(one);
    sends_create_session(other);
    g_assert_cmpuint(cases_of(one), ==, 0);
    assert_harmless(one);
}

/* ---- leases that were gone before -------------------------------------------- */

/* 4.0 asks for no lease time: the second came when the first had been refused. */
static void test_newcomer_to_a_lost_lease(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);
    mounts(one);
    tries(one);
    seconds_pass(world, 100);
    is_expired(one);
    tries(one);
    mounts(other);
    identifies(one);
    g_assert_cmpuint(cases_of(one), ==, 0);
    assert_harmless(one);
}

/* The second booted when the first had gone silent, and confirmed when its lease had run out. */
static void test_machine_set_back(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0);
    mounts(one);
    tries(one);
    seconds_pass(world, 100);
    story_host *next = web01(world, 11, 0);
    mounts(next);
    tries(one);
    identifies(one);
    g_assert_cmpuint(cases_of(one), ==, 0);
    assert_harmless(one);
}

/* Two that take turns; then one of them sleeps for longer than its lease. */
static void test_sleeper(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    mounts(other);
    accesses(one);
    g_assert_cmpuint(cases_of(one), ==, 1);
    seconds_pass(world, 1);
    accesses(other);
    g_assert_cmpuint(cases_of(one), ==, 2);
    accesses(one);
    g_assert_cmpuint(cases_of(one), ==, 3);
    accesses(other);
    g_assert_cmpuint(cases_of(one), ==, 4);
    seconds_pass(world, 100);
    accesses(one);
    g_assert_cmpuint(cases_of(one), ==, 4);
}

/* ---- one connection ------------------------------------------------------------ */

/* Two hosts behind address translation use one port, one after the other. */
static void take_one_port(story_host *one, story_host *other, const char *owner)
{
    if (owner != NULL) {
        takes_owner(one, owner);
        takes_owner(other, owner);
    }
    mounts(one);
    tries(one);
    other->connection = one->connection;
    other->port = one->port;
    mounts(other);
    tries(other);
}

static void test_port_used_again(void)
{
    static const struct {
        const char *owner;
        uint32_t minor;
        bool is_kernel;
    } clients[] = {{NULL, 2, true},
                   {"Linux NFSv4.0 192.168.0.2/10.0.0.1 tcp", 0, true},
                   {"a program that plays two clients", 1, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(clients); i++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *one = web01(world, 11, clients[i].minor),
                   *other = web01(world, 11, clients[i].minor);
        take_one_port(one, other, clients[i].owner);
        g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_SAME_PROGRAM, 0), ==, 1);
        tries(one);
        g_assert_cmpuint(cases_of(one), ==, clients[i].is_kernel);
        g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_SAME_PROGRAM, 0), ==,
                         !clients[i].is_kernel);
    }
}

SUITE(test_story_takeover)
{
    g_test_add_func("/takeover_refused/call_before_the_identification_proves_nothing",
                    test_call_before_the_identification);
    g_test_add_func("/takeover_refused/refusal_before_the_confirm_proves_nothing",
                    test_refusal_before_the_confirm);
    g_test_add_func("/takeover_refused/newcomer_to_a_lost_lease_took_nothing",
                    test_newcomer_to_a_lost_lease);
    g_test_add_func("/takeover_refused/machine_that_was_set_back_asks_in_vain",
                    test_machine_set_back);
    g_test_add_func("/takeover_refused/sleeper_had_lost_its_lease", test_sleeper);
    g_test_add_func("/same_program/port_that_two_kernels_use_is_none", test_port_used_again);
}
