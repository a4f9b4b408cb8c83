/* rpc_look.c - what the first bytes of a TCP segment look like
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "rpc_look.h"

#include <string.h>

#include "wire/nfs_program.h"

#define MARK_LAST 0x80000000u
#define WORDS_LOOKED_AT 7 /* record mark, xid, direction, versions, program, procedure */
#define CALL_SMALLEST 40u /* bytes behind the record mark */
#define REPLY_SMALLEST 20u

static uint32_t word_at(const uint8_t *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return GUINT32_FROM_BE(word);
}

static rpc_look look_at_call(const uint32_t words[WORDS_LOOKED_AT], size_t known)
{
    if (words[3] != 2 || (words[0] & ~MARK_LAST) < CALL_SMALLEST)
        return RPC_LOOKS_UNKNOWN;
    if (words[4] != NFS_PROGRAM || words[5] != NFS_V4)
        return RPC_LOOKS_OTHER;
    return known == WORDS_LOOKED_AT && words[6] == NFSPROC4_NULL ? RPC_LOOKS_NULL : RPC_LOOKS_CALL;
}

/* `size` bytes were captured of a segment of `length`. */
static rpc_look look_at(const uint8_t *bytes, size_t size, uint32_t length)
{
    uint32_t words[WORDS_LOOKED_AT] = {0};
    size_t known = MIN(size / 4, WORDS_LOOKED_AT);
    for (size_t i = 0; i < known; i++)
        words[i] = word_at(bytes + 4 * i);
    if (known < 4 || (words[0] & MARK_LAST) == 0)
        return RPC_LOOKS_UNKNOWN;
    if (words[2] == 0)
        return known > 5 ? look_at_call(words, known) : RPC_LOOKS_UNKNOWN;
    uint32_t record = words[0] & ~MARK_LAST;
    bool whole = record >= REPLY_SMALLEST && record <= length - 4;
    return words[2] == 1 && words[3] <= 1 && whole ? RPC_LOOKS_REPLY : RPC_LOOKS_UNKNOWN;
}

/* The segment's data is what the frame ends with. */
rpc_look rpc_look_into(epan_dissect_t *edt, const tcp_info_t *tcp, bool *is_short)
{
    uint32_t whole = tvb_reported_length(edt->tvb), held = tvb_captured_length(edt->tvb);
    uint32_t start = whole - tcp->th_seglen;
    *is_short = held < whole;
    if (tcp->th_seglen > whole || start >= held)
        return RPC_LOOKS_UNKNOWN;
    return look_at(tvb_get_ptr(edt->tvb, (int)start, (int)(held - start)), held - start,
                   tcp->th_seglen);
}
