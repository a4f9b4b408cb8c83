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
char *wording_way_back(wmem_allocator_t *scope, const nfs4_chain *chain, uint32_t index);

/* Info column of a refusal: what became of the lease. */
const char *wording_loss(wmem_allocator_t *scope, const nfs4_chain *chain, nfs4_cause cause);

#endif
