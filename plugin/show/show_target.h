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
    proto_item *item;    /* the root of our tree */
    proto_tree *tree;    /* its lines; NULL where nobody looks at the details */
    proto_tree *finding; /* the group of that name; NULL while nothing is said */
    bool has_expert;     /* expert information was added */
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

/* The lease was taken over by a client that began anew: an innocent. */
bool show_is_restart(const nfs4_lease *taken);

/* The client of the message is known from an address before this one, and nothing speaks for a
 * second host. */
bool show_has_moved(const nfs4_context *message);

/* Appends to the root of the tree what is found and the other host, or the client owner. */
void show_headline(const show_target *target);

/* The message proves a second host by itself: it lost a race, was refused for the
 * holder's sake, or shows a copy of its host. */
bool show_is_evidence(const nfs4_context *message);

/* The step of a chain that the message is; NULL for one that was not kept. */
const nfs4_step *show_step(const nfs4_note *note);

#endif
