/* note.c - what single messages meant, for whoever shows them later
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "note.h"

#include "session.h"

/* Where the store is full, a message that has no note yet shares one that nobody finds. */
static nfs4_note *note_get(nfs4_model *model, const nfs4_note_key *key)
{
    nfs4_note *note = (nfs4_note *)wmem_map_lookup(model->notes, key);
    if (note == NULL && store_is_full(&model->store))
        return &model->unkept;
    if (note == NULL) {
        note = store_new(&model->store, nfs4_note);
        note->key = *key;
        wmem_map_insert(model->notes, &note->key, note);
    }
    return note;
}

void note_exchange(nfs4_model *model, const nfs4_exchange *exchange, unsigned flags,
                   nfs4_lease *lease, nfs4_chain *chain, uint32_t step)
{
    const nfs4_message *reply = exchange->reply;
    model->note_count++;
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

nfs4_note *note_reply(nfs4_model *model, const nfs4_message *reply)
{
    nfs4_note_key key = key_of(reply);
    nfs4_note *note = note_get(model, &key);
    model->note_count++;
    note->flags |= NOTE_EVIDENCE;
    note->status = reply->compound.status;
    return note;
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
    return (const nfs4_note *)wmem_map_lookup(model->notes, &key);
}

bool note_is_refusal(const nfs4_model *model, const nfs4_exchange *exchange)
{
    const nfs4_note *note = note_find(model, exchange->reply);
    return note != NULL && (note->flags & NOTE_REFUSED) != 0;
}
