/* note_types.h - what a message meant to the model; a part of types.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_NOTE_TYPES_H
#define NFS4SESS_NOTE_TYPES_H

#include "types.h"

/* What a message meant to the model. Kept for messages of identity and of
 * findings only. Identified by frame, connection, xid and direction: a frame
 * number alone is not enough, a frame can hold many messages. */
typedef struct {
    uint32_t frame, connection, xid, is_reply;
} nfs4_note_key;

enum { NOTE_IDENTIFY = 1, NOTE_CONFIRM = 2, NOTE_REFUSED = 4, NOTE_STEP = 8, NOTE_EVIDENCE = 16 };

typedef struct nfs4_note {
    nfs4_note_key key;
    struct nfs4_note *next; /* of the same frame */
    unsigned flags;
    uint32_t status;
    nfs4_owner *owner;
    nfs4_instance *instance;
    nfs4_lease *lease;
    const nfs4_session *session; /* of the call's SEQUENCE; NULL for none or unknown */
    nfs4_chain *chain;
    uint32_t step;              /* index in chain->steps */
    const nfs4_instance *other; /* with NOTE_EVIDENCE: who else was there, NULL for unknown */
    const nfs4_hint *hint;      /* what it hints at, NULL for nothing */
    const struct nfs4_trouble *trouble; /* of which it is a refusal, NULL for none */
} nfs4_note;

#endif
