/* snapped.h - clients whose owner the snap length cut off
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RULES.md, lost-in-turns. A snap length of 128 bytes keeps clientids and status codes and loses
 * owners and verifiers, often the whole call. What is left shows who is given a
 * clientid and who is refused, by address: two hosts that throw each other out do so
 * in turns. That is never more than a suspicion.
 */
#ifndef NFS4SESS_CUT_H
#define NFS4SESS_CUT_H

#include "model.h"

/* Prepares an empty room in `store`, which must outlive it. */
void cut_init(nfs4_cuts *cuts, nfs4_store *store);

/* `reply` gave the client of this connection a clientid, and the capture does not show
 * for which owner. */
void cut_identified(nfs4_model *model, nfs4_connection *connection, const nfs4_message *reply,
                    uint64_t clientid);

/* A request of the client worked, or was refused because the server no longer knows
 * its session or clientid. Both do nothing on a connection on which no owner was cut
 * off. */
void cut_worked(nfs4_connection *connection, const nfs4_message *reply);
void cut_refused(nfs4_model *model, nfs4_connection *connection, const nfs4_message *reply);

/* A reply whose call was cut so short that nothing of it was read. */
void cut_reply(nfs4_model *model, nfs4_connection *connection, const nfs4_message *reply);

#endif
