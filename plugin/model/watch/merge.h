/* merge.h - two servers of the model turn out to be one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_MERGE_H
#define NFS4SESS_MERGE_H

#include "model.h"

/* Whatever is known of `from` belongs to `into` from now on, and all is judged again. Of an owner
 * that both have, the one at `into` stays, with the leases of both; instances with one verifier
 * become one. `from` stays behind without an address. The work grows with all that the model has;
 * where merges would take more than a few steps for each message of the capture, the two stay
 * apart, for the time being. */
void merge_servers(nfs4_model *model, nfs4_server *into, nfs4_server *from);

#endif
