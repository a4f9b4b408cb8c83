/* chain_table.h - nfs4dup,chains: a row per invalidation chain
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_CHAIN_TABLE_H
#define NFS4SESS_CHAIN_TABLE_H

#include "page.h"

#include "model/model.h"

/* Chooses the chains of a table. */
typedef bool (*chain_chooser)(const nfs4_chain *chain, void *data);

/* Appends the table to `text`, in the order of the chains' numbers: one line per chain,
 * in ASCII. `model` may be NULL, for a capture without NFSv4; `chooses` may be NULL, for
 * all chains. */
void chain_table(GString *text, const nfs4_model *model, chain_chooser chooses, void *data);

/* Appends the same of all chains in a few short lines each, for a narrow window. Of each, it names
 * the confirm that took the lease, the first frame and the last. */
void chain_list(page *out, const nfs4_model *model);

#endif
