/* incident_proof.c - the frames that show why clients lost leases, if no duplicate took them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Of a server: replies to identifications, which hold the clientids, and in 4.1 and later who the
 * server is. Of a client that was silent: where the silence began and ended.
 */
#include "compat.h"

#include "incident_proof.h"

#include "model/know/server.h"

typedef struct {
    wmem_allocator_t *scope;
    const nfs4_model *model;
    wording_line *lines; /* room for WORDING_LINES_MAX */
    uint32_t count;
} proof_lines;

static void add_line(proof_lines *proof, const nfs4_moment *moment, const char *text)
{
    bool is_there = proof->count > 0 && proof->lines[proof->count - 1].frame == moment->reply;
    if (moment->reply != 0 && !is_there && proof->count < WORDING_LINES_MAX)
        proof->lines[proof->count++] = (wording_line){moment->reply, moment->when, text};
}

static bool start_of(const nfs4_lease *lease, uint32_t *epoch)
{
    uint32_t counter;
    return lease != NULL && server_clientid_parts(lease->server, lease->clientid, epoch, &counter);
}

/* "clientid of the server started at 10:59:55" */
static void add_start(proof_lines *proof, const nfs4_moment *moment, const nfs4_lease *lease,
                      const char *again)
{
    uint32_t epoch;
    if (!start_of(lease, &epoch))
        return;
    nstime_t start = {epoch, 0};
    add_line(proof, moment,
             wmem_strdup_printf(proof->scope, "clientid of the server started at %s%s",
                                wording_second(proof->scope, &start, &proof->model->first_time),
                                again));
}

static const nfs4_chain *chain_at(const incident *told, guint place)
{
    return (const nfs4_chain *)g_ptr_array_index(told->chains, place);
}

/* The first that went on with a clientid of an earlier start. */
static const nfs4_chain *back_to_earlier(const incident *told)
{
    for (guint i = 0; i < told->chains->len; i++) {
        uint32_t before, after;
        const nfs4_chain *chain = chain_at(told, i);
        if (start_of(chain->lease, &before) && start_of(chain->renewed, &after) && after < before)
            return chain;
    }
    return NULL;
}

static void find_lines(proof_lines *proof, const incident *told)
{
    const nfs4_chain *chain = chain_at(told, 0), *back = back_to_earlier(told);
    bool names_another = told->cause == CAUSE_FAILOVER && !chain->lease->server->alternates;
    if (names_another) {
        add_line(proof, &chain->lease->issued, "the server names itself");
        add_line(proof, &chain->given, "it names another owner or scope");
        return;
    }
    add_start(proof, &chain->lease->issued, chain->lease, "");
    add_start(proof, &chain->given, chain->renewed, "");
    if (told->cause == CAUSE_FAILOVER && back != NULL)
        add_start(proof, &back->given, back->renewed, " again");
}

static void find_silence(proof_lines *proof, const nfs4_lease *lease)
{
    nstime_t silence;
    nstime_delta(&silence, &lease->refused.when, &lease->last_ok.when);
    if (lease->last_ok.reply == 0 || lease->refused.reply == 0)
        return;
    add_line(proof, &lease->last_ok, "last success under the lease that was lost");
    add_line(proof, &lease->refused,
             wmem_strdup_printf(proof->scope, "refused (%s), %.1f s later",
                                wording_status(proof->scope, lease->loss.status),
                                nstime_to_sec(&silence)));
}

uint32_t incident_proof_lines(wmem_allocator_t *scope, const nfs4_model *model,
                              const incident *told, wording_line lines[WORDING_LINES_MAX])
{
    bool of_server = told->cause == CAUSE_SERVER_RESTART || told->cause == CAUSE_FAILOVER;
    proof_lines proof = {.scope = scope, .model = model, .lines = lines};
    if (of_server && told->grade == VERDICT_PROVEN)
        find_lines(&proof, told);
    else if (told->cause == CAUSE_LEASE_EXPIRED)
        find_silence(&proof, chain_at(told, 0)->lease);
    return proof.count;
}
