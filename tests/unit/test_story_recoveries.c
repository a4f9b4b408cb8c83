/* test_story_recoveries.c - the ways back of clients that were refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"
#include "suite.h"

#define WAY_BACK "refused destroy create-no identify confirm lease-time reclaim-complete "

/* ---- the ways there are --------------------------------------------------- */

static void test_freebsd(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 1), *other = new_twin(world, 12, 1);
    story_file file = {.name = 1};
    static const char owner[] = "\1\2\3\4\5\6\7\0"
                                "0d1f0d8e-6b0b-11ee-8c99-0242ac120002";

    host->owner = other->owner = (nfs4_bytes){(const uint8_t *)owner, sizeof owner - 1};
    host->verifier = (uint64_t)(STORY_BEGINS - 500) << 32 | 1;
    other->verifier = (uint64_t)(STORY_BEGINS - 300) << 32 | 1;
    mounts(host);
    opens(host, &file);
    is_thrown_out(host, other);
    host->verifier++; /* counts its recoveries in it */
    identifies(host);
    reclaims(host, &file, NFS4ERR_NO_GRACE);
    reopens(host, &file);
    completes_reclaim(host);
    uses(host, &file, OP_READ, NFS4_OK);
    assert_told(chain_of(world, 1),
                "refused identify confirm reclaim reopen reclaim-complete resumed ");
    assert_cause_is(chain_of(world, 1), CAUSE_DUPLICATE_OWNER);
    assert_lost(chain_of(world, 1), 0, 0, 0);
    assert_chains(world, 1);
}

static void test_delays(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);

    mounts(host);
    is_thrown_out(host, new_twin(world, 12, 2));
    int64_t refused = world->now;
    sends_destroy_session(host);
    sends_create_session(host);
    sends_exchange_id(host, host->verifier);
    for (int i = 0; i < 3; i++) {
        nfs4_message call = begins_call(host);
        puts_event(&call, OP_CREATE_SESSION)->u.create_session.clientid = host->clientid;
        story_sends(host, &call);
        answers(host, &call, OP_CREATE_SESSION, NFS4ERR_DELAY);
        seconds_pass(world, 1);
    }
    sends_create_session(host);
    double restored = (double)(world->now - refused) / (double)SECOND;
    g_assert_cmpfloat(restored, >, 3);
    asks_lease_time(host);
    completes_reclaim(host);
    tries(host);
    const nfs4_chain *chain = chain_of(world, 1);
    assert_told(chain, "refused destroy create-no identify create-no create-no create-no confirm "
                       "lease-time reclaim-complete resumed ");
    assert_seconds(&chain->restored, restored);
    assert_seconds(&chain->resumed_after, (double)(world->now - refused) / (double)SECOND);
    g_assert_cmpuint(chain->cost.waits, ==, 3);
    g_assert_cmpuint(chain->cost.requests, ==, 9);
    g_assert_cmpuint(step_of(chain, 5)->status, ==, NFS4ERR_DELAY);
    assert_chains(world, 1);
}

static void test_bind_refused_first(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);

    mounts(host);
    mounts(new_twin(world, 12, 2));
    connects(host);
    g_assert_cmpuint(binds_connection(host), ==, NFS4ERR_BADSESSION);
    recovers(host);
    tries(host);
    assert_told(chain_of(world, 1), WAY_BACK "resumed ");
    assert_cause_is(chain_of(world, 1), CAUSE_DUPLICATE_OWNER);
    assert_chains(world, 1);
}

static void test_v40_write(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 0);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    mounts(new_twin(world, 12, 0));
    g_assert_cmpuint(uses(host, &file, OP_WRITE, NFS4_OK), ==, NFS4ERR_EXPIRED);
    identifies(host);
    reopens(host, &file);
    uses(host, &file, OP_WRITE, NFS4_OK);
    assert_told(chain_of(world, 1), "refused identify confirm reopen resumed ");
    g_assert_cmpuint(step_of(chain_of(world, 1), 0)->status, ==, NFS4ERR_EXPIRED);
    g_assert_cmpuint(chain_of(world, 1)->cost.resent, ==, 1);
    assert_lost(chain_of(world, 1), 0, 0, 0);
}

static void test_v40_renew(void)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *host = new_twin(world, 11, 0);

    mounts(host);
    mounts(new_twin(world, 12, 0));
    g_assert_cmpuint(sends_with_clientid(host, OP_RENEW), ==, NFS4ERR_STALE_CLIENTID);
    identifies(host);
    sends_with_clientid(host, OP_RENEW);
    assert_told(chain_of(world, 1), "refused identify confirm ");
    assert_ending(1, ENDING_IDLE);
    sends_with_clientid(host, OP_OPEN);
    assert_ending(1, ENDING_RESUMED);
    assert_chains(world, 1);
}

/* ---- several slots, several connections ----------------------------------- */

static void test_slots_at_once(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    nfs4_message calls[3];

    mounts(host);
    mounts(new_twin(world, 12, 2));
    for (uint32_t i = 0; i < 3; i++) {
        calls[i] = begins_sequence(host);
        calls[i].compound.events[0].u.sequence.slotid = i;
        puts_op(&calls[i], OP_ACCESS);
        story_sends(host, &calls[i]);
    }
    answers(host, &calls[0], OP_SEQUENCE, NFS4ERR_BADSESSION);
    int64_t refused = world->now;
    answers(host, &calls[1], OP_SEQUENCE, NFS4ERR_BADSESSION);
    recovers(host);
    tries(host);
    double outage = (double)(world->now - refused) / (double)SECOND;
    answers(host, &calls[2], OP_SEQUENCE, NFS4ERR_BADSESSION); /* slow to notice */
    const nfs4_chain *chain = chain_of(world, 1);
    assert_told(chain, "refused " WAY_BACK "resumed ");
    assert_seconds(&chain->resumed_after, outage);
    assert_seconds(outage_of(owner_of(host)), outage);
    g_assert_cmpuint(chain->cost.refused, ==, 3 + 2); /* with DESTROY_, CREATE_SESSION */
    g_assert_cmpuint(chain->steps_dropped, ==, 1);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 1);
    assert_chains(world, 1);
}

/* A slot of the first lease is answered when the client is on its way to the third. */
static void test_slot_from_before(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);

    mounts(host);
    nfs4_message slow = begins_sequence(host);
    slow.compound.events[0].u.sequence.slotid = 1;
    puts_op(&slow, OP_ACCESS);
    is_thrown_out(host, other);
    story_sends(host, &slow);
    recovers(host);
    tries(host);
    is_thrown_out(host, other);
    sends_destroy_session(host);
    sends_create_session(host);
    answers(host, &slow, OP_SEQUENCE, NFS4ERR_BADSESSION);
    identifies(host);
    sets_up(host);
    tries(host);
    assert_chains(world, 2);
    assert_ending(1, ENDING_RESUMED);
    assert_told(chain_of(world, 2), WAY_BACK "resumed ");
}

static void test_connections(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);

    mounts(host);
    uint32_t first = host->connection;
    connects(host);
    binds_connection(host);
    is_thrown_out(host, new_twin(world, 12, 2)); /* on the second connection */
    uint32_t second = host->connection;
    host->connection = first;
    tries(host);
    recovers(host);
    host->connection = second;
    tries(host);
    host->connection = first;
    tries(host);
    assert_told(chain_of(world, 1), "refused " WAY_BACK "resumed ");
    assert_chains(world, 1);
}

/* Refused again on the other connection, and back on the first one without a word. */
static void test_connections_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);

    mounts(host);
    is_thrown_out(host, other);
    gets_new_lease(host);
    uint32_t first = host->connection;
    connects(host);
    binds_connection(host);
    is_thrown_out(host, other);
    host->connection = first;
    identifies(host);
    sets_up(host);
    tries(host);
    assert_chains(world, 2);
    assert_told(chain_of(world, 2),
                "refused identify confirm lease-time reclaim-complete resumed ");
}

static void test_new_connection(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);

    mounts(host);
    is_thrown_out(host, new_twin(world, 12, 2));
    sends_destroy_session(host);
    connects(host);
    sends_create_session(host);
    identifies(host);
    connects(host);
    sets_up(host);
    tries(host);
    assert_told(chain_of(world, 1), WAY_BACK "resumed ");
}

/* The server asks for a new session in the middle of it: the client has not left. */
static void test_session_made_anew(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);

    mounts(host);
    is_thrown_out(host, new_twin(world, 12, 2));
    recovers(host);
    sends_destroy_session(host);
    sends_create_session(host);
    tries(host);
    assert_ending(1, ENDING_RESUMED);
    assert_chains(world, 1);
}

SUITE(test_story_recoveries)
{
    g_test_add_func("/recoveries/freebsd_identifies_itself_at_once", test_freebsd);
    g_test_add_func("/recoveries/delays_are_waited_out", test_delays);
    g_test_add_func("/recoveries/bind_conn_may_be_refused_first", test_bind_refused_first);
    g_test_add_func("/recoveries/v40_write_is_refused_and_the_file_opened_anew", test_v40_write);
    g_test_add_func("/recoveries/v40_renewal_is_refused_at_ganesha", test_v40_renew);
    g_test_add_func("/recoveries/slots_refused_at_once_are_one_chain", test_slots_at_once);
    g_test_add_func("/recoveries/slow_slot_does_not_break_the_next_chain", test_slot_from_before);
    g_test_add_func("/recoveries/connections_of_one_session_are_one_chain", test_connections);
    g_test_add_func("/recoveries/refused_again_on_another_connection", test_connections_again);
    g_test_add_func("/recoveries/chain_goes_on_over_new_connections", test_new_connection);
    g_test_add_func("/recoveries/session_made_anew_is_no_unmount", test_session_made_anew);
}
