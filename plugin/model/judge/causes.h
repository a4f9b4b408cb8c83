/* causes.h - why the holder of a lease was refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A table as that of the rules: the first row that fits a chain names its cause, and how sure
 * that is.
 */
#ifndef NFS4SESS_CAUSES_H
#define NFS4SESS_CAUSES_H

#include "types.h"

/* The cause of a chain, as far as it is known yet, and how sure that is (VERDICT_SUSPECTED,
 * _PROBABLE, _PROVEN; _UNDECIDED for none). */
nfs4_cause cause_of_chain(const nfs4_chain *chain, nfs4_verdict *grade);

/* The confirm to which a chain with CAUSE_DUPLICATE_OWNER lost its lease; of the same
 * instance where that is a clone. NULL for other causes, and where the capture does not
 * show it, or not which one it was (taker_named). */
const nfs4_lease *cause_culprit(const nfs4_chain *chain);

/* The word of the manual and of JSON. Static. */
const char *cause_name(nfs4_cause cause);

#endif
