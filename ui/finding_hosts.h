/* finding_hosts.h - who they are: names, addresses, servers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_FINDING_HOSTS_H
#define NFS4SESS_FINDING_HOSTS_H

#include "finding.h"

/* Tells of the owner who presents it, and to which server. */
void finding_find_hosts(finding *found, wmem_allocator_t *scope);

#endif
