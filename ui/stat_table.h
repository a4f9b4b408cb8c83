/* stat_table.h - nfs4dup,stat: a row per owner and server, worst first
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One registration gives "tshark -z nfs4dup,stat[,filter]", the entry in the GUI's
 * Statistics menu, and sharkd. The filter chooses the owners: those that a matching
 * frame belongs to. What their rows say is what the whole capture says.
 */
#ifndef NFS4SESS_STAT_TABLE_H
#define NFS4SESS_STAT_TABLE_H

#include "nfs4sess.h"

/* Registers the table. To be called while the protocol is registered, after the
 * tap "nfs4dup". */
void stat_table_register(void);

#endif
