/* asker.h - clients that are in trouble, by address
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_ASKER_H
#define NFS4SESS_ASKER_H

#include "trouble.h"

void asker_init(nfs4_troubles *troubles);

/* The client of a connection; NULL where nothing ever happened to it. */
nfs4_asker *asker_find(const nfs4_troubles *troubles, nfs4_connection *connection);

/* The same; creates it where it is not there. */
nfs4_asker *asker_get(nfs4_troubles *troubles, nfs4_connection *connection);

#endif
