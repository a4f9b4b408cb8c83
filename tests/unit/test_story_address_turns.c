/* test_story_address_turns.c - the rule address-turns: FreeBSD clones that booted in one second
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "model/judge/causes.h"
#include "suite.h"

#define FREEBSD "8 bytes 01234567-89ab-cdef-0123-456789abcdef"

/* The lower half counts identifications, whoever sends them. */
static void identifies_anew(story_host *host, uint32_t count)
{
    host->verifier = (uint64_t)(STORY_BEGINS - 1000) << 32 | count;
    identifies(host);
}

static story_host *clone_of(story *world, uint8_t number, const char *owner)
{
    story_host *host = story_new_host(world, "bsd", number, 1);
    takes_owner(host, owner);
    return host;
}

static uint32_t cases_of(const story_host *host)
{
    return cases_count(owner_of(host), EVIDENCE_ADDRESS_TURNS, 0);
}

static void test_turns(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = clone_of(world, 11, FREEBSD), *other = clone_of(world, 12, FREEBSD);
    identifies_anew(one, 1);
    tries(one);
    identifies_anew(other, 2);
    tries(other);
    tries(one);
    g_assert_cmpuint(cases_of(one), ==, 1);
    assert_verdict(one, VERDICT_PROBABLE);
    assert_harmless(one);
    identifies_anew(one, 3);
    tries(one);
    tries(other);
    g_assert_cmpuint(cases_of(one), ==, 2);
    assert_verdict(one, VERDICT_PROVEN);
    g_assert_cmpstr(verdict_kind_name(owner_of(one)), ==, "duplicate-owner");
    nfs4_verdict grade;
    const nfs4_chain *chain = world->model->chains.first;
    g_assert_cmpint(cause_of_chain(chain, &grade), ==, CAUSE_DUPLICATE_OWNER);
    g_assert_cmpint(grade, ==, VERDICT_PROBABLE);
}

/* Refused at the new address, with what it had confirmed at the old one. */
static void test_address_changed(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = clone_of(world, 11, FREEBSD);
    identifies_anew(host, 1);
    tries(host);
    host->address[3] = 12;
    connects(host);
    identifies_anew(host, 2);
    tries(host);
    g_assert_cmpuint(cases_of(host), ==, 0);
    g_assert_false(verdict_accuses(owner_of(host)->verdict));
}

static void test_one_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = clone_of(world, 11, FREEBSD), *again = clone_of(world, 11, FREEBSD);
    identifies_anew(one, 1);
    tries(one);
    identifies_anew(again, 2);
    tries(again);
    tries(one);
    g_assert_cmpuint(cases_of(one), ==, 0);
}

/* Both are given one clientid, and a session each. */
static void test_one_clientid(void)
{
    static const char *const owners[] = {FREEBSD, "any other client"};
    for (size_t i = 0; i < G_N_ELEMENTS(owners); i++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *one = clone_of(world, 11, owners[i]), *other = clone_of(world, 12, owners[i]);
        identifies_anew(one, 1);
        tries(one);
        identifies_anew(other, 1);
        tries(other);
        g_assert_cmpuint(cases_of(one), ==, 0);
        tries(one);
        g_assert_cmpuint(cases_of(one), ==, i == 0);
    }
}

/* As long as they go on after each other; twice from one address is one turn. */
static void test_turns_are_counted(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = clone_of(world, 11, FREEBSD), *other = clone_of(world, 12, FREEBSD);
    other->xid = 1000; /* else its messages look like copies of the first one's */
    identifies_anew(one, 1);
    tries(one);
    identifies_anew(other, 1);
    tries(other);
    g_assert_cmpuint(lease_of(one)->seldom->turns, ==, 0);
    for (uint32_t turn = 1; turn < 6; turn += 2) {
        seconds_pass(world, 5);
        tries(one);
        tries(one);
        g_assert_cmpuint(lease_of(one)->seldom->turns, ==, turn);
        seconds_pass(world, 5);
        tries(other);
        g_assert_cmpuint(lease_of(one)->seldom->turns, ==, turn + 1);
        g_assert_cmpint(lease_of(one)->seldom->turned_last.secs, ==, world->now / SECOND);
    }
    g_assert_true(
        addresses_equal(lease_of(one)->seldom->turned_from, lease_of(one)->seldom->turned_last_to));
    g_assert_false(
        addresses_equal(lease_of(one)->seldom->turned_from, lease_of(one)->seldom->turned_to));
}

SUITE(test_story_address_turns)
{
    g_test_add_func("/address_turns/refused_where_it_confirmed_before", test_turns);
    g_test_add_func("/address_turns/host_whose_address_changed", test_address_changed);
    g_test_add_func("/address_turns/two_connections_of_one_address_tell_nothing", test_one_address);
    g_test_add_func("/address_turns/two_sessions_of_one_clientid", test_one_clientid);
    g_test_add_func("/address_turns/turns_are_counted", test_turns_are_counted);
}
