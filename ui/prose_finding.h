/* prose_finding.h - what is known of a finding beyond its head
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PROSE_FINDING_H
#define NFS4SESS_PROSE_FINDING_H

#include "page.h"

#include "model/model.h"

/* Appends, for an owner that is accused or undecided, how to cure it, and with `full` who
 * the clients are, the evidence, why it is nothing else and what it cost. `told` keeps what
 * to do, as it was written -> the number of the owner that says so: later ones refer to
 * that. */
void prose_finding(page *out, const nfs4_model *model, const nfs4_owner *owner, bool full,
                   GHashTable *told);

#endif
