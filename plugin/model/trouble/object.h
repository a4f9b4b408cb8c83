/* object.h - what a request was about, as a number
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 0 where it is about nothing smaller than its client.
 */
#ifndef NFS4SESS_OBJECT_H
#define NFS4SESS_OBJECT_H

#include "watch/identity.h"

/* What a request that was refused was about, for trouble of this kind. */
uint32_t object_of_refusal(const nfs4_call *call, uint32_t operation, const nfs4_lease *lease,
                           nfs4_trouble_kind kind);

#define OBJECTS 3

/* All that a request that worked may be about, for whatever kind. */
void object_of_success(const nfs4_call *call, uint32_t operation, const nfs4_lease *lease,
                       uint32_t objects[OBJECTS]);

#endif
