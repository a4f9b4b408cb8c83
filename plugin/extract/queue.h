/* queue.h - packets that are held back until it is known whether they are needed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Packets leave in the order in which they came. A packet belongs to an exchange, a call with
 * its reply, and shares its fate: an exchange is kept when somebody says so, and dropped when
 * nobody holds it any more. What is kept waits for whatever came before it and is not decided.
 * Of more packets than the limit the oldest are kept, so that a queue never takes more memory
 * than that.
 */
#ifndef NFS4SESS_EXTRACT_QUEUE_H
#define NFS4SESS_EXTRACT_QUEUE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct extract_queue extract_queue;

/* Identified by its call. Owned by the queue; whoever keeps a pointer holds it. */
typedef struct extract_exchange extract_exchange;

/* Takes a packet that is kept, and owns it from then on. */
typedef void (*extract_emit)(void *packet, void *data);

extract_queue *extract_queue_new(uint32_t limit, extract_emit emit, GDestroyNotify drop,
                                 void *data);

/* Drops what is still held back. */
void extract_queue_free(extract_queue *queue);

/* A new exchange, which the caller holds. */
extract_exchange *extract_exchange_new(extract_queue *queue);

/* Appends a packet of the exchange: its call, then its reply. Owns the packet. */
void extract_queue_add(extract_queue *queue, extract_exchange *exchange, void *packet);

void extract_exchange_keep(extract_exchange *exchange);
bool extract_exchange_is_kept(const extract_exchange *exchange);

/* Returns the exchange. */
extract_exchange *extract_exchange_hold(extract_exchange *exchange);
void extract_exchange_release(extract_exchange *exchange);

/* Puts another exchange (NULL for none) where *place holds one, or NULL. */
void extract_exchange_replace(extract_exchange **place, extract_exchange *exchange);

/* `later` is kept if `exchange` is: it takes back what that did. */
void extract_exchange_follow(extract_exchange *exchange, extract_exchange *later);

/* Hands out what is decided at the head of the queue. */
void extract_queue_emit(extract_queue *queue);

#endif
