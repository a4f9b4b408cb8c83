/* head_incident.c - the head of an incident: leases lost for another cause than a duplicate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "head_incident.h"

#include "finding.h"
#include "head_proof.h"
#include "incident_proof.h"
#include "losses_words.h"

#include "show/wording_trouble.h"

#include "model/keys.h"
#include "model/know/server.h"
#include "model/watch/chain.h"
#include "model/watch/cost.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"

#define FILTERED_APART 8 /* chains that a filter names */

static const nfs4_chain *chain_at(const incident *told, guint place)
{
    return (const nfs4_chain *)g_ptr_array_index(told->chains, place);
}

static const char *what_was_lost(const incident *told)
{
    if (told->cause == CAUSE_SESSION_ONLY)
        return "session";
    return told->cause == CAUSE_ADMIN_REVOKED ? "state" : "lease";
}

/* ---- title ---------------------------------------------------------------- */

static uint32_t count_clients(wmem_allocator_t *scope, const incident *told)
{
    GHashTable *seen = g_hash_table_new(key_string_hash, g_str_equal);
    for (guint i = 0; i < told->chains->len; i++)
        g_hash_table_add(seen, wording_address(scope, chain_at(told, i)->client));
    uint32_t count = g_hash_table_size(seen);
    g_hash_table_destroy(seen);
    return count;
}

/* Counters speak of those alone that the capture shows, so they acquit nobody for good. */
static const char *judgement(const incident *told)
{
    if (told->cause == CAUSE_UNKNOWN)
        return "UNDECIDED";
    if (told->beside_duplicate)
        return "ANOTHER CAUSE";
    return told->cause == CAUSE_REMOVED_BY_SERVER ? "PROBABLY NOT A DUPLICATE" : "NOT A DUPLICATE";
}

/* "NOT A DUPLICATE (lease-expired, probable)" */
static char *word_of(wmem_allocator_t *scope, const incident *told)
{
    if (told->cause == CAUSE_UNKNOWN)
        return wmem_strdup(scope, judgement(told));
    return wmem_strdup_printf(scope, "%s (%s, %s)", judgement(told), cause_name(told->cause),
                              verdict_name(told->grade));
}

static char *title_of_server(wmem_allocator_t *scope, const nfs4_model *model, const incident *told)
{
    const char *server = finding_server(scope, chain_at(told, 0)->lease->server);
    uint32_t clients = count_clients(scope, told);
    const char *when = "";
    if (told->has_start)
        when = wmem_strdup_printf(scope, " at %s",
                                  wording_second(scope, &told->start, &model->first_time));
    if (told->cause == CAUSE_FAILOVER)
        return wmem_strdup_printf(
            scope, "%s: %u client%s lost %u lease%s at server %s, because %s.",
            word_of(scope, told), clients, clients == 1 ? "" : "s", told->chains->len,
            told->chains->len == 1 ? "" : "s", server, wording_chain(scope, chain_at(told, 0)));
    return wmem_strdup_printf(
        scope, "%s: server %s restarted%s, as %s, and %u client%s lost %s by that.",
        word_of(scope, told), server, when,
        told->grade == VERDICT_PROVEN ? "its clientids show" : "the reclaims that it granted show",
        clients, clients == 1 ? "" : "s", told->chains->len == 1 ? "a lease" : "leases");
}

static char *title_of_client(wmem_allocator_t *scope, const incident *told)
{
    const nfs4_chain *chain = chain_at(told, 0);
    const nfs4_owner *owner = chain->lease->owner;
    const char *name = owner != NULL ? finding_name(scope, owner) : NULL;
    guint count = told->chains->len;
    const char *how_many = count > 1
                               ? wmem_strdup_printf(scope, "%u %s%s", count, what_was_lost(told),
                                                    told->cause == CAUSE_ADMIN_REVOKED ? "" : "s")
                           : told->cause == CAUSE_ADMIN_REVOKED
                               ? "state"
                               : wmem_strdup_printf(scope, "a %s", what_was_lost(told));
    return wmem_strdup_printf(
        scope, "%s: %s%s%s%s lost %s at server %s, %s %s.", word_of(scope, told),
        wording_address(scope, chain->client), name != NULL ? " (" : "", name != NULL ? name : "",
        name != NULL ? ")" : "", how_many, finding_server(scope, chain->lease->server),
        told->cause == CAUSE_UNKNOWN ? "and"
        : count > 1                  ? "the first because"
                                     : "because",
        wording_chain(scope, chain));
}

/* ---- clients -------------------------------------------------------------- */

static void append_count(wmem_strbuf_t *text, uint32_t count, const char *what, const char *done)
{
    if (count > 0)
        wmem_strbuf_append_printf(text, ", %u %s%s %s", count, what, count == 1 ? "" : "s", done);
}

static const char *how_it_ended(const nfs4_chain *chain)
{
    static const char *const words[] = {"works again",
                                        "has a lease again and asked for no file since",
                                        "was refused again before it was back",
                                        "unmounted",
                                        "kept asking with what it had lost",
                                        "was not back when the capture ended"};
    bool on_its_way = chain_ending(chain) == ENDING_UNFINISHED && chain->has_restored;
    return on_its_way ? "had a lease again, but was not back when the capture ended"
                      : words[chain_ending(chain)];
}

/* "working again 12.2 s later", "recovered 0.061 s later, then idle for 11.9 s" */
static char *when_it_worked(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    nstime_t back;
    if (!chain_outage(chain, &back))
        return wmem_strdup(scope, how_it_ended(chain));
    if (chain->resumed && !nstime_is_zero(&chain->idle))
        return wmem_strdup_printf(scope, "recovered %.3f s later, then idle for %.1f s",
                                  nstime_to_sec(&back), nstime_to_sec(&chain->idle));
    if (chain->resumed)
        return wmem_strdup_printf(scope, "working again %.3f s later", nstime_to_sec(&back));
    return wmem_strdup_printf(scope, "recovered %.3f s later, and asked for no file since",
                              nstime_to_sec(&back));
}

/* ", 2 opens reclaimed, 1 lock lost, working again 12.2 s later" */
static char *what_came_of_it(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    losses files = {0};
    uint32_t opens = 0, locks = 0;
    bool known = cost_lost_opens(chain, &opens);
    known &= cost_lost_locks(chain, &locks);
    append_count(text, chain->cost.opens.reclaimed, "open", "reclaimed");
    append_count(text, chain->cost.locks.reclaimed, "lock", "reclaimed");
    append_count(text, chain->cost.opens.taken_anew, "open", "taken anew");
    append_count(text, chain->cost.locks.taken_anew, "lock", "taken anew");
    append_count(text, known ? opens : 0, "open", "lost");
    append_count(text, known ? locks : 0, "lock", "lost");
    losses_add_files(&files, chain);
    wmem_strbuf_append(text, known ? losses_files(scope, &files) : "");
    if (known && opens + locks == 0)
        wmem_strbuf_append(text, ", no open or lock lost");
    wmem_strbuf_append_printf(text, ", %s", when_it_worked(scope, chain));
    return wmem_strbuf_finalize(text);
}

/* A row of the head: a loss, and how many more of the same client look the same. */
typedef struct {
    const char *text;
    const nfs4_chain *chain;
    uint32_t more;
    uint32_t last_frame; /* of the last of these */
} loss_row;

static uint32_t status_of(const nfs4_chain *chain)
{
    return ((const nfs4_step *)wmem_array_index(chain->steps, 0))->status;
}

static uint32_t refused_in(const nfs4_chain *chain)
{
    return ((const nfs4_step *)wmem_array_index(chain->steps, 0))->frame;
}

/* Reasons differ from lease to lease where they count seconds. */
static char *row_of(wmem_allocator_t *scope, const nfs4_chain *chain, const incident *told)
{
    uint32_t refused_with = status_of(chain);
    const char *reason = wording_chain(scope, chain);
    bool differs = strcmp(reason, wording_chain(scope, chain_at(told, 0))) != 0;
    const char *status =
        refused_with == NFS4_OK
            ? ""
            : wmem_strdup_printf(scope, " (%s)", wording_status(scope, refused_with));
    return wmem_strdup_printf(scope, "%s%s%s%s", status, what_came_of_it(scope, chain),
                              differs ? ": " : "", differs ? reason : "");
}

static loss_row *find_row(GArray *rows, const nfs4_chain *chain, const char *text)
{
    for (guint i = 0; i < rows->len; i++) {
        loss_row *row = &g_array_index(rows, loss_row, i);
        if (addresses_equal(row->chain->client, chain->client) && strcmp(row->text, text) == 0)
            return row;
    }
    return NULL;
}

static void tell_row(page *out, const nfs4_model *model, const loss_row *row, const char *label)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const char *more = "";
    if (row->more == 1)
        more = wmem_strdup_printf(scope, "; the same once more, in frame %u", row->last_frame);
    else if (row->more > 1)
        more = wmem_strdup_printf(scope, "; the same %u more times, up to frame %u", row->more,
                                  row->last_frame);
    bool by_flags = status_of(row->chain) == NFS4_OK;
    page_row_f(out, label, "%s %s at %s in frame %u%s%s",
               wording_address(scope, row->chain->client), by_flags ? "told so" : "refused",
               wording_hour(scope, &row->chain->first_refused, &model->first_time),
               refused_in(row->chain), row->text, more);
    wmem_destroy_allocator(scope);
}

static void tell_chains(page *out, const nfs4_model *model, const incident *told, guint limit)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(loss_row));
    losses rest = {0};
    for (guint i = 0; i < told->chains->len; i++) {
        const nfs4_chain *chain = chain_at(told, i);
        if (wmem_array_get_count(chain->steps) == 0)
            continue;
        loss_row new = {.text = row_of(scope, chain, told), .chain = chain};
        loss_row *same = limit == 0 ? NULL : find_row(rows, chain, new.text);
        if (same != NULL) {
            same->more++;
            same->last_frame = refused_in(chain);
        } else if (limit == 0 || rows->len < limit) {
            g_array_append_val(rows, new);
        } else {
            losses_add(&rest, chain);
        }
    }
    for (guint i = 0; i < rows->len; i++)
        tell_row(out, model, &g_array_index(rows, loss_row, i), i == 0 ? "Who" : "");
    if (rest.leases > 0)
        page_row_f(out, "", "and %u more: %s", rest.leases, losses_words(scope, &rest));
    g_array_free(rows, TRUE);
    wmem_destroy_allocator(scope);
}

/* ---- what to do ----------------------------------------------------------- */

/* Clients reclaim in the grace time only; which of these did, the rows say. */
static const char *advice_of(nfs4_cause cause)
{
    switch (cause) {
    case CAUSE_CLIENT_RESTART:
        return "nothing, if the restart was wanted.";
    case CAUSE_SERVER_RESTART:
        return "see the server's log for why it restarted.";
    case CAUSE_FAILOVER:
        return "see the cluster's log for why it moved; a server that takes over has to know the "
               "clients of the other, or they start anew, and can lose locks.";
    case CAUSE_LEASE_EXPIRED:
        return "find out why the client was silent: suspended, cut off from the network, or too "
               "busy to renew.";
    case CAUSE_ADMIN_REVOKED:
    case CAUSE_REMOVED_BY_SERVER:
        return "see the server's log, and ask its administrator.";
    case CAUSE_UNKNOWN:
        return "capture at the server, from before the client mounts, for 180 s or more (two "
               "lease times as a rule).";
    default:
        return "nothing, if files work again.";
    }
}

/* Servers that take turns: how often, whose fault that is, and what to do. */
static void tell_turns(page *out, const nfs4_trouble *turns)
{
    page_row_f(out, "Turns",
               "%u times back to an earlier server, the last in frame %u; none knows the clients "
               "of another; by these packets, the fault is the %s's.",
               turns->count, turns->last_frame, wording_blame(turns->blame));
    page_row(out, "Fix", wording_trouble_advice(turns));
}

static char *filter_of_chains(wmem_allocator_t *scope, const incident *told)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    guint count = told->chains->len;
    if (count == 1)
        return wmem_strdup_printf(scope, "nfs4sess.chain == %u", chain_at(told, 0)->number);
    if (count > FILTERED_APART)
        return wmem_strdup_printf(scope, "nfs4sess.chain.cause == \"%s\"", cause_name(told->cause));
    for (guint i = 0; i < count; i++)
        wmem_strbuf_append_printf(text, "%s%u", i > 0 ? ", " : "", chain_at(told, i)->number);
    return wmem_strdup_printf(scope, "nfs4sess.chain in {%s}", wmem_strbuf_get_str(text));
}

static char *filter_of(wmem_allocator_t *scope, const incident *told)
{
    char *chains = filter_of_chains(scope, told);
    return told->turns == NULL ? chains
                               : wmem_strdup_printf(scope, "%s || nfs4sess.trouble.number == %u",
                                                    chains, told->turns->number);
}

void head_of_incident(page *out, const nfs4_model *model, const incident *told, guint clients)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    bool of_server = told->cause == CAUSE_SERVER_RESTART || told->cause == CAUSE_FAILOVER;
    wording_line lines[WORDING_LINES_MAX];
    page_title(out, of_server ? title_of_server(scope, model, told) : title_of_client(scope, told));
    tell_chains(out, model, told, clients);
    uint32_t shown = incident_proof_lines(scope, model, told, lines);
    head_proof(out, scope, told->grade == VERDICT_PROVEN ? "Proof" : "Seen", lines, shown,
               &model->first_time);
    if (told->turns != NULL)
        tell_turns(out, told->turns);
    else
        page_row(out, told->cause == CAUSE_UNKNOWN ? "Decide" : "Fix", advice_of(told->cause));
    page_row_filter(out, filter_of(scope, told));
    wmem_destroy_allocator(scope);
}
