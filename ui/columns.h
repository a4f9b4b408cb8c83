/* columns.h - tables of text: cells below titles, each column as wide as its widest cell
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_COLUMNS_H
#define NFS4SESS_COLUMNS_H

#include "model/model.h"

#define COLUMNS_MAX 16

typedef struct {
    int count; /* at most COLUMNS_MAX */
    const char *const *titles;
    uint32_t numbers;        /* bit N: column N stands at the right */
    int widths[COLUMNS_MAX]; /* set by columns_begin and columns_widen */
} columns;

/* As wide as the titles; then as wide as these cells, too. */
void columns_begin(columns *table);
void columns_widen(columns *table, const char *const *cells);

/* Appends a line. Nothing stands behind the last column. */
void columns_row(GString *text, const columns *table, const char *const *cells);

/* Fills `cells` with the next row of a table, in `scope`; false behind the last one. */
typedef bool (*columns_next)(wmem_allocator_t *scope, void *rows, const char **cells);

/* The whole table below its heading: `next` goes through the rows twice, and begins anew once
 * it said that there are no more. */
void columns_draw(GString *text, columns *table, const char *heading, columns_next next,
                  void *rows);

/* '#', the number of nfs4dup,stat, and the owner, shortened; "-" for NULL. */
const char *columns_owner(wmem_allocator_t *scope, const nfs4_owner *owner);

#endif
