/* columns.c - tables of text: cells below titles, each column as wide as its widest cell
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "columns.h"

#include "show/wording.h"

#define OWNER_SHOWN 255 /* characters; the JSON document has them all */

void columns_begin(columns *table)
{
    memset(table->widths, 0, sizeof table->widths);
    columns_widen(table, table->titles);
}

void columns_widen(columns *table, const char *const *cells)
{
    for (int column = 0; column < table->count; column++)
        table->widths[column] = MAX(table->widths[column], (int)strlen(cells[column]));
}

void columns_row(GString *text, const columns *table, const char *const *cells)
{
    for (int column = 0; column < table->count; column++) {
        int width = table->widths[column];
        if (column == table->count - 1)
            g_string_append_printf(text, "%s\n", cells[column]);
        else if (table->numbers >> column & 1)
            g_string_append_printf(text, "%*s  ", width, cells[column]);
        else
            g_string_append_printf(text, "%-*s  ", width, cells[column]);
    }
}

void columns_draw(GString *text, columns *table, const char *heading, columns_next next, void *rows)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const char *cells[COLUMNS_MAX];
    columns_begin(table);
    for (; next(scope, rows, cells); wmem_free_all(scope)) /* how wide, then what */
        columns_widen(table, cells);
    g_string_append_printf(text, "%s\n", heading);
    columns_row(text, table, table->titles);
    for (; next(scope, rows, cells); wmem_free_all(scope))
        columns_row(text, table, cells);
    wmem_destroy_allocator(scope);
}

const char *columns_owner(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    if (owner == NULL)
        return "-";
    const char *text = wording_owner(scope, owner);
    return wmem_strdup_printf(scope, "#%u %.*s%s", owner->number, OWNER_SHOWN, text,
                              strlen(text) > OWNER_SHOWN ? "..." : "");
}
