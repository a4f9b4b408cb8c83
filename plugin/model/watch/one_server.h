/* one_server.h - addresses of one server that gives out ids which tell nothing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RULES.md, one-server: two addresses that name the same owner and scope may still be two servers,
 * as those of clones are. That they are one shows in what happens at the one because of the other.
 */
#ifndef NFS4SESS_ONE_SERVER_H
#define NFS4SESS_ONE_SERVER_H

#include "identity.h"

/* The address knows a clientid, of this client, which another one gave out: it is that server's.
 * To be called before the exchange is entered at the address. */
void one_server_identified(nfs4_model *model, const nfs4_exchange *exchange, uint64_t clientid);

/* The server gave out a clientid. If another address has one start time with it, and its counter,
 * the two become one server. To be called once the exchange is dealt with. */
void one_server_numbered(nfs4_model *model, nfs4_server *server);

/* The lease was refused. Where confirms at each of two addresses were followed by refusals at
 * the other, the two become one server. */
void one_server_refused(nfs4_model *model, nfs4_lease *lease);

/* At the end of the capture: files what rule confirmed-elsewhere asks for, a refusal that followed
 * a confirm at the other address. Once is not enough for the two to become one. */
void one_server_settle(nfs4_model *model);

#endif
