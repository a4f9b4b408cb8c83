/* xdr_writer.h - writes the XDR that tests read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A message is a GByteArray that the test owns. Nothing here checks a limit: tests
 * write what is forbidden, too.
 */
#ifndef NFS4SESS_XDR_WRITER_H
#define NFS4SESS_XDR_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

#define XDR_ANY_BYTE 0x5a

void xdr_put_u32(GByteArray *out, uint32_t value);
void xdr_put_u64(GByteArray *out, uint64_t value);

/* Writes a script of tokens, spaces between them:
 *
 *   7, 0x20     a 4-byte integer
 *   q7, q       an 8-byte integer, of any value where none is given
 *   S9, S       a stateid with seqid 1 whose `other` is twelve times this byte
 *   X9, X       sixteen times this byte
 *   t9          opaque or string, nine bytes long
 *   'text'      a string
 */
void xdr_put_script(GByteArray *out, const char *script);

/* COMPOUND4args up to its operations. */
GByteArray *xdr_call(uint32_t minorversion, uint32_t op_count);

/* COMPOUND4res up to its operations. */
GByteArray *xdr_reply(uint32_t status, uint32_t op_count);

/* The head of one result. */
void xdr_put_result(GByteArray *out, uint32_t opcode, uint32_t status);

#endif
