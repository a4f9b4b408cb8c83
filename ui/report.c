/* report.c - the model as one JSON document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <wsutil/json_dumper.h>

#include "report.h"

#include "wording.h"

#include "model/cost.h"
#include "model/hint.h"
#include "model/verdict.h"

/* A document that is being written, and the memory of its strings. */
typedef struct {
    json_dumper json;
    wmem_allocator_t *scope;
    report_chooser chooses;
    void *chooser_data;
} report_writer;

static void name(report_writer *writer, const char *member)
{
    json_dumper_set_member_name(&writer->json, member);
}

static void put_string(report_writer *writer, const char *member, const char *value)
{
    name(writer, member);
    if (value != NULL)
        json_dumper_value_string(&writer->json, value);
    else
        json_dumper_value_anyf(&writer->json, "null");
}

static void put_uint(report_writer *writer, const char *member, uint64_t value)
{
    name(writer, member);
    json_dumper_value_anyf(&writer->json, "%" G_GUINT64_FORMAT, value);
}

static void put_bool(report_writer *writer, const char *member, bool value)
{
    name(writer, member);
    json_dumper_value_anyf(&writer->json, value ? "true" : "false");
}

static void put_null(report_writer *writer, const char *member)
{
    put_string(writer, member, NULL);
}

/* Seconds. No floating point: the same text on every machine and in every locale. */
static void put_duration(report_writer *writer, const char *member, const nstime_t *time)
{
    name(writer, member);
    bool negative = time->secs < 0 || time->nsecs < 0;
    json_dumper_value_anyf(&writer->json, "%s%" G_GINT64_FORMAT ".%09d", negative ? "-" : "",
                           ABS((gint64)time->secs), ABS(time->nsecs));
}

static void put_span(report_writer *writer, const char *member, bool known, const nstime_t *time)
{
    if (known)
        put_duration(writer, member, time);
    else
        put_null(writer, member);
}

static void put_bytes(report_writer *writer, const char *member, nfs4_bytes bytes)
{
    put_string(writer, member, bytes.len > 0 ? wording_bytes(writer->scope, bytes) : NULL);
}

static void put_hex64(report_writer *writer, const char *member, uint64_t value)
{
    put_string(writer, member,
               wmem_strdup_printf(writer->scope, "0x%016" G_GINT64_MODIFIER "x", value));
}

static void put_address(report_writer *writer, const char *member, const address *addr)
{
    put_string(writer, member, wording_address(writer->scope, addr));
}

static void put_hex(report_writer *writer, const char *member, nfs4_bytes bytes)
{
    wmem_strbuf_t *text = wmem_strbuf_new(writer->scope, "");
    for (uint32_t i = 0; i < bytes.len; i++)
        wmem_strbuf_append_printf(text, "%02x", bytes.data[i]);
    put_string(writer, member, wmem_strbuf_get_str(text));
}

static void begin_array(report_writer *writer, const char *member)
{
    name(writer, member);
    json_dumper_begin_array(&writer->json);
}

static void end_array(report_writer *writer)
{
    json_dumper_end_array(&writer->json);
}

#define ADDRESSES_WRITTEN 64 /* of one server, with each of its owners */

/* ---- owners --------------------------------------------------------------- */

static void put_server(report_writer *writer, const nfs4_server *server)
{
    const nfs4_endpoint_entry *endpoint = server->endpoints;
    put_string(writer, "server",
               endpoint != NULL ? wording_endpoint(writer->scope, endpoint) : NULL);
    begin_array(writer, "server_addresses");
    for (uint32_t i = 0; endpoint != NULL && i < ADDRESSES_WRITTEN; endpoint = endpoint->next, i++)
        json_dumper_value_string(&writer->json, wording_endpoint(writer->scope, endpoint));
    end_array(writer);
}

static void put_evidence(report_writer *writer, const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    uint32_t frames[WORDING_FRAMES_MAX];
    uint32_t count = wording_evidence_frames(owner, kind, frames);
    json_dumper_begin_object(&writer->json);
    put_string(writer, "kind", verdict_evidence_name(kind));
    put_uint(writer, "count", owner->evidence[kind].count);
    begin_array(writer, "frames");
    for (uint32_t i = 0; i < count; i++)
        json_dumper_value_anyf(&writer->json, "%u", frames[i]);
    end_array(writer);
    put_string(writer, "text", wording_evidence(writer->scope, owner, kind));
    json_dumper_end_object(&writer->json);
}

static void put_marks(report_writer *writer, const char *member, const nfs4_mark *mark)
{
    begin_array(writer, member);
    for (; mark != NULL; mark = mark->next)
        json_dumper_value_string(&writer->json, mark->name.len > 0
                                                    ? wording_bytes(writer->scope, mark->name)
                                                    : wording_address(writer->scope, &mark->addr));
    end_array(writer);
}

static void put_leases(report_writer *writer, const nfs4_instance *instance)
{
    begin_array(writer, "leases");
    for (const nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->next)
        if (lease->clientid != 0) /* else it was never told */
            json_dumper_value_string(
                &writer->json,
                wmem_strdup_printf(writer->scope, "0x%016" G_GINT64_MODIFIER "x", lease->clientid));
    end_array(writer);
}

static void put_instance(report_writer *writer, const nfs4_instance *instance)
{
    json_dumper_begin_object(&writer->json);
    put_uint(writer, "instance", instance->number);
    if (instance->has_verifier)
        put_hex64(writer, "verifier", instance->verifier);
    else
        put_null(writer, "verifier");
    put_string(writer, "start",
               instance->has_start ? wording_time(writer->scope, &instance->start) : NULL);
    put_marks(writer, "addresses", instance->addresses);
    put_bytes(writer, "implementation", instance->implementation);
    put_marks(writer, "machine_names", instance->names);
    put_leases(writer, instance);
    put_uint(writer, "sessions", instance->session_count);
    put_uint(writer, "first_frame", instance->first_frame);
    put_uint(writer, "last_frame", instance->last_frame);
    json_dumper_end_object(&writer->json);
}

/* The owner as text and exactly; null where the capture cut it off. */
static void put_owner_bytes(report_writer *writer, const nfs4_owner *owner)
{
    if (owner->is_cut) {
        put_null(writer, "owner");
        put_null(writer, "owner_hex");
        return;
    }
    put_string(writer, "owner", wording_bytes(writer->scope, owner->bytes));
    put_hex(writer, "owner_hex", owner->bytes);
}

static void put_minor_version(report_writer *writer, const nfs4_owner *owner)
{
    if (owner->is_cut)
        put_null(writer, "minor_version");
    else
        put_uint(writer, "minor_version", owner->minorversion);
}

static void put_owner_identity(report_writer *writer, const nfs4_owner *owner)
{
    put_uint(writer, "number", owner->number);
    put_server(writer, owner->server);
    put_owner_bytes(writer, owner);
    put_minor_version(writer, owner);
    put_string(writer, "software", owner_form_software(owner->form.kind));
    put_bytes(writer, "host", owner->form.host);
    put_bytes(writer, "uniquifier", owner->form.uniquifier);
}

static void put_owner_verdict(report_writer *writer, const nfs4_owner *owner)
{
    put_string(writer, "verdict", verdict_name(owner->verdict));
    put_string(writer, "kind", verdict_kind_name(owner));
    put_bool(writer, "harmful", owner->harmful);
    begin_array(writer, "evidence");
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        if (verdict_rests_on(owner, (nfs4_evidence_kind)kind))
            put_evidence(writer, owner, (nfs4_evidence_kind)kind);
    end_array(writer);
}

static void put_owner(report_writer *writer, const nfs4_owner *owner)
{
    json_dumper_begin_object(&writer->json);
    put_owner_identity(writer, owner);
    put_owner_verdict(writer, owner);
    begin_array(writer, "instances");
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        put_instance(writer, instance);
    end_array(writer);
    put_uint(writer, "takeovers", owner->takeovers);
    put_uint(writer, "invalidations", owner->invalidations);
    put_duration(writer, "outage", &owner->outage);
    put_string(writer, "advice", wording_advice(writer->scope, owner));
    json_dumper_end_object(&writer->json);
}

/* ---- chains --------------------------------------------------------------- */

static void put_steps(report_writer *writer, const nfs4_chain *chain)
{
    begin_array(writer, "steps");
    for (uint32_t i = 0; i < wmem_array_get_count(chain->steps); i++) {
        const nfs4_step *step = (const nfs4_step *)wmem_array_index(chain->steps, i);
        json_dumper_begin_object(&writer->json);
        put_uint(writer, "frame", step->frame);
        put_string(writer, "step", wording_step(step->kind));
        put_string(writer, "status", wording_status(writer->scope, step->status));
        json_dumper_end_object(&writer->json);
    }
    end_array(writer);
}

static void put_culprit(report_writer *writer, const nfs4_lease *killer)
{
    if (killer == NULL) {
        put_null(writer, "culprit");
        put_null(writer, "culprit_frame");
        return;
    }
    put_string(writer, "culprit", wording_instance_hosts(writer->scope, killer->instance));
    if (killer->confirm.reply != 0)
        put_uint(writer, "culprit_frame", killer->confirm.reply);
    else
        put_null(writer, "culprit_frame");
}

/* null where the packets do not show it. */
static void put_known(report_writer *writer, const char *member, const nfs4_chain *chain,
                      bool (*count)(const nfs4_chain *chain, uint32_t *lost))
{
    uint32_t lost;
    if (count(chain, &lost))
        put_uint(writer, member, lost);
    else
        put_null(writer, member);
}

static void put_lost(report_writer *writer, const nfs4_chain *chain)
{
    name(writer, "lost");
    json_dumper_begin_object(&writer->json);
    put_known(writer, "opens", chain, cost_lost_opens);
    put_known(writer, "locks", chain, cost_lost_locks);
    put_known(writer, "delegations", chain, cost_lost_delegations);
    json_dumper_end_object(&writer->json);
}

static void put_reclaims(report_writer *writer, const char *member, bool known, uint32_t held,
                         const nfs4_reclaims *reclaims)
{
    name(writer, member);
    json_dumper_begin_object(&writer->json);
    if (known)
        put_uint(writer, "held", held);
    else
        put_null(writer, "held");
    put_uint(writer, "reclaimed", reclaims->reclaimed);
    put_uint(writer, "no_grace", reclaims->no_grace);
    put_uint(writer, "reclaim_bad", reclaims->bad);
    put_uint(writer, "reclaim_conflict", reclaims->conflict);
    put_uint(writer, "taken_anew", reclaims->taken_anew);
    json_dumper_end_object(&writer->json);
}

static void put_cost(report_writer *writer, const nfs4_chain *chain)
{
    const nfs4_cost *cost = &chain->cost;
    name(writer, "cost");
    json_dumper_begin_object(&writer->json);
    put_uint(writer, "requests_refused", cost->refused);
    put_uint(writer, "requests_resent", cost->resent);
    put_uint(writer, "recovery_requests", cost->requests);
    put_uint(writer, "delays", cost->waits);
    put_reclaims(writer, "opens", chain->held_known, chain->held.opens, &cost->opens);
    put_reclaims(writer, "locks", chain->held_known, chain->held.locks, &cost->locks);
    put_uint(writer, "stateids_tested", cost->tested);
    put_uint(writer, "stateids_bad", cost->tested_bad);
    put_uint(writer, "delegations_refused", cost->delegations_bad);
    put_uint(writer, "layouts_refused", cost->layouts_bad);
    put_uint(writer, "reads_failed", cost->reads_failed);
    put_uint(writer, "writes_failed", cost->writes_failed);
    json_dumper_end_object(&writer->json);
}

static void put_chain(report_writer *writer, const nfs4_chain *chain)
{
    const nfs4_lease *lease = chain->lease;
    nfs4_verdict grade;
    nfs4_cause cause = verdict_of_chain(chain, &grade);

    json_dumper_begin_object(&writer->json);
    put_uint(writer, "chain", chain->number);
    const nfs4_endpoint_entry *endpoint = lease->server->endpoints;
    put_string(writer, "server",
               endpoint != NULL ? wording_endpoint(writer->scope, endpoint) : NULL);
    put_address(writer, "client", chain->client);
    put_string(writer, "owner",
               lease->owner != NULL && !lease->owner->is_cut
                   ? wording_bytes(writer->scope, lease->owner->bytes)
                   : NULL);
    put_string(writer, "cause", verdict_cause_name(cause));
    put_string(writer, "grade", verdict_accuses(grade) ? verdict_name(grade) : NULL);
    put_string(writer, "reason", wording_chain(writer->scope, chain));
    put_steps(writer, chain);
    put_uint(writer, "steps_dropped", chain->steps_dropped);
    put_culprit(writer, cause == CAUSE_DUPLICATE_OWNER ? lease->killer : NULL);
    put_span(writer, "outage", chain->resumed, &chain->outage);
    put_span(writer, "restored", chain->has_restored, &chain->restored);
    put_bool(writer, "recovered", chain->resumed || chain->is_back);
    put_string(writer, "ending", wording_ending(chain));
    if (chain->continues != NULL)
        put_uint(writer, "continues", chain->continues->number);
    else
        put_null(writer, "continues");
    put_lost(writer, chain);
    put_cost(writer, chain);
    json_dumper_end_object(&writer->json);
}

static bool is_chosen(const report_writer *writer, const nfs4_owner *owner)
{
    return writer->chooses == NULL ||
           (owner != NULL && writer->chooses(owner, writer->chooser_data));
}

/* ---- hints ---------------------------------------------------------------- */

static void put_hint(report_writer *writer, const char *kind, uint32_t frame, const char *text)
{
    json_dumper_begin_object(&writer->json);
    put_string(writer, "kind", kind);
    put_uint(writer, "frame", frame);
    put_string(writer, "text", text);
    json_dumper_end_object(&writer->json);
}

static void put_hints(report_writer *writer, const nfs4_model *model)
{
    for (const nfs4_owner *owner = model->owners.first; owner != NULL; owner = owner->next)
        if (owner_form_is_weak(&owner->form) && is_chosen(writer, owner))
            put_hint(writer, "weak-owner", owner->first_frame,
                     wording_weak_owner(writer->scope, owner));
    for (const nfs4_hint *hint = model->hints.first; hint != NULL; hint = hint->next)
        if (writer->chooses == NULL && hint_holds(hint))
            put_hint(writer, hint->kind == HINT_SAME_NAME ? "shared-name" : "two-servers",
                     hint->frame, wording_hint(writer->scope, hint));
}

/* ---- the document --------------------------------------------------------- */

typedef struct {
    uint64_t identified, servers, owners, duplicates, takeovers, chains;
} report_totals;

static report_totals add_up(const report_writer *writer, const nfs4_model *model)
{
    report_totals totals = {0};
    GHashTable *servers = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (const nfs4_owner *owner = model->owners.first; owner != NULL; owner = owner->next) {
        if (!is_chosen(writer, owner))
            continue;
        totals.owners++;
        totals.duplicates += verdict_accuses(owner->verdict);
        totals.takeovers += owner->takeovers;
        g_hash_table_add(servers, owner->server);
        for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
             instance = instance->next)
            for (const nfs4_lease *lease = instance->first_lease; lease != NULL;
                 lease = lease->next)
                totals.identified += lease->compounds;
    }
    totals.servers = g_hash_table_size(servers);
    g_hash_table_destroy(servers);
    for (const nfs4_chain *chain = model->chains.first; chain != NULL; chain = chain->next)
        totals.chains += is_chosen(writer, chain->lease->owner);
    return totals;
}

/* A gap's count, and the frame to look at first. */
static void put_gap(report_writer *writer, const char *count, const char *first_frame,
                    const visibility_gap *gap)
{
    put_uint(writer, count, gap->count);
    if (gap->count > 0)
        put_uint(writer, first_frame, gap->first_frame);
    else
        put_null(writer, first_frame);
}

static void put_gaps(report_writer *writer, const visibility_gaps *gaps)
{
    put_gap(writer, "invisible", "first_invisible_frame", &gaps->compounds);
    put_gap(writer, "tls_connections", "first_tls_frame", &gaps->tls);
    put_gap(writer, "undecoded_connections", "first_undecoded_frame", &gaps->undecoded);
}

static void put_totals(report_writer *writer, const nfs4_model *model, const visibility_gaps *gaps)
{
    report_totals totals = {0};
    if (model != NULL)
        totals = add_up(writer, model);
    name(writer, "totals");
    json_dumper_begin_object(&writer->json);
    put_uint(writer, "compounds", model != NULL ? model->compounds : 0);
    put_uint(writer, "identified", totals.identified);
    put_gaps(writer, gaps);
    put_uint(writer, "cut_off", model != NULL ? model->cuts.identifications : 0);
    put_uint(writer, "servers", totals.servers);
    put_uint(writer, "owners", totals.owners);
    put_uint(writer, "duplicates", totals.duplicates);
    put_uint(writer, "takeovers", totals.takeovers);
    put_uint(writer, "chains", totals.chains);
    json_dumper_end_object(&writer->json);
}

static void put_findings(report_writer *writer, const nfs4_model *model)
{
    begin_array(writer, "owners");
    for (const nfs4_owner *owner = model != NULL ? model->owners.first : NULL; owner != NULL;
         owner = owner->next)
        if (is_chosen(writer, owner)) {
            put_owner(writer, owner);
            wmem_free_all(writer->scope);
        }
    end_array(writer);
    begin_array(writer, "hints");
    if (model != NULL)
        put_hints(writer, model);
    end_array(writer);
    begin_array(writer, "chains");
    for (const nfs4_chain *chain = model != NULL ? model->chains.first : NULL; chain != NULL;
         chain = chain->next)
        if (is_chosen(writer, chain->lease->owner)) {
            put_chain(writer, chain);
            wmem_free_all(writer->scope);
        }
    end_array(writer);
}

void report_json(GString *text, const nfs4_model *model, const report_facts *facts,
                 report_chooser chooses, void *data)
{
    report_writer writer = {
        .json = {.output_string = text, .flags = JSON_DUMPER_FLAGS_PRETTY_PRINT},
        .scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE),
        .chooses = chooses,
        .chooser_data = data};
    json_dumper_begin_object(&writer.json);
    put_string(&writer, "schema", "nfs4dup/1");
    put_string(&writer, "plugin", NFS4SESS_VERSION);
    put_string(&writer, "wireshark", facts->wireshark);
    put_totals(&writer, model, &facts->gaps);
    put_findings(&writer, model);
    json_dumper_end_object(&writer.json);
    json_dumper_finish(&writer.json);
    wmem_destroy_allocator(writer.scope);
}
