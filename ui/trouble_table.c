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

typedef struct {
    const nfs4_model *model;
    trouble_chooser chooses; /* NULL for all */
    void *data;
    const nfs4_trouble *at; /* NULL before the first */
} table_rows;

static bool next_row(wmem_allocator_t *scope, void *data, const char **cells)
{
    table_rows *rows = (table_rows *)data;
    const nfs4_trouble *first = rows->model != NULL ? rows->model->troubles.first : NULL;
    do
        rows->at = rows->at == NULL ? first : rows->at->next;
    while (rows->at != NULL && rows->chooses != NULL && !rows->chooses(rows->at, rows->data));
    if (rows->at == NULL)
        return false;
    table_row row = row_of(scope, rows->at);
    memcpy(cells, row.cells, sizeof row.cells);
    return true;
}

void trouble_table(GString *text, const nfs4_model *model, trouble_chooser chooses, void *data)
{
    columns table = {.count = COLUMNS, .titles = titles, .numbers = NUMBERS};
    table_rows rows = {model, chooses, data, NULL};
    columns_draw(text, &table, "NFSv4 Trouble", next_row, &rows);
}
