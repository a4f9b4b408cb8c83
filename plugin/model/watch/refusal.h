/* refusal.h - a server that no longer knows a session, a clientid or a state
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_REFUSAL_H
#define NFS4SESS_REFUSAL_H

#include "identity.h"

/* true if the status says that the session is gone (RFC 8881 sections 15.1.11.1 and
 * 15.1.11.5) */
bool refusal_is_lost_session(uint32_t status);

/* true if this reply says of a session or a clientid that it is gone; without its
 * call, so that it may be the client's own doing. `minor_0`: it is one of NFSv4.0. */
bool refusal_says_gone(const nfs4_compound *reply, bool minor_0);

/* SEQUENCE worked, and its status flags may say that the lease had expired and all state was
 * thrown away (RFC 8881 section 18.46.3): begins a chain of it, once while the flag stands. */
void refusal_observe_flags(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

/* Looks whether the exchange was refused because its lease or session is gone, or
 * state of it was revoked, and begins or continues the chain of it. `session` is the
 * one it used and `lease` the one it named; either may be NULL. Returns true if it was
 * refused so. */
bool refusal_observe(nfs4_model *model, const nfs4_exchange *exchange, const nfs4_session *session,
                     nfs4_lease *lease);

#endif
