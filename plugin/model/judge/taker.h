/* taker.h - which confirm ended a lease
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * As a rule the next one in the server's order. Clientids are in the order of
 * identifications, though, and leases end in the order of confirms: in a storm of clones
 * whose confirms are delayed, the taker is another one.
 */
#ifndef NFS4SESS_TAKER_H
#define NFS4SESS_TAKER_H

#include "types.h"

#define TAKER_NEARBY 16 /* leases looked at, before and after: a delayed confirm may be old */

/* true if the next one in order was confirmed before this one. Only then, and from then on,
 * need the next one in order not be what ended a lease of this owner. */
bool taker_is_late(const nfs4_lease *lease);

/* The leases around this one in order: those behind it, then those before, the nearest first. */
typedef struct {
    nfs4_lease *leases[2 * TAKER_NEARBY];
    int count;
} taker_neighbours;

taker_neighbours taker_around(const nfs4_lease *lease);

/* Finds who ended the lease, and whether its holder was refused for that (*refused). NULL
 * for nobody. */
nfs4_lease *taker_find(const nfs4_lease *lease, bool *refused);

/* Whose confirm that was (judgement.taker), where it can be told: NULL if it was before the capture
 * showed the lease, and a third instance may have confirmed in between. */
const nfs4_lease *taker_named(const nfs4_lease *lease);

/* true if `other` may be what taker_find finds for a lease of an owner whose order is not
 * that of confirms */
bool taker_may_be(const nfs4_lease *lease, const nfs4_lease *other);

#endif
