/* chain_table.c - nfs4dup,chains: a row per invalidation chain
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "chain_table.h"

#include "columns.h"
#include "named.h"
#include "page.h"
#include "show/wording.h"
#include "show/wording_origin.h"

#include "model/judge/causes.h"
#include "model/judge/verdict.h"
#include "model/watch/chain.h"

enum {
    COLUMN_NUMBER,
    COLUMN_CLIENT,
    COLUMN_CAUSE,
    COLUMN_GRADE,
    COLUMN_FRAMES,
    COLUMN_CULPRIT,
    COLUMN_RESTORED,
    COLUMN_OUTAGE,
    COLUMN_ENDING,
    COLUMN_LOST,
    COLUMN_OWNER,
    COLUMNS
};

static const char *const titles[COLUMNS] = {"#",      "Client",  "Cause",       "Grade",
                                            "Frames", "Culprit", "Restored",    "Outage",
                                            "Ending", "Lost",    "Client owner"};

#define NUMBERS (1u << COLUMN_NUMBER | 1u << COLUMN_RESTORED | 1u << COLUMN_OUTAGE)

typedef struct {
    const char *cells[COLUMNS];
} chain_row;

static const char *frames_of(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    uint32_t count = wmem_array_get_count(chain->steps);
    const nfs4_step *steps = (const nfs4_step *)wmem_array_get_raw(chain->steps);
    if (count == 0)
        return "-";
    return wording_frame_range(scope, steps[0].frame, steps[count - 1].frame);
}

static const char *culprit_of(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    const nfs4_lease *culprit = cause_culprit(chain);
    if (culprit == NULL)
        return "-";
    const char *hosts = wording_culprit(scope, chain);
    if (culprit->confirm.reply == 0)
        return hosts;
    return wmem_strdup_printf(scope, "%s in %s", hosts,
                              wording_frame_number(scope, culprit->confirm.reply));
}

static const char *span_of(wmem_allocator_t *scope, const nfs4_chain *chain,
                           bool measure(const nfs4_chain *chain, nstime_t *span))
{
    nstime_t span;
    return measure(chain, &span) ? wmem_strdup_printf(scope, "%.3f s", nstime_to_sec(&span)) : "-";
}

static chain_row row_of(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    nfs4_verdict grade;
    nfs4_cause cause = cause_of_chain(chain, &grade);
    const char *lost = wording_lost(scope, chain);
    chain_row row = {.cells = {
                         [COLUMN_NUMBER] = wmem_strdup_printf(scope, "%u", chain->number),
                         [COLUMN_CLIENT] = wording_address(scope, chain->client),
                         [COLUMN_CAUSE] = cause_name(cause),
                         [COLUMN_GRADE] = verdict_accuses(grade) ? verdict_name(grade) : "-",
                         [COLUMN_FRAMES] = frames_of(scope, chain),
                         [COLUMN_CULPRIT] = culprit_of(scope, chain),
                         [COLUMN_RESTORED] = span_of(scope, chain, chain_restored),
                         [COLUMN_OUTAGE] = span_of(scope, chain, chain_outage),
                         [COLUMN_ENDING] = wording_ending(chain),
                         [COLUMN_LOST] = lost != NULL ? lost : "-",
                         [COLUMN_OWNER] = columns_owner(scope, chain->lease->owner),
                     }};
    return row;
}

typedef struct {
    const nfs4_model *model;
    chain_chooser chooses; /* NULL for all */
    void *data;
    const nfs4_chain *at; /* NULL before the first */
} table_rows;

static bool next_row(wmem_allocator_t *scope, void *data, const char **cells)
{
    table_rows *rows = (table_rows *)data;
    const nfs4_chain *first = rows->model != NULL ? rows->model->chains.first : NULL;
    do
        rows->at = rows->at == NULL ? first : rows->at->next;
    while (rows->at != NULL && rows->chooses != NULL && !rows->chooses(rows->at, rows->data));
    if (rows->at == NULL)
        return false;
    chain_row row = row_of(scope, rows->at);
    memcpy(cells, row.cells, sizeof row.cells);
    return true;
}

void chain_table(GString *text, const nfs4_model *model, chain_chooser chooses, void *data)
{
    columns table = {.count = COLUMNS, .titles = titles, .numbers = NUMBERS};
    table_rows rows = {model, chooses, data, NULL};
    columns_draw(text, &table, "NFSv4 Invalidation Chains", next_row, &rows);
}

/* ---- narrow --------------------------------------------------------------- */

static void list_chain(page *out, const chain_row *row)
{
    const char *const *cells = row->cells;
    bool graded = strcmp(cells[COLUMN_GRADE], "-") != 0;
    bool known = strcmp(cells[COLUMN_CULPRIT], "-") != 0;
    page_words_f(out, "", "%s: %s, %s%s%s%s%s%s", cells[COLUMN_NUMBER], cells[COLUMN_CLIENT],
                 cells[COLUMN_CAUSE], graded ? " (" : "", graded ? cells[COLUMN_GRADE] : "",
                 graded ? ")" : "", known ? ", lost to " : "", known ? cells[COLUMN_CULPRIT] : "");
    page_words_f(out, "    ", "frames %s, %s; new lease after %s, outage %s; lost: %s",
                 cells[COLUMN_FRAMES], cells[COLUMN_ENDING], cells[COLUMN_RESTORED],
                 cells[COLUMN_OUTAGE], cells[COLUMN_LOST]);
    page_words(out, "    ", cells[COLUMN_OWNER]);
}

/* By the numbers of the open file; the words of an extract have others. */
static void name_chain(GPtrArray *named, const nfs4_chain *chain)
{
    const nfs4_lease *culprit = cause_culprit(chain);
    uint32_t count = wmem_array_get_count(chain->steps);
    const nfs4_step *steps = (const nfs4_step *)wmem_array_get_raw(chain->steps);
    char *filter = g_strdup_printf("nfs4sess.chain == %u", chain->number);
    named_begin(named);
    named_frame(named, culprit != NULL ? culprit->confirm.reply : 0);
    named_frame(named, count > 0 ? steps[0].frame : 0);
    named_frame(named, count > 0 ? steps[count - 1].frame : 0);
    named_filter(named, filter);
    g_free(filter);
}

void chain_list(page *out, const nfs4_model *model)
{
    page words = {.text = out->text, .width = out->width};
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_chain *chain = model != NULL ? model->chains.first : NULL;
    if (chain == NULL)
        g_string_append(out->text, "No lease and no session was lost.\n");
    for (; chain != NULL; chain = chain->next) {
        chain_row row = row_of(scope, chain);
        list_chain(&words, &row);
        name_chain(out->named, chain);
        wmem_free_all(scope);
    }
    wmem_destroy_allocator(scope);
}
