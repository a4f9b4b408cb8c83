/* prose_cause.h - interruptions that no duplicate caused, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PROSE_CAUSE_H
#define NFS4SESS_PROSE_CAUSE_H

#include <glib.h>

#include "model/model.h"

/* Appends a section about the chains of other causes than a second client: how many, and
 * of the first ones who, when, why, what was lost and what to do. Nothing where there are
 * none. */
void prose_other_causes(GString *text, const nfs4_model *model);

#endif
