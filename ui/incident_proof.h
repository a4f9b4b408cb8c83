/* incident_proof.h - the frames that show a server's restart, or that another one answers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_INCIDENT_PROOF_H
#define NFS4SESS_INCIDENT_PROOF_H

#include "incident.h"
#include "page.h"

/* Appends a line for each frame; nothing for what no frame proves. */
void incident_proof(page *out, const nfs4_model *model, const incident *told);

#endif
