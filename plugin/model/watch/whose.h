/* whose.h - which session or lease an exchange speaks for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_WHOSE_H
#define NFS4SESS_WHOSE_H

#include "identity.h"

/* The session of SEQUENCE or BIND_CONN_TO_SESSION; one that was made before the capture began
 * is created, with its lease. NULL where the call has neither operation. */
nfs4_session *whose_session(nfs4_model *model, const nfs4_exchange *exchange);

/* Of the sessions that had this one's id one after the other, the one that is spoken for on this
 * connection: the connection speaks for its lease already, or the address that made it is this
 * client's; else the last one whose client has the call's machine name, or none that is known. The
 * session itself where nothing tells. */
nfs4_session *whose_spoken_for(nfs4_session *session, const nfs4_exchange *exchange);

/* The lease that the call names by a clientid or by a stateid, without SEQUENCE; in 4.0, one
 * that was given out before the capture began is created. NULL for none. */
nfs4_lease *whose_lease(nfs4_model *model, const nfs4_exchange *exchange);

#endif
