/* head_incident.h - the head of an incident: leases lost for another cause than a duplicate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_HEAD_INCIDENT_H
#define NFS4SESS_HEAD_INCIDENT_H

#include "incident.h"
#include "page.h"

/* Appends it: why, each client and what it got back, what to do, filter. `clients` lines
 * at most; 0 for all. */
void head_of_incident(page *out, const nfs4_model *model, const incident *told, guint clients);

#endif
