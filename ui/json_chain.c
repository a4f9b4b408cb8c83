/* json_chain.c - an invalidation chain as a JSON object
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "json_writer.h"

#include "show/wording.h"

#include "model/watch/chain.h"
#include "model/watch/cost.h"
#include "model/watch/lost_files.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"

static void put_steps(json_writer *writer, const nfs4_chain *chain)
{
    json_begin_array(writer, "steps");
    for (uint32_t i = 0; i < wmem_array_get_count(chain->steps); i++) {
        const nfs4_step *step = (const nfs4_step *)wmem_array_index(chain->steps, i);
        json_begin_object(writer);
        json_put_frame(writer, "frame", step->frame);
        json_put_string(writer, "step", wording_step(step->kind));
        json_put_string(writer, "status", wording_status(writer->scope, step->status));
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void put_culprit(json_writer *writer, const nfs4_chain *chain)
{
    const nfs4_lease *culprit = cause_culprit(chain);
    if (culprit == NULL) {
        json_put_null(writer, "culprit");
        json_put_null(writer, "culprit_frame");
        return;
    }
    json_put_string(writer, "culprit", wording_culprit(writer->scope, chain));
    json_put_frame(writer, "culprit_frame", culprit->confirm.reply);
}

/* null where the packets do not show it. */
static void put_known(json_writer *writer, const char *member, const nfs4_chain *chain,
                      bool (*count)(const nfs4_chain *chain, uint32_t *lost))
{
    uint32_t lost;
    if (count(chain, &lost))
        json_put_uint(writer, member, lost);
    else
        json_put_null(writer, member);
}

static void put_lost_files(json_writer *writer, const nfs4_chain *chain)
{
    nfs4_bytes names[NFS4_LOST_FILES];
    uint32_t count = lost_files_names(chain, names, NFS4_LOST_FILES);
    json_begin_array(writer, "lost_files");
    for (uint32_t i = 0; i < count; i++)
        json_value_string(writer, wording_bytes(writer->scope, names[i]));
    json_end_array(writer);
}

static void put_lost(json_writer *writer, const nfs4_chain *chain)
{
    json_name(writer, "lost");
    json_begin_object(writer);
    put_known(writer, "opens", chain, cost_lost_opens);
    put_known(writer, "locks", chain, cost_lost_locks);
    put_known(writer, "delegations", chain, cost_lost_delegations);
    json_end_object(writer);
}

static void put_reclaims(json_writer *writer, const char *member, bool known, uint32_t held,
                         const nfs4_reclaims *reclaims)
{
    json_name(writer, member);
    json_begin_object(writer);
    if (known)
        json_put_uint(writer, "held", held);
    else
        json_put_null(writer, "held");
    json_put_uint(writer, "reclaimed", reclaims->reclaimed);
    json_put_uint(writer, "no_grace", reclaims->no_grace);
    json_put_uint(writer, "reclaim_bad", reclaims->bad);
    json_put_uint(writer, "reclaim_conflict", reclaims->conflict);
    json_put_uint(writer, "taken_anew", reclaims->taken_anew);
    json_end_object(writer);
}

static void put_cost(json_writer *writer, const nfs4_chain *chain)
{
    const nfs4_cost *cost = &chain->cost;
    json_name(writer, "cost");
    json_begin_object(writer);
    json_put_uint(writer, "requests_refused", cost->refused);
    json_put_uint(writer, "requests_resent", cost->resent);
    json_put_uint(writer, "recovery_requests", cost->requests);
    json_put_uint(writer, "delays", cost->waits);
    put_reclaims(writer, "opens", chain->held_known, chain->held.opens, &cost->opens);
    put_reclaims(writer, "locks", chain->held_known, chain->held.locks, &cost->locks);
    json_put_uint(writer, "stateids_tested", cost->tested);
    json_put_uint(writer, "stateids_bad", cost->tested_bad);
    json_put_uint(writer, "delegations_refused", cost->delegations_bad);
    json_put_uint(writer, "layouts_refused", cost->layouts_bad);
    json_put_uint(writer, "reads_failed", cost->reads_failed);
    json_put_uint(writer, "writes_failed", cost->writes_failed);
    json_end_object(writer);
}

void json_put_chain(json_writer *writer, const nfs4_chain *chain)
{
    const nfs4_lease *lease = chain->lease;
    nfs4_verdict grade;
    nfs4_cause cause = cause_of_chain(chain, &grade);

    json_begin_object(writer);
    json_put_uint(writer, "chain", chain->number);
    const nfs4_endpoint_entry *endpoint = lease->server->endpoints;
    json_put_string(writer, "server",
                    endpoint != NULL ? wording_endpoint(writer->scope, endpoint) : NULL);
    json_put_address(writer, "client", chain->client);
    json_put_string(writer, "owner",
                    lease->owner != NULL && !lease->owner->is_cut
                        ? wording_bytes(writer->scope, lease->owner->bytes)
                        : NULL);
    json_put_string(writer, "cause", cause_name(cause));
    json_put_string(writer, "grade", verdict_accuses(grade) ? verdict_name(grade) : NULL);
    json_put_sentence(writer, "reason", wording_chain(writer->scope, chain));
    put_steps(writer, chain);
    json_put_uint(writer, "steps_dropped", chain->steps_dropped);
    put_culprit(writer, chain);
    nstime_t span;
    bool timed = chain_outage(chain, &span);
    json_put_span(writer, "outage", timed, &span);
    timed = chain_restored(chain, &span);
    json_put_span(writer, "restored", timed, &span);
    json_put_bool(writer, "recovered", chain->resumed || chain->is_back);
    json_put_string(writer, "ending", wording_ending(chain));
    if (chain->continues != NULL)
        json_put_uint(writer, "continues", chain->continues->number);
    else
        json_put_null(writer, "continues");
    put_lost(writer, chain);
    put_lost_files(writer, chain);
    put_cost(writer, chain);
    json_end_object(writer);
}
