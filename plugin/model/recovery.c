/* recovery.c - the way back of a client that was refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "recovery.h"

#include "note.h"

static nfs4_chain *chain_under_way(const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    const nfs4_connection *connection = exchange->connection;
    nfs4_chain *candidates[] = {
        connection->chain, connection->instance != NULL ? connection->instance->chain : NULL,
        lease != NULL && lease->instance != NULL ? lease->instance->chain : NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++)
        if (candidates[i] != NULL && !candidates[i]->resumed)
            return candidates[i];
    return NULL;
}

void recovery_step(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    nfs4_chain *chain = chain_under_way(exchange, lease);
    if (chain == NULL || exchange->connection->is_copy || note_is_refusal(model, exchange))
        return;
    nfs4_step_kind kind = chain_classify(exchange->call, reply);
    if (kind == STEP_NONE)
        return;
    if (lease != NULL && lease != chain->lease && kind != STEP_IDENTIFY)
        chain->renewed = lease; /* by its confirm, or by its use where that was not captured */
    if (kind == STEP_CONFIRM)
        exchange->connection->chain = chain;
    if (kind == STEP_RESUMED && lease != chain->renewed)
        return;
    uint32_t step = chain_add_step(chain, kind, exchange->reply->frame, reply->status);
    note_exchange(model, exchange, NOTE_STEP, lease, chain, step);
    chain_count_reclaims(chain, exchange->call, reply);
    if (kind == STEP_RESUMED) {
        chain_resume(chain, &exchange->reply->time);
        exchange->connection->chain = NULL;
    }
}
