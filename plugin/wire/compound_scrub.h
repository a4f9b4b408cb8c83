/* compound_scrub.h - a COMPOUND without what is private in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Writes a COMPOUND anew, operation by operation, so that the reader (compound_reader.h)
 * makes the same events of it and Wireshark dissects it as a whole one. What names a file or
 * is part of one does not get in: components, links, file data, attributes, directory
 * entries, ACLs, layouts, tags. A filehandle becomes a hash of itself, which still tells
 * files apart.
 */
#ifndef NFS4SESS_COMPOUND_SCRUB_H
#define NFS4SESS_COMPOUND_SCRUB_H

#include <glib.h>

#include "event.h"

/* Appends to `out` the COMPOUND4args (RFC 8881 section 16.2.1) or, where `is_reply`, the
 * COMPOUND4res (16.2.2) that `body` holds. Returns false where that was cut off, damaged or of
 * an operation whose form is not known: `out` then ends behind the last thing that was read,
 * and whoever shows it says that more followed. */
bool compound_scrub(nfs4_bytes body, bool is_reply, GByteArray *out);

#endif
