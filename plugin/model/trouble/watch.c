/* watch.c - what the room sees of each exchange
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "watch.h"

#include "callbacks.h"
#include "flags.h"
#include "ids.h"
#include "late.h"
#include "loop.h"
#include "restarts.h"
#include "slots.h"

/* What blame.c and the wording ask of a lease later. */
static void note_facts(const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    if (nfs4_compound_has(reply, OP_RECLAIM_COMPLETE))
        lease->use.reclaim_completed = true;
    const nfs4_event *event = nfs4_compound_event(reply, OP_EXCHANGE_ID);
    if (event != NULL) {
        lease->use.has_sequence = true;
        lease->use.sequence = event->u.exchange_id.sequenceid;
    }
}

/* Whose the refusals are may have become known since. */
static void note_rejections(nfs4_trouble *trouble)
{
    nfs4_instance *instance = trouble->connection->instance;
    if (trouble->kind == TROUBLE_IDENTIFICATION && instance != NULL &&
        trouble->status == instance->rejections.status && instance->rejections.trouble == NULL)
        instance->rejections.trouble = trouble;
}

void trouble_settle(nfs4_model *model)
{
    slots_settle(model);
    for (nfs4_trouble *trouble = model->troubles.first; trouble != NULL; trouble = trouble->next)
        note_rejections(trouble);
}

void trouble_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    if (lease != NULL && exchange->reply->compound.status == NFS4_OK)
        note_facts(exchange, lease);
    loop_observe(model, exchange, lease);
    if (lease == NULL)
        return;
    flags_observe(model, exchange, lease);
    callbacks_observe(model, exchange, lease);
    late_observe(model, exchange, lease);
    slots_observe(model, exchange, lease);
    ids_observe(model, exchange, lease);
    if (exchange->call->has_identity)
        restarts_observe(model, exchange, lease);
}
