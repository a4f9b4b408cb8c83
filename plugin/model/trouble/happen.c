/* happen.c - something happened to a client that is trouble, or goes on to be
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "happen.h"

#include "asker.h"

#include "know/note.h"

#define NOTES_KEPT 1024 /* of one trouble */

void happen_again(nfs4_model *model, const nfs4_exchange *exchange, nfs4_trouble *trouble)
{
    const nfs4_message *reply = exchange->reply;
    trouble->count++;
    trouble->last_frame = reply->frame;
    trouble->last = reply->when;
    trouble->ended_in = 0;
    if (trouble->noted >= NOTES_KEPT)
        return;
    nfs4_note_key place = {reply->frame, reply->connection, reply->xid, 1};
    note_trouble(model, &place, exchange->call->frame, trouble);
    trouble->noted++;
}

nfs4_trouble happen_like(const nfs4_exchange *exchange, nfs4_lease *lease, nfs4_trouble_kind kind,
                         uint32_t operation)
{
    return (nfs4_trouble){.kind = kind,
                          .operation = operation,
                          .lease = lease,
                          .owner = lease != NULL ? lease->owner : exchange->connection->owner,
                          .connection = exchange->connection};
}

nfs4_trouble *happen(nfs4_model *model, const nfs4_exchange *exchange, const nfs4_trouble *like)
{
    nfs4_troubles *troubles = &model->troubles;
    nfs4_trouble what = *like;
    troubles->facts++;
    if (store_is_full(troubles->store))
        return NULL;
    what.found_in = exchange->reply->frame;
    if (what.first_frame == 0) {
        what.first_frame = exchange->reply->frame;
        what.first = exchange->reply->when;
    }
    nfs4_asker *asker = asker_get(troubles, exchange->connection);
    nfs4_trouble *trouble = trouble_get(troubles, asker, &what);
    happen_again(model, exchange, trouble);
    return trouble;
}
