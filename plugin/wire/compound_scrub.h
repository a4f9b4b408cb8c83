/* compound_scrub.h - a COMPOUND without what is private in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Writes a COMPOUND anew, operation by operation, so that the reader (compound_reader.h)
 * makes the same events of it and Wireshark dissects it as a whole one. What names a file or
 * is part of one does not get in: components, links, file data, attributes, directory
 * entries, ACLs, layouts, tags. A filehandle becomes a hash of itself, which still tells
 * files apart. Who somebody is stays, or gets another name.
 */
#ifndef NFS4SESS_COMPOUND_SCRUB_H
#define NFS4SESS_COMPOUND_SCRUB_H

#include <glib.h>

#include "event.h"

/* What is named by bytes that tell who somebody is. */
typedef enum {
    NAME_OWNER,     /* co_ownerid, nfs_client_id4.id */
    NAME_HOST,      /* the machine name of AUTH_SYS */
    NAME_SERVER,    /* so_major_id, eir_server_scope */
    NAME_UNIVERSAL, /* the universal address of a client */
    NAME_SOFTWARE,  /* nii_name; some clients put their host's name into it */
    NAME_FILE,      /* the hash of a filehandle, 8 bytes; they stay 8 */
    NAME_OTHER      /* a netid, which ought to name a transport */
} compound_name;

/* Other names for them: `put` appends to `out` what stands for `name`. */
typedef struct {
    void (*put)(void *data, compound_name kind, nfs4_bytes name, GByteArray *out);
    void *data;
} compound_names;

/* Appends to `out` the COMPOUND4args (RFC 8881 section 16.2.1) or, where `is_reply`, the
 * COMPOUND4res (16.2.2) that `body` holds. Returns false where that was cut off, damaged or of
 * an operation whose form is not known: `out` then ends behind the last thing that was read,
 * and whoever shows it says that more followed. `names` may be NULL: who somebody is stays then. */
bool compound_scrub(nfs4_bytes body, bool is_reply, const compound_names *names, GByteArray *out);

#endif
