/* identity.h - who a client says it is: identifications and confirms
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * EXCHANGE_ID and SETCLIENTID give an instance a lease, CREATE_SESSION and
 * SETCLIENTID_CONFIRM confirm it. The confirm is what ends another instance's
 * lease (RFC 8881 section 18.36.4, RFC 7530 section 16.34.5).
 */
#ifndef NFS4SESS_IDENTITY_H
#define NFS4SESS_IDENTITY_H

#include "model.h"

/* A message of a connection that answers `call`. */
typedef struct {
    nfs4_connection *connection;
    nfs4_endpoint_entry *endpoint;
    const nfs4_call *call;
    const nfs4_message *reply;
} nfs4_exchange;

/* The call and the reply as a moment: frames of both, time of the reply. */
nfs4_moment identity_moment(const nfs4_exchange *exchange);

/* The reply to an EXCHANGE_ID or SETCLIENTID that worked. Returns the lease that it
 * gave out, NULL where the capture cut off either side of it. */
nfs4_lease *identity_identified(nfs4_model *model, const nfs4_exchange *exchange);

/* Which instance presents itself in an EXCHANGE_ID or SETCLIENTID: by its verifier, and
 * where that is the purge verifier, whoever presented the owner last on this
 * connection. NULL for nobody known. */
nfs4_instance *identity_presenting(nfs4_model *model, const nfs4_exchange *exchange,
                                   nfs4_owner *owner);

/* What such an exchange tells of an instance beside its verifier: address, machine name,
 * implementation. */
void identity_describe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_instance *instance);

/* true if the identification was refused for good by a server that has not given anything out
 * yet: its address may turn out to be another one of a known server, so that the refusal is
 * taken into the model when somebody asks (identity_refused_before). */
bool identity_waits(const nfs4_exchange *exchange);
void identity_refused_before(nfs4_model *model, const nfs4_call *call);

/* The reply to an EXCHANGE_ID or SETCLIENTID that did not work. */
void identity_rejected(nfs4_model *model, const nfs4_exchange *exchange);

/* A CREATE_SESSION or SETCLIENTID_CONFIRM that worked. Returns the lease that it
 * confirmed, NULL where the capture cut off its clientid. */
nfs4_lease *identity_confirmed(nfs4_model *model, const nfs4_exchange *exchange);

/* The lease was seen to be in use. Where its confirm was not captured it counts as
 * confirmed from here on; `at` then stands for the confirm if the lease was issued
 * in the capture. NULL where the lease was confirmed before the capture began. */
void identity_in_use(nfs4_model *model, nfs4_lease *lease, const nfs4_moment *at);

/* The server that a clientid belongs to which the exchange shows (server.h,
 * server_place_clientid). */
nfs4_server *identity_place(nfs4_model *model, const nfs4_exchange *exchange, uint64_t clientid);

#endif
