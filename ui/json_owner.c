/* json_owner.c - an owner at a server as a JSON object
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "cure.h"
#include "duel.h"
#include "json_writer.h"
#include "losses.h"

#include "show/wording.h"

#include "model/judge/cases.h"
#include "model/judge/verdict.h"

#define ADDRESSES_WRITTEN 64 /* of one server, with each of its owners */

static void put_server(json_writer *writer, const nfs4_server *server)
{
    const nfs4_endpoint_entry *endpoint = server->endpoints;
    json_put_string(writer, "server",
                    endpoint != NULL ? wording_endpoint(writer->scope, endpoint) : NULL);
    json_begin_array(writer, "server_addresses");
    for (uint32_t i = 0; endpoint != NULL && i < ADDRESSES_WRITTEN; endpoint = endpoint->next, i++)
        json_value_string(writer, wording_endpoint(writer->scope, endpoint));
    json_end_array(writer);
    json_put_bool(writer, "more_server_addresses", endpoint != NULL);
}

static void put_evidence(json_writer *writer, const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    uint32_t frames[WORDING_FRAMES_MAX];
    uint32_t count = wording_evidence_frames(owner, kind, frames);
    json_begin_object(writer);
    json_put_string(writer, "kind", verdict_evidence_name(kind));
    json_put_uint(writer, "count", cases_count_told(owner, kind));
    json_put_frames(writer, frames, count);
    json_put_sentence(writer, "text", wording_evidence(writer->scope, owner, kind));
    json_end_object(writer);
}

static void put_marks(json_writer *writer, const char *member, const nfs4_mark *mark)
{
    json_begin_array(writer, member);
    for (; mark != NULL; mark = mark->next)
        json_value_string(writer, mark->name.len > 0 ? wording_bytes(writer->scope, mark->name)
                                                     : wording_address(writer->scope, &mark->addr));
    json_end_array(writer);
}

/* Beside each of the addresses its hardware address, null for none. */
static void put_links(json_writer *writer, const nfs4_mark *mark)
{
    json_begin_array(writer, "hardware_addresses");
    for (; mark != NULL; mark = mark->next)
        json_value_string(writer, mark->link.type != AT_NONE
                                      ? wording_address(writer->scope, &mark->link)
                                      : NULL);
    json_end_array(writer);
}

static void put_leases(json_writer *writer, const nfs4_instance *instance)
{
    json_begin_array(writer, "leases");
    for (const nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
        if (lease->clientid != 0) /* else it was never told */
            json_value_hex64(writer, lease->clientid);
    json_end_array(writer);
}

/* Its identifications that were refused; null for none. */
static void put_refused(json_writer *writer, const nfs4_rejections *refused)
{
    nstime_t span;
    if (refused->count == 0) {
        json_put_null(writer, "refused");
        return;
    }
    nstime_delta(&span, &refused->last, &refused->first);
    json_name(writer, "refused");
    json_begin_object(writer);
    json_put_string(writer, "status", wording_status(writer->scope, refused->status));
    json_put_uint(writer, "count", refused->count);
    json_put_frame(writer, "first_frame", refused->first_frame);
    json_put_frame(writer, "last_frame", refused->last_frame);
    json_put_span(writer, "seconds", true, &span);
    json_end_object(writer);
}

static void put_instance(json_writer *writer, const nfs4_instance *instance)
{
    json_begin_object(writer);
    json_put_uint(writer, "instance", instance->number);
    if (instance->has_verifier)
        json_put_hex64(writer, "verifier", instance->verifier);
    else
        json_put_null(writer, "verifier");
    json_put_string(writer, "start",
                    instance->has_start ? wording_time(writer->scope, &instance->start) : NULL);
    put_marks(writer, "addresses", instance->addresses);
    json_put_bool(writer, "more_addresses", instance->more_addresses);
    put_links(writer, instance->addresses);
    json_put_known_bytes(writer, "implementation", instance->implementation);
    put_marks(writer, "machine_names", instance->names);
    put_refused(writer, &instance->rejections);
    put_leases(writer, instance);
    json_put_uint(writer, "sessions", instance->session_count);
    json_put_frame(writer, "first_frame", instance->first_frame);
    json_put_frame(writer, "last_frame", instance->last_frame);
    json_end_object(writer);
}

/* The owner as text and exactly; null where the capture cut it off. */
static void put_owner_bytes(json_writer *writer, const nfs4_owner *owner)
{
    if (owner->is_cut) {
        json_put_null(writer, "owner");
        json_put_null(writer, "owner_hex");
        return;
    }
    json_put_bytes(writer, "owner", owner->bytes);
    json_put_hex(writer, "owner_hex", owner->bytes);
}

static void put_minor_version(json_writer *writer, const nfs4_owner *owner)
{
    if (owner->is_cut)
        json_put_null(writer, "minor_version");
    else
        json_put_uint(writer, "minor_version", owner->minorversion);
}

static void put_owner_identity(json_writer *writer, const nfs4_owner *owner)
{
    json_put_uint(writer, "number", owner->number);
    put_server(writer, owner->server);
    put_owner_bytes(writer, owner);
    put_minor_version(writer, owner);
    json_put_string(writer, "software", owner_software(owner));
    json_put_known_bytes(writer, "host", owner->form.host);
    json_put_known_bytes(writer, "uniquifier", owner->form.uniquifier);
}

static void put_owner_verdict(json_writer *writer, const nfs4_owner *owner)
{
    json_put_string(writer, "verdict", verdict_name(owner->verdict));
    json_put_string(writer, "kind", verdict_kind_name(owner));
    json_put_bool(writer, "harmful", owner->harmful);
    json_begin_array(writer, "evidence");
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        if (verdict_rests_on(owner, (nfs4_evidence_kind)kind))
            put_evidence(writer, owner, (nfs4_evidence_kind)kind);
    json_end_array(writer);
}

/* Of an owner with ten clones there can be ninety pairs; the worst are enough. */
#define PAIRS_WRITTEN 16

static void put_duel(json_writer *writer, const nfs4_owner *owner)
{
    duel sum = duel_of(owner);
    double per_minute;
    bool known = duel_rate(&sum, owner->takeovers, &per_minute);
    json_put_rate(writer, "takeovers_per_minute", known, per_minute);
    json_begin_array(writer, "displaced");
    for (guint i = 0; i < MIN(sum.pairs->len, PAIRS_WRITTEN); i++) {
        const duel_pair *pair = &g_array_index(sum.pairs, duel_pair, i);
        json_begin_object(writer);
        json_put_uint(writer, "by", pair->by->number);
        json_put_uint(writer, "instance", pair->of->number);
        json_put_uint(writer, "times", pair->count);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_put_uint(writer, "displaced_dropped", sum.pairs->len - MIN(sum.pairs->len, PAIRS_WRITTEN));
    duel_free(&sum);
}

static void put_outage(json_writer *writer, const nfs4_owner *owner)
{
    losses sum = losses_of_owner(owner, NULL);
    json_put_span(writer, "outage", sum.timed > 0, &sum.outage);
    json_put_span(writer, "longest_outage", sum.timed > 0, &sum.longest);
    json_put_uint(writer, "outage_timed", sum.timed);
    json_put_uint(writer, "outage_of", sum.outages);
}

/* What to do about an owner with this verdict; NULL where there is nothing to do. */
static char *advice_of(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    if (owner->verdict == VERDICT_UNDECIDED)
        return wmem_strdup(scope, "A longer capture at the server decides it: an instance that "
                                  "comes back, or is refused, is a second host.");
    if (!verdict_accuses(owner->verdict))
        return NULL;
    char *step = cure_first_step(scope, owner);
    if (owner->verdict == VERDICT_SUSPECTED)
        return wmem_strdup_printf(scope, "If a capture at the server confirms it: %s.", step);
    step[0] = g_ascii_toupper(step[0]);
    return wmem_strdup_printf(scope, "%s.", step);
}

/* The names of all that fits, under which nfs4dup-cures(7) tells more. */
static void put_cures(json_writer *writer, const nfs4_owner *owner)
{
    json_begin_array(writer, "cures");
    if (verdict_accuses(owner->verdict)) {
        patient facts = patient_of(writer->scope, owner);
        GPtrArray *found = g_ptr_array_new();
        cures_for(&facts, found);
        for (guint i = 0; i < found->len; i++)
            json_value_string(writer, ((const cure *)g_ptr_array_index(found, i))->name);
        g_ptr_array_free(found, TRUE);
    }
    json_end_array(writer);
}

static void put_advice(json_writer *writer, const nfs4_owner *owner)
{
    json_put_string(writer, "advice", advice_of(writer->scope, owner));
    put_cures(writer, owner);
}

void json_put_owner(json_writer *writer, const nfs4_owner *owner)
{
    json_begin_object(writer);
    put_owner_identity(writer, owner);
    put_owner_verdict(writer, owner);
    json_begin_array(writer, "instances");
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        put_instance(writer, instance);
    json_end_array(writer);
    json_put_uint(writer, "takeovers", owner->takeovers);
    json_put_uint(writer, "invalidations", owner->invalidations);
    put_outage(writer, owner);
    put_duel(writer, owner);
    put_advice(writer, owner);
    json_end_object(writer);
}
