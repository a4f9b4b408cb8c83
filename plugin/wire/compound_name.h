/* compound_name.h - the name of the file that a call asks the filehandle of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to the reader (compound_reader.c).
 */
#ifndef NFS4SESS_COMPOUND_NAME_H
#define NFS4SESS_COMPOUND_NAME_H

#include "xdr_cursor.h"

/* Follows the current filehandle (RFC 8881 section 2.10.1.1) from one operation of a call to the
 * next: sets call->name where LOOKUP, or an OPEN by name, makes a file the current one, and
 * clears it where another file becomes that. After the first GETFH the name stays as it is.
 *
 * body  stands where the opcode ends; may be cut off */
void compound_name_follow(nfs4_compound *call, uint32_t opcode, xdr_cursor body);

#endif
