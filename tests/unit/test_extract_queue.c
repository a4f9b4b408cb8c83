/* test_extract_queue.c - packets that wait until it is known whether they are needed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A packet is a letter: what left the queue reads as a word.
 */
#include "extract/queue.h"
#include "suite.h"

static GString *left, *dropped;

static void emit(void *packet, void *data)
{
    g_string_append((GString *)data, (const char *)packet);
}

static void drop(void *packet)
{
    g_string_append(dropped, (const char *)packet);
}

static extract_queue *queue_of(uint32_t limit)
{
    left = g_string_new(NULL);
    dropped = g_string_new(NULL);
    return extract_queue_new(limit, emit, drop, left);
}

static void end(extract_queue *queue, const char *emitted, const char *gone)
{
    extract_queue_emit(queue);
    g_assert_cmpstr(left->str, ==, emitted);
    extract_queue_free(queue);
    g_assert_cmpstr(dropped->str, ==, gone);
    g_string_free(left, TRUE);
    g_string_free(dropped, TRUE);
}

static extract_exchange *add(extract_queue *queue, const char *call, const char *reply)
{
    extract_exchange *exchange = extract_exchange_new(queue);
    extract_queue_add(queue, exchange, (void *)call);
    if (reply != NULL)
        extract_queue_add(queue, exchange, (void *)reply);
    return exchange;
}

static void test_order(void)
{
    extract_queue *queue = queue_of(100);
    extract_exchange *a = add(queue, "a", NULL), *b = add(queue, "b", NULL);
    extract_queue_add(queue, a, (void *)"A");
    extract_queue_add(queue, b, (void *)"B");
    extract_exchange_keep(b);
    extract_queue_emit(queue);
    g_assert_cmpstr(left->str, ==, ""); /* nobody knows of a yet */
    extract_exchange_keep(a);
    extract_exchange_release(a);
    extract_exchange_release(b);
    end(queue, "abAB", "");
}

static void test_nobody_holds_it(void)
{
    extract_queue *queue = queue_of(100);
    extract_exchange *a = add(queue, "a", "A"), *b = add(queue, "b", "B");
    extract_exchange *place = NULL;
    extract_exchange_replace(&place, a);
    extract_exchange_release(a);
    extract_exchange_keep(b);
    extract_exchange_release(b);
    g_assert_cmpstr(dropped->str, ==, "");
    extract_exchange_replace(&place, NULL);
    end(queue, "bB", "aA");
}

static void test_no_more_than_the_limit_wait(void)
{
    extract_queue *queue = queue_of(2);
    extract_exchange *a = add(queue, "a", "A"), *b = add(queue, "b", "B");
    end(queue, "aA", "bB");
    extract_exchange_release(b);
    extract_exchange_release(a);
}

static void test_what_takes_it_back_follows(void)
{
    extract_queue *queue = queue_of(100);
    extract_exchange *open = add(queue, "o", "O"), *close = add(queue, "c", "C");
    extract_exchange_follow(open, close);
    extract_exchange_release(close);
    extract_exchange_keep(open);
    extract_exchange_release(open);
    end(queue, "oOcC", "");
}

static void test_followers_go_together(void)
{
    extract_queue *queue = queue_of(100);
    extract_exchange *open = add(queue, "o", "O"), *close = add(queue, "c", "C");
    extract_exchange_follow(open, close);
    extract_exchange_release(close);
    extract_exchange_release(open);
    end(queue, "", "oOcC");
}

/* A third packet of an exchange needs no other to be decided. */
static void test_three_packets(void)
{
    extract_queue *queue = queue_of(100);
    extract_exchange *a = add(queue, "a", "A");
    extract_queue_add(queue, a, (void *)"x");
    g_assert_true(extract_exchange_is_kept(a));
    extract_exchange_release(a);
    end(queue, "aAx", "");
}

SUITE(test_extract_queue)
{
    g_test_add_func("/extract/queue/order", test_order);
    g_test_add_func("/extract/queue/nobody_holds_it", test_nobody_holds_it);
    g_test_add_func("/extract/queue/no_more_than_the_limit_wait", test_no_more_than_the_limit_wait);
    g_test_add_func("/extract/queue/what_takes_it_back_follows", test_what_takes_it_back_follows);
    g_test_add_func("/extract/queue/followers_go_together", test_followers_go_together);
    g_test_add_func("/extract/queue/three_packets", test_three_packets);
}
