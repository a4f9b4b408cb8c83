/* late.c - clients that renew their lease too late, and are lucky
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Silence shows by what is not there, and a capture misses things. So the lease time has to be
 * told under this lease (servers that share an address may have different ones), and the first
 * request after the silence has to be the very next one of slot 0: whoever has no request under way
 * uses that one (RFC 8881 section 2.10.6.1 asks for the lowest slot), so that nothing at all was
 * sent meanwhile. NFSv4.0 has no slots; there the xid has to be the next one, and the connection
 * the only one of the lease.
 */
#include "late.h"

#include "happen.h"

#include "know/session.h"

#define LOST (SEQ4_STATUS_EXPIRED_ALL_STATE_REVOKED | SEQ4_STATUS_EXPIRED_SOME_STATE_REVOKED)

/* Who waits for nine tenths has missed a renewal: Linux renews after two thirds
 * (fs/nfs/nfs4renewd.c), FreeBSD after half. Once may be a request that was slow. */
#define NEARLY(lease_time) ((int64_t)(lease_time)*9 / 10)
#define NEARLY_ROUNDS 3
#define SOONEST 5 /* seconds: no lease is shorter */

/* 4.0: what else works, as LOOKUP, needs no lease. */
static bool uses_lease(const nfs4_call *call)
{
    return pending_has(call, OP_RENEW) || call->has_stateid;
}

static bool is_next_request(const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    const nfs4_call *call = exchange->call;
    if (call->minorversion == 0)
        return call->follows && lease->use.connection_count == 1 && uses_lease(call);
    const nfs4_session *session = session_find(exchange->endpoint->server, call->sessionid);
    const nfs4_slot *slot = session != NULL ? session_slot(session, 0) : NULL;
    bool gives_ids_again =
        exchange->endpoint->server->generation > 0; /* the session may be another */
    return !gives_ids_again && slot != NULL && call->slotid == 0 &&
           slot->sequenceid == call->sequenceid && slot->ahead == 1;
}

/* What follows SEQUENCE may be refused: the lease is renewed all the same. */
static bool renewed(const nfs4_exchange *exchange, uint32_t *flags)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_SEQUENCE);
    bool has_sequence = event != NULL && event->status == NFS4_OK;
    *flags = has_sequence ? event->u.sequence.status_flags : 0;
    return has_sequence || exchange->reply->compound.status == NFS4_OK;
}

static void is_late(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                    uint32_t lease_time, int64_t silence)
{
    bool beyond = silence > (int64_t)lease_time;
    model->troubles.facts++;
    if (!beyond && ++lease->memory.renewals.nearly_late < NEARLY_ROUNDS)
        return;
    uint32_t operation =
        exchange->call->minorversion > 0 ? OP_SEQUENCE : exchange->reply->compound.last_op;
    nfs4_trouble like = happen_like(exchange, lease, TROUBLE_LATE, operation);
    like.detail.late.lease_time = lease_time;
    nfs4_trouble *trouble = happen(model, exchange, &like);
    if (trouble == NULL)
        return;
    trouble->detail.late.beyond += beyond;
    trouble->detail.late.longest = MAX(trouble->detail.late.longest, (uint32_t)silence);
}

/* Until when the lease had been renewed when this request was called. Requests on other slots
 * that were sent at the same time may have been answered first. */
static nstime_t renewed_before(const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nfs4_renewals *renewals = &lease->memory.renewals;
    if (exchange->call->frame < renewals->broken_in)
        return renewals->before;
    nstime_t before = renewals->last;
    if (exchange->call->when.secs - before.secs >= SOONEST) {
        renewals->before = before;
        renewals->broken_in = exchange->reply->frame;
    }
    return before;
}

void late_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    uint32_t flags;
    nstime_t silence;
    if (exchange->connection->is_copy || !renewed(exchange, &flags))
        return;
    nstime_t before = renewed_before(exchange, lease);
    lease->memory.renewals.last = exchange->reply->when;
    if (nstime_is_zero(&before) || exchange->call->when.secs - before.secs < SOONEST)
        return;
    nstime_delta(&silence, &exchange->call->when, &before);
    uint32_t lease_time = lease->memory.renewals.lease_time;
    if (lease_time != 0 && silence.secs >= NEARLY(lease_time) && (flags & LOST) == 0 &&
        exchange->reply->compound.status != NFS4ERR_EXPIRED && is_next_request(exchange, lease))
        is_late(model, exchange, lease, lease_time, silence.secs);
}
