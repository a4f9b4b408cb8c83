/* types.h - the structs of the model, who owns them and how long they live
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * All of them belong to one model and live as long as it does, in the allocator
 * that it was given. Rooms other than the one named at a struct only read it.
 *
 *   server 1 --- n endpoint      an address and port that a server answers at
 *   server 1 --- n owner         the string that clients present
 *   owner  1 --- n instance      one life of a client: owner + verifier
 *   server 1 --- n lease         a clientid; belongs to one instance once that is known
 *   lease  1 --- n session       a 4.1+ sessionid
 *   connection n - 1 endpoint    one transport connection of a client
 *   lease  1 --- 0..1 chain      what its holder went through when it was refused
 */
#ifndef NFS4SESS_TYPES_H
#define NFS4SESS_TYPES_H

#include <glib.h>
#include <wsutil/wmem/wmem.h>

#include "wire/event.h"
#include "know/owner_form.h"
#include "start_types.h"
#include "store.h"

typedef struct nfs4_server nfs4_server;
typedef struct nfs4_owner nfs4_owner;
typedef struct nfs4_instance nfs4_instance;
typedef struct nfs4_lease nfs4_lease;
typedef struct nfs4_session nfs4_session;
typedef struct nfs4_chain nfs4_chain;
typedef struct nfs4_cut_client nfs4_cut_client;
typedef struct nfs4_state nfs4_state;
typedef struct nfs4_standing nfs4_standing;
typedef struct nfs4_stall nfs4_stall;

/* What a client holds under a lease. */
typedef struct {
    uint32_t opens, locks, delegations;
} nfs4_held;

/* A call and its reply. A frame is 0 where it is not known. */
typedef struct {
    uint32_t call;
    uint32_t reply;
    nstime_t when; /* of the reply; of the call where there is no reply */
    nstime_t called;
} nfs4_moment;

/* By how many nanoseconds a message may follow the one that it is a copy of (RULES.md, copies). */
#define NFS4_COPY_NSECS 500000000

/* How many older leases, or sessions, of one id are looked at. */
#define NFS4_NAMESAKES_SEARCHED 8

/* How a server builds its clientids, as far as its traffic showed it
 * (domain: Linux fs/nfsd/nfs4state.c gen_clid and gen_sessionid; Ganesha
 * nfs4_clientid.c new_clientid). */
typedef enum {
    LAYOUT_UNKNOWN,  /* nothing seen that tells */
    LAYOUT_KNFSD_LE, /* start time, counter, each a little-endian u32 */
    LAYOUT_KNFSD_BE, /* the same on a big-endian server */
    LAYOUT_GANESHA,  /* start time << 32 | counter, big-endian */
    LAYOUT_OPAQUE    /* seen, and none of these */
} nfs4_layout;

/* Identified by address and port. Room: server.c. */
typedef struct nfs4_endpoint_entry {
    address addr;
    uint32_t port;
    nfs4_server *server; /* the one it answers for now; may change once, see server.h */
    struct nfs4_endpoint_entry *next; /* of the same server */
} nfs4_endpoint_entry;

/* What a server gave out, as far as the capture shows it. Addresses of one server that
 * are kept apart share one, because their counter is one. Room: counters.c. */
typedef struct nfs4_counters {
    GSequence *ids;                    /* nfs4_lease, by start time and counter */
    GSequence *mid_life;               /* those of them whose issue was not captured */
    GSequence *repeats;                /* those of them that used up another id, once for each */
    GSequence *sessions;               /* nfs4_session, by start time and counter (knfsd) */
    GSequence *unanswered;             /* frames of identifications without a reply */
    GSequence *burned;                 /* frames of replies whose id was used up unseen */
    uint32_t changes;                  /* times that ids became known which lie among older ones */
    uint64_t work;                     /* losses counted again, see judge_recount */
    struct nfs4_counters *merged_into; /* NULL while it is in use */
    struct nfs4_counters *next;        /* of the model */
} nfs4_counters;

#define NFS4_SESSIONS_RECENT 16

/* Leases of a server that were refused one soon after the other. */
typedef struct {
    nstime_t last;
    const nfs4_owner *last_owner;
    uint32_t owners;
    bool on_new_connections; /* each on the first request of its connection */
} nfs4_burst;

/* Identified by its endpoints. Room: server.c. */
struct nfs4_server {
    uint32_t number; /* from 1 */
    nfs4_endpoint_entry *endpoints;
    nfs4_endpoint_entry *last_endpoint;
    nfs4_layout layout;
    bool has_identity;       /* an EXCHANGE_ID reply told owner and scope */
    nfs4_bytes major;        /* so_major_id */
    nfs4_bytes scope;        /* eir_server_scope */
    nfs4_bytes domain;       /* nii_domain of its implementation id, len 0 where none was sent */
    uint32_t identities;     /* different owners and scopes that it told, one after the other */
    uint64_t last_id;        /* clientid handed out last, 0 for none */
    uint32_t epoch;          /* start time, where the layout is known */
    nstime_t heard;          /* time of the last message */
    uint32_t jumped_back_in; /* frame in which the capture's clock had gone back, 0 for none */
    bool alternates;         /* ids of an earlier life came after those of a later one */
    nfs4_starts starts;
    uint32_t generation;      /* counts up when ids are issued again: a new life of the server */
    const nfs4_lease *newest; /* the one with the highest counter that this life gave out */
    wmem_map_t *lives;        /* uint64_t generation and start time -> nfs4_life */
    uint32_t counter_low;     /* smallest and largest counter seen in that epoch */
    uint32_t counter_high;
    nfs4_store *store;
    wmem_map_t *leases;                         /* uint64_t clientid -> nfs4_lease */
    wmem_map_t *sessions;                       /* 16 bytes of sessionid -> nfs4_session */
    nfs4_session *recent[NFS4_SESSIONS_RECENT]; /* those asked for last, see session.c */
    wmem_map_t *owners;                         /* nfs4_bytes_key -> nfs4_owner */
    wmem_map_t *states;                         /* 12 bytes of stateid4.other -> nfs4_state */
    wmem_map_t *file_names;                     /* uint64_t key_handle -> file, see file_names.c */
    wmem_map_t *lease_times; /* start time, 0 for unknown -> seconds, as GETATTR told them */
    nfs4_server *next_of_epoch;
    nfs4_cut_client *cut_newest; /* see snapped.c; NULL for none */
    nfs4_counters *counters;     /* counters_of() knows where it is */
    nfs4_burst *burst;           /* the last one; NULL for none */
    uint32_t losses;             /* leases refused and followed by another id of their instance */
    uint32_t counted;            /* counters->changes when its losses were counted last */
    nfs4_server *next;           /* of the model, by number */
};

typedef enum {
    VERDICT_SINGLE,
    VERDICT_RESTARTED,
    VERDICT_UNDECIDED,
    VERDICT_SUSPECTED,
    VERDICT_PROBABLE,
    VERDICT_PROVEN
} nfs4_verdict;

/* The rules of evidence, in the order in which evidence is told: rules.c, RULES.md. */
typedef enum {
    EVIDENCE_TAKEOVER_REFUSED,
    EVIDENCE_RECURRENCE,
    EVIDENCE_ALTERNATION,
    EVIDENCE_CLOCK_OVERLAP,
    EVIDENCE_COUNTER_GAP,
    EVIDENCE_REPEATED_LOSS,
    EVIDENCE_RACE,
    EVIDENCE_OUTLIVED,
    EVIDENCE_CLID_INUSE,
    EVIDENCE_TURNS,
    EVIDENCE_ADDRESS_TURNS,
    EVIDENCE_CLONE,
    EVIDENCE_SHARED_SESSION,
    EVIDENCE_ELSEWHERE,
    EVIDENCE_RESTART,
    EVIDENCE_SAME_PROGRAM,
    EVIDENCE_SELF_COLLISION,
    EVIDENCE_CHANGE,
    EVIDENCE_KINDS
} nfs4_evidence_kind;

typedef struct nfs4_rule nfs4_rule;

/* A lease to which a rule applies: the one that was taken over or lost; for a recurrence the
 * one with which its instance returned. Room: cases.c. */
typedef struct nfs4_case {
    nfs4_evidence_kind kind;
    unsigned strength;
    nfs4_lease *lease;
    struct nfs4_case *previous, *next; /* of the owner and the rule, in the order of finding */
    struct nfs4_case *next_of_lease;
} nfs4_case;

#define NFS4_STRENGTHS 4

typedef struct {
    uint32_t count[NFS4_STRENGTHS]; /* of at least that strength */
    nfs4_case *first, *last;
} nfs4_cases;

/* Bytes with their hash, which is not to be computed for each map that holds them. */
typedef struct {
    nfs4_bytes bytes;
    uint32_t hash;
} nfs4_bytes_key;

/* Identified by server and bytes. Room: owner.c. */
struct nfs4_owner {
    uint32_t number; /* from 1, in order of appearance */
    nfs4_server *server;
    union {
        nfs4_bytes bytes;
        nfs4_bytes_key key; /* the same */
    };
    bool is_cut; /* the capture cut the bytes off: they are unknown */
    owner_form form;
    uint32_t minorversion; /* of the first identification */
    uint32_t first_frame;
    wmem_map_t *by_verifier; /* uint64_t instance key -> nfs4_instance */
    nfs4_instance *first_instance, *last_instance;
    uint32_t instance_count;
    GSequence *order;             /* confirmed nfs4_lease, in the server's order (lease_compare) */
    bool is_tangled;              /* that is not the order of their confirms, see taker.h */
    nfs4_lease *first_loss;       /* leases refused and followed by another id, latest first */
    const nfs4_lease *challenger; /* issued and not confirmed, last one; NULL for none */
    bool has_unanswered;          /* identifications without a captured answer */
    bool is_unsettled;            /* and something new that they may explain */
    nfs4_lease *last_issued;      /* the id that it was given last */
    uint32_t takeovers;
    uint32_t invalidations; /* leases of it that were refused */
    nfs4_cases cases[EVIDENCE_KINDS];
    nfs4_verdict verdict;
    bool harmful;
    uint32_t revision;           /* counts up whenever what is told of it may change */
    nfs4_owner *loses_to;        /* of the same bytes at another address, whose confirm a refusal
                                    followed; NULL for none. See one_server.c */
    nfs4_owner *namesake;        /* the one of the same bytes that was seen before it */
    nfs4_owner *merged_into;     /* which has all that this one had; NULL for none. See merge.h */
    nfs4_owner *previous, *next; /* of the model, by number */
};

#define NFS4_MARKS_KEPT 8

/* A client address or machine name of an instance. */
typedef struct nfs4_mark {
    address addr; /* type AT_NONE where this is a name */
    address link; /* hardware address that its frames had first, its own or a router's; type
                     AT_NONE for none */
    nfs4_bytes name;
    nfs4_moment presented;                   /* the first identification from that address */
    const nfs4_endpoint_entry *presented_at; /* the server's; NULL where there was none */
    nfs4_moment used;                        /* the first exchange from there under a lease */
    struct nfs4_mark *next;
} nfs4_mark;

/* Identifications of an instance that were refused, all with the status of the first. */
typedef struct {
    uint32_t status; /* NFS4_OK for none */
    uint32_t count;
    uint32_t first_frame, last_frame; /* of replies */
    nstime_t first, last;
    const struct nfs4_trouble *trouble; /* that they are, or NULL; known after model_settle */
} nfs4_rejections;

/* Identified by owner and verifier (instance key). Room: owner.c. */
struct nfs4_instance {
    uint32_t number; /* from 1 within the owner */
    nfs4_owner *owner;
    uint64_t key;      /* verifier_instance_key() of the verifier */
    uint64_t verifier; /* the first one seen */
    bool has_verifier; /* false where the capture cut it off */
    bool has_start;
    nstime_t start;
    nstime_t spoke;            /* when the last of its requests was answered */
    nfs4_bytes implementation; /* nii_name, len 0 where none was sent */
    nfs4_bytes domain;         /* nii_domain, likewise: who made the software */
    bool is_protected; /* asked the server to protect its state by its principal (SP4_MACH_CRED) */
    nfs4_mark *addresses, *names;
    bool more_addresses; /* than NFS4_MARKS_KEPT, which are kept; of names as well */
    uint32_t session_count;
    nfs4_rejections rejections;
    uint32_t first_frame, last_frame;
    nstime_t first_time;                  /* of the first frame */
    nfs4_lease *first_in_order;           /* the first of its leases in owner->order */
    nfs4_lease *current;                  /* the one confirmed last */
    nfs4_lease *first_lease, *last_lease; /* all ids that it was given */
    nfs4_chain *chain;                    /* the one that it is going through */
    nfs4_instance *merged_into;           /* likewise */
    nfs4_instance *next;                  /* of the owner, by number */
};

typedef struct nfs4_connection nfs4_connection;

/* The request that a slot carried last. */
typedef struct {
    uint32_t sequenceid, xid;
    int32_t ahead;           /* of the request before it, 0 where there was none */
    uint32_t troubles;       /* how often it was out of order, see `troubled` */
    const address *troubled; /* who finds it so since another host used it, without a
                                success in between */
    nstime_t when;
    nfs4_connection *connection; /* NULL until the slot is used */
} nfs4_slot;

#define NFS4_SLOTS_KEPT 64
#define NFS4_SLOTS_PAGE 8

/* Identified by server and sessionid. Room: session.c. */
struct nfs4_session {
    uint8_t sessionid[NFS4_SESSIONID_SIZE];
    nfs4_lease *lease;
    uint32_t created_in;  /* frame of the CREATE_SESSION reply, 0 where not captured */
    uint32_t created_xid; /* of that */
    nstime_t created;     /* its time */
    uint32_t ended_in;    /* frame of its own DESTROY_SESSION, 0 for none */
    uint32_t counter;     /* of the server, where counters_place is set */
    nfs4_slot slot0;      /* many clients use no other */
    nfs4_slot *slots[NFS4_SLOTS_KEPT / NFS4_SLOTS_PAGE]; /* pages of the others; NULL until one
                                                            is used */
    uint32_t allowed;            /* slots, by the last SEQUENCE; 0 for unknown */
    struct nfs4_stall *stall;    /* see trouble/slots.c; NULL for none */
    const address *created_from; /* the client that it was given; NULL where not captured */
    const address *used_from;    /* the client that used it last */
    uint32_t address_changes;    /* how often that changed */
    nfs4_session *older;         /* of the same id, whose place it took; NULL for none */
    uint32_t newest_connection;  /* that used it, by Wireshark's number of the connection */
    bool has_stranger;           /* a connection used it that had not identified itself nor bound */
    bool is_interleaved; /* an older one used it again after a newer one from another address */
    GSequenceIter *counters_place;
};

/* One change of the lease that a connection speaks for. */
typedef struct {
    uint32_t frame;
    nfs4_lease *lease;
} nfs4_turn;

/* Identified by the number that the capturing program gives it. Room: connection.c. */
struct nfs4_connection {
    uint32_t id;
    nfs4_endpoint_entry *endpoint;
    address client;
    address client_link;           /* hardware address of its first frame on the client's side */
    nfs4_owner *owner;             /* presented last on it, NULL for none */
    nfs4_instance *instance;       /* the same */
    const struct nfs4_call *asked; /* its last identification, while that has no answer */
    nfs4_lease *lease;             /* used last on it */
    nfs4_chain *chain;             /* under way on it, NULL for none */
    bool worked;                   /* a request on it was answered with NFS4_OK */
    bool bound;                    /* by BIND_CONN_TO_SESSION */
    uint32_t xid;                  /* of its last call in 4.0 */
    bool waits;                    /* and that has no answer yet */
    bool named;                    /* its first call with a machine name was seen */
    nfs4_cut_client *cut;          /* whose owner the capture cut off; NULL for none */
    bool is_copy;                  /* it repeats another one's messages, as a capture inside a
                                      router that translates addresses does */
    struct nfs4_asker *asker; /* its client's; NULL where none was known when there were only */
    uint32_t askers;          /* so many */
    wmem_array_t *turns;      /* nfs4_turn, by frame */
};

typedef enum {
    HINT_SAME_NAME,  /* two addresses call themselves by one machine name */
    HINT_TWO_SERVERS /* two hosts present the same owner to two servers */
} nfs4_hint_kind;

/* Something to look at before it breaks. Room: hint.c. */
typedef struct nfs4_hint {
    nfs4_hint_kind kind;
    uint32_t frame;  /* that showed the second of the two */
    nfs4_bytes name; /* of HINT_SAME_NAME, and the next three */
    uint32_t minorversion;
    const nfs4_connection *first; /* of either host */
    const nfs4_connection *second;
    const nfs4_owner *owner; /* of HINT_TWO_SERVERS, at the one server and at the other */
    const nfs4_owner *other;
    struct nfs4_hint *next; /* of the model, by frame */
} nfs4_hint;

/* nfs4_bytes that a model keeps: a copy in its store. */
static inline nfs4_bytes nfs4_bytes_copy(nfs4_store *store, nfs4_bytes bytes)
{
    nfs4_bytes copy = {NULL, bytes.len};
    if (bytes.len > 0)
        copy.data = (const uint8_t *)memcpy(store_take(store, bytes.len), bytes.data, bytes.len);
    return copy;
}

static inline bool nfs4_bytes_equal(nfs4_bytes a, nfs4_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

#include "lease_types.h"
#include "note_types.h"
#include "chain_types.h"
#include "trouble/trouble_types.h"

#endif
