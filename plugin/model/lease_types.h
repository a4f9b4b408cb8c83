/* lease_types.h - the struct of a lease and its parts; a part of types.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first pass fills all of them in. On it they say what is known so far; on later passes,
 * what the whole capture showed. nfs4_lease_memory alone means nothing any more by then.
 */
#ifndef NFS4SESS_LEASE_TYPES_H
#define NFS4SESS_LEASE_TYPES_H

#include "types.h"

#define NFS4_CONNECTIONS_KEPT 8
#define NFS4_TURNS 100 /* counted of one lease */

/* How its holder used it. Room: watch/. */
typedef struct {
    bool confirmed;
    uint64_t ordinal;                        /* when it was first seen confirmed, among the
                                                leases of the model; 0 for never */
    const nfs4_endpoint_entry *confirmed_at; /* the server's, of the confirm */
    const address *confirmed_from;           /* the client's, where the confirm was captured */
    nstime_t last_heard;    /* the last NFS4_OK to its holder; copies do not count */
    uint64_t compounds;     /* messages that spoke for it */
    uint32_t ended_in;      /* frame of its own DESTROY_CLIENTID, 0 for none */
    bool reclaim_completed; /* RECLAIM_COMPLETE worked */
    bool has_sequence;      /* an EXCHANGE_ID told the next one */
    uint32_t sequence;      /* eir_sequenceid, or 0 */
    uint32_t connections[NFS4_CONNECTIONS_KEPT];
    uint32_t connection_count;
} nfs4_lease_use;

/* How its holder was refused (lease->refused), where it was. Rooms: watch/, judge/judge.c. */
typedef struct {
    uint32_t status;
    uint32_t operation;      /* that was refused, nfs_opnum4 */
    bool at_once;            /* by the first request of a connection, which did not ask for it */
    bool is_timeless;        /* the capture's clock went back since the last success */
    bool is_set_back;        /* and so for one address: several captures do not explain that */
    const nfs4_burst *burst; /* to which the refusal belongs */
    uint32_t gone_xid;       /* of the CREATE_SESSION that first found the clientid gone */
    bool is_followed;        /* its instance was given another id since */
    nfs4_lease *next;        /* of the owner's leases that are followed so */
} nfs4_lease_loss;

/* Its neighbours in the lists and orders that it belongs to. */
typedef struct {
    nfs4_lease *next;                 /* of the instance, by first sight */
    nfs4_lease *next_of_instance;     /* the id that its instance was given next */
    nfs4_lease *previous_of_instance; /* the lease of which this is the next */
    nfs4_lease *older;                /* of the same clientid, whose place it took */
    GSequenceIter *position;          /* in owner->order, NULL until confirmed with a known owner */
} nfs4_lease_links;

/* Its place among what the server numbers. Room: know/counters.c. */
typedef struct {
    GSequenceIter *place;                       /* in counters->ids */
    bool with_owner;                            /* its owner was known, and its repeats counted */
    nfs4_session *first_session, *last_session; /* with a known counter */
    uint32_t repeats;         /* identifications answered with it once more, right after that */
    uint32_t repeats_entered; /* of those, in counters->repeats */
} nfs4_lease_numbers;

/* What the watchers filed for the rules of evidence, each named at the field. A frame is 0, a
 * pointer NULL, where there is nothing. Rooms: judge/judge.c, watch/. */
typedef struct {
    const nfs4_lease *call_before; /* alternation: the identification of another instance
                                      before it */
    const nfs4_lease *call_rival;  /* duplicate-owner: such an identification, before its loss */
    const nfs4_lease *race_rival;  /* identification-race: replaced it before it was confirmed */
    const nfs4_lease *turn_rival;  /* lost-in-turns: given out before it was refused */
    const nfs4_lease *elsewhere;   /* confirmed-elsewhere: confirmed at another address before it
                                      was refused */
} nfs4_lease_filed;

/* The same, of which few leases have any. lease_seldom() is for who files it. */
typedef struct {
    const nfs4_lease *outlived;    /* outlived: given to another instance, never confirmed, and
                                      this one worked on */
    nfs4_moment outlived_by;       /* the request that worked then */
    nstime_t outlived_since;       /* and the one before that */
    const nfs4_instance *newcomer; /* clid-inuse: refused while the lease was held, last one */
    nfs4_moment newcomer_refused;
    bool newcomer_outlived;     /* its holder worked after that */
    nfs4_bytes named_holder;    /* universal address; where the refused one stands here itself */
    uint32_t turned_in;         /* address-turns: frame in which its instance confirmed from
                                   another address */
    nstime_t turned_at;         /* its time */
    const address *turned_from; /* that address */
    nfs4_moment turned_back;    /* the first address is refused, or goes on */
    const address *turned_to;   /* that address; and the one that went on last */
    const address *turned_last_to;
    uint32_t turns;       /* how often one went on after the other, up to NFS4_TURNS */
    nstime_t turned_last; /* the last of them */
    uint32_t clone_in;    /* cloned: frame that shows a second host with its verifier */
    nstime_t clone_at;
    const nfs4_lease *clone_lease; /* what that host had confirmed from its own address */
    uint32_t shared_in; /* shared-session: frame that shows a session used by two hosts */
    nstime_t shared_at;
} nfs4_lease_seldom;

/* What the judge made of it. Rooms: judge/judge.c, judge/cases.c. */
typedef struct {
    nfs4_lease *taker;       /* the confirm that ended it, if another instance's did */
    bool refused_for_taker;  /* its holder was refused because of that */
    nfs4_lease *victim;      /* the lease that its own confirm ended */
    const nfs4_rule *change; /* the rule that explains the change to the next one in order;
                                NULL where the holder is the same */
    nfs4_case *cases;
    uint32_t kinds; /* bit N: the evidence N is among them */
} nfs4_lease_judgement;

/* When the lease was renewed. Room: trouble/late.c. */
typedef struct {
    nstime_t last;        /* by the last answer that shows it, whatever the connection */
    nstime_t before;      /* by the last one before the last pause */
    uint32_t broken_in;   /* frame of the first answer after that pause */
    uint32_t nearly_late; /* renewals shortly before it ran out */
    uint32_t lease_time;  /* seconds, that its holder was told under it; 0 for none */
} nfs4_renewals;

/* What the watchers remember in order to read the next message. First pass only. */
typedef struct {
    uint32_t issued_xid, issued_on; /* transaction and connection of the identification */
    uint64_t issued_verifier;
    nfs4_lease *issued_before;    /* the lease that the owner was given before it */
    uint32_t repeat_xid;          /* of the last identification that was answered with it again */
    bool is_unanswered;           /* stands for an identification whose answer was not captured */
    nfs4_bytes machine;           /* who used it first, while its instance is unknown */
    bool says_expired;            /* SEQ4_STATUS_EXPIRED_ALL_STATE_REVOKED stands */
    nfs4_session *latest_session; /* given out last */
    nfs4_standing *standing;      /* flags that it was told, see trouble/flags.c; NULL for none */
    nfs4_renewals renewals;
    const nfs4_lease *given_to; /* the lease of another owner with its clientid */
    uint32_t worked_beside;     /* successes since then */
    const nfs4_lease *behind;   /* of its client, given out before with a higher counter */
    nfs4_held held;
    nfs4_state *states; /* see held.c; NULL for none */
} nfs4_lease_memory;

/* Identified by server and clientid. Room: lease.c; the judge links it. */
struct nfs4_lease {
    nfs4_server *server;
    uint64_t clientid;
    uint32_t minorversion;
    uint32_t first_frame;    /* in which it was seen first */
    uint32_t generation;     /* the server's at that time */
    uint32_t identity;       /* server->identities when it was issued */
    const nfs4_life *life;   /* NULL until the layout of the server's ids is known */
    nfs4_owner *owner;       /* NULL until it is known */
    nfs4_instance *instance; /* NULL until it is known */

    nfs4_moment issued;  /* EXCHANGE_ID, SETCLIENTID */
    nfs4_moment confirm; /* CREATE_SESSION, SETCLIENTID_CONFIRM; the first use where that was
                            not captured but the issue was; else 0 */
    nfs4_moment last_ok; /* the request that was called last and worked */
    nfs4_moment refused; /* the first refusal; reply 0 for none */

    nfs4_lease_use use;
    nfs4_lease_loss loss;
    nfs4_lease_links links;
    nfs4_lease_numbers numbers;
    nfs4_lease_filed filed;
    const nfs4_lease_seldom *seldom; /* shared, all 0, until one of it is filed */
    nfs4_lease_judgement judgement;
    nfs4_lease_memory memory;
    nfs4_chain *chain; /* what its holder went through when it was refused; NULL for nothing */
};

#endif
