/* prose_fix.h - what to do about a duplicate, for the system that its clients run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PROSE_FIX_H
#define NFS4SESS_PROSE_FIX_H

#include "page.h"

#include "model/model.h"

/* Appends what cures this owner, which is accused. Only what is known to be right for
 * the client's software; where that is unknown, this is said. */
void prose_fix(page *out, const nfs4_owner *owner);

/* Appends what would tell more: which capture to take, and where. */
void prose_capture_next(page *out, const nfs4_owner *owner);

#endif
