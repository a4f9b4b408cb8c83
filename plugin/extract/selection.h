/* selection.h - which messages of a capture the judgement rests on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A message is needed if it changed the model (effect.h), or if it is the last that moved a
 * time which something of note was then measured by: of each lease its last success and the
 * last that was heard of it, of each slot of a session the request that it carried last, of
 * each server and of the capture the last message. "Of note" is what happens to the owner of
 * the lease; the first success after it is needed, too. Everything else a model can do
 * without, and says the same.
 */
#ifndef NFS4SESS_EXTRACT_SELECTION_H
#define NFS4SESS_EXTRACT_SELECTION_H

#include "queue.h"

#include "model/model.h"

typedef struct extract_selection extract_selection;

/* How much was left out. */
typedef struct {
    uint64_t calls, replies; /* messages; replies whose call was captured */
    uint64_t identified;     /* of leases whose owner is known */
} extract_left_out;

/* `emit` is given each packet that is needed, in order; `drop` each that is not. A packet
 * waits until that is known, behind at most `limit` others. */
extract_selection *extract_selection_new(uint32_t limit, extract_emit emit, GDestroyNotify drop,
                                         void *data);
void extract_selection_free(extract_selection *selection);

/* To be called around model_observe, for each message. Owns `packet`, its bytes. _before
 * returns false for a reply of which no call waits: there may be need of extract_selection_call
 * then, with a packet that stands for the call, before _after. */
bool extract_selection_before(extract_selection *selection, const nfs4_model *model,
                              const nfs4_message *message);
void extract_selection_call(extract_selection *selection, void *packet);
void extract_selection_after(extract_selection *selection, const nfs4_model *model,
                             const nfs4_message *message, void *packet);

/* A packet that is needed whatever it is. */
void extract_selection_pass(extract_selection *selection, void *packet);

/* The capture is over: emits the rest. */
void extract_selection_end(extract_selection *selection);

#endif
