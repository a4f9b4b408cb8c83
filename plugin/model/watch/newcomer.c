/* newcomer.c - a newcomer that the server refuses with NFS4ERR_CLID_INUSE
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "newcomer.h"

#include <wsutil/inet_addr.h>

#include "judge/judge.h"
#include "know/lease.h"
#include "know/note.h"

#define UNIVERSAL_ADDRESS_MAX 64

/* Who holds the owner while another is refused for it: the last in the server's
 * order, unless one connection carries both. */
static nfs4_lease *holder_beside(const nfs4_owner *owner, const nfs4_instance *newcomer,
                                 uint32_t connection)
{
    GSequenceIter *end = g_sequence_get_end_iter(owner->order);
    if (g_sequence_iter_is_begin(end))
        return NULL;
    nfs4_lease *holder = (nfs4_lease *)g_sequence_get(g_sequence_iter_prev(end));
    bool over = holder->use.ended_in != 0 || holder->refused.reply != 0;
    bool same = holder->instance == newcomer || lease_has_connection(holder, connection);
    return over || same ? NULL : holder;
}

/* A universal address is that of the host and two more numbers, for the port (RFC 5665
 * section 5.2.3.3). Returns what stands before them, "" where there is none. */
static void host_of(nfs4_bytes universal, char host[UNIVERSAL_ADDRESS_MAX])
{
    host[0] = '\0';
    if (universal.len == 0 || universal.len >= UNIVERSAL_ADDRESS_MAX)
        return;
    memcpy(host, universal.data, universal.len);
    host[universal.len] = '\0';
    for (int numbers = 0; numbers < 2; numbers++) {
        char *dot = strrchr(host, '.');
        if (dot == NULL)
            host[0] = '\0';
        else
            *dot = '\0';
    }
}

/* Whom the server names as the holder. Linux and Ganesha name nobody. */
typedef enum { NAMED_NOBODY, NAMED_NEWCOMER, NAMED_ANOTHER } named_host;

static named_host host_named(const nfs4_exchange *exchange, nfs4_bytes *holder)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_SETCLIENTID);
    const address *newcomer = &exchange->connection->client;
    char host[UNIVERSAL_ADDRESS_MAX];
    ws_in4_addr four;
    ws_in6_addr six;
    if (event == NULL)
        return NAMED_NOBODY;
    host_of(event->u.setclientid.used_addr, host);
    *holder = event->u.setclientid.used_addr;
    if (newcomer->type == AT_IPv4 && ws_inet_pton4(host, &four))
        return memcmp(newcomer->data, &four, 4) != 0 ? NAMED_ANOTHER : NAMED_NEWCOMER;
    if (newcomer->type == AT_IPv6 && ws_inet_pton6(host, &six))
        return memcmp(newcomer->data, &six, 16) != 0 ? NAMED_ANOTHER : NAMED_NEWCOMER;
    return NAMED_NOBODY;
}

bool newcomer_is_told(const nfs4_exchange *exchange)
{
    nfs4_bytes holder;
    return exchange->reply->compound.status == NFS4ERR_CLID_INUSE &&
           host_named(exchange, &holder) != NAMED_NOBODY;
}

/* Nobody in the capture holds the owner. A lease that was never given stands for the one that
 * was refused. An instance that was given one before is refused for its own sake: it uses
 * other credentials now. */
static void observe_unseen_holder(nfs4_model *model, const nfs4_exchange *exchange,
                                  nfs4_owner *owner, nfs4_instance *newcomer, nfs4_bytes holder)
{
    if (newcomer->first_lease != NULL)
        return;
    nfs4_lease *refused = lease_get(owner->server, 0, exchange->call->minorversion,
                                    exchange->reply->frame, &model->store);
    nfs4_moment moment = identity_moment(exchange);
    lease_set_instance(refused, newcomer);
    lease_seldom(refused)->named_holder = nfs4_bytes_copy(&model->store, holder);
    judge_newcomer_refused(refused, newcomer, &moment);
    note_evidence(model, exchange, NULL, NULL);
}

void newcomer_refused(nfs4_model *model, const nfs4_exchange *exchange, nfs4_owner *owner,
                      nfs4_instance *newcomer)
{
    nfs4_bytes named = {0};
    named_host host = host_named(exchange, &named);
    if (owner->form.kind == OWNER_FORM_LINUX_OLD || host == NAMED_NEWCOMER)
        return; /* a mount of its own may hold it */
    nfs4_lease *holder = holder_beside(owner, newcomer, exchange->connection->id);
    if (holder == NULL) {
        observe_unseen_holder(model, exchange, owner, newcomer,
                              host == NAMED_ANOTHER ? named : (nfs4_bytes){0});
        return;
    }
    nfs4_moment refused = identity_moment(exchange);
    judge_newcomer_refused(holder, newcomer, &refused);
    note_evidence(model, exchange, NULL, holder->instance);
}
