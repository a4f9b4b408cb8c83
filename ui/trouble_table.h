/* trouble_table.h - nfs4dup,trouble: a row per client that does not get on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_TROUBLE_TABLE_H
#define NFS4SESS_TROUBLE_TABLE_H

#include <glib.h>

#include "model/model.h"

/* Chooses what is listed; NULL for everything. */
typedef bool (*trouble_chooser)(const nfs4_trouble *trouble, void *data);

/* Appends the table. `model` may be NULL, for a capture without NFSv4. */
void trouble_table(GString *text, const nfs4_model *model, trouble_chooser chooses, void *data);

#endif
