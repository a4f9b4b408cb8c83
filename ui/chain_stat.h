/* chain_stat.h - the table of invalidation chains, worst first
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For Wireshark's window (Statistics > NFSv4 Invalidation Chains), which sorts and filters it;
 * also "tshark -z nfs4dup,invalidations[,filter]" and sharkd, as all tables of that kind.
 * nfs4dup,chains is the same for people without a window, by number.
 */
#ifndef NFS4SESS_CHAIN_STAT_H
#define NFS4SESS_CHAIN_STAT_H

#include "nfs4sess.h"

/* Registers the table. To be called while the protocol is registered, after the tap
 * "nfs4dup". */
void chain_stat_register(void);

#endif
