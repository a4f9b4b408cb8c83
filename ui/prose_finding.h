/* prose_finding.h - one finding of the report: who, proof, why nothing else, cost, cure
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PROSE_FINDING_H
#define NFS4SESS_PROSE_FINDING_H

#include "model/model.h"

/* Appends the finding of an owner that is accused or undecided, numbered. `told` keeps what
 * to do, as it was written -> the finding that says so: later ones refer to that. */
void prose_finding(GString *text, uint32_t number, const nfs4_owner *owner, GHashTable *told);

#endif
