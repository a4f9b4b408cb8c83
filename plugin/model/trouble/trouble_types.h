/* trouble_types.h - clients that do not get on: what a trouble is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Part of types.h, which says who owns the structs and how long they live.
 */
#ifndef NFS4SESS_TROUBLE_TYPES_H
#define NFS4SESS_TROUBLE_TYPES_H

/* interface: nfs4sess.trouble. RULES.md has an entry for each, kinds.c a name. Those up to
 * TROUBLE_REFUSED are loops, and have a row in kinds.c. */
typedef enum {
    TROUBLE_NONE,
    TROUBLE_SLOT,
    TROUBLE_SESSION,
    TROUBLE_IDENTIFICATION,
    TROUBLE_CONFIRM,
    TROUBLE_GRACE,
    TROUBLE_RECLAIM,
    TROUBLE_STATE,
    TROUBLE_DELAY,
    TROUBLE_CALLBACK,
    TROUBLE_REFUSED,
    TROUBLE_FLAG,
    TROUBLE_RECALL,
    TROUBLE_UNANSWERED,
    TROUBLE_CALLED_BACK,
    TROUBLE_LATE,
    TROUBLE_SLOTS,
    TROUBLE_IDS,
    TROUBLE_TURNS,
    TROUBLE_RESTARTS,
    TROUBLE_KINDS
} nfs4_trouble_kind;

/* Who does what the protocol forbids, or fails to do what it asks for, by what is captured. */
typedef enum { BLAME_UNKNOWN, BLAME_CLIENT, BLAME_SERVER } nfs4_blame;

/* A client address. Identified by that. Room: loop.c. */
typedef struct nfs4_asker {
    uint32_t number; /* from 1 */
    address addr;
    uint32_t open;        /* loops that no success has ended */
    uint64_t open_ops[2]; /* bit N of the 128: the operation of one of them; 0 where open is 0 */
} nfs4_asker;

/* What a server does with ids that it must not do. */
typedef enum {
    ID_OF_TWO_OWNERS, /* a clientid that another owner works with */
    ID_OF_ENDED,      /* a session that was destroyed is given out, or works */
    ID_OF_THE_PAST    /* a clientid whose counter lies behind one of the same start */
} nfs4_id_fault;

/* What is known beside the count; of which kind, the name says. */
typedef union {
    struct {
        uint32_t bit;      /* SEQ4_STATUS_, one bit */
        uint32_t acted_in; /* frame of the last reply to what it asks for, 0 for none */
    } flag;
    struct {
        uint32_t fault;    /* SEQ4_STATUS_ of the back channel that was told before, 0 for none */
        uint32_t fault_in; /* frame in which it came up */
        uint32_t recalled_in; /* frame of the last CB_RECALL before that, 0 for none */
        uint32_t answered_in; /* of its answer, 0 for none */
        uint32_t status;      /* of that */
    } recall;
    struct {
        uint32_t first_in; /* frame of the first callback without an answer, or that was refused */
        uint32_t count;    /* of these */
        uint32_t status;   /* the answer, if there was one */
        uint32_t ended_in; /* frame in which the session that was called had been ended, or 0 */
        uint32_t seconds;  /* without an answer, up to a request of the client */
    } callback;
    struct {
        uint32_t lease_time; /* seconds */
        uint32_t longest;    /* the same, of silence */
        uint32_t beyond;     /* how often it was longer than the lease time */
    } late;
    struct {
        uint32_t allowed; /* slots, all of which waited */
        uint32_t seconds; /* for so long, together */
    } slots;
    struct {
        nfs4_id_fault fault;
        const nfs4_owner *other; /* whom the id was given, NULL for the same or unknown */
        uint32_t given_in;       /* frame in which that was */
    } ids;
} nfs4_trouble_detail;

/* One client that does not get on. Identified by number; by kind, client, server, owner,
 * operation, status and, of a flag, its bit. Room: trouble.c. */
typedef struct nfs4_trouble {
    uint32_t number; /* from 1, in the order of finding */
    nfs4_trouble_kind kind;
    const nfs4_asker *asker;
    const nfs4_connection *connection; /* of the first refusal */
    nfs4_owner *owner;                 /* NULL where it was not known then */
    const nfs4_lease *lease;           /* the same */
    uint32_t operation;
    uint32_t status;
    uint32_t count;                   /* refusals, or whatever it is that happened */
    uint32_t loops;                   /* slots, files or states that they are about */
    uint32_t going_on;                /* those of them that no success has ended */
    uint32_t first_frame, last_frame; /* of refusals */
    nstime_t first, last;             /* when that was */
    uint32_t found_in;                /* frame of the refusal that was one too many */
    uint32_t ended_in;                /* frame in which the last of them worked, 0 for none */
    uint32_t noted;                   /* refusals with a note */
    nfs4_blame blame;
    bool has_expected; /* of SEQUENCE and CREATE_SESSION: the next two are known */
    uint32_t asked;    /* the sequence number of the first of them */
    uint32_t expected; /* the one that follows what the capture shows */
    nfs4_trouble_detail detail;
    struct nfs4_trouble *next; /* of the model, by number */
} nfs4_trouble;

#endif
