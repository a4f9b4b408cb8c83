/* keys.h - strong hashes and equalities for the model's maps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Keys come from the wire, so that whoever wrote the capture chose them. The hash is
 * multilinear (Lemire and Kaser, "Strongly universal string hashing is fast"): a sum
 * of the key's words, each times a random number that nobody outside knows. It needs
 * a tenth of the instructions of wmem_strong_hash, and several are computed for every
 * message.
 */
#ifndef NFS4SESS_KEYS_H
#define NFS4SESS_KEYS_H

#include <string.h>

#include "types.h"

#define KEYS_WORDS 4 /* the longest key of fixed length: 16 bytes */

extern uint64_t keys_random[KEYS_WORDS + 1];

/* Draws the random numbers, once. To be called before the first map is made. */
void keys_init(void);

static inline guint key_hash(const void *key, unsigned words)
{
    uint64_t sum = keys_random[KEYS_WORDS];
    for (unsigned i = 0; i < words; i++) {
        uint32_t word;
        memcpy(&word, (const uint8_t *)key + sizeof word * i, sizeof word);
        sum += word * keys_random[i];
    }
    return (guint)(sum >> 32);
}

/* Of a filehandle; 0 for none. */
static inline uint32_t key_file(nfs4_bytes file)
{
    uint64_t sum = keys_random[KEYS_WORDS] + file.len;
    uint32_t word, at = 0;
    for (; at + sizeof word <= file.len; at += sizeof word) {
        memcpy(&word, file.data + at, sizeof word);
        sum = (sum + word) * keys_random[at / sizeof word % KEYS_WORDS];
    }
    for (; at < file.len; at++)
        sum = (sum + file.data[at]) * keys_random[at % KEYS_WORDS];
    return file.len > 0 ? (uint32_t)(sum >> 32) : 0;
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

static inline guint key_bytes_hash(gconstpointer key)
{
    const nfs4_bytes *bytes = (const nfs4_bytes *)key;
    return wmem_strong_hash(bytes->data, bytes->len);
}

static inline gboolean key_bytes_equal(gconstpointer a, gconstpointer b)
{
    return nfs4_bytes_equal(*(const nfs4_bytes *)a, *(const nfs4_bytes *)b);
}

static inline guint key_note_hash(gconstpointer key)
{
    return key_hash(key, 4);
}

static inline gboolean key_note_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(nfs4_note_key)) == 0;
}

#endif
