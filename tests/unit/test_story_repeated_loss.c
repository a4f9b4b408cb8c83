/* test_story_repeated_loss.c - the rule repeated-loss, at servers whose ids tell nothing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "model/judge/causes.h"
#include "suite.h"

static uint32_t cases_of(const story_host *host)
{
    return cases_count(owner_of(host), EVIDENCE_REPEATED_LOSS, 0);
}

/* Somebody whom the capture does not show takes the lease, or the server drops it. */
static void loses_lease(story_host *host)
{
    is_expired(host);
    accesses(host);
}

static story_host *mounted_as(story *world, const char *name, uint8_t number)
{
    story_host *host = story_new_host(world, name, number, 2);
    mounts(host);
    return host;
}

static void test_three_in_a_row(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = mounted_as(world, "web01", 11);
    loses_lease(host);
    loses_lease(host);
    assert_single(host);
    loses_lease(host);
    assert_verdict(host, VERDICT_SUSPECTED);
    assert_harmless(host);
    g_assert_cmpuint(cases_of(host), ==, 1);
    loses_lease(host);
    g_assert_cmpuint(cases_of(host), ==, 2);
    nfs4_verdict grade;
    const nfs4_chain *last = world->model->chains.last;
    g_assert_cmpint(cause_of_chain(last, &grade), ==, CAUSE_DUPLICATE_OWNER);
    g_assert_cmpint(grade, ==, VERDICT_SUSPECTED);
}

/* It works for longer than a lease time before each loss, as no second host that lives would let
 * it. Six in a row are too many for an administrator. */
static void test_late_losses(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = mounted_as(world, "web01", 11);
    for (int losses = 1; losses <= 6; losses++) {
        for (int i = 0; i < 4; i++) {
            seconds_pass(world, 40);
            accesses(host);
        }
        loses_lease(host);
        g_assert_cmpuint(cases_of(host), ==, losses == 6);
    }
    assert_verdict(host, VERDICT_SUSPECTED);
}

/* Only the losses that came last count as soon. */
static void test_late_loss_among_them(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = mounted_as(world, "web01", 11);
    loses_lease(host);
    for (int i = 0; i < 4; i++) {
        seconds_pass(world, 40);
        accesses(host);
    }
    loses_lease(host);
    loses_lease(host);
    loses_lease(host);
    assert_single(host);
    loses_lease(host);
    assert_verdict(host, VERDICT_SUSPECTED);
}

/* It slept before the third loss: the row begins anew. */
static void test_expiry_in_between(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = mounted_as(world, "web01", 11);
    loses_lease(host);
    loses_lease(host);
    seconds_pass(world, 100);
    loses_lease(host);
    loses_lease(host);
    loses_lease(host);
    assert_single(host);
}

static void test_numbered_ids(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted_as(world, "web01", 11);
    for (int i = 0; i < 4; i++)
        loses_lease(host);
    assert_single(host);
}

/* A new connection may lead to another server. */
static void test_new_connections(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = mounted_as(world, "web01", 11);
    for (int i = 0; i < 4; i++) {
        connects(host);
        loses_lease(host);
    }
    assert_single(host);
}

static void test_other_names(void)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = mounted_as(world, "web01", 11);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        world->servers[0].name = names[i];
        loses_lease(host);
    }
    assert_single(host);
}

/* FreeBSD is given another clientid whenever it identifies itself, so that only the server's
 * word tells that the old one is gone. */
static void test_freebsd(void)
{
    for (int told = 0; told < 2; told++) {
        g_autoptr(story) world = story_new(OPAQUE);
        story_host *host = story_new_host(world, "bsd", 11, 1);
        takes_owner(host, "8 bytes 01234567-89ab-cdef-0123-456789abcdef");
        host->verifier = (uint64_t)(STORY_BEGINS - 1000) << 32 | 1;
        mounts(host);
        for (int i = 0; i < 3; i++) {
            is_expired(host);
            tries(host);
            if (told)
                sends_create_session(host);
            host->verifier++;
            identifies(host);
            tries(host);
        }
        g_assert_cmpuint(cases_of(host), ==, told);
    }
}

/* Any other client that goes on at once: a new clientid is word enough. */
static void test_not_told(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = mounted_as(world, "web01", 11);
    for (int i = 0; i < 3; i++) {
        is_expired(host);
        tries(host);
        identifies(host);
        tries(host);
    }
    g_assert_cmpuint(cases_of(host), ==, 1);
}

/* Between success and refusal the capture's clock goes back, as a neighbour's message shows. */
static void test_clock_set_back(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = mounted_as(world, "web01", 11), *neighbour = mounted_as(world, "db01", 12);
    for (int i = 0; i < 3; i++) {
        accesses(host);
        seconds_pass(world, 20);
        accesses(neighbour);
        seconds_pass(world, -10);
        loses_lease(host);
    }
    g_assert_cmpuint(cases_of(host), ==, 0);
}

static nfs4_cause cause_of_last(const story *world, nfs4_verdict *grade)
{
    return cause_of_chain(world->model->chains.last, grade);
}

/* The server at the address changes, and all its clients are refused on new connections. */
static void test_server_event(void)
{
    for (int seconds = 10; seconds <= 40; seconds += 30) {
        g_autoptr(story) world = story_new(OPAQUE);
        story_host *hosts[] = {mounted_as(world, "web01", 11), mounted_as(world, "db01", 12)};
        nfs4_verdict grade;
        for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
            connects(hosts[i]);
            loses_lease(hosts[i]);
            seconds_pass(world, seconds);
        }
        bool at_once = seconds < 30;
        nfs4_cause cause = cause_of_last(world, &grade);
        g_assert_cmpint(cause, ==, at_once ? CAUSE_FAILOVER : CAUSE_UNKNOWN);
        g_assert_cmpint(grade, ==, at_once ? VERDICT_PROBABLE : VERDICT_UNDECIDED);
    }
}

static void test_one_client_is_no_event(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = mounted_as(world, "web01", 11);
    nfs4_verdict grade;
    for (int i = 0; i < 2; i++) {
        connects(host);
        loses_lease(host);
    }
    g_assert_cmpint(cause_of_last(world, &grade), ==, CAUSE_UNKNOWN);
}

static void test_old_connections_are_no_event(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = mounted_as(world, "web01", 11), *other = mounted_as(world, "db01", 12);
    nfs4_verdict grade;
    loses_lease(one);
    loses_lease(other);
    g_assert_cmpint(cause_of_last(world, &grade), ==, CAUSE_UNKNOWN);
}

SUITE(test_story_repeated_loss)
{
    g_test_add_func("/repeated_loss/six_late_losses", test_late_losses);
    g_test_add_func("/repeated_loss/late_loss_among_them", test_late_loss_among_them);
    g_test_add_func("/repeated_loss/three_in_a_row_are_suspected", test_three_in_a_row);
    g_test_add_func("/repeated_loss/expiry_in_between_begins_a_new_row", test_expiry_in_between);
    g_test_add_func("/repeated_loss/numbered_ids_have_the_counters", test_numbered_ids);
    g_test_add_func("/repeated_loss/new_connections_may_lead_to_another_server",
                    test_new_connections);
    g_test_add_func("/repeated_loss/other_names_are_other_servers", test_other_names);
    g_test_add_func("/repeated_loss/freebsd_has_to_be_told_that_it_is_gone", test_freebsd);
    g_test_add_func("/repeated_loss/another_client_need_not_be_told", test_not_told);
    g_test_add_func("/repeated_loss/clock_that_was_set_back_tells_no_freshness",
                    test_clock_set_back);
    g_test_add_func("/repeated_loss/several_clients_on_new_connections_are_a_server_event",
                    test_server_event);
    g_test_add_func("/repeated_loss/one_client_is_no_server_event", test_one_client_is_no_event);
    g_test_add_func("/repeated_loss/old_connections_are_no_server_event",
                    test_old_connections_are_no_event);
}
