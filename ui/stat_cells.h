/* stat_cells.h - what stands in the cells of Wireshark's tables
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_STAT_CELLS_H
#define NFS4SESS_STAT_CELLS_H

#include "compat.h"

#include <epan/stat_tap_ui.h>

#include "model/model.h"

/* Puts a copy of the text into a cell that holds a string or is empty; the table's strings
 * outlive everything of the file. */
void cell_string(stat_tap_table_item_type *item, const char *text);

void cell_uint(stat_tap_table_item_type *item, unsigned value);

/* Frees what a cell holds, if that is a string. */
void cell_free(stat_tap_table_item_type *item);

/* The client owner, cut where it is very long, without anything that looks like the end of its
 * cell; "-" for NULL. */
const char *cell_owner(wmem_allocator_t *scope, const nfs4_owner *owner);

/* "   1.099 s", as wide for each value that occurs, since windows sort it as text; "-" at the
 * place of the last digit where the time is not known. */
const char *cell_seconds(wmem_allocator_t *scope, bool known, const nstime_t *span);

#endif
