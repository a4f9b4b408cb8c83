/* queue.c - packets that are held back until it is known whether they are needed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "queue.h"

#define PACKETS_MAX 2 /* of one exchange */

typedef struct {
    extract_exchange *exchange;
    void *content;
} held_packet;

struct extract_queue {
    GQueue packets; /* held_packet */
    uint32_t limit;
    extract_emit emit;
    GDestroyNotify drop;
    void *data;
};

/* Lives as long as somebody holds it or packets of it are in the queue. */
struct extract_exchange {
    extract_queue *queue;
    uint32_t holders, waiting;
    bool is_kept;
    GList *links[PACKETS_MAX]; /* in the queue; NULL for none */
    GPtrArray *followers;      /* NULL for none; held */
};

extract_queue *extract_queue_new(uint32_t limit, extract_emit emit, GDestroyNotify drop, void *data)
{
    extract_queue *queue = g_new0(extract_queue, 1);
    g_queue_init(&queue->packets);
    queue->limit = limit;
    queue->emit = emit;
    queue->drop = drop;
    queue->data = data;
    return queue;
}

static void free_if_unused(extract_exchange *exchange)
{
    if (exchange->holders > 0 || exchange->waiting > 0)
        return;
    if (exchange->followers != NULL)
        g_ptr_array_free(exchange->followers, TRUE);
    g_free(exchange);
}

/* Takes a packet out of the queue, and returns its content. */
static void *take_out(extract_queue *queue, GList *link)
{
    held_packet *packet = (held_packet *)link->data;
    extract_exchange *exchange = packet->exchange;
    void *content = packet->content;
    for (int i = 0; i < PACKETS_MAX; i++)
        if (exchange->links[i] == link)
            exchange->links[i] = NULL;
    g_queue_delete_link(&queue->packets, link);
    g_free(packet);
    exchange->waiting--;
    return content;
}

static void drop_exchange(extract_exchange *exchange)
{
    for (int i = 0; i < PACKETS_MAX; i++)
        if (exchange->links[i] != NULL)
            exchange->queue->drop(take_out(exchange->queue, exchange->links[i]));
    free_if_unused(exchange);
}

void extract_queue_free(extract_queue *queue)
{
    while (queue->packets.head != NULL) {
        extract_exchange *exchange = ((held_packet *)queue->packets.head->data)->exchange;
        queue->drop(take_out(queue, queue->packets.head));
        free_if_unused(exchange);
    }
    g_free(queue);
}

extract_exchange *extract_exchange_new(extract_queue *queue)
{
    extract_exchange *exchange = g_new0(extract_exchange, 1);
    exchange->queue = queue;
    exchange->holders = 1;
    return exchange;
}

void extract_queue_add(extract_queue *queue, extract_exchange *exchange, void *packet)
{
    int place = exchange->links[0] == NULL ? 0 : 1;
    held_packet *held = g_new(held_packet, 1);
    *held = (held_packet){exchange, packet};
    g_queue_push_tail(&queue->packets, held);
    if (exchange->links[place] != NULL) /* a third one: it goes on its own account */
        exchange->is_kept = true;
    exchange->links[place] = queue->packets.tail;
    exchange->waiting++;
}

bool extract_exchange_is_kept(const extract_exchange *exchange)
{
    return exchange->is_kept;
}

void extract_exchange_keep(extract_exchange *exchange)
{
    if (exchange->is_kept)
        return;
    exchange->is_kept = true;
    GPtrArray *followers = exchange->followers;
    exchange->followers = NULL;
    for (guint i = 0; followers != NULL && i < followers->len; i++)
        extract_exchange_keep((extract_exchange *)g_ptr_array_index(followers, i));
    if (followers != NULL)
        g_ptr_array_free(followers, TRUE);
}

extract_exchange *extract_exchange_hold(extract_exchange *exchange)
{
    exchange->holders++;
    return exchange;
}

void extract_exchange_release(extract_exchange *exchange)
{
    if (--exchange->holders > 0)
        return;
    if (exchange->is_kept)
        free_if_unused(exchange);
    else
        drop_exchange(exchange);
}

void extract_exchange_replace(extract_exchange **place, extract_exchange *exchange)
{
    extract_exchange *before = *place;
    *place = exchange != NULL ? extract_exchange_hold(exchange) : NULL;
    if (before != NULL)
        extract_exchange_release(before);
}

static void release_follower(void *exchange)
{
    extract_exchange_release((extract_exchange *)exchange);
}

void extract_exchange_follow(extract_exchange *exchange, extract_exchange *later)
{
    if (exchange->is_kept) {
        extract_exchange_keep(later);
        return;
    }
    if (exchange->followers == NULL)
        exchange->followers = g_ptr_array_new_with_free_func(release_follower);
    g_ptr_array_add(exchange->followers, extract_exchange_hold(later));
}

static void emit_head(extract_queue *queue)
{
    extract_exchange *exchange = ((held_packet *)queue->packets.head->data)->exchange;
    queue->emit(take_out(queue, queue->packets.head), queue->data);
    free_if_unused(exchange);
}

void extract_queue_emit(extract_queue *queue)
{
    while (queue->packets.head != NULL) {
        extract_exchange *oldest = ((held_packet *)queue->packets.head->data)->exchange;
        if (queue->packets.length > queue->limit)
            extract_exchange_keep(oldest);
        if (!oldest->is_kept)
            return;
        emit_head(queue);
    }
}
