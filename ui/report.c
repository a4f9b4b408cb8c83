/* report.c - the model as one JSON document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "report.h"

#include "json_writer.h"
#include "kin.h"
#include "show/wording.h"

#include "extract/totals.h"

#include "model/know/hint.h"
#include "model/judge/verdict.h"

typedef struct {
    json_writer out;
    FILE *file;
    report_chooser chooses;
    void *chooser_data;
} report_writer;

static bool is_chosen(const report_writer *writer, const nfs4_owner *owner)
{
    return writer->chooses == NULL ||
           (owner != NULL && writer->chooses(owner, writer->chooser_data));
}

/* ---- hints ---------------------------------------------------------------- */

static void put_hint(report_writer *writer, const char *kind, uint32_t frame, const char *text)
{
    json_begin_object(&writer->out);
    json_put_string(&writer->out, "kind", kind);
    json_put_frame(&writer->out, "frame", frame);
    json_put_sentence(&writer->out, "text", text);
    json_end_object(&writer->out);
}

static void put_kin(report_writer *writer, const nfs4_model *model)
{
    GArray *pairs = kin_of(model);
    for (guint i = 0; i < pairs->len; i++) {
        const kin_pair *pair = &g_array_index(pairs, kin_pair, i);
        put_hint(writer, "other-version", pair->later->first_frame,
                 kin_words(writer->out.scope, pair));
    }
    g_array_free(pairs, TRUE);
}

static void put_hints(report_writer *writer, const nfs4_model *model)
{
    for (const nfs4_owner *owner = model->owners.first; owner != NULL; owner = owner->next)
        if (owner_form_is_weak(&owner->form) && is_chosen(writer, owner))
            put_hint(writer, "weak-owner", owner->first_frame,
                     wording_weak_owner(writer->out.scope, owner));
    for (const nfs4_hint *hint = model->hints.first; hint != NULL; hint = hint->next)
        if (writer->chooses == NULL && hint_holds(hint))
            put_hint(writer, hint->kind == HINT_SAME_NAME ? "shared-name" : "two-servers",
                     hint->frame, wording_hint(writer->out.scope, hint));
    if (writer->chooses == NULL)
        put_kin(writer, model);
}

/* ---- the document --------------------------------------------------------- */

typedef struct {
    uint64_t identified, servers, owners, duplicates, takeovers, chains, troubles;
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
                 lease = lease->links.next)
                totals.identified += lease->use.compounds;
    }
    totals.servers = g_hash_table_size(servers);
    g_hash_table_destroy(servers);
    for (const nfs4_chain *chain = model->chains.first; chain != NULL; chain = chain->next)
        totals.chains += is_chosen(writer, chain->lease->owner);
    for (const nfs4_trouble *trouble = model->troubles.first; trouble != NULL;
         trouble = trouble->next)
        totals.troubles += is_chosen(writer, trouble_owner(trouble));
    return totals;
}

/* A gap's count, and the frame to look at first. */
static void put_gap(report_writer *writer, const char *count, const char *first_frame,
                    const visibility_gap *gap)
{
    json_put_uint(&writer->out, count, gap->count);
    json_put_frame(&writer->out, first_frame, gap->count > 0 ? gap->first_frame : 0);
}

static void put_gaps(report_writer *writer, const visibility_gaps *gaps)
{
    put_gap(writer, "invisible", "first_invisible_frame", &gaps->compounds);
    put_gap(writer, "tls_connections", "first_tls_frame", &gaps->tls);
    put_gap(writer, "undecoded_connections", "first_undecoded_frame", &gaps->undecoded);
    put_gap(writer, "unpaired_replies", "first_unpaired_frame", &gaps->replies);
    put_gap(writer, "cut_messages", "first_cut_frame", &gaps->cut);
    put_gap(writer, "unclaimed_connections", "first_unclaimed_frame", &gaps->unclaimed);
    if (gaps->unclaimed.count > 0)
        json_put_uint(&writer->out, "unclaimed_port", gaps->unclaimed_port);
    else
        json_put_null(&writer->out, "unclaimed_port");
}

static void put_totals(report_writer *writer, const nfs4_model *model, const visibility_gaps *gaps)
{
    report_totals totals = {0};
    if (model != NULL)
        totals = add_up(writer, model);
    json_name(&writer->out, "totals");
    json_begin_object(&writer->out);
    json_put_uint(&writer->out, "compounds", model != NULL ? model->compounds : 0);
    json_put_uint(&writer->out, "answered", model != NULL ? model->answered : 0);
    json_put_uint(&writer->out, "identified", totals.identified);
    put_gaps(writer, gaps);
    json_put_uint(&writer->out, "cut_off", model != NULL ? model->cuts.identifications : 0);
    json_put_uint(&writer->out, "dropped", model != NULL ? model->dropped : 0);
    json_put_uint(&writer->out, "servers", totals.servers);
    json_put_uint(&writer->out, "owners", totals.owners);
    json_put_uint(&writer->out, "duplicates", totals.duplicates);
    json_put_uint(&writer->out, "takeovers", totals.takeovers);
    json_put_uint(&writer->out, "chains", totals.chains);
    json_put_uint(&writer->out, "troubles", totals.troubles);
    json_end_object(&writer->out);
}

/* There may be a million owners or chains: one after the other, and not character by character,
 * which a stream would lock for each. */
static void pass_on(report_writer *writer)
{
    fwrite(writer->out.text->str, 1, writer->out.text->len, writer->file);
    g_string_truncate(writer->out.text, 0);
    wmem_free_all(writer->out.scope);
}

static void put_findings(report_writer *writer, const nfs4_model *model)
{
    json_begin_array(&writer->out, "owners");
    for (const nfs4_owner *owner = model != NULL ? model->owners.first : NULL; owner != NULL;
         owner = owner->next)
        if (is_chosen(writer, owner)) {
            json_put_owner(&writer->out, owner);
            pass_on(writer);
        }
    json_end_array(&writer->out);
    json_begin_array(&writer->out, "hints");
    if (model != NULL)
        put_hints(writer, model);
    json_end_array(&writer->out);
    json_begin_array(&writer->out, "chains");
    for (const nfs4_chain *chain = model != NULL ? model->chains.first : NULL; chain != NULL;
         chain = chain->next)
        if (is_chosen(writer, chain->lease->owner)) {
            json_put_chain(&writer->out, chain);
            pass_on(writer);
        }
    json_end_array(&writer->out);
    json_begin_array(&writer->out, "troubles");
    for (const nfs4_trouble *trouble = model != NULL ? model->troubles.first : NULL;
         trouble != NULL; trouble = trouble->next)
        if (is_chosen(writer, trouble_owner(trouble))) {
            json_put_trouble(&writer->out, trouble);
            pass_on(writer);
        }
    json_end_array(&writer->out);
}

/* The captures that an extract was made of, and who answered in each. */
static void put_source(report_writer *writer, const extract_source *source)
{
    json_begin_object(&writer->out);
    json_put_string(&writer->out, "name", source->name);
    json_put_uint(&writer->out, "frames", source->frames);
    json_put_string(&writer->out, "first", wording_time(writer->out.scope, &source->first));
    json_put_string(&writer->out, "last", wording_time(writer->out.scope, &source->last));
    json_begin_array(&writer->out, "servers");
    for (guint i = 0; i < source->endpoints->len; i++) {
        const nfs4_endpoint_entry *endpoint =
            (const nfs4_endpoint_entry *)g_ptr_array_index(source->endpoints, i);
        json_value_string(&writer->out,
                          wording_endpoint(writer->out.scope, endpoint->server->endpoints));
    }
    json_end_array(&writer->out);
    json_end_object(&writer->out);
}

static void put_sources(report_writer *writer)
{
    const GPtrArray *sources = totals_sources();
    if (sources == NULL)
        return;
    json_begin_array(&writer->out, "sources");
    for (guint i = 0; i < sources->len; i++)
        put_source(writer, (const extract_source *)g_ptr_array_index(sources, i));
    json_end_array(&writer->out);
}

void report_json(FILE *out, const nfs4_model *model, const report_facts *facts,
                 report_chooser chooses, void *data)
{
    GString *text = g_string_new(NULL);
    report_writer writer = {
        .out = {.text = text, .scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE)},
        .file = out,
        .chooses = chooses,
        .chooser_data = data};
    json_begin_object(&writer.out);
    json_put_string(&writer.out, "schema", "nfs4dup/1");
    json_put_string(&writer.out, "plugin", NFS4SESS_VERSION);
    json_put_string(&writer.out, "wireshark", facts->wireshark);
    put_totals(&writer, model, &facts->gaps);
    put_sources(&writer);
    put_findings(&writer, model);
    json_end_object(&writer.out);
    g_string_append(text, "\n\n"); /* and an empty line, as ever */
    pass_on(&writer);
    g_string_free(text, TRUE);
    wmem_destroy_allocator(writer.out.scope);
}
