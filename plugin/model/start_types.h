/* start_types.h - the starts of a server, as its clientids tell them; a part of types.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_START_TYPES_H
#define NFS4SESS_START_TYPES_H

#include <stdint.h>
#include <time.h>

/* A stretch of a server's existence in which its counters order what it gave out: from one
 * start of its software to the next. Identified by server, generation and start time. */
typedef struct {
    uint64_t key;   /* generation << 32 | start time */
    uint32_t began; /* frame in which an id of it was seen first: lives follow each other so */
} nfs4_life;

/* What its clientids tell of the starts of a server. Rooms: watch/identity.c, trouble/restarts.c.
 */
typedef struct {
    uint32_t last;                        /* the latest, 0 for none */
    time_t seen;                          /* when it was seen first, by the capture's clock */
    uint32_t in_row;                      /* each soon after the one before */
    const nfs4_life *current;             /* of the last answer; NULL for none */
    uint32_t returns, returns_told;       /* to an earlier life than that */
    struct nfs4_trouble *trouble, *turns; /* NULL for none */
} nfs4_starts;

#endif
