/* show_target.h - one message on its way to the screen; for show.c and say.c only
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_SHOW_TARGET_H
#define NFS4SESS_SHOW_TARGET_H

#include "compat.h"

#include "nfs4sess.h"

/* What is shown of one message, and where. */
typedef struct {
    const nfs4_context *message;
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree; /* NULL where nobody looks at the details */
    proto_item *item; /* the root of `tree` */
    bool info_suffix;
} show_target;

/* Adds a generated string; nothing for NULL. */
void show_string(const show_target *target, int field, const char *text);

/* The message took a lease over: it is the identification or the confirm of the lease
 * that did, not a later answer that names it again. */
bool show_takes_over(const nfs4_note *note);

/* The lease that was taken over in the collision that this message is part of: as
 * the one who takes, or as one who is refused. NULL for no collision. */
const nfs4_lease *show_taken_lease(const nfs4_note *note);

/* The message proves a second host by itself: it lost a race, was refused for the
 * holder's sake, or shows a copy of its host. */
bool show_is_evidence(const nfs4_context *message);

/* The step of a chain that the message is; NULL for one that was not kept. */
const nfs4_step *show_step(const nfs4_note *note);

#endif
