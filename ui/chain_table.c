/* chain_table.c - nfs4dup,chains: a row per invalidation chain
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "chain_table.h"

#include "page.h"
#include "show/wording.h"
#include "show/wording_origin.h"

#include "model/judge/causes.h"
#include "model/judge/verdict.h"

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

#define OWNER_SHOWN 255 /* characters; the JSON document has them all */

static const char *const titles[COLUMNS] = {"#",      "Client",  "Cause",       "Grade",
                                            "Frames", "Culprit", "Restored",    "Outage",
                                            "Ending", "Lost",    "Client owner"};

static bool is_number(int column)
{
    return column == COLUMN_NUMBER || column == COLUMN_RESTORED || column == COLUMN_OUTAGE;
}

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

static const char *span_of(wmem_allocator_t *scope, bool known, const nstime_t *span)
{
    return known ? wmem_strdup_printf(scope, "%.3f s", nstime_to_sec(span)) : "-";
}

/* '#' and the number of nfs4dup,stat in front of the owner. */
static const char *owner_of(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    if (owner == NULL)
        return "-";
    const char *text = wording_owner(scope, owner);
    return wmem_strdup_printf(scope, "#%u %.*s%s", owner->number, OWNER_SHOWN, text,
                              strlen(text) > OWNER_SHOWN ? "..." : "");
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
                         [COLUMN_RESTORED] = span_of(scope, chain->has_restored, &chain->restored),
                         [COLUMN_OUTAGE] = span_of(scope, chain->resumed, &chain->outage),
                         [COLUMN_ENDING] = wording_ending(chain),
                         [COLUMN_LOST] = lost != NULL ? lost : "-",
                         [COLUMN_OWNER] = owner_of(scope, chain->lease->owner),
                     }};
    return row;
}

static void widen(int widths[COLUMNS], const chain_row *row)
{
    for (int column = 0; column < COLUMNS; column++)
        widths[column] = MAX(widths[column], (int)strlen(row->cells[column]));
}

static void append_row(GString *text, const int widths[COLUMNS], const chain_row *row)
{
    for (int column = 0; column < COLUMNS; column++) {
        const char *cell = row->cells[column];
        if (column == COLUMNS - 1)
            g_string_append_printf(text, "%s\n", cell);
        else if (is_number(column))
            g_string_append_printf(text, "%*s  ", widths[column], cell);
        else
            g_string_append_printf(text, "%-*s  ", widths[column], cell);
    }
}

void chain_table(GString *text, const nfs4_model *model, chain_chooser chooses, void *data)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_chain *first = model != NULL ? model->chains.first : NULL;
    int widths[COLUMNS] = {0};
    chain_row head;

    memcpy(head.cells, titles, sizeof titles);
    widen(widths, &head);
    for (int pass = 0; pass < 2; pass++) { /* how wide, then what */
        if (pass == 1) {
            g_string_append(text, "NFSv4 Invalidation Chains\n");
            append_row(text, widths, &head);
        }
        for (const nfs4_chain *chain = first; chain != NULL; chain = chain->next) {
            if (chooses != NULL && !chooses(chain, data))
                continue;
            chain_row row = row_of(scope, chain);
            if (pass == 0)
                widen(widths, &row);
            else
                append_row(text, widths, &row);
            wmem_free_all(scope);
        }
    }
    wmem_destroy_allocator(scope);
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
    page_words_f(out, "    ", "frames %s, %s; new lease after %s, working after %s; lost: %s",
                 cells[COLUMN_FRAMES], cells[COLUMN_ENDING], cells[COLUMN_RESTORED],
                 cells[COLUMN_OUTAGE], cells[COLUMN_LOST]);
    page_words(out, "    ", cells[COLUMN_OWNER]);
}

void chain_list(page *out, const nfs4_model *model)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_chain *chain = model != NULL ? model->chains.first : NULL;
    if (chain == NULL)
        g_string_append(out->text, "No lease and no session was lost.\n");
    for (; chain != NULL; chain = chain->next) {
        chain_row row = row_of(scope, chain);
        list_chain(out, &row);
        wmem_free_all(scope);
    }
    wmem_destroy_allocator(scope);
}
