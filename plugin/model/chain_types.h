/* chain_types.h - the structs of invalidation chains; a part of types.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_CHAIN_TYPES_H
#define NFS4SESS_CHAIN_TYPES_H

#include "types.h"

/* interface: nfs4sess.chain.step */
typedef enum {
    STEP_NONE,
    STEP_REFUSED,
    STEP_DESTROY_SESSION,
    STEP_CREATE_SESSION_REFUSED,
    STEP_IDENTIFY,
    STEP_CONFIRM,
    STEP_LEASE_TIME,
    STEP_RECLAIM,
    STEP_RECLAIM_COMPLETE,
    STEP_PROBE_STATE,
    STEP_RESUMED,
    STEP_REOPEN /* an open or lock taken anew, because it could not be reclaimed */
} nfs4_step_kind;

typedef struct {
    nfs4_step_kind kind;
    uint32_t frame;  /* of the reply */
    uint32_t status; /* of the compound */
} nfs4_step;

#define NFS4_STEPS_KEPT 256

/* From where on a pause between the end of a recovery and the next request is the client's own;
 * what is shorter belongs to the outage. */
#define NFS4_IDLE_SECONDS 1
#define NFS4_REFUSED_KEPT 32

/* What became of opens or locks. */
typedef struct {
    uint32_t reclaimed;  /* OPEN with CLAIM_PREVIOUS, LOCK with reclaim: given back */
    uint32_t no_grace;   /* refused, by status */
    uint32_t bad;        /* NFS4ERR_RECLAIM_BAD */
    uint32_t conflict;   /* NFS4ERR_RECLAIM_CONFLICT: somebody else holds it */
    uint32_t taken_anew; /* STEP_REOPEN */
} nfs4_reclaims;

/* Room: cost.c. */
typedef struct {
    uint32_t refused;  /* requests whose answer says that the session, the clientid or the state
                        * is gone, whatever they were for and whatever the minor version */
    uint32_t resent;   /* of those that were no part of the recovery: sent again and answered */
    uint32_t requests; /* of the recovery itself */
    uint32_t waits;    /* answers with NFS4ERR_DELAY or NFS4ERR_GRACE */
    nfs4_reclaims opens, locks;
    uint32_t tested, tested_bad; /* stateids, by TEST_STATEID */
    uint32_t delegations_regained, delegations_bad;
    uint32_t layouts_bad;
    uint32_t reads_failed, writes_failed;
} nfs4_cost;

/* A file on which the client had locks when its lease was lost. Room: lost_files.c. */
typedef struct nfs4_lost_file {
    uint64_t handle; /* see key_handle */
    uint32_t locks;  /* that it has not got back */
    struct nfs4_lost_file *next;
} nfs4_lost_file;

/* interface: cause of a chain */
typedef enum {
    CAUSE_UNKNOWN,
    CAUSE_DUPLICATE_OWNER,
    CAUSE_CLIENT_RESTART,
    CAUSE_SERVER_RESTART,
    CAUSE_FAILOVER,
    CAUSE_LEASE_EXPIRED,
    CAUSE_ADMIN_REVOKED,
    CAUSE_REMOVED_BY_SERVER,
    CAUSE_SESSION_ONLY
} nfs4_cause;

/* interface: ending of a chain */
typedef enum {
    ENDING_RESUMED,
    ENDING_IDLE, /* it was back, and asked for nothing since */
    ENDING_REFUSED_AGAIN,
    ENDING_UNMOUNTED,
    ENDING_STUCK, /* it keeps asking with what it lost, and never identifies itself */
    ENDING_UNFINISHED
} nfs4_ending;

/* Identified by number; belongs to the lease that was refused. Room: chain.c. */
struct nfs4_chain {
    uint32_t number; /* from 1 */
    nfs4_lease *lease;
    const address *client; /* who was refused first */
    wmem_array_t *steps;   /* nfs4_step, at most NFS4_STEPS_KEPT */
    uint32_t steps_dropped;
    nstime_t first_refused;
    nstime_t began;            /* the same, of the first of the chains that this one continues */
    nstime_t last_time;        /* of the last step */
    nstime_t ready;            /* of the last thing that its client did to get on, refusals aside */
    nfs4_chain *continues;     /* the client was on its way back from this one when it was
                                  refused again; NULL for none */
    nfs4_chain *continued;     /* refused again before it resumed; see is_back */
    const nfs4_chain *earlier; /* of the same lease, whose session was lost before */
    nfs4_lease *renewed;       /* the lease it went on with, NULL for none yet */
    bool session_only;         /* the old lease lived on */
    bool was_gone;             /* although the server had said that its clientid is gone */
    bool state_expired;        /* by the server's status flags; the lease lives on */
    bool admin_revoked;        /* the lease lives on, the server revoked state */
    bool has_restored;
    nstime_t restored; /* from the first refusal to the last confirm of a new lease or session */
    bool completed;    /* RECLAIM_COMPLETE worked; in 4.0 the confirm */
    bool is_back; /* the client was done with its recovery, whether it asked for anything then or
                     not */
    nfs4_moment given;      /* the last identification that worked; call 0 for none */
    bool identified;        /* it identified itself, whatever came of that */
    bool given_up;          /* it did away with the clientid, before it used it */
    bool resumed;           /* an ordinary operation worked again */
    nstime_t resumed_after; /* since the first refusal; an outage is told by chain_outage */
    nstime_t idle;          /* of that: since `ready` it asked for nothing; see NFS4_IDLE_SECONDS */
    bool held_known;        /* the lease's whole life was captured */
    nfs4_held held;         /* under the lease when it was refused */
    nfs4_cost cost;
    nfs4_lost_file *lost_files; /* NULL for none */
    uint32_t lost_files_kept;
    bool with_state;                     /* a request with a stateid was refused */
    uint32_t refused[NFS4_REFUSED_KEPT]; /* fingerprints of requests not yet sent again */
    uint32_t refused_kept;
    nfs4_chain *next; /* of the model, by number */
};

#endif
