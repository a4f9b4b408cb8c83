/* incident.h - lost leases of one event: what one cause did to the clients of one server
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_INCIDENT_H
#define NFS4SESS_INCIDENT_H

#include "report.h"

/* A restart or failover of a server makes one incident for all clients, any other cause
 * one for each client owner. What a duplicate did is none. */
typedef struct {
    nfs4_cause cause;
    nfs4_verdict grade; /* of the first chain */
    bool has_start;     /* the server's, by the clientids that it gave out after that */
    nstime_t start;
    bool beside_duplicate; /* an owner of it is accused of something else */
    const nfs4_trouble *turns; /* the same event as trouble, servers-in-turns; NULL for none */
    GPtrArray *chains;     /* const nfs4_chain, in the order of their numbers */
} incident;

/* The worst of a model, at most `limit`, in the order in which they began: by what was lost,
 * by how many were hit, by how long. `*more` is how many are left out. Owners that `chooses`
 * refuses do not count, NULL for none. Elements are freed with the array. */
GPtrArray *incidents_of(const nfs4_model *model, report_chooser chooses, void *data, guint limit,
                        guint *more);

#endif
