/* incident_proof.h - the frames that show why clients lost leases, if no duplicate took them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_INCIDENT_PROOF_H
#define NFS4SESS_INCIDENT_PROOF_H

#include "incident.h"
#include "show/wording.h"

/* A line for each frame; none for what no frame proves. Returns how many. */
uint32_t incident_proof_lines(wmem_allocator_t *scope, const nfs4_model *model,
                              const incident *told, wording_line lines[WORDING_LINES_MAX]);

#endif
