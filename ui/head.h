/* head.h - the head of a finding: what goes into a ticket, on the first screen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_HEAD_H
#define NFS4SESS_HEAD_H

#include "finding.h"
#include "page.h"

/* Appends the head of an owner that is accused, undecided, or innocent for a reason that
 * is worth a word: what it is, cost, cure, proof, why nothing else, filter. */
void head_of_owner(page *out, const finding *found);

/* The title alone; for rows see head_rows.h. */
char *head_title(wmem_allocator_t *scope, const finding *found);

#endif
