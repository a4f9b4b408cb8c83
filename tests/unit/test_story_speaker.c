/* test_story_speaker.c - clientids that are given out again, and a capture that misses it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "suite.h"

/* It restarts with the start time that it had, and counts from there. */
static void begins_again(story *world, uint32_t counter)
{
    story_server *server = &world->servers[0];
    uint32_t epoch = server->epoch;
    restarts(world, server);
    server->epoch = epoch;
    server->counter = counter;
}

static bool has_only(const story_host *host)
{
    const nfs4_instance *instance = instance_of(host);
    return has_address(instance, host) && instance->addresses->next == NULL;
}

static void identifies_unseen(story_host *host)
{
    host->calls_unseen = host->replies_unseen = true;
    sends_exchange_id(host, host->verifier);
    host->calls_unseen = host->replies_unseen = false;
}

/* web01's clientid is given to db01, whose EXCHANGE_ID was not captured. The next restart finds
 * db01 asking with it: it is no clone of web01. */
static void check_confirm(bool named)
{
    g_autoptr(story) world = story_new(GANESHA);
    uint32_t first = world->servers[0].counter;
    story_host *one = web01(world, 11, 2);
    story_host *other = story_new_host(world, "db01", 12, 2);
    mounts(one);
    uint64_t given = one->clientid;
    if (!named)
        other->name = (nfs4_bytes){0};
    other->replies_unseen = !named; /* then its call tells */
    begins_again(world, (uint32_t)given);
    connects(other);
    if (named)
        identifies_unseen(other);
    else
        sends_exchange_id(other, other->verifier);
    other->replies_unseen = false;
    g_assert_cmpuint(other->clientid, ==, given);
    sends_create_session(other);
    tries(other);
    connects(one);
    accesses(one);
    begins_again(world, first);
    connects(other);
    recovers(other);
    assert_single(one);
    g_assert_true(has_only(one));
    assert_single(other);
    g_assert_true(has_only(other));
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 1);
}

static void test_confirm_by_another_name(void)
{
    check_confirm(true);
}

static void test_confirm_after_an_unanswered_call(void)
{
    check_confirm(false);
}

/* A clientid that db01 had before the capture began is web01's in the capture. */
static void check_refusal(bool on_session)
{
    g_autoptr(story) world = story_new(KNFSD);
    uint32_t first = world->servers[0].counter;
    story_host *other = story_new_host(world, "db01", 12, 2);
    story_host *one = web01(world, 11, 2);
    world->blind = true;
    identifies(other);
    begins_again(world, first);
    world->blind = false;
    identifies(one);
    uint64_t clientid = one->clientid;
    identifies(one);
    one->address[3] = 13; /* from where its next one is confirmed */
    connects(one);
    is_expired(one);
    identifies(one);
    g_assert_cmpuint(other->clientid, ==, clientid);
    connects(other);
    if (on_session)
        tries(other);
    else
        sends_create_session(other);
    assert_single(one);
    g_assert_false(has_address(instance_of(one), other));
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 0);
}

static void test_refused_create_session(void)
{
    check_refusal(false);
}

static void test_refused_session(void)
{
    check_refusal(true);
}

/* The client gave the clientid back; whoever confirms it was given it since. */
static void test_confirm_after_the_end(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *one = mounted(world, 2);
    const nfs4_lease *first = lease_of(one);
    uint32_t given = (uint32_t)one->clientid;
    unmounts(one);
    begins_again(world, given);
    connects(one);
    identifies_unseen(one);
    sends_create_session(one);
    tries(one);
    g_assert_true(lease_of(one) != first);
    g_assert_cmpuint(lease_of(one)->use.ended_in, ==, 0);
}

/* Who speaks without a name, from an address that was never seen with the clientid, is somebody
 * else only at a server that gives ids out again. */
static void check_nameless(bool again)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    one->name = (nfs4_bytes){0};
    mounts(one);

    nfs4_lease *lease = lease_of(one);
    lease->server->generation = again;
    one->address[3] = 13;
    connects(one);
    loses_session(one);
    sends_create_session(one);
    g_assert_cmpint(has_address(lease->instance, one), ==, !again);
}

static void test_nameless(void)
{
    check_nameless(false);
    check_nameless(true);
}

/* One address, and the counter goes back: the restart between two reboots was not captured. */
static void test_counter_back_at_one_address(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    uint32_t first = world->servers[0].counter;
    story_host *one = web01(world, 11, 2);
    story_host *filler = story_new_host(world, "db01", 12, 2);
    mounts(filler);
    mounts(one);
    begins_again(world, first);
    crashes_and_boots(one);
    identifies(one);
    begins_again(world, first + 9);
    connects(one);
    recovers(one);
    model_settle(world->model);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_RECURRENCE, 0), ==, 0);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 0);
}

/* A server that is set back knows an older clientid of the client again, and counts on from
 * there: what it gives out next is of another life. */
static void test_server_set_back(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_server *server = &world->servers[0];
    story_host *one = mounted(world, 2);
    story_record record = *server_record(server, one->clientid);
    server->counter += 4;
    is_expired(one);
    accesses(one);
    uint32_t generation = server_of(one)->generation;
    g_array_set_size(server->sessions, 0);
    server_drop(server, one->clientid);
    g_array_append_val(server->records, record);
    connects(one);
    accesses(one);
    g_assert_cmpuint(one->clientid, ==, record.clientid);
    g_assert_cmpuint(server_of(one)->generation, ==, generation + 1);
    assert_single(one);
}

SUITE(test_story_speaker)
{
    g_test_add_func("/speaker/confirm_by_another_name", test_confirm_by_another_name);
    g_test_add_func("/speaker/confirm_after_an_unanswered_call",
                    test_confirm_after_an_unanswered_call);
    g_test_add_func("/speaker/refused_create_session_of_another_client",
                    test_refused_create_session);
    g_test_add_func("/speaker/refused_session_of_another_client", test_refused_session);
    g_test_add_func("/speaker/confirm_after_the_clientid_was_given_back",
                    test_confirm_after_the_end);
    g_test_add_func("/speaker/nameless_client_at_another_address", test_nameless);
    g_test_add_func("/speaker/counter_that_goes_back_at_one_address",
                    test_counter_back_at_one_address);
    g_test_add_func("/speaker/server_that_is_set_back", test_server_set_back);
}
