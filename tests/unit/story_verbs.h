/* story_verbs.h - what hosts and servers of a story can do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each verb is the messages that Linux sends for it, and their answers.
 */
#ifndef NFS4SESS_STORY_VERBS_H
#define NFS4SESS_STORY_VERBS_H

#include "../message.h"
#include "story.h"

#define PURGE_VERIFIER UINT64_MAX

/* ---- hosts ---------------------------------------------------------------- */

/* A host of that name, at 10.0.0.<address>. Whoever has the name has its owner, too. */
story_host *web01(story *world, uint8_t last_byte, uint32_t minor);

/* The first of them, which has mounted. */
story_host *mounted(story *world, uint32_t minor);

/* ---- calls and replies ---------------------------------------------------- */

/* How many addresses or names are kept. */
uint32_t marks_of(const nfs4_mark *mark);
nfs4_message begins_call(story_host *host);

/* A reply of one operation, without a body. */
uint32_t answers(story_host *host, const nfs4_message *call, uint32_t opcode, uint32_t status);

/* ---- identity ------------------------------------------------------------- */

void sends_exchange_id(story_host *host, uint64_t verifier);

/* EXCHANGE_ID that the server refuses because another principal holds the owner */
uint32_t is_told_in_use(story_host *host);
void sends_setclientid(story_host *host, uint64_t verifier);
uint32_t sends_create_session(story_host *host);
uint32_t sends_setclientid_confirm(story_host *host);
uint32_t sends_destroy_session(story_host *host);
void sends_destroy_clientid(story_host *host);

/* ---- work ----------------------------------------------------------------- */

nfs4_message begins_sequence(story_host *host);

/* Sends the call. If the server knows its session, `status` is what its last
 * operation gets. A GETATTR at the root asks for the lease time. */
uint32_t ends_sequence(story_host *host, nfs4_message *call, uint32_t status);

/* SEQUENCE, PUTFH and one operation without a body. */
uint32_t sends_on_session(story_host *host, uint32_t opcode, uint32_t status);
uint32_t asks_lease_time(story_host *host);
uint32_t completes_reclaim(story_host *host);
uint32_t binds_connection(story_host *host);

/* A request whose slot is not where the server has it */
uint32_t is_out_of_order(story_host *host);

/* SEQUENCE alone, as Linux renews its lease */
uint32_t renews_session(story_host *host);
uint32_t reclaims_open(story_host *host);

/* 4.0: an operation that names the clientid */
uint32_t sends_with_clientid(story_host *host, uint32_t opcode);

/* ---- the verbs of the stories --------------------------------------------- */

/* One request, without a recovery: ACCESS; in 4.0 OPEN. */
uint32_t tries(story_host *host);

/* A new lease, confirmed, as after a refusal. */
void identifies(story_host *host);

/* What Linux does once it has a new lease. */
void sets_up(story_host *host);
void mounts(story_host *host);
void recovers(story_host *host);

/* Works; where it is refused it recovers and tries again. */
void accesses(story_host *host);
void unmounts(story_host *host);

/* It falls silent for a minute and begins again. */
void crashes_and_boots(story_host *host);
void restarts(story *world, story_server *server);

/* From now on another server answers at the address that it knows. */
void is_moved_to(story_host *host, story_server *server);

/* The server forgets the client, or only its session. */
void is_expired(story_host *host);

/* SEQUENCE alone, answered with these status flags. */
void is_flagged(story_host *host, uint32_t flags);
void loses_session(story_host *host);

#endif
