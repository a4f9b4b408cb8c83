/* xdr_cursor.h - a place in XDR bytes, and the few steps that XDR knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * XDR is RFC 4506. A cursor that met a fault is at its end: every further read gives
 * zero or nothing, so that a reader may ask once, at the end, whether all went well.
 * The first fault is the one that counts.
 */
#ifndef NFS4SESS_XDR_CURSOR_H
#define NFS4SESS_XDR_CURSOR_H

#include <stddef.h>
#include <string.h>

#include "event.h"

/* RFC 8881 section 3.1, the bound of owners, scopes and client strings */
#define NFS4_OPAQUE_LIMIT 1024u
#define XDR_NO_LIMIT UINT32_MAX

typedef enum {
    XDR_FINE,
    XDR_CUT, /* the bytes ended */
    XDR_BAD  /* a value that is forbidden */
} xdr_fault;

/* Borrows its bytes. A copy is an independent cursor at the same place. */
typedef struct {
    const uint8_t *at; /* after a fault the same as `end` */
    const uint8_t *end;
    xdr_fault fault;
} xdr_cursor;

static inline size_t xdr_left(const xdr_cursor *in)
{
    return (size_t)(in->end - in->at);
}

static inline bool xdr_fine(const xdr_cursor *in)
{
    return in->fault == XDR_FINE;
}

static inline void xdr_fail(xdr_cursor *in, xdr_fault fault)
{
    if (xdr_fine(in))
        in->fault = fault;
    in->at = in->end;
}

/* Whether the next `count` bytes are all there; a fault where they are not. */
static inline bool xdr_has(xdr_cursor *in, size_t count)
{
    if (count <= xdr_left(in))
        return true;
    xdr_fail(in, XDR_CUT);
    return false;
}

/* The next `count` bytes, or NULL where they are not all there. */
static inline const uint8_t *xdr_take(xdr_cursor *in, size_t count)
{
    if (!xdr_has(in, count))
        return NULL;

    const uint8_t *taken = in->at;
    in->at += count;
    return taken;
}

static inline uint32_t xdr_word(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint32_t xdr_u32(xdr_cursor *in)
{
    if (!xdr_has(in, 4))
        return 0;
    in->at += 4;
    return xdr_word(in->at - 4);
}

/* A copy of the cursor reads, this one stays: neither moved nor at fault. */
static inline uint32_t xdr_peek_u32(const xdr_cursor *in)
{
    xdr_cursor ahead = *in;

    return xdr_u32(&ahead);
}

static inline uint64_t xdr_u64(xdr_cursor *in)
{
    if (!xdr_has(in, 8))
        return 0;
    in->at += 8;
    return (uint64_t)xdr_word(in->at - 8) << 32 | xdr_word(in->at - 4);
}

/* XDR knows 0 and 1 only; receivers take any other value for true. */
static inline bool xdr_bool(xdr_cursor *in)
{
    return xdr_u32(in) != 0;
}

static inline void xdr_fixed(xdr_cursor *in, uint8_t *to, size_t count)
{
    if (!xdr_has(in, count))
        return;
    memcpy(to, in->at, count);
    in->at += count;
}

/* An array of 4-byte elements. The count may be any of 2^32, so it is compared
 * and never multiplied. */
static inline void xdr_skip_words(xdr_cursor *in)
{
    const uint32_t count = xdr_u32(in);

    if (count > xdr_left(in) / 4)
        xdr_fail(in, XDR_CUT);
    else
        xdr_take(in, (size_t)count * 4);
}

/* opaque<limit> and string<limit>. Data is whole without its padding: nothing is
 * lost where the bytes end there. */
static inline nfs4_bytes xdr_opaque(xdr_cursor *in, uint32_t limit)
{
    const uint32_t len = xdr_u32(in);

    if (len > limit)
        xdr_fail(in, XDR_BAD);

    if (!xdr_has(in, len))
        return (nfs4_bytes){0};

    const nfs4_bytes bytes = {.data = in->at, .len = len};
    const size_t padding = -len % 4;
    in->at += len;
    in->at += MIN(padding, xdr_left(in));
    return bytes;
}

static inline nfs4_stateid xdr_stateid(xdr_cursor *in)
{
    nfs4_stateid stateid = {.seqid = xdr_u32(in)};

    xdr_fixed(in, stateid.other, NFS4_OTHER_SIZE);
    return xdr_fine(in) ? stateid : (nfs4_stateid){0};
}

#endif
