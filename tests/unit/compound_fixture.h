/* compound_fixture.h - messages in, compounds out
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Shared by the tests of the reader. The reader gets an allocation of exactly the
 * message's size, so that a sanitizer sees the first byte read too many.
 */
#ifndef NFS4SESS_COMPOUND_FIXTURE_H
#define NFS4SESS_COMPOUND_FIXTURE_H

#include "wire/compound_reader.h"
#include "xdr_writer.h"

/* Owns the bytes that the compound points into. */
typedef struct {
    guint8 *bytes;
    bool has_head; /* what the reader returned */
    nfs4_compound compound;
} reading;

void reading_clear(reading *r);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(reading, reading_clear)

reading read_prefix(const GByteArray *message, gsize length, bool is_reply);

/* Takes the message. */
reading read_message(GByteArray *message, bool is_reply);

/* A call of this one operation, its arguments as a script. */
GByteArray *call_of(uint32_t opcode, const char *args);

/* The same for a reply. */
GByteArray *reply_of(uint32_t opcode, uint32_t status, const char *results);
reading read_call(uint32_t opcode, const char *args);
reading read_reply(uint32_t opcode, uint32_t status, const char *results);

/* The message without its last `lost` bytes. Takes the message. */
reading read_cut(GByteArray *message, bool is_reply, guint lost);
void assert_bytes(nfs4_bytes bytes, const char *text);

/* The only event there is. */
const nfs4_event *assert_one_event(const reading *r, uint32_t opcode);
void assert_no_event(const reading *r, nfs4_end end);

#endif
