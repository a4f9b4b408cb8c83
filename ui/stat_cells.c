/* stat_cells.c - what stands in the cells of Wireshark's tables
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stat_cells.h"

#include "show/wording.h"

#define OWNER_SHOWN 255 /* characters; the JSON document has them all */

void cell_string(stat_tap_table_item_type *item, const char *text)
{
    g_free((void *)item->value.string_value);
    item->type = TABLE_ITEM_STRING;
    item->value.string_value = g_strdup(text);
}

void cell_uint(stat_tap_table_item_type *item, unsigned value)
{
    item->type = TABLE_ITEM_UINT;
    item->value.uint_value = value;
}

void cell_free(stat_tap_table_item_type *item)
{
    if (item->type != TABLE_ITEM_STRING)
        return;
    g_free((void *)item->value.string_value);
    item->value.string_value = NULL;
}

/* No owner can look like the end of its cell, and like further cells. */
static char *without_bars(wmem_allocator_t *scope, const char *text)
{
    char **parts = g_strsplit(text, "|", -1);
    char *joined = g_strjoinv("\\x7c", parts);
    char *kept = wmem_strdup(scope, joined);
    g_strfreev(parts);
    g_free(joined);
    return kept;
}

const char *cell_owner(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    if (owner == NULL)
        return "-";
    char *text = without_bars(scope, wording_owner(scope, owner));
    if (strlen(text) > OWNER_SHOWN)
        memcpy(text + OWNER_SHOWN - 3, "...", 4);
    return text;
}

const char *cell_seconds(wmem_allocator_t *scope, bool known, const nstime_t *span)
{
    return known ? wmem_strdup_printf(scope, "%8.3f s", nstime_to_sec(span)) : "         -";
}
