/* chain_stat.c - the table of invalidation chains, worst first
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "chain_stat.h"

#include "stat_cells.h"
#include "show/wording.h"

#include "model/know/note.h"
#include "model/watch/chain.h"
#include "model/watch/cost.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"

enum {
    COLUMN_RANK,
    COLUMN_VICTIM,
    COLUMN_CAUSE,
    COLUMN_CULPRIT,
    COLUMN_FIRST,
    COLUMN_OUTAGE,
    COLUMN_LOST,
    COLUMN_ENDING,
    COLUMN_CHAIN,
    COLUMN_NUMBER,
    COLUMN_OWNER,
    COLUMNS
};

static stat_tap_table_item columns[COLUMNS] = {
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "  Rank", "%6u"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Victim         ", "%-15s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Cause                   ", "%-24s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Lost to        ", "%-15s"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "First frame", "%11u"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "    Outage", "%-10s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Lost                ", "%-20s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Ending       ", "%-13s"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Chain", "%5u"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "   #", "%4u"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Client owner", "%s"},
};

#define TABLE_NAME "Lost leases and sessions, worst first"

static void table_init(stat_tap_table_ui *ui);
static tap_packet_status table_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                      const void *data, tap_flags_t flags);
static void table_reset(stat_tap_table *table);
static void table_free_item(stat_tap_table *table, guint row, guint column,
                            stat_tap_table_item_type *item);

static tap_param params[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};

static stat_tap_table_ui table_ui = {
    .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
    .title = "NFSv4 Invalidation Chains",
    .tap_name = "nfs4dup",
    .cli_string = "nfs4dup,invalidations",
    .stat_tap_init_cb = table_init,
    .packet_func = table_packet,
    .stat_tap_reset_table_cb = table_reset,
    .stat_tap_free_table_item_cb = table_free_item,
    .nfields = COLUMNS,
    .fields = columns,
    .nparams = G_N_ELEMENTS(params),
    .params = params,
};

/* Frames that pass the table's filter. Chains are looked for in them at the end: on a first
 * pass a call does not know yet what it will mean. NULL until a table is used. */
static GHashTable *frames;
static GPtrArray *retired; /* rows that a window may still point to */
static guint finished;     /* rows of files that were closed before this one */

static void free_row(gpointer row)
{
    stat_tap_table_item_type *items = (stat_tap_table_item_type *)row;
    for (guint column = 0; column < COLUMNS; column++)
        cell_free(&items[column]);
    g_free(items);
}

static stat_tap_table *table_in_use(void)
{
    if (frames == NULL || table_ui.tables == NULL || table_ui.tables->len == 0)
        return NULL;
    return g_array_index(table_ui.tables, stat_tap_table *, 0);
}

static void table_init(stat_tap_table_ui *ui)
{
    if (frames == NULL) {
        frames = g_hash_table_new(g_direct_hash, g_direct_equal);
        retired = g_ptr_array_new_with_free_func(free_row);
    }
    if (ui->refcount <= 1)
        g_ptr_array_set_size(retired, 0);
    stat_tap_table *table = stat_tap_find_table(ui, TABLE_NAME);
    if (table != NULL)
        table_reset(table);
    else
        stat_tap_add_table(ui, stat_tap_init_table(TABLE_NAME, COLUMNS, 0, NULL));
}

static void table_reset(stat_tap_table *table)
{
    if (frames == NULL)
        return;
    for (guint row = 0; row < table->num_elements; row++)
        g_ptr_array_add(retired, table->elements[row]);
    table->num_elements = finished = 0;
    g_hash_table_remove_all(frames);
}

static void table_free_item(stat_tap_table *table, guint row, guint column,
                            stat_tap_table_item_type *item)
{
    (void)table, (void)row, (void)column;
    cell_free(item);
}

/* ---- which chains, in which order ----------------------------------------- */

static void choose_chain(nfs4_note *note, void *data)
{
    if (note->chain != NULL && g_hash_table_contains(frames, GUINT_TO_POINTER(note->key.frame)))
        g_hash_table_add((GHashTable *)data, note->chain);
}

static uint32_t lost_of(const nfs4_chain *chain)
{
    uint32_t opens, locks;
    return (cost_lost_opens(chain, &opens) ? opens : 0) +
           (cost_lost_locks(chain, &locks) ? locks : 0);
}

/* Worst first: by the opens and locks that did not come back, then by the outage. */
static gint compare_chains(gconstpointer a, gconstpointer b)
{
    const nfs4_chain *left = *(const nfs4_chain *const *)a, *right = *(const nfs4_chain *const *)b;
    uint32_t left_lost = lost_of(left), right_lost = lost_of(right);
    if (left_lost != right_lost)
        return left_lost > right_lost ? -1 : 1;
    nstime_t of_left, of_right;
    bool left_known = chain_outage(left, &of_left), right_known = chain_outage(right, &of_right);
    if (left_known != right_known)
        return left_known ? -1 : 1;
    int longer = left_known ? nstime_cmp(&of_right, &of_left) : 0;
    return longer != 0 ? longer : left->number < right->number ? -1 : left->number > right->number;
}

/* Those that the filter chooses, worst first. To be freed. */
static GPtrArray *chains_of(const nfs4_model *model)
{
    GPtrArray *chains = g_ptr_array_new();
    GHashTable *chosen = NULL;
    if (have_filtering_tap_listeners() && note_are_whole(model)) {
        chosen = g_hash_table_new(g_direct_hash, g_direct_equal);
        note_each(model, choose_chain, chosen);
    }
    for (nfs4_chain *chain = model->chains.first; chain != NULL; chain = chain->next)
        if (chosen == NULL || g_hash_table_contains(chosen, chain))
            g_ptr_array_add(chains, chain);
    if (chosen != NULL)
        g_hash_table_destroy(chosen);
    g_ptr_array_sort(chains, compare_chains);
    return chains;
}

/* ---- what a row says ------------------------------------------------------ */

static const char *cause_text(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    nfs4_verdict grade;
    const char *cause = cause_name(cause_of_chain(chain, &grade));
    return verdict_accuses(grade) ? wmem_strdup_printf(scope, "%s, %s", cause, verdict_name(grade))
                                  : cause;
}

static const char *culprit_text(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    const char *hosts = wording_culprit(scope, chain);
    return hosts != NULL ? hosts : "-";
}

static uint32_t first_frame(const nfs4_chain *chain)
{
    return wmem_array_get_count(chain->steps) > 0
               ? ((const nfs4_step *)wmem_array_index(chain->steps, 0))->frame
               : 0;
}

static void write_row(stat_tap_table_item_type *items, guint rank, const nfs4_chain *chain)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_owner *owner = chain->lease->owner;
    const char *lost = wording_lost(scope, chain);
    nstime_t outage;
    bool timed = chain_outage(chain, &outage);
    cell_uint(&items[COLUMN_RANK], rank);
    cell_string(&items[COLUMN_VICTIM], wording_address(scope, chain->client));
    cell_string(&items[COLUMN_CAUSE], cause_text(scope, chain));
    cell_string(&items[COLUMN_CULPRIT], culprit_text(scope, chain));
    cell_uint(&items[COLUMN_FIRST], first_frame(chain));
    cell_string(&items[COLUMN_OUTAGE], cell_seconds(scope, timed, &outage));
    cell_string(&items[COLUMN_LOST], lost != NULL ? lost : "-");
    cell_string(&items[COLUMN_ENDING], wording_ending(chain));
    cell_uint(&items[COLUMN_CHAIN], chain->number);
    cell_uint(&items[COLUMN_NUMBER], owner != NULL ? owner->number : 0);
    cell_string(&items[COLUMN_OWNER], cell_owner(scope, owner));
    wmem_destroy_allocator(scope);
}

/* Rows stay where they are, since windows point to them: what they say changes. Chains never
 * become fewer while a file is open. */
static void write_rows(stat_tap_table *table, const GPtrArray *chains)
{
    static const stat_tap_table_item_type empty[COLUMNS];
    for (guint i = 0; i < chains->len; i++) {
        guint row = finished + i;
        if (row >= table->num_elements)
            stat_tap_init_table_row(table, row, COLUMNS, empty);
        write_row(table->elements[row], row + 1, (const nfs4_chain *)g_ptr_array_index(chains, i));
    }
}

/* As for stat_table.c: the kind of table has no callback for its end, and a listener that
 * joined after it is drawn before it. */
static void refresh(void *data)
{
    stat_tap_table *table = table_in_use();
    const nfs4_model *model = table != NULL ? nfs4sess_settle() : NULL;
    (void)data;
    if (model == NULL)
        return;
    GPtrArray *chains = chains_of(model);
    write_rows(table, chains);
    g_ptr_array_free(chains, TRUE);
}

static tap_packet_status redraw_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                       const void *data, tap_flags_t flags)
{
    (void)tapdata, (void)pinfo, (void)edt, (void)data, (void)flags;
    return TAP_PACKET_REDRAW;
}

static void join_end(void)
{
    static bool joined;
    if (!joined)
        joined = register_tap_listener("nfs4dup", &joined, NULL, TL_IS_DISSECTOR_HELPER, NULL,
                                       redraw_packet, refresh, NULL) == NULL;
}

static tap_packet_status table_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                      const void *data, tap_flags_t flags)
{
    (void)tapdata, (void)edt, (void)data, (void)flags;
    join_end();
    if (frames != NULL)
        g_hash_table_add(frames, GUINT_TO_POINTER(pinfo->num));
    return TAP_PACKET_REDRAW;
}

/* The chains of the file are about to be freed; its rows stay. */
static void forget(void)
{
    stat_tap_table *table = table_in_use();
    refresh(NULL);
    if (table == NULL)
        return;
    finished = table->num_elements;
    g_hash_table_remove_all(frames);
}

static void shut_down(void)
{
    if (frames == NULL)
        return;
    g_hash_table_destroy(frames);
    g_ptr_array_free(retired, TRUE);
    frames = NULL;
    retired = NULL;
}

void chain_stat_register(void)
{
    register_stat_tap_table_ui(&table_ui);
    nfs4sess_before_cleanup(forget);
    register_shutdown_routine(shut_down);
}
