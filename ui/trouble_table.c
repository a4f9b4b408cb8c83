/* trouble_table.c - nfs4dup,trouble: a row per client that does not get on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "trouble_table.h"

#include "columns.h"

#include "show/wording.h"
#include "show/wording_trouble.h"

#include "model/trouble/kinds.h"

enum {
    COLUMN_NUMBER,
    COLUMN_CLIENT,
    COLUMN_SERVER,
    COLUMN_KIND,
    COLUMN_OPERATION,
    COLUMN_STATUS,
    COLUMN_COUNT,
    COLUMN_SPAN,
    COLUMN_FRAMES,
    COLUMN_ENDED,
    COLUMN_BLAME,
    COLUMN_DUPLICATE,
    COLUMN_OWNER,
    COLUMNS
};

static const char *const titles[COLUMNS] = {
    "#",    "Client", "Server", "Trouble", "Operation", "Error",       "Count",
    "Span", "Frames", "Ended",  "Blame",   "Duplicate", "Client owner"};

#define NUMBERS (1u << COLUMN_NUMBER | 1u << COLUMN_COUNT | 1u << COLUMN_SPAN | 1u << COLUMN_ENDED)

typedef struct {
    const char *cells[COLUMNS];
} table_row;

static const char *or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

static const char *duplicate_of(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const nfs4_owner *duplicate = trouble_duplicate(trouble);
    return duplicate != NULL ? wmem_strdup_printf(scope, "#%u", duplicate->number) : "-";
}

static table_row row_of(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    nstime_t span = trouble_span(trouble);
    table_row row = {
        .cells = {
            [COLUMN_NUMBER] = wmem_strdup_printf(scope, "%u", trouble->number),
            [COLUMN_CLIENT] = wording_address(scope, &trouble->asker->addr),
            [COLUMN_SERVER] = wording_endpoint(scope, trouble->connection->endpoint),
            [COLUMN_KIND] = kinds_name(trouble->kind),
            [COLUMN_OPERATION] = wording_operation(scope, trouble->operation),
            [COLUMN_STATUS] = wording_trouble_status(scope, trouble),
            [COLUMN_COUNT] = wmem_strdup_printf(scope, "%u", trouble->count),
            [COLUMN_SPAN] = wmem_strdup_printf(scope, "%.3f s", nstime_to_sec(&span)),
            [COLUMN_FRAMES] =
                wmem_strdup_printf(scope, "%u-%u", trouble->first_frame, trouble->last_frame),
            [COLUMN_ENDED] =
                trouble->ended_in != 0 ? wmem_strdup_printf(scope, "%u", trouble->ended_in) : "-",
            [COLUMN_BLAME] = or_dash(wording_blame(trouble->blame)),
            [COLUMN_DUPLICATE] = duplicate_of(scope, trouble),
            [COLUMN_OWNER] = columns_owner(scope, trouble_owner(trouble)),
        }};
    return row;
}

void trouble_table(GString *text, const nfs4_model *model, trouble_chooser chooses, void *data)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_trouble *first = model != NULL ? model->troubles.first : NULL;
    columns table = {.count = COLUMNS, .titles = titles, .numbers = NUMBERS};

    columns_begin(&table);
    for (int pass = 0; pass < 2; pass++) { /* how wide, then what */
        if (pass == 1) {
            g_string_append(text, "NFSv4 Trouble\n");
            columns_row(text, &table, titles);
        }
        for (const nfs4_trouble *trouble = first; trouble != NULL; trouble = trouble->next) {
            if (chooses != NULL && !chooses(trouble, data))
                continue;
            table_row row = row_of(scope, trouble);
            if (pass == 0)
                columns_widen(&table, row.cells);
            else
                columns_row(text, &table, row.cells);
            wmem_free_all(scope);
        }
    }
    wmem_destroy_allocator(scope);
}
