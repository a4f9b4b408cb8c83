/* clone.c - two hosts that present one owner and one verifier
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "clone.h"

#include "judge.h"
#include "lease.h"

/* Cloned before its mount: CREATE_SESSION with a clientid that this instance has long
 * replaced, from an address that did not replace it: whoever asks does not know of
 * that. A request that was seen before is a copy of it with another address. */
static void observe_old_clientid(const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_lease *newer = lease->instance != NULL ? lease->instance->current : NULL;
    bool copy = exchange->connection->is_copy || lease->gone_xid == exchange->reply->xid;
    if (lease->gone_xid == 0)
        lease->gone_xid = exchange->reply->xid;
    if (copy || newer == NULL || newer == lease || newer->confirmed_from == NULL ||
        exchange->call->frame <= newer->confirm.reply || !lease_same_epoch(lease, newer))
        return;
    if (!addresses_equal(&exchange->connection->client, newer->confirmed_from) &&
        !lease_has_connection(newer, exchange->connection->id))
        judge_clone(lease, exchange->reply->frame);
}

#define SHARED_ENOUGH 2 /* changes of address, and slots out of order */

static bool is_slot_trouble(const nfs4_compound *reply)
{
    return reply->last_op == OP_SEQUENCE &&
           (reply->status == NFS4ERR_SEQ_MISORDERED || reply->status == NFS4ERR_SEQ_FALSE_RETRY);
}

/* Cloned while mounted: one session in turns from two addresses, as session trunking
 * has it too; but a client that trunks keeps its slots in order. */
static void observe_shared_session(const nfs4_exchange *exchange, nfs4_session *session,
                                   nfs4_lease *lease)
{
    const address *client = &exchange->connection->client;
    if (session->used_from != client) {
        if (session->used_from != NULL && !addresses_equal(session->used_from, client))
            session->address_changes++;
        session->used_from = client;
    }
    if (!is_slot_trouble(&exchange->reply->compound))
        return;
    session->misordered++;
    if (session->misordered >= SHARED_ENOUGH && session->address_changes >= SHARED_ENOUGH &&
        lease->instance != NULL)
        judge_shared_session(lease, exchange->reply->frame);
}

void clone_observe(const nfs4_exchange *exchange, nfs4_session *session, nfs4_lease *lease)
{
    if (session != NULL && !exchange->connection->is_copy)
        observe_shared_session(exchange, session, lease);
    if (pending_has(exchange->call, OP_CREATE_SESSION) &&
        exchange->reply->compound.status == NFS4ERR_STALE_CLIENTID)
        observe_old_clientid(exchange, lease);
}
