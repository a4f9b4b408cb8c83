/* trouble.h - clients that do not get on, for whatever cause
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The detector (loop.h) finds who is refused the same again and again, the table (kinds.h)
 * names it, and this room keeps what was found.
 */
#ifndef NFS4SESS_TROUBLE_H
#define NFS4SESS_TROUBLE_H

#include "types.h"

typedef struct {
    nfs4_store *store;
    wmem_map_t *by_what;        /* nfs4_trouble -> itself, by what it is identified by */
    wmem_map_t *askers;         /* address -> nfs4_asker; only of clients that were refused */
    wmem_map_t *loops;          /* loop_key -> loop that no success has ended */
    wmem_map_t *callbacks;      /* address of a client -> callback_path, see callbacks.c */
    uint32_t callbacks_open;    /* of which there may be something to tell */
    struct trouble_loop *spare; /* ended, to be used again */
    uint32_t asker_count;
    nfs4_trouble *first, *last; /* by number */
    uint32_t count;
    uint64_t facts; /* things that happened which the room remembers */
} nfs4_troubles;

/* Prepares an empty room in `store`, which must outlive it. */
void trouble_init(nfs4_troubles *troubles, nfs4_store *store);

/* The trouble of a client with one operation and one error of one server and owner, if it goes
 * on or began here: creates it where it is not there. */
nfs4_trouble *trouble_get(nfs4_troubles *troubles, nfs4_asker *asker, const nfs4_trouble *like);

/* Whose client owner it is: known when it began, or since then. NULL for unknown. */
const nfs4_owner *trouble_owner(const nfs4_trouble *trouble);

/* The duplicate that may be behind it: an owner that is accused, of a kind of trouble that a
 * second host can cause. NULL for none. */
const nfs4_owner *trouble_duplicate(const nfs4_trouble *trouble);

/* From the first refusal to the last. */
nstime_t trouble_span(const nfs4_trouble *trouble);

#endif
