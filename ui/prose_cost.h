/* prose_cost.h - what a duplicate cost its clients, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PROSE_COST_H
#define NFS4SESS_PROSE_COST_H

#include <glib.h>

#include "model/model.h"

/* Appends the items of the section "What it cost": takeovers, lost leases, outage, and
 * what each instance lost. */
void prose_cost(GString *text, const nfs4_owner *owner);

#endif
