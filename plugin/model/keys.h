/* keys.h - strong hashes and equalities for the model's maps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Keys come from the wire, so that whoever wrote the capture chose them. The hash is
 * multilinear (Lemire and Kaser, "Strongly universal string hashing is fast"): a sum
 * of the key's words, each times a random number that nobody outside knows. It needs
 * a tenth of the instructions of wmem_strong_hash, and several are computed for every
 * message. GLib's own hashes have no secret; and g_int64_hash of 2.90 puts pairs of neighbouring
 * numbers into a few places.
 */
#ifndef NFS4SESS_KEYS_H
#define NFS4SESS_KEYS_H

#include <string.h>

#include "types.h"

#define KEYS_WORDS 256 /* of an owner, RFC 8881 section 3.1: 1024 bytes */

extern uint64_t keys_random[KEYS_WORDS + 1];

/* Draws the random numbers, once. To be called before the first map is made. */
void keys_init(void);

static inline uint64_t key_sum(const void *key, unsigned words)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < words; i++) {
        uint32_t word;
        memcpy(&word, (const uint8_t *)key + sizeof word * i, sizeof word);
        sum += word * keys_random[i];
    }
    return sum;
}

static inline guint key_hash(const void *key, unsigned words)
{
    return (guint)((key_sum(key, words) + keys_random[KEYS_WORDS]) >> 32);
}

/* The length counts as one more word, multiplied by the last random number. No other word needs
 * that number: a key of KEYS_WORDS words has no odd bytes behind them. */
static inline uint32_t key_span(nfs4_bytes span)
{
    unsigned words = span.len / sizeof(uint32_t);
    uint32_t last = 0;
    if (span.len > KEYS_WORDS * sizeof last)
        return wmem_strong_hash(span.data, span.len);
    for (uint32_t i = words * sizeof last; i < span.len; i++)
        last = last << 8 | span.data[i];
    uint64_t sum = key_sum(span.data, words) + last * keys_random[words];
    return (uint32_t)((sum + span.len * keys_random[KEYS_WORDS]) >> 32);
}

/* Of a filehandle; 0 for none. */
static inline uint32_t key_file(nfs4_bytes file)
{
    return file.len > 0 ? key_span(file) : 0;
}

/* The same, of twice the width, to tell files apart by it alone. */
static inline uint64_t key_handle(nfs4_bytes file)
{
    uint8_t salted[1 + NFS4_FHSIZE] = {1};
    if (file.len == 0 || file.len > NFS4_FHSIZE)
        return 0;
    memcpy(salted + 1, file.data, file.len);
    return (uint64_t)key_span(file) << 32 | key_span((nfs4_bytes){salted, 1 + file.len});
}

static inline guint key_u64_hash(gconstpointer key)
{
    return key_hash(key, 2);
}

static inline gboolean key_u64_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(uint64_t)) == 0;
}

static inline guint key_sessionid_hash(gconstpointer key)
{
    return key_hash(key, 4);
}

static inline gboolean key_sessionid_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, NFS4_SESSIONID_SIZE) == 0;
}

static inline guint key_other_hash(gconstpointer key)
{
    return key_hash(key, 3);
}

static inline gboolean key_other_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, NFS4_OTHER_SIZE) == 0;
}

static inline nfs4_bytes_key key_of_bytes(nfs4_bytes bytes)
{
    return (nfs4_bytes_key){bytes, key_span(bytes)};
}

static inline guint key_bytes_hash(gconstpointer key)
{
    return ((const nfs4_bytes_key *)key)->hash;
}

/* In the place of g_str_hash. */
static inline guint key_string_hash(gconstpointer key)
{
    nfs4_bytes bytes = {(const uint8_t *)key, (uint32_t)strlen((const char *)key)};
    return key_span(bytes);
}

static inline guint key_address_hash(gconstpointer key)
{
    const address *addr = (const address *)key;
    nfs4_bytes bytes = {(const uint8_t *)addr->data, (uint32_t)addr->len};
    return key_span(bytes);
}

static inline gboolean key_address_equal(gconstpointer a, gconstpointer b)
{
    return addresses_equal((const address *)a, (const address *)b);
}

static inline gboolean key_bytes_equal(gconstpointer a, gconstpointer b)
{
    const nfs4_bytes_key *one = (const nfs4_bytes_key *)a, *other = (const nfs4_bytes_key *)b;
    return one->hash == other->hash && nfs4_bytes_equal(one->bytes, other->bytes);
}

#endif
