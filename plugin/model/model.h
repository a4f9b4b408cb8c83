/* model.h - the door of the model: what the messages of a capture add up to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The model is fed every COMPOUND once, in the order of the frames, and can be
 * asked at any time. It never sees a packet and never prints.
 */
#ifndef NFS4SESS_MODEL_H
#define NFS4SESS_MODEL_H

#include "watch/chain.h"
#include "know/connection.h"
#include "know/owner.h"
#include "know/server.h"
#include "trouble/trouble.h"
#include "types.h"
#include "wire/callback.h"

/* Room: cut.c. */
typedef struct {
    wmem_map_t *clients;      /* server and address -> nfs4_cut_client */
    wmem_map_t *pairs;        /* two of them -> nfs4_cut_pair */
    uint64_t identifications; /* of which the capture cut the owner off */
} nfs4_cuts;

/* The answer to an identification. */
typedef struct {
    uint32_t xid, connection;
    uint64_t clientid, verifier;
    nstime_t when;
    nfs4_server *server; /* NULL for none */
} nfs4_answer;

#define MODEL_ANSWERS 8

/* Room: hint.c. */
typedef struct {
    wmem_map_t *names;       /* server, minor version and machine name -> who told it first */
    wmem_map_t *owners;      /* nfs4_bytes_key -> nfs4_owner at the server that saw it first */
    nfs4_hint *first, *last; /* by frame */
} nfs4_hints;

/* Room: note.c, and note_each() for whoever wants them all. */
typedef struct {
    nfs4_store store;  /* of their own: what is judged does not depend on how many are kept */
    wmem_map_t *pages; /* those of neighbouring frames */
    bool is_brief;     /* the notes of one frame are kept, and no others */
    uint32_t frame;    /* the frame of which they are */
    nfs4_note *now;    /* the notes of that frame */
    nfs4_note *spare;  /* notes that may be overwritten */
    uint64_t refused;  /* number of the last message that was noted as a refusal */
} nfs4_notes;

typedef struct {
    nfs4_store store;
    nfs4_servers servers;
    nfs4_owners owners;
    nfs4_connections connections;
    nfs4_pending pending;
    nfs4_chains chains;
    nfs4_cuts cuts;
    nfs4_hints hints;
    nfs4_troubles troubles;
    nfs4_notes notes;
    nfs4_answer answers[MODEL_ANSWERS]; /* identifications answered last, see identity.c */
    uint32_t next_answer;
    nfs4_note unkept;               /* of messages beyond the limit */
    uint64_t note_count;            /* notes made or changed */
    uint64_t compounds;             /* messages observed */
    uint64_t answered;              /* replies whose call was captured */
    nstime_t first_time, last_time; /* of the first and the last of them */
    uint64_t confirms;              /* leases seen confirmed; gives lease->ordinal */
    uint64_t merge_work;            /* entries that merges of servers went through */
    uint64_t dropped;               /* messages beyond it */
    uint32_t first_dropped;         /* frame, 0 for none */
} nfs4_model;

/* Whose message this is, as far as the model knows by now. Each pointer may be NULL;
 * `client` is borrowed from the message. */
typedef struct {
    const nfs4_endpoint_entry *endpoint;
    address client;
    const nfs4_owner *owner;
    const nfs4_instance *instance;
    const nfs4_lease *lease;
    const nfs4_session *session;
    const nfs4_note *note; /* what the message meant, NULL for nothing of note */
} nfs4_context;

/* Creates an empty model in `scope`; everything it holds lives there. model_free
 * must be called before that scope is freed. */
nfs4_model *model_new(wmem_allocator_t *scope);
void model_free(nfs4_model *model);

#define MODEL_LIMIT 1000000

/* Bounds the memory that a hostile capture can take to so many KiB (store.h says what
 * counts); 0 for no limit, MODEL_LIMIT in a new model. A record of the model (a lease, a
 * session, a refusal with what was noted of it) takes about one. Beyond the limit what is
 * known is followed, and nothing new is taken up: such messages are counted as dropped. */
void model_set_limit(nfs4_model *model, uint64_t records);

/* From now on the notes of one frame are kept, that of the last message: for whoever never asks
 * for an earlier one again. */
void model_be_brief(nfs4_model *model);

/* Takes one message. `message` is borrowed for the time of the call. Returns true if it is
 * one of note: model_context gives a note for it, or it is the first for which its
 * connection speaks for another lease than before. So every owner has one. */
bool model_observe(nfs4_model *model, const nfs4_message *message);

/* Takes one callback, which is no message of note. */
void model_observe_callback(nfs4_model *model, const nfs4_callback *callback);

/* Messages that an extract left out: calls without a reply, and calls with theirs. They count,
 * and nothing else. */
void model_left_out(nfs4_model *model, uint64_t calls, uint64_t exchanges);

/* What model_observe returned; of a call that turned out to be of note later, true. */
bool model_is_of_note(const nfs4_model *model, const nfs4_message *message);

/* Brings up to date what was put off to keep the work per message small. To be called
 * when a pass is over, before the model is read as a whole. */
void model_settle(nfs4_model *model);

/* Asks whose message this is. Works in every later pass over the capture too, and
 * then knows what the whole capture told. */
nfs4_context model_context(const nfs4_model *model, const nfs4_message *message);

#endif
