/* keys.h - strong hashes and equalities for the model's maps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Keys come from the wire, so that whoever wrote the capture chose them: every
 * map hashes the full key with wmem's seeded hash.
 */
#ifndef NFS4SESS_KEYS_H
#define NFS4SESS_KEYS_H

#include <string.h>

#include "types.h"

static inline guint key_u64_hash(gconstpointer key)
{
    return wmem_strong_hash((const guint8 *)key, sizeof(uint64_t));
}

static inline gboolean key_u64_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(uint64_t)) == 0;
}

static inline guint key_sessionid_hash(gconstpointer key)
{
    return wmem_strong_hash((const guint8 *)key, NFS4_SESSIONID_SIZE);
}

static inline gboolean key_sessionid_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, NFS4_SESSIONID_SIZE) == 0;
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
    return wmem_strong_hash((const guint8 *)key, sizeof(nfs4_note_key));
}

static inline gboolean key_note_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(nfs4_note_key)) == 0;
}

#endif
