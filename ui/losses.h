/* losses.h - what lost leases cost, added up
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_LOSSES_H
#define NFS4SESS_LOSSES_H

#include "model/model.h"

#define LOSSES_FILES 3

/* Opens and locks that came back are not lost. One that was lost, taken again and lost
 * again was lost twice; `most_` says how many a client lost at one time, of several clients
 * the sum of that. */
typedef struct {
    uint32_t leases;  /* lost, of which something is added up here */
    uint32_t unknown; /* of which the capture does not show what they held, or what came back */
    uint32_t opens, most_opens;
    uint32_t locks, most_locks;
    nfs4_bytes files[LOSSES_FILES]; /* names of those with locks that were lost */
    uint32_t file_count;
    bool more_files;
    uint32_t delegations;
    uint32_t reclaimed, no_grace; /* opens and locks, for which a reclaim was asked */
    uint32_t refused;             /* requests, see nfs4_cost */
    uint32_t reads_failed, writes_failed, layouts_failed;
    uint32_t outages, timed;  /* times that a client was held up, and those of a known end */
    nstime_t outage, longest; /* of these; see chain_whole_outage */
    bool has_idle;
    double idle;          /* seconds without a success before the loss, of the longest of these */
    uint32_t lease_time;  /* of that lease; 0 where no packet told */
    nstime_t first, last; /* first refusals of the first and the last lease */
} losses;

/* true if a chain counts */
typedef bool (*losses_chooser)(const nfs4_chain *chain);

void losses_add(losses *sum, const nfs4_chain *chain);

/* The names of its files alone; losses_add does that. */
void losses_add_files(losses *sum, const nfs4_chain *chain);

/* The silence before the loss of this lease; losses_add does that. */
void losses_add_idle(losses *sum, const nfs4_lease *lease);

/* The chains of an instance, and of all instances of an owner; NULL for all chains. */
void losses_add_instance(losses *sum, const nfs4_instance *instance, losses_chooser counts);
losses losses_of_owner(const nfs4_owner *owner, losses_chooser counts);

/* true if the lease was lost to a second host, and not for another cause */
bool losses_by_duplicate(const nfs4_chain *chain);

#endif
