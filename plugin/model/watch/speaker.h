/* speaker.h - which lease a client means by a clientid that several had one after the other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A server may give a clientid out again (RULES.md, lease-identity), and a capture may miss
 * that it did. Whoever names the clientid then need not be the client that was seen with it.
 */
#ifndef NFS4SESS_SPEAKER_H
#define NFS4SESS_SPEAKER_H

#include "identity.h"

/* The instance that an identification call presents, which is created where it is new; NULL
 * for the purge verifier, which is nobody's. */
nfs4_instance *speaker_of_call(nfs4_model *model, const nfs4_call *call);

/* Whoever sent the call has another name than whoever had the lease. */
bool speaker_is_stranger(const nfs4_lease *lease, const nfs4_call *call);

/* The lease of `clientid` (not 0) that the exchange speaks for, created where there is none.
 * `works`: the server took the clientid, so that a client that was never seen with it has been
 * given it since; else that client had it before. */
nfs4_lease *speaker_lease(nfs4_model *model, const nfs4_exchange *exchange, nfs4_server *server,
                          uint64_t clientid, bool works);

#endif
