/* note.h - what single messages meant, for whoever shows them later
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Only messages of identity and of findings are noted, so that the memory grows
 * with those and not with the packets.
 */
#ifndef NFS4SESS_NOTE_H
#define NFS4SESS_NOTE_H

#include "watch/identity.h"

/* To be called before anything of a frame is noted. Where notes are brief, those of other frames
 * go. */
void note_begin_frame(nfs4_model *model, uint32_t frame);

/* Notes what an exchange meant, at its call and at its reply. lease and chain may
 * be NULL; step is an index into the chain's steps. */
void note_exchange(nfs4_model *model, const nfs4_exchange *exchange, unsigned flags,
                   nfs4_lease *lease, nfs4_chain *chain, uint32_t step);

/* Notes that an exchange shows, by itself, that two hosts present the same owner: `other` is
 * the instance beside its own, NULL where that is not known. */
void note_evidence(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                   const nfs4_instance *other);

/* Notes a reply that has no call, as one that may become evidence. Returns its key. */
nfs4_note_key note_reply(nfs4_model *model, const nfs4_message *reply);

/* Notes that it did: who was refused, and who was given an id before. */
void note_turn(nfs4_model *model, const nfs4_note_key *reply, nfs4_instance *loser,
               const nfs4_instance *winner);

/* Notes whose a reply turned out to be that has no call. */
void note_owner(nfs4_model *model, const nfs4_message *reply, nfs4_instance *instance);

/* Notes what a message hints at. */
void note_hint(nfs4_model *model, const nfs4_message *message, const nfs4_hint *hint);

/* Notes at a reply, and at its call in frame `call`, the trouble of which it is a refusal. */
void note_trouble(nfs4_model *model, const nfs4_note_key *reply, uint32_t call,
                  const nfs4_trouble *trouble);

/* true if the message at hand was noted as a refusal */
bool note_is_refusal(const nfs4_model *model);

/* All notes that were made are there. */
bool note_are_whole(const nfs4_model *model);

/* Does something with each note, in no order. `data` is for whoever calls. */
typedef void note_act(nfs4_note *note, void *data);
void note_each(const nfs4_model *model, note_act *act, void *data);

/* The note of a message, or NULL. */
const nfs4_note *note_find(const nfs4_model *model, const nfs4_message *message);

#endif
