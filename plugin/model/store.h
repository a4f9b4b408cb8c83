/* store.h - where the structs of a model live, and how much memory they take
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Everything that a capture can make grow is taken from here, so that one number bounds
 * it all. The bytes of a struct count with what maps and sequences add to it.
 */
#ifndef NFS4SESS_STORE_H
#define NFS4SESS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <wsutil/wmem/wmem.h>

typedef struct {
    wmem_allocator_t *scope;
    uint64_t bytes; /* taken and not given back */
    uint64_t aside; /* of these, for what is no news by itself */
    uint64_t limit; /* in bytes, 0 for none */
} nfs4_store;

/* The allocator's own, and an entry of a map or a node of a sequence. */
#define STORE_OVERHEAD 80
/* A map with its first table, or an empty sequence. */
#define STORE_MAP 400

/* `bytes` of memory, all 0, which live as long as store->scope. _take is for what is not
 * a struct of its own. */
static inline void *store_take(nfs4_store *store, size_t bytes)
{
    store->bytes += bytes + STORE_OVERHEAD;
    return wmem_alloc0(store->scope, bytes);
}

#define store_new(store, type) ((type *)store_take((store), sizeof(type)))

/* Gives back what store_take gave. */
static inline void store_free(nfs4_store *store, void *memory, size_t bytes)
{
    store->bytes -= bytes + STORE_OVERHEAD;
    wmem_free(store->scope, memory);
}

/* Bytes that say by their growth that something new was taken up. */
static inline uint64_t store_news(const nfs4_store *store)
{
    return store->bytes - store->aside;
}

/* Counts what grows beside the structs: arrays, further maps and sequences. */
static inline void store_count(nfs4_store *store, uint64_t bytes)
{
    store->bytes += bytes;
}

/* true where nothing new is to be taken up */
static inline bool store_is_full(const nfs4_store *store)
{
    return store->limit != 0 && store->bytes >= store->limit;
}

#endif
