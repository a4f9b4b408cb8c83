/* stat_table.c - nfs4dup,stat: a row per owner and server, worst first
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "stat_table.h"

#include "losses.h"
#include "stat_cells.h"
#include "show/wording.h"

#include "model/judge/verdict.h"
#include "model/know/owner.h"

/* What answers the question first stands in the part that a window shows when it opens, sorted
 * by its first column. */
enum {
    COLUMN_RANK,
    COLUMN_VERDICT,
    COLUMN_OWNER,
    COLUMN_HOSTS,
    COLUMN_TAKEOVERS,
    COLUMN_OUTAGE,
    COLUMN_NUMBER,
    COLUMN_SERVER,
    COLUMN_INSTANCES,
    COLUMN_INVALIDATED,
    COLUMNS
};

#define HOSTS_SHOWN 4

/* Headers are padded to the width of their columns: tshark prints them as they are. */
static stat_tap_table_item columns[COLUMNS] = {
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "  Rank", "%6u"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Verdict  ", "%-9s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Client owner            ", "%-24s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Hosts                 ", "%-22s"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Takeovers", "%9u"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "    Outage        ", "%-18s"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "   #", "%4u"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Server         ", "%-15s"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Instances", "%9u"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Invalidated", "%11u"},
};

static void table_init(stat_tap_table_ui *ui);
static tap_packet_status table_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                      const void *data, tap_flags_t flags);
static void table_reset(stat_tap_table *table);
static void free_row(gpointer row);
static void table_free_item(stat_tap_table *table, guint row, guint column,
                            stat_tap_table_item_type *item);

static tap_param params[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};

static stat_tap_table_ui table_ui = {
    .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
    .title = "NFSv4 Duplicate Clients",
    .tap_name = "nfs4dup",
    .cli_string = "nfs4dup,stat",
    .stat_tap_init_cb = table_init,
    .packet_func = table_packet,
    .stat_tap_reset_table_cb = table_reset,
    .stat_tap_free_table_item_cb = table_free_item,
    .nfields = COLUMNS,
    .fields = columns,
    .nparams = G_N_ELEMENTS(params),
    .params = params,
};

/* Rows that a window may still point to: a second one empties the table that the first
 * one shows. They go when no other window is left. */
static GPtrArray *retired;

/* nfs4_owner -> row + 1, of the open file: a table of the GUI outlives it, its owners do
 * not. */
static GHashTable *rows;

static bool is_drawn; /* a window may hold the rows */

/* At the end of the program. */
static void shut_down(void)
{
    if (rows == NULL)
        return;
    g_hash_table_destroy(rows);
    g_ptr_array_free(retired, TRUE);
    rows = NULL;
    retired = NULL;
}

static stat_tap_table *table_in_use(void)
{
    if (rows == NULL || table_ui.tables == NULL || table_ui.tables->len == 0)
        return NULL;
    return g_array_index(table_ui.tables, stat_tap_table *, 0);
}

static void table_init(stat_tap_table_ui *ui)
{
    if (rows == NULL) {
        rows = g_hash_table_new(g_direct_hash, g_direct_equal);
        retired = g_ptr_array_new_with_free_func(free_row);
    }
    if (ui->refcount <= 1)
        g_ptr_array_set_size(retired, 0);
    stat_tap_table *table = stat_tap_find_table(ui, "Client owners, worst first");
    if (table != NULL) {
        table_reset(table);
        return;
    }
    g_hash_table_remove_all(rows);
    is_drawn = false;
    stat_tap_add_table(ui, stat_tap_init_table("Client owners, worst first", COLUMNS, 0, NULL));
}

/* ---- rows in the order of their rank -------------------------------------- */

/* Worst first: by verdict, then by the magnitude of the takeovers. Few values, so
 * that a row finds its place by passing whole groups of equals. */
static unsigned owner_rank(const nfs4_owner *owner)
{
    return (unsigned)owner->verdict * 64 + g_bit_storage(owner->takeovers);
}

static unsigned row_rank(const stat_tap_table *table, guint row)
{
    return table->elements[row][COLUMN_SERVER].user_data.uint_value;
}

static void note_row(const stat_tap_table *table, guint row)
{
    cell_uint(&table->elements[row][COLUMN_RANK], row + 1);
    g_hash_table_insert(rows, table->elements[row][COLUMN_NUMBER].user_data.ptr_value,
                        GUINT_TO_POINTER(row + 1));
}

static void swap_rows(stat_tap_table *table, guint a, guint b)
{
    stat_tap_table_item_type kept[COLUMNS]; /* windows point to rows, and look into them again */
    memcpy(kept, table->elements[a], sizeof kept);
    memcpy(table->elements[a], table->elements[b], sizeof kept);
    memcpy(table->elements[b], kept, sizeof kept);
    note_row(table, a);
    note_row(table, b);
}

/* The first row of [low, high) whose rank is not above `rank`; high for none. */
static guint first_not_above(const stat_tap_table *table, guint low, guint high, unsigned rank)
{
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (row_rank(table, middle) > rank)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The row's rank has changed: it changes places with the first (or last) of each
 * group of equals that it passes. */
static void sort_row(stat_tap_table *table, guint row)
{
    unsigned rank = row_rank(table, row);
    while (row > 0 && row_rank(table, row - 1) < rank) {
        guint first = first_not_above(table, 0, row, row_rank(table, row - 1));
        swap_rows(table, row, first);
        row = first;
    }
    while (row + 1 < table->num_elements && row_rank(table, row + 1) > rank) {
        unsigned passed = row_rank(table, row + 1);
        guint last = first_not_above(table, row + 1, table->num_elements, passed - 1) - 1;
        swap_rows(table, row, last);
        row = last;
    }
}

/* ---- what a row says ------------------------------------------------------ */

static const char *outage_text(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    losses sum = losses_of_owner(owner, NULL);
    const char *seconds = cell_seconds(scope, sum.timed > 0, &sum.outage);
    if (sum.timed == 0 || sum.timed == sum.outages)
        return seconds;
    return wmem_strdup_printf(scope, "%s (%u/%u)", seconds, sum.timed, sum.outages);
}

static void write_row(stat_tap_table_item_type *items, const nfs4_owner *owner)
{
    const nfs4_endpoint_entry *endpoint = owner->server->endpoints;
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    cell_uint(&items[COLUMN_NUMBER], owner->number);
    cell_string(&items[COLUMN_SERVER], endpoint != NULL ? wording_endpoint(scope, endpoint) : "?");
    cell_string(&items[COLUMN_OWNER], cell_owner(scope, owner));
    cell_string(&items[COLUMN_HOSTS], wording_owner_hosts(scope, owner, HOSTS_SHOWN));
    cell_uint(&items[COLUMN_INSTANCES], owner->instance_count);
    cell_uint(&items[COLUMN_TAKEOVERS], owner->takeovers);
    cell_uint(&items[COLUMN_INVALIDATED], owner->invalidations);
    cell_string(&items[COLUMN_OUTAGE], outage_text(scope, owner));
    cell_string(&items[COLUMN_VERDICT], verdict_name(owner->verdict));
    items[COLUMN_NUMBER].user_data.ptr_value = (void *)owner;
    items[COLUMN_SERVER].user_data.uint_value = owner_rank(owner);
    items[COLUMN_OWNER].user_data.uint_value = owner->revision;
    wmem_destroy_allocator(scope);
}

static void add_row(stat_tap_table *table, const nfs4_owner *owner)
{
    static const stat_tap_table_item_type empty[COLUMNS];
    guint row = table->num_elements;
    stat_tap_init_table_row(table, row, COLUMNS, empty);
    write_row(table->elements[row], owner);
    note_row(table, row);
    sort_row(table, row);
}

/* `row` counts from 1. */
static void update_row(stat_tap_table *table, guint row, const nfs4_owner *owner)
{
    stat_tap_table_item_type *items = table->elements[row - 1];
    if (items[COLUMN_OWNER].user_data.uint_value == owner->revision)
        return;
    write_row(items, owner);
    sort_row(table, row - 1);
}

/* The row of an owner, from 1; 0 for none. */
static guint find_row(const nfs4_owner *owner)
{
    return owner != NULL ? GPOINTER_TO_UINT(g_hash_table_lookup(rows, owner)) : 0;
}

/* ---- before the table is drawn -------------------------------------------- */

/* Of two addresses that turned out to be one server, one pass met the owners of both. A window
 * keeps the row of the one that is gone until it is opened again. */
static void follow_merged(stat_tap_table *table)
{
    GPtrArray *owners = g_ptr_array_new();
    guint kept = 0;
    for (guint row = 0; row < table->num_elements; row++) {
        stat_tap_table_item_type *items = table->elements[row];
        const nfs4_owner *owner = (const nfs4_owner *)items[COLUMN_NUMBER].user_data.ptr_value;
        if (owner == NULL || owner->merged_into == NULL) {
            table->elements[kept++] = items;
            continue;
        }
        g_ptr_array_add(owners, (void *)owner_now(owner));
        g_hash_table_remove(rows, owner);
        free_row(items);
    }
    table->num_elements = kept;
    for (guint row = 0; row < kept; row++)
        note_row(table, row);
    for (guint i = 0; i < owners->len; i++)
        if (find_row((const nfs4_owner *)owners->pdata[i]) == 0)
            add_row(table, (const nfs4_owner *)owners->pdata[i]);
    g_ptr_array_free(owners, TRUE);
}

/* A message can change what is known of an owner that is not its own, and an owner that was
 * cut off is found out after its messages: where no filter chooses, it gets its row now.
 * The kind of table has no callback for that; a tap listener does, and the one that
 * joined last is drawn first, that is, before the table. */
static void refresh_all(void *data)
{
    stat_tap_table *table = table_in_use();
    const nfs4_model *model = table != NULL ? nfs4sess_settle() : NULL;
    const nfs4_owner *owner = model != NULL ? model->owners.first : NULL;
    (void)data;
    if (model == NULL)
        return;
    if (!is_drawn)
        follow_merged(table);
    is_drawn = true;
    for (; owner != NULL; owner = owner->next) {
        guint row = find_row(owner);
        if (row != 0)
            update_row(table, row, owner);
        else if (!have_filtering_tap_listeners())
            add_row(table, owner);
    }
}

static tap_packet_status redraw_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                       const void *data, tap_flags_t flags)
{
    (void)tapdata, (void)pinfo, (void)edt, (void)data, (void)flags;
    return TAP_PACKET_REDRAW;
}

/* Joins with the first message, after the listener of the table itself, and stays. */
static void join_end(void)
{
    static bool joined;
    if (!joined)
        joined = register_tap_listener("nfs4dup", &joined, NULL, TL_IS_DISSECTOR_HELPER, NULL,
                                       redraw_packet, refresh_all, NULL) == NULL;
}

static tap_packet_status table_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                      const void *data, tap_flags_t flags)
{
    const nfs4sess_frame *frame = (const nfs4sess_frame *)data;
    stat_tap_table *table = table_in_use();
    (void)tapdata, (void)pinfo, (void)edt, (void)flags;

    join_end();
    for (uint32_t i = 0; table != NULL && i < frame->count; i++) {
        const nfs4_owner *owner = frame->messages[i].owner;
        if (owner != NULL && find_row(owner) == 0)
            add_row(table, owner);
    }
    return TAP_PACKET_REDRAW; /* what the rows say is brought up to date before that */
}

static void table_free_item(stat_tap_table *table, guint row, guint column,
                            stat_tap_table_item_type *item)
{
    (void)table, (void)row, (void)column;
    cell_free(item);
}

static void free_row(gpointer row)
{
    stat_tap_table_item_type *items = (stat_tap_table_item_type *)row;
    for (guint column = 0; column < COLUMNS; column++)
        table_free_item(NULL, 0, column, &items[column]);
    g_free(items);
}

static void table_reset(stat_tap_table *table)
{
    if (rows == NULL)
        return;
    for (guint row = 0; row < table->num_elements; row++)
        g_ptr_array_add(retired, table->elements[row]);
    table->num_elements = 0;
    g_hash_table_remove_all(rows);
}

/* The owners of the file are about to be freed, with the model. Rows stay, and say what the
 * whole file says: a window may show them, and tshark writes many files one after the
 * other. */
static void forget(void)
{
    stat_tap_table *table = table_in_use();
    refresh_all(NULL);
    for (guint row = 0; table != NULL && row < table->num_elements; row++)
        table->elements[row][COLUMN_NUMBER].user_data.ptr_value = NULL;
    if (rows != NULL)
        g_hash_table_remove_all(rows);
}

void stat_table_register(void)
{
    register_stat_tap_table_ui(&table_ui);
    nfs4sess_before_cleanup(forget);
    register_shutdown_routine(shut_down);
}
