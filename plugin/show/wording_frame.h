/* wording_frame.h - what is said of one frame, in the packet list and in its details
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * As in wording.h: UTF-8, no control characters, in `scope`.
 */
#ifndef NFS4SESS_WORDING_FRAME_H
#define NFS4SESS_WORDING_FRAME_H

#include "model/model.h"

/* Who presents an owner that is accused; NULL for any other owner. */
char *wording_standing(wmem_allocator_t *scope, const nfs4_owner *owner);

/* The frame is part of the takeover of `taken`, which the confirm of `by` completes. */
char *wording_takeover_begins(wmem_allocator_t *scope, const nfs4_lease *taken,
                              const nfs4_lease *by);

/* Where a frame stands on a client's way back: the step with this index. */
char *wording_way_back(wmem_allocator_t *scope, const nfs4_chain *chain, uint32_t place);

/* The owner, cut where it is long; "A client" for NULL. */
char *wording_short_owner(wmem_allocator_t *scope, const nfs4_owner *owner);

/* The same in quotes: "'Linux NFSv4.2 web01'" */
char *wording_quoted_owner(wmem_allocator_t *scope, const nfs4_owner *owner);

/* Whose lease a chain is about: "OWNER lost to 10.0.0.12 in frame 62", or "OWNER of 10.0.0.11"
 * where it was lost to nobody. */
char *wording_loser(wmem_allocator_t *scope, const nfs4_chain *chain);

/* "session invalidated (lease-expired, probable)" */
char *wording_invalidated(wmem_allocator_t *scope, const nfs4_chain *chain);

/* Why the addresses of an instance are one client. */
char *wording_one_client(wmem_allocator_t *scope, const nfs4_instance *instance);

/* The two hosts of a hint, in a few words. */
char *wording_short_hint(wmem_allocator_t *scope, const nfs4_hint *hint);

/* What stands for a message whose lines are not shown: what is found and the other host come
 * first. The takeover of a lease by a duplicate; a message of an accused owner (`other`: who else
 * is there, NULL for unknown); a step of a chain (`resumed`: the last one); a takeover that
 * accuses nobody; a message from another address than the first of its client. */
char *wording_head_of_takeover(wmem_allocator_t *scope, const nfs4_lease *taken);
char *wording_head_of_owner(wmem_allocator_t *scope, const nfs4_owner *owner,
                            const nfs4_instance *other);
char *wording_head_of_chain(wmem_allocator_t *scope, const nfs4_chain *chain, bool resumed);
char *wording_head_of_change(wmem_allocator_t *scope, const nfs4_lease *taken, bool restarted);
char *wording_head_of_moved(wmem_allocator_t *scope, const nfs4_instance *instance);

/* Info column of a refusal: what became of the lease. */
const char *wording_loss(wmem_allocator_t *scope, const nfs4_chain *chain, nfs4_cause cause);

#endif
