/* server_ids.h - how a server builds its clientids, sessionids and stateids
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Recognised by evidence (a plausible start time, the order of bytes, a counter), and
 * nothing is made of ids whose layout is not recognised: nfs4_layout, types.h.
 */
#ifndef NFS4SESS_SERVER_IDS_H
#define NFS4SESS_SERVER_IDS_H

#include "types.h"

/* The server handed out a clientid at `now` (capture's clock) in the reply to an identification.
 * Two ids with one constant half, which may be a start time, and near counters tell the layout.
 * Returns true if the layout became known by this. */
bool server_learn_clientid(nfs4_server *server, uint64_t clientid, const nstime_t *now);

/* The server created a session for a clientid: its bytes tell the layout. Returns
 * true if the server's order of its leases is another one now. */
bool server_learn_session(nfs4_server *server, uint64_t clientid, const uint8_t *sessionid,
                          const nstime_t *now);

/* Learns the layout from the stateid (its 12 bytes `other`) of an OPEN that this clientid
 * was given. Returns true if the server's order of its leases is another one now. */
bool server_learn_stateid(nfs4_server *server, uint64_t clientid, const uint8_t *other,
                          const nstime_t *now);

/* The clientid inside the id of a session whose CREATE_SESSION was not captured.
 * Recognises the layout where it is not known yet (*learned is then true). Returns
 * false where the sessionid tells nothing. */
bool server_session_clientid(nfs4_server *server, const uint8_t *sessionid, const nstime_t *now,
                             uint64_t *clientid, bool *learned);

/* The clientid inside a stateid's `other` (knfsd, Ganesha). Returns false where
 * the server's layout is not known to have one. */
bool server_stateid_clientid(const nfs4_server *server, const uint8_t *other, uint64_t *clientid);

/* The counter inside a sessionid (knfsd). Returns false where the server's layout is
 * not known to have one. */
bool server_session_counter(const nfs4_server *server, const uint8_t *sessionid, uint32_t *counter);

/* Splits a clientid into the server's start time (seconds since the epoch) and
 * its counter. Returns false, and leaves both alone, where the layout is not
 * known. */
bool server_clientid_parts(const nfs4_server *server, uint64_t clientid, uint32_t *epoch,
                           uint32_t *counter);

/* The same for a layout that is only supposed, LAYOUT_KNFSD_LE, _BE or _GANESHA. */
void server_ids_parts(nfs4_layout layout, uint64_t clientid, uint32_t *epoch, uint32_t *counter);

/* true for a start time between 2005 and a day after `now` */
bool server_ids_plausible(uint32_t seconds, const nstime_t *now);

/* true if two counters lie so close together that one server may have both (RULES.md,
 * one-server) */
bool server_ids_near(uint32_t a, uint32_t b);

/* Sets the layout. Returns true if the server's order of its leases is another one now. */
bool server_ids_set_layout(nfs4_server *server, nfs4_layout layout);

#endif
