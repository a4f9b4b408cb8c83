/* alias_owner.h - an owner with other names in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_EXTRACT_ALIAS_OWNER_H
#define NFS4SESS_EXTRACT_ALIAS_OWNER_H

#include "alias.h"

/* Appends an owner of the same form (owner_form.h), with aliases for the names and addresses in
 * it: what judges and words it finds the same. Different owners stay different. Owners of pynfs,
 * which are a test's code and a time, stay as they are. */
void alias_owner(alias_book *book, nfs4_bytes owner, GByteArray *out);

#endif
