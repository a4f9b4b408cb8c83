/* prose_cost.h - what a duplicate cost its clients, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PROSE_COST_H
#define NFS4SESS_PROSE_COST_H

#include "page.h"

#include "model/model.h"

/* Appends the items of the section "What it cost": takeovers, and what each instance lost
 * to the duplicate, and to no other cause. */
void prose_cost(page *out, const nfs4_owner *owner);

#endif
