/* note.c - what single messages meant, for whoever shows them later
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "note.h"

#include "session.h"

/* Notes are asked for soon after they were made: those of neighbouring frames lie together.
 * There is a page for so many frames, if one of them has a note. */
#define PAGE 16

typedef struct {
    nfs4_note *first[PAGE]; /* of a frame */
} notes_page;

static gpointer page_key(uint32_t frame)
{
    return GUINT_TO_POINTER(frame / PAGE);
}

static notes_page *page_get(nfs4_model *model, uint32_t frame)
{
    notes_page *page = (notes_page *)wmem_map_lookup(model->notes.pages, page_key(frame));
    if (page == NULL) {
        page = store_new(&model->notes.store, notes_page);
        wmem_map_insert(model->notes.pages, page_key(frame), page);
    }
    return page;
}

static nfs4_note *first_of(const nfs4_model *model, uint32_t frame)
{
    if (model->notes.is_brief)
        return frame == model->notes.frame ? model->notes.now : NULL;
    const notes_page *page =
        (const notes_page *)wmem_map_lookup(model->notes.pages, page_key(frame));
    return page != NULL ? page->first[frame % PAGE] : NULL;
}

static nfs4_note *find(const nfs4_model *model, const nfs4_note_key *key)
{
    nfs4_note *note = first_of(model, key->frame);
    while (note != NULL && memcmp(&note->key, key, sizeof *key) != 0)
        note = note->next;
    return note;
}

static bool is_kept(const nfs4_model *model, uint32_t frame)
{
    if (model->notes.is_brief && frame != model->notes.frame)
        return false;
    return model->notes.spare != NULL || !store_is_full(&model->notes.store);
}

static nfs4_note *note_new(nfs4_model *model)
{
    nfs4_note *note = model->notes.spare;
    if (note == NULL)
        return store_new(&model->notes.store, nfs4_note);
    model->notes.spare = note->next;
    memset(note, 0, sizeof *note);
    return note;
}

/* A message that has no note yet, and gets none, shares one that nobody finds. */
static nfs4_note *note_get(nfs4_model *model, const nfs4_note_key *key)
{
    nfs4_note *note = find(model, key);
    if (note != NULL)
        return note;
    if (!is_kept(model, key->frame))
        return &model->unkept;
    nfs4_note **place = model->notes.is_brief
                            ? &model->notes.now
                            : &page_get(model, key->frame)->first[key->frame % PAGE];
    note = note_new(model);
    note->key = *key;
    note->next = *place;
    *place = note;
    return note;
}

void note_begin_frame(nfs4_model *model, uint32_t frame)
{
    nfs4_notes *notes = &model->notes;
    if (frame == notes->frame)
        return;
    notes->frame = frame;
    while (notes->now != NULL) {
        nfs4_note *note = notes->now;
        notes->now = note->next;
        note->next = notes->spare;
        notes->spare = note;
    }
}

typedef struct {
    note_act *act;
    void *data;
} each;

static void each_of(nfs4_note *first, const each *what)
{
    for (nfs4_note *note = first; note != NULL; note = note->next)
        what->act(note, what->data);
}

static void each_of_page(gpointer key, gpointer value, gpointer data)
{
    const notes_page *page = (const notes_page *)value;
    (void)key;
    for (int i = 0; i < PAGE; i++)
        each_of(page->first[i], (const each *)data);
}

bool note_are_whole(const nfs4_model *model)
{
    return !model->notes.is_brief;
}

void note_each(const nfs4_model *model, note_act *act, void *data)
{
    each what = {act, data};
    each_of(model->notes.now, &what);
    wmem_map_foreach(model->notes.pages, each_of_page, &what);
}

void note_exchange(nfs4_model *model, const nfs4_exchange *exchange, unsigned flags,
                   nfs4_lease *lease, nfs4_chain *chain, uint32_t step)
{
    const nfs4_message *reply = exchange->reply;
    model->note_count++;
    if (flags & NOTE_REFUSED)
        model->notes.refused = model->compounds;
    nfs4_note_key key = {exchange->call->frame, reply->connection, reply->xid, 0};
    const nfs4_session *session =
        exchange->call->has_sequence
            ? session_find(exchange->endpoint->server, exchange->call->sessionid)
            : NULL;
    for (int side = 0; side < 2; side++) {
        nfs4_note *note = note_get(model, &key);
        note->flags |= flags;
        note->status = reply->compound.status;
        if (lease != NULL)
            note->lease = lease;
        if (session != NULL)
            note->session = session;
        if (flags & (NOTE_IDENTIFY | NOTE_EVIDENCE)) {
            note->owner = exchange->connection->owner;
            note->instance = exchange->connection->instance;
        }
        if (chain != NULL) {
            note->chain = chain;
            note->step = step;
        }
        key.frame = reply->frame;
        key.is_reply = 1;
    }
}

void note_evidence(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                   const nfs4_instance *other)
{
    const nfs4_message *reply = exchange->reply;
    nfs4_note_key key = {exchange->call->frame, reply->connection, reply->xid, 0};
    note_exchange(model, exchange, NOTE_EVIDENCE, lease, NULL, 0);
    note_get(model, &key)->other = other;
    key.frame = reply->frame;
    key.is_reply = 1;
    note_get(model, &key)->other = other;
}

static nfs4_note_key key_of(const nfs4_message *message)
{
    return (nfs4_note_key){message->frame, message->connection, message->xid,
                           message->compound.is_reply};
}

nfs4_note_key note_reply(nfs4_model *model, const nfs4_message *reply)
{
    nfs4_note_key key = key_of(reply);
    nfs4_note *note = note_get(model, &key);
    model->note_count++;
    note->flags |= NOTE_EVIDENCE;
    note->status = reply->compound.status;
    return key;
}

void note_turn(nfs4_model *model, const nfs4_note_key *reply, nfs4_instance *loser,
               const nfs4_instance *winner)
{
    nfs4_note *note = note_get(model, reply);
    note->owner = loser->owner;
    note->instance = loser;
    note->other = winner;
}

void note_owner(nfs4_model *model, const nfs4_message *reply, nfs4_instance *instance)
{
    nfs4_note_key key = key_of(reply);
    nfs4_note *note = note_get(model, &key);
    model->note_count++;
    note->owner = instance->owner;
    note->instance = instance;
}

void note_hint(nfs4_model *model, const nfs4_message *message, const nfs4_hint *hint)
{
    nfs4_note_key key = key_of(message);
    model->note_count++;
    note_get(model, &key)->hint = hint;
}

void note_trouble(nfs4_model *model, const nfs4_note_key *reply, uint32_t call,
                  const nfs4_trouble *trouble)
{
    nfs4_note_key key = *reply;
    model->note_count++;
    note_get(model, &key)->trouble = trouble;
    key.frame = call;
    key.is_reply = 0;
    note_get(model, &key)->trouble = trouble;
}

const nfs4_note *note_find(const nfs4_model *model, const nfs4_message *message)
{
    nfs4_note_key key = key_of(message);
    return find(model, &key);
}

bool note_is_refusal(const nfs4_model *model)
{
    return model->notes.refused == model->compounds;
}
