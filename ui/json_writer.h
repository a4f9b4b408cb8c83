/* json_writer.h - members and values of a JSON document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The value forms of schema "nfs4dup/1": what is unknown is null, bytes are escaped as in
 * the rest of the product, durations are seconds. Two spaces for each level, as Wireshark's
 * json_dumper writes them, which appends character by character: with it, writing the
 * document took 10 % of all instructions of tshark -q on takeovers and nothing else, and 77 %
 * on owners of 1024 bytes.
 */
#ifndef NFS4SESS_JSON_WRITER_H
#define NFS4SESS_JSON_WRITER_H

#include <glib.h>

#include "model/model.h"

/* A document that is being written: {.text, .scope} to begin with. */
typedef struct {
    GString *text;           /* what was written so far; may be emptied between two values */
    wmem_allocator_t *scope; /* of what is worded on the way */
    uint32_t depth;          /* objects and arrays that are open */
    bool is_first;           /* the innermost holds nothing yet */
    bool is_named;           /* a member's name was written, and its value was not */
} json_writer;

/* An object: the document, an element, or the value of the member that json_name named. */
void json_begin_object(json_writer *writer);
void json_end_object(json_writer *writer);

/* A member that is an array, and its end. */
void json_begin_array(json_writer *writer, const char *member);
void json_end_array(json_writer *writer);

/* The name of the member whose value follows: ASCII without a quote or a backslash. */
void json_name(json_writer *writer, const char *member);

/* An element, or the value of the member that was named. A string may be NULL, for null. */
void json_value_string(json_writer *writer, const char *value);
void json_value_uint(json_writer *writer, uint64_t value);
void json_value_hex64(json_writer *writer, uint64_t value);

/* One member and its value. Bytes of length 0 are null. */
void json_put_string(json_writer *writer, const char *member, const char *value);
void json_put_uint(json_writer *writer, const char *member, uint64_t value);
/* A frame, and where the open file is an extract, beside it under the same name the capture
 * that it is from and its number there: "first_frame", "first_source", "first_source_frame".
 * 0 is null. The member's name ends in "frame". */
void json_put_frame(json_writer *writer, const char *member, uint32_t frame);

/* "frames", and in the same way "source" and "source_frame", arrays. */
void json_put_frames(json_writer *writer, const uint32_t *frames, uint32_t count);

/* A sentence, in which frames of an extract are under their first numbers. */
void json_put_sentence(json_writer *writer, const char *member, const char *text);

void json_put_bool(json_writer *writer, const char *member, bool value);
void json_put_null(json_writer *writer, const char *member);
void json_put_duration(json_writer *writer, const char *member, const nstime_t *span);
/* As wording_bytes() says them; _known for bytes that are null where there are none. */
void json_put_bytes(json_writer *writer, const char *member, nfs4_bytes bytes);
void json_put_known_bytes(json_writer *writer, const char *member, nfs4_bytes bytes);
void json_put_hex64(json_writer *writer, const char *member, uint64_t value);
void json_put_address(json_writer *writer, const char *member, const address *addr);

/* The bytes as a string of hexadecimal digits; "" for none. */
void json_put_hex(json_writer *writer, const char *member, nfs4_bytes bytes);

/* A rate or another number that is not exact by nature: three decimals, in any locale. */
void json_put_rate(json_writer *writer, const char *member, bool known, double value);

/* null where it is not known */
void json_put_span(json_writer *writer, const char *member, bool known, const nstime_t *span);

/* An owner at a server, a chain, a trouble: one object each (json_owner.c, json_chain.c,
 * json_trouble.c). */
void json_put_owner(json_writer *writer, const nfs4_owner *owner);
void json_put_chain(json_writer *writer, const nfs4_chain *chain);
void json_put_trouble(json_writer *writer, const nfs4_trouble *trouble);

#endif
