/* test_pending.c - calls that wait for their replies
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "suite.h"

#define LIMIT 65536

static nfs4_message call_with(story_host *host, uint32_t xid, uint32_t opcode, uint32_t frame)
{
    nfs4_message call = begins_call(host);
    call.xid = xid;
    call.frame = frame;
    puts_event(&call, opcode);
    return call;
}

static void test_reply_finds_its_call(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    nfs4_pending *pending = &world->model->pending;
    nfs4_message call = call_with(host, 5, OP_EXCHANGE_ID, 1);

    call.compound.events[0].u.exchange_id.owner = host->owner;
    call.compound.events[0].u.exchange_id.verifier = 77;
    pending_add(pending, &call);
    nfs4_message other = call;
    other.xid = 6;
    g_assert_null(pending_find(pending, &other));
    other = call;
    other.connection++;
    g_assert_null(pending_find(pending, &other));
    nfs4_call *found = pending_find(pending, &call);
    g_assert_nonnull(found);
    g_assert_cmpuint(found->verifier, ==, 77);
    g_assert_cmpmem(found->owner.data, found->owner.len, host->owner.data, host->owner.len);
    g_assert_true(found->owner.data != host->owner.data);
    g_assert_true(pending_has(found, OP_EXCHANGE_ID));
    g_assert_false(pending_has(found, OP_SEQUENCE));
    pending_done(pending, found);
    g_assert_null(pending_find(pending, &call));
    g_assert_cmpuint(pending->count, ==, 0);
    pending_done(pending, NULL);
}

static void test_sent_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    nfs4_pending *pending = &world->model->pending;
    nfs4_message call = call_with(host, 5, OP_RECLAIM_COMPLETE, 1);

    pending_add(pending, &call);
    call.frame = 2;
    pending_add(pending, &call);
    g_assert_cmpuint(pending_find(pending, &call)->frame, ==, 1);
    g_assert_cmpuint(pending->count, ==, 1);
}

static void test_xid_used_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    nfs4_pending *pending = &world->model->pending;
    nfs4_message first = call_with(host, 5, OP_RECLAIM_COMPLETE, 1);
    nfs4_message second = call_with(host, 5, OP_DESTROY_CLIENTID, 2);

    pending_add(pending, &first);
    pending_add(pending, &second);
    g_assert_cmpuint(pending_find(pending, &second)->frame, ==, 2);
    g_assert_true(pending_has(pending_find(pending, &second), OP_DESTROY_CLIENTID));
    g_assert_cmpuint(pending->count, ==, 1);
}

static void test_limit(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    nfs4_pending *pending = &world->model->pending;
    nfs4_message call = call_with(host, 0, OP_SEQUENCE, 1);

    for (uint32_t i = 0; i < LIMIT + 10; i++) {
        call.xid = i;
        pending_add(pending, &call);
    }
    g_assert_cmpuint(pending->count, ==, LIMIT);
    call.xid = 9;
    g_assert_null(pending_find(pending, &call));
    call.xid = 10;
    g_assert_nonnull(pending_find(pending, &call));
    call.xid = LIMIT + 9;
    g_assert_nonnull(pending_find(pending, &call));
}

static void test_memory_is_used_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    nfs4_pending *pending = &world->model->pending;
    nfs4_message call = call_with(host, 5, OP_EXCHANGE_ID, 1);

    call.compound.events[0].u.exchange_id.owner = host->owner;
    pending_add(pending, &call);
    nfs4_call *first = pending_find(pending, &call);
    pending_done(pending, first);
    nfs4_message plain = call_with(host, 6, OP_SEQUENCE, 2);
    pending_add(pending, &plain);
    nfs4_call *second = pending_find(pending, &plain);
    g_assert_true(second == first);
    g_assert_false(second->has_identity);
    g_assert_cmpuint(second->owner.len, ==, 0);
    g_assert_cmpuint(second->open_claim, ==, UINT32_MAX);
}

static void test_middle_of_the_list(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    nfs4_pending *pending = &world->model->pending;
    nfs4_message calls[3];

    for (uint32_t i = 0; i < 3; i++) {
        calls[i] = call_with(host, i, OP_SEQUENCE, i + 1);
        pending_add(pending, &calls[i]);
    }
    pending_done(pending, pending_find(pending, &calls[1]));
    g_assert_true(pending->oldest == pending_find(pending, &calls[0]));
    g_assert_true(pending->newest == pending_find(pending, &calls[2]));
    g_assert_true(pending->oldest->newer == pending->newest);
    pending_done(pending, pending_find(pending, &calls[0]));
    g_assert_true(pending->oldest == pending->newest);
    pending_done(pending, pending_find(pending, &calls[2]));
    g_assert_null(pending->oldest);
    g_assert_null(pending->newest);
}

static void test_first_of_its_kind_counts(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 0);
    nfs4_pending *pending = &world->model->pending;
    nfs4_message call = begins_call(host);

    puts_event(&call, OP_OPEN)->u.open.clientid = 0; /* not one */
    puts_event(&call, OP_RENEW)->u.clientid.clientid = 5;
    puts_event(&call, OP_OPEN)->u.open.claim = CLAIM_PREVIOUS;
    nfs4_event *lock = puts_event(&call, OP_LOCK);
    lock->u.lock.new_owner = lock->u.lock.reclaim = true;
    lock->u.lock.clientid = 6;
    pending_add(pending, &call);
    nfs4_call *found = pending_find(pending, &call);
    g_assert_true(found->has_clientid);
    g_assert_cmpuint(found->clientid, ==, 5);
    g_assert_cmpuint(found->open_claim, ==, CLAIM_NULL);
    g_assert_true(found->lock_reclaim);
    g_assert_cmpmem(found->machine.data, found->machine.len, "web01", 5);
}

SUITE(test_pending)
{
    g_test_add_func("/pending/reply_finds_its_call", test_reply_finds_its_call);
    g_test_add_func("/pending/call_sent_again_is_one_call_of_the_first_time", test_sent_again);
    g_test_add_func("/pending/xid_used_again_is_the_later_call", test_xid_used_again);
    g_test_add_func("/pending/of_65536_that_wait_the_oldest_is_forgotten", test_limit);
    g_test_add_func("/pending/memory_of_answered_calls_is_used_again", test_memory_is_used_again);
    g_test_add_func("/pending/answers_may_come_in_any_order", test_middle_of_the_list);
    g_test_add_func("/pending/first_clientid_and_claim_of_a_call_count",
                    test_first_of_its_kind_counts);
}
