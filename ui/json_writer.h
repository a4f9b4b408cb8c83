/* json_writer.h - members and values of a JSON document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark's json_dumper with the value forms of schema "nfs4dup/1": what is unknown
 * is null, bytes are escaped as in the rest of the product, durations are seconds.
 */
#ifndef NFS4SESS_JSON_WRITER_H
#define NFS4SESS_JSON_WRITER_H

#include <wsutil/json_dumper.h>

#include "model/model.h"

/* A document that is being written, and the memory of its strings. */
typedef struct {
    json_dumper json;
    wmem_allocator_t *scope;
} json_writer;

/* The name of the member whose value follows. */
void json_name(json_writer *writer, const char *member);

/* One member and its value. A string may be NULL, for null; bytes of length 0 are null. */
void json_put_string(json_writer *writer, const char *member, const char *value);
void json_put_uint(json_writer *writer, const char *member, uint64_t value);
void json_put_bool(json_writer *writer, const char *member, bool value);
void json_put_null(json_writer *writer, const char *member);
void json_put_duration(json_writer *writer, const char *member, const nstime_t *time);
void json_put_bytes(json_writer *writer, const char *member, nfs4_bytes bytes);
void json_put_hex(json_writer *writer, const char *member, nfs4_bytes bytes);
void json_put_hex64(json_writer *writer, const char *member, uint64_t value);
void json_put_address(json_writer *writer, const char *member, const address *addr);

/* A rate or another number that is not exact by nature: three decimals, in any locale. */
void json_put_rate(json_writer *writer, const char *member, bool known, double value);

/* null where it is not known */
void json_put_span(json_writer *writer, const char *member, bool known, const nstime_t *time);

/* A member that is an array, and its end. */
void json_begin_array(json_writer *writer, const char *member);
void json_end_array(json_writer *writer);

/* An owner at a server, a chain: one object each (json_owner.c, json_chain.c). */
void json_put_owner(json_writer *writer, const nfs4_owner *owner);
void json_put_chain(json_writer *writer, const nfs4_chain *chain);

#endif
