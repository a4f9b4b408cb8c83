/* blame.c - whose fault a loop of refusals is, where packets tell
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "blame.h"

#include "know/session.h"

/* Who sends the number that follows the last one that worked is right (RFC 8881 sections
 * 2.10.6.1 and 18.36.4), and the server has lost count; who sends an older one is not. One that
 * is too far ahead may follow requests that were not captured. */
static void compare(nfs4_trouble *trouble, uint32_t asked, uint32_t expected)
{
    trouble->has_expected = true;
    trouble->asked = asked;
    trouble->expected = expected;
    if (asked == expected)
        trouble->blame = BLAME_SERVER;
    else if ((int32_t)(asked - expected) < 0) /* they wrap */
        trouble->blame = BLAME_CLIENT;
}

static void compare_slot(nfs4_trouble *trouble, const nfs4_exchange *exchange)
{
    const nfs4_call *call = exchange->call;
    const nfs4_session *session = session_find(exchange->endpoint->server, call->sessionid);
    const nfs4_slot *slot = session != NULL ? session_slot(session, call->slotid) : NULL;
    if (slot != NULL && session->address_changes == 0)
        compare(trouble, call->sequenceid, slot->sequenceid + 1);
}

static void find_in_slot(nfs4_trouble *trouble, const nfs4_exchange *exchange)
{
    switch (trouble->status) {
    case NFS4ERR_SEQ_MISORDERED:
        compare_slot(trouble, exchange);
        break;
    case NFS4ERR_SEQ_FALSE_RETRY: /* another request with the number of an earlier one */
    case NFS4ERR_RETRY_UNCACHED_REP:
        trouble->blame = BLAME_CLIENT;
        break;
    default:
        break;
    }
}

/* The sequence number that EXCHANGE_ID gave counts until a session was created with it. */
static void find_in_confirm(nfs4_trouble *trouble, const nfs4_exchange *exchange,
                            const nfs4_lease *lease)
{
    if (trouble->status == NFS4ERR_SEQ_MISORDERED && lease != NULL && lease->use.has_sequence &&
        !lease->use.confirmed)
        compare(trouble, exchange->call->sequenceid, lease->use.sequence);
}

/* RFC 8881 section 18.51.3: before RECLAIM_COMPLETE whatever is no reclaim gets NFS4ERR_GRACE. */
static void find_in_grace(nfs4_trouble *trouble, const nfs4_lease *lease)
{
    bool is_whole = lease != NULL && lease->minorversion > 0 && lease->confirm.call != 0;
    trouble->blame = is_whole && !lease->use.reclaim_completed ? BLAME_CLIENT : BLAME_SERVER;
}

void blame_find(nfs4_trouble *trouble, const nfs4_exchange *exchange, const nfs4_lease *lease)
{
    switch (trouble->kind) {
    case TROUBLE_SLOT:
        find_in_slot(trouble, exchange);
        break;
    case TROUBLE_SESSION: /* whoever is told so asks for another */
        trouble->blame = BLAME_CLIENT;
        break;
    case TROUBLE_CONFIRM:
        find_in_confirm(trouble, exchange, lease);
        break;
    case TROUBLE_GRACE:
        find_in_grace(trouble, lease);
        break;
    default:
        break;
    }
}
