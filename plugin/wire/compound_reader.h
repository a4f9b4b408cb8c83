/* compound_reader.h - the XDR of one COMPOUND, read into events
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The only room that knows the wire format. It works on plain bytes, keeps nothing of
 * them, allocates nothing and never reads outside the bytes it was given. The first call
 * prepares a table, so that there must be one thread only.
 */
#ifndef NFS4SESS_COMPOUND_READER_H
#define NFS4SESS_COMPOUND_READER_H

#include <stddef.h>

#include "event.h"

/* Reads one COMPOUND body: COMPOUND4args (RFC 8881 section 16.2.1) or, where
 * `is_reply`, COMPOUND4res (16.2.2), minor versions 0, 1 and 2.
 *
 * data, length  the bytes that the capture holds; may be cut anywhere, and may
 *               be followed by bytes of something else
 * compound      filled but for the events from event_count on; its nfs4_bytes point
 *               into `data`
 *
 * Returns true if the body's head was read (minor version and number of
 * operations; in a reply status and number). Where it returns false, `compound`
 * holds no event and no operation. Everything that stands whole before the end of
 * a truncated or malformed message is there: see nfs4_end.
 */
bool compound_reader_read(const uint8_t *data, size_t length, bool is_reply,
                          nfs4_compound *compound);

#endif
