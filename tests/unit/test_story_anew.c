/* test_story_anew.c - servers that count anew, and innocents whom that must not accuse
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A start time that is fixed, the same after a restart or set back with its machine: the server
 * gives clientids and sessionids out again, and the capture misses where it begins to.
 */
#include "story_verbs.h"
#include "suite.h"

#define IN_THE_FUTURE 0x6b0954a0u /* a start time that is none */

static void assert_innocent(const story_host *host)
{
    model_settle(host->world->model);
    g_assert_false(verdict_accuses(owner_of(host)->verdict));
}

/* It restarts with the start time that it had, and counts from there. */
static void begins_again(story *world, uint32_t counter)
{
    story_server *server = &world->servers[0];
    uint32_t epoch = server->epoch;
    restarts(world, server);
    server->epoch = epoch;
    server->counter = counter;
}

static void is_unseen(story_host *host, bool unseen)
{
    host->calls_unseen = host->replies_unseen = unseen;
}

static void identifies_unseen(story_host *host)
{
    is_unseen(host, true);
    sends_exchange_id(host, host->verifier);
    is_unseen(host, false);
}

/* In a new life, at an address of its own. */
static void boots_at(story_host *host, uint8_t number)
{
    seconds_pass(host->world, 60);
    host->address[3] = number;
    boots(host);
}

static void moves_to(story_host *host, uint8_t number)
{
    host->address[3] = number;
    connects(host);
}

/* ---- whose clientid, whose session -------------------------------------------------- */

/* Both had the clientid before the capture began. db01 works with it, web01 is refused. */
static void test_clientid_in_mid_life_has_a_name(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    uint32_t first = world->servers[0].counter;
    story_host *one = web01(world, 11, 2);
    story_host *other = story_new_host(world, "db01", 12, 2);
    world->blind = true;
    identifies(one);
    begins_again(world, first);
    identifies(other);
    world->blind = false;
    g_assert_cmpuint(one->clientid, ==, other->clientid);
    tries(other);
    tries(one);
    identifies(one);
    begins_again(world, first + 100);
    connects(other);
    recovers(other);
    assert_single(one);
    assert_single(other);
    g_assert_true(has_address(instance_of(other), other));
}

/* The sessionid of web01, which moved, was given to db01, and db01 lost it. */
static void test_session_that_moved_has_a_name(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_server *server = &world->servers[0];
    uint32_t first = server->counter, sessions = server->sessions_made;
    story_host *one = web01(world, 11, 2);
    story_host *other = story_new_host(world, "db01", 12, 2);
    identifies(one);
    begins_again(world, first);
    server->sessions_made = sessions;
    identifies(other);
    g_assert_cmpmem(one->sessionid, NFS4_SESSIONID_SIZE, other->sessionid, NFS4_SESSIONID_SIZE);
    is_expired(other);
    accesses(other);
    moves_to(one, 13);
    recovers(one);
    if (tries(one) == NFS4_OK)
        assert_single(other);
    assert_single(one);
}

/* ---- no clone ----------------------------------------------------------------------- */

/* The server is set back to a time when web01's first clientid was its own. */
static void test_clientid_that_came_back_is_no_clones(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    uint32_t first = world->servers[0].counter;
    story_host *one = web01(world, 11, 2);
    identifies(one);
    is_expired(one);
    accesses(one);
    begins_again(world, first);
    identifies_unseen(one);
    sends_create_session(one);
    tries(one);
    moves_to(one, 13);
    begins_again(world, first + 100);
    recovers(one);
    assert_single(one);
}

/* From where it asks with its old clientid it was refused with its newer one. */
static void test_address_that_knew_the_newer_one_is_no_clones(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = web01(world, 11, 2);
    identifies(one);
    uint64_t clientid = one->clientid;
    moves_to(one, 13);
    is_expired(one);
    accesses(one);
    moves_to(one, 11);
    is_expired(one);
    tries(one);
    connects(one);
    one->clientid = clientid;
    g_assert_cmpuint(sends_create_session(one), ==, NFS4ERR_STALE_CLIENTID);
    assert_single(one);
}

/* ---- no return ---------------------------------------------------------------------- */

/* What the server counted anew is confirmed, and was asked for unseen. */
static void test_counter_that_went_back_unseen(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    uint32_t first = world->servers[0].counter;
    story_host *one = web01(world, 11, 2);
    world->servers[0].counter += 10;
    mounts(one);
    boots_at(one, 13);
    mounts(one);
    connects(one);
    begins_again(world, first);
    tries(one);
    sends_create_session(one);
    identifies_unseen(one);
    sends_create_session(one);
    tries(one);
    begins_again(world, first + 100);
    accesses(one);
    assert_innocent(one);
}

/* The first clientid is known by its CREATE_SESSION, or in 4.0 by an OPEN, only, and nothing
 * tells yet how the server builds them. */
static void check_layout_unknown(uint32_t minor)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_server *server = &world->servers[0];
    uint32_t first = server->counter;
    server->epoch = IN_THE_FUTURE;
    story_host *one = web01(world, 11, minor);
    world->blind = true;
    server->counter += 10;
    identifies(one);
    world->blind = false;
    tries(one);
    begins_again(world, first);
    connects(one);
    accesses(one);
    boots_at(one, 13);
    mounts(one);
    tries(one);
    assert_innocent(one);
}

static void test_counter_that_went_back_in_an_unknown_layout(void)
{
    check_layout_unknown(2);
    check_layout_unknown(0);
}

/* web01 reboots, and is another instance at another address when the server counts anew. Its
 * clientid lies between those of its earlier life. */
static void check_reboot_between(bool noticed)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *one = web01(world, 11, 2);
    story_host *db = story_new_host(world, "db01", 14, 2);
    if (noticed) {
        world->servers[0].counter = 50;
        identifies(db);
        begins_again(world, 40);
        connects(db);
        accesses(db);
        begins_again(world, 1);
    }
    identifies(one);
    is_expired(one);
    world->servers[0].counter = 20;
    accesses(one);
    boots_at(one, 13);
    begins_again(world, 10);
    identifies(one);
    tries(one);
    assert_innocent(one);
}

static void test_reboot_between_is_no_return(void)
{
    check_reboot_between(false);
}

static void test_reboot_between_is_no_takeover(void)
{
    check_reboot_between(true);
}

/* The other way round: the clientid from before lies between the two of the later life. */
static void test_earlier_life_is_no_taker(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_server *server = &world->servers[0];
    story_host *one = web01(world, 11, 2);
    server->counter = 10;
    identifies(one);
    is_expired(one);
    server->counter = 20;
    accesses(one);
    boots_at(one, 13);
    begins_again(world, 1);
    identifies(one);
    is_expired(one);
    server->counter = 20;
    accesses(one);
    assert_innocent(one);
}

/* The clientid that web01 asked for in its earlier life, and did not confirm, goes to its later
 * life unseen. */
static void test_clientid_that_was_replaced_is_over(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *one = mounted(world, 2);
    const nfs4_instance *earlier = instance_of(one);
    boots_at(one, 11);
    mounts(one);
    begins_again(world, 1);
    connects(one);
    identifies_unseen(one);
    sends_create_session(one);
    tries(one);
    g_assert_true(lease_of(one)->instance != earlier);
    assert_innocent(one);
}

/* After its reboot, web01 is given two clientids, of which the capture shows the first and not the
 * answer with the second. Then the server counts anew, and web01 is given, unseen, the clientid
 * that it had before the reboot: whoever was refused on a connection goes on there. */
static void test_clientid_from_before_the_reboot(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    uint32_t latest = world->servers[0].counter - 1;
    boots_at(one, 11);
    sends_exchange_id(one, one->verifier);
    one->replies_unseen = true;
    sends_exchange_id(one, one->verifier);
    one->replies_unseen = false;
    sends_create_session(one);
    tries(one);
    begins_again(world, latest);
    connects(one);
    tries(one);
    identifies_unseen(one);
    sends_create_session(one);
    tries(one);
    assert_innocent(one);
}

/* web01 has clientid 2, and 1 and 3 in the next life of the server. After its reboot it is given 2
 * in the life after that, which the capture shows by no more than the session. */
static void test_clientid_behind_the_newest(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *one = web01(world, 11, 2);
    world->servers[0].counter = 2;
    identifies(one);
    tries(one);
    begins_again(world, 1);
    connects(one);
    accesses(one);
    world->servers[0].counter = 3;
    is_expired(one);
    accesses(one);
    boots_at(one, 11);
    begins_again(world, 2);
    one->replies_unseen = true;
    sends_exchange_id(one, one->verifier);
    one->replies_unseen = false;
    is_unseen(one, true);
    sends_create_session(one);
    is_unseen(one, false);
    tries(one);
    assert_innocent(one);
}

/* Its clock was a day behind when it rebooted at its address; it is so, too, at another one. */
static void test_clock_that_was_wrong_before(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    for (uint8_t number = 11; number <= 12; number++) {
        boots_at(one, number);
        one->verifier -= 86400 * (uint64_t)SECOND;
        mounts(one);
        tries(one);
    }
    assert_innocent(one);
}

/* It was right when it rebooted, so that the second host's tells something. */
static void test_clock_that_was_right_before(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    mounts(one);
    boots_at(one, 11);
    mounts(one);
    other->verifier -= 86400 * (uint64_t)SECOND;
    mounts(other);
    model_settle(world->model);
    assert_verdict(one, VERDICT_PROBABLE);
}

/* ---- another instance is never passed over -------------------------------------------- */

/* Another host of the name shows up with a lease from before the capture, in another life of the
 * server: it may be web01 before it restarted, and it may not. */
static void test_instance_of_another_life(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *other = web01(world, 12, 2), *one = web01(world, 11, 2);
    story_host *db = story_new_host(world, "db01", 13, 2);
    world->servers[0].counter = 8;
    world->blind = true;
    identifies(other);
    world->blind = false;
    begins_again(world, 1);
    mounts(one);
    mounts(db);
    tries(one);
    begins_again(world, 2);
    connects(db);
    accesses(db);
    connects(other);
    accesses(other);
    model_settle(world->model);
    g_assert_cmpint(owner_of(one)->verdict, !=, VERDICT_SINGLE);
    assert_innocent(one);
}

/* ---- one restart is one new life ------------------------------------------------------- */

static uint32_t losses_to(const story *world, nfs4_cause cause)
{
    uint32_t count = 0;
    nfs4_verdict grade;
    for (const nfs4_chain *chain = world->model->chains.first; chain != NULL; chain = chain->next)
        count += cause_of_chain(chain, &grade) == cause;
    return count;
}

/* They go on with the lease after each other. */
static void take_turns(story_host *one, story_host *other, uint32_t turns)
{
    for (uint32_t i = 0; i < turns; i++) {
        accesses(i % 2 == 0 ? one : other);
        seconds_pass(one->world, 5);
    }
}

/* Twins evict each other eight times before the restart, and seven times after it. The host that
 * has the lease then loses it to the restart. db01 is given a clientid, too, which one of them had
 * before, and the capture shows no more than its confirm. */
static void check_restart_among_twins(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    uint32_t first = world->servers[0].counter;
    story_host *db = story_new_host(world, "db01", 13, 2);
    story_host *one = web01(world, 11, minor), *other = web01(world, 12, minor);
    mounts(one);
    mounts(other);
    take_turns(one, other, 7);
    begins_again(world, first);
    connects(one);
    connects(other);
    accesses(one);
    identifies_unseen(db);
    sends_create_session(db);
    take_turns(other, one, 7);
    g_assert_cmpuint(losses_to(world, CAUSE_SERVER_RESTART), ==, 1);
    g_assert_cmpuint(losses_to(world, CAUSE_DUPLICATE_OWNER), ==, world->model->chains.count - 1);
    assert_proven(one);
}

static void test_takeovers_behind_a_restart(void)
{
    for (uint32_t minor = 0; minor <= 2; minor += 2) {
        check_restart_among_twins(KNFSD, minor);
        check_restart_among_twins(GANESHA, minor);
        check_restart_among_twins(OPAQUE, minor);
    }
}

SUITE(test_story_anew)
{
    g_test_add_func("/anew/takeovers_behind_a_restart", test_takeovers_behind_a_restart);
    g_test_add_func("/anew/clientid_in_mid_life_has_a_name", test_clientid_in_mid_life_has_a_name);
    g_test_add_func("/anew/session_that_moved_has_a_name", test_session_that_moved_has_a_name);
    g_test_add_func("/anew/clientid_that_came_back_is_no_clones",
                    test_clientid_that_came_back_is_no_clones);
    g_test_add_func("/anew/address_that_knew_the_newer_one_is_no_clones",
                    test_address_that_knew_the_newer_one_is_no_clones);
    g_test_add_func("/anew/counter_that_went_back_unseen", test_counter_that_went_back_unseen);
    g_test_add_func("/anew/counter_that_went_back_in_an_unknown_layout",
                    test_counter_that_went_back_in_an_unknown_layout);
    g_test_add_func("/anew/reboot_between_is_no_return", test_reboot_between_is_no_return);
    g_test_add_func("/anew/reboot_between_is_no_takeover", test_reboot_between_is_no_takeover);
    g_test_add_func("/anew/earlier_life_is_no_taker", test_earlier_life_is_no_taker);
    g_test_add_func("/anew/clientid_that_was_replaced_is_over",
                    test_clientid_that_was_replaced_is_over);
    g_test_add_func("/anew/clientid_from_before_the_reboot", test_clientid_from_before_the_reboot);
    g_test_add_func("/anew/clientid_behind_the_newest", test_clientid_behind_the_newest);
    g_test_add_func("/anew/clock_that_was_wrong_before", test_clock_that_was_wrong_before);
    g_test_add_func("/anew/clock_that_was_right_before", test_clock_that_was_right_before);
    g_test_add_func("/anew/instance_of_another_life", test_instance_of_another_life);
}
