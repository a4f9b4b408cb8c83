/* compound_identity.h - the operations that tell who somebody is, with other names in them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to compound_scrub.c.
 */
#ifndef NFS4SESS_COMPOUND_IDENTITY_H
#define NFS4SESS_COMPOUND_IDENTITY_H

#include "compound_scrub.h"
#include "xdr_cursor.h"

/* true for operations that say who somebody is, and nothing of files */
bool compound_identity_is(uint32_t opcode);

/* Writes the arguments or results at `in` anew, with what `names` has for the names in them. What
 * was cut off or damaged is written up to there, no part of a name among it. */
void compound_identity_write(xdr_cursor *in, const nfs4_event *event, bool is_reply,
                             const compound_names *names, GByteArray *out);

#endif
