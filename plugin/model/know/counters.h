/* counters.h - the server's counters as witnesses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A Linux server gives every identification that it processes the next clientid,
 * and every session the next sessionid (knfsd: fs/nfsd/nfs4state.c, create_client
 * and gen_sessionid; Ganesha: new_clientid). So the ids between the one that a
 * client lost and the one that it was given next, less those that the capture
 * accounts for, are identifications by clients that the capture does not show.
 */
#ifndef NFS4SESS_ACCOUNT_H
#define NFS4SESS_ACCOUNT_H

#include "types.h"

/* A new counters, in `store` but for its sequences, and the end of those. */
nfs4_counters *counters_new(nfs4_store *store);
void counters_free(nfs4_counters *counters);

/* The counters of a server, wherever they went. */
nfs4_counters *counters_of(nfs4_server *server);

/* Both servers count from one counter from now on. */
void counters_share(nfs4_server *server, nfs4_server *other);

/* An identification was sent to the server in frame `call`; it was answered, with or
 * without an id of its own. */
void counters_asked(nfs4_counters *counters, uint32_t call);
void counters_answered(nfs4_counters *counters, uint32_t call);

/* The server used up an id for an identification that got none of its own: it failed,
 * or repeated an id that was known. `reply` is its frame. */
void counters_burned(nfs4_counters *counters, uint32_t reply);

/* The lease was given to its holder once more, which used up another id. */
void counters_repeated(nfs4_lease *lease);

/* A lease, or a session of a lease, has become known, after which the counters of its
 * server counts it. Where the id lies among those that were known before, earlier gaps
 * may be smaller than they were: counters->changes counts up. Nothing happens where the
 * server's layout is not known. */
void counters_add_lease(nfs4_lease *lease);
void counters_add_session(nfs4_session *session);

/* What the server gave out between a lost lease and the next one of its instance
 * (lease->next_of_instance). */
typedef struct {
    bool ids_known;      /* the layout is known, both ids are of one start of the server */
    int64_t ids;         /* ids that nobody in the capture was given, at least 0 */
    bool has_nameless;   /* one of those in the capture may be of any owner, see below */
    bool sessions_known; /* knfsd, and both leases have sessions */
    int64_t sessions;    /* the same of sessions */
} counters_gap;

/* A lease in between of which the capture does not tell the owner may be the taker's: so may one of
 * more leases than are looked at. */
counters_gap counters_gap_after(const nfs4_lease *lease);

/* The capture shows who was given the clientids from the one up to the other, or, at knfsd, the
 * sessions: nobody else can have confirmed in between. */
bool counters_show_all(const nfs4_lease *lease, const nfs4_lease *next);

#endif
