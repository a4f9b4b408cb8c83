/* finding_client.h - one client that has several addresses, or several owners
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_FINDING_CLIENT_H
#define NFS4SESS_FINDING_CLIENT_H

#include "finding.h"

/* What an owner with one instance at several addresses presented, and to which addresses of the
 * server. */
void finding_find_client(finding *found, wmem_allocator_t *scope);

/* true if a client that has been told of is the same one with another owner, as Linux has one for
 * each minor version: the same name, verifier and server. */
bool finding_is_same_client(const finding *found, const nfs4_owner *other);

/* Tells of that owner, too. */
void finding_add_owner(finding *found, wmem_allocator_t *scope, const nfs4_owner *other);

#endif
