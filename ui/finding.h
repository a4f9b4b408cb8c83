/* finding.h - the facts of one owner at one server that the head of a finding tells
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The only room of ui/ that looks for them in the model: what heads say follows from this
 * struct alone.
 */
#ifndef NFS4SESS_FINDING_H
#define NFS4SESS_FINDING_H

#include "losses.h"
#include "show/wording.h"

typedef enum {
    FINDING_NONE, /* one instance at one address: nothing to explain */
    FINDING_ONE_CLIENT,
    FINDING_REFUSED, /* its identifications were; nothing speaks for a second host */
    FINDING_RESTARTED,
    FINDING_UNDECIDED,
    FINDING_SUSPECTED,
    FINDING_TURNED_AWAY, /* with NFS4ERR_CLID_INUSE, and nothing worse */
    FINDING_CLONED,
    FINDING_DUPLICATE
} finding_kind;

typedef struct {
    finding_kind kind;
    const nfs4_owner *owner;     /* for its words */
    nfs4_evidence_kind evidence; /* the strongest; EVIDENCE_KINDS for none */
    bool proven, probable, harmful;
    uint32_t instances, addresses;
    const char *hosts; /* "10.0.0.11 and 10.0.0.12" */
    const char *all_hosts; /* where that does not name them all; NULL else */
    const char *first; /* who held the owner at the first case of the evidence, and who came */
    const char *second;
    const char *second_server; /* where that one confirmed; NULL for at `server` */
    const char *name;    /* what they call themselves, NULL where the owner does not tell */
    const char *machine; /* that all of them name in their calls, where the owner does not tell */
    const char *server;  /* without port, where that is the usual one */
    const char *servers; /* of one client, see finding_client.h: "server 10.0.0.1"; NULL else */
    const char *users;   /* addresses that never identified themselves; NULL for none */
    const char *holder;  /* whose lease those use */
    const char *owners;  /* of that: "'Linux NFSv4.2 web01'" */
    const char *also_numbers; /* of owners that it is told together with: ", 2"; NULL for none */
    uint16_t port;
    uint32_t takeovers;
    bool both_ways;       /* each took the owner from the other */
    double takeover_span; /* seconds from the first to the last takeover */
    losses lost;          /* to the duplicate */
    uint32_t turned_away; /* times */
    bool held_unseen;     /* and who holds the owner was not captured */
    const char *refused;  /* "12 times in 55 s with NFS4ERR_CLID_INUSE" of the instance that was
                             turned away, or of the first that was refused; NULL for none */
    bool mounted;         /* it got in all the same */
    uint32_t cases;       /* of the strongest evidence */
    uint32_t turns;       /* of two addresses that look like one instance */
    double turn_span;     /* seconds from the first to the last of them */
    uint32_t returns;     /* of instances with the verifier that they had before */
    uint32_t comebacks;   /* the same, by their identifications alone */
    bool answered;        /* the capture holds replies */
    uint32_t lease_time;  /* seconds, 0 where no packet told */
    uint32_t within_start; /* losses to the duplicate, before and after which clientids name one
                              start of the server */
    bool has_start;        /* that is the only one in the capture */
    nstime_t start;
    uint32_t left_in;   /* frame in which the holder before the last change had given its clientid
                           back (DESTROY_CLIENTID), 0 for none */
    double heard_after; /* seconds that the capture goes on after the last change of instance */
    nstime_t base; /* the first message of the capture; times are told as near to it */
    wording_line lines[WORDING_LINES_MAX];
    uint32_t line_count;
} finding;

/* Strings live in `scope`. */
finding finding_of(wmem_allocator_t *scope, const nfs4_model *model, const nfs4_owner *owner);

/* What kind it is; cheap. */
finding_kind finding_kind_of(const nfs4_owner *owner);

/* "10.0.0.1", "10.0.0.1:20490" */
char *finding_server(wmem_allocator_t *scope, const nfs4_server *server);

/* "10.0.0.11, 10.0.0.12 and 8 more" */
char *finding_hosts(wmem_allocator_t *scope, const nfs4_owner *owner);

/* What a host calls itself in its owner, NULL where the form does not tell. */
char *finding_name(wmem_allocator_t *scope, const nfs4_owner *owner);

/* The lease that was taken over or lost first, and whose holder was refused; NULL for none. */
const nfs4_lease *finding_lost_lease(const nfs4_owner *owner);

/* true if trouble tells of all refused identifications of the owner, and there is nothing else to
 * tell of it */
bool finding_is_told_as_trouble(const nfs4_owner *owner);

/* true if a client restarted, and the capture ends too early to show a second host that is idle. */
bool finding_ends_early(const finding *found);

/* Seconds that a capture should last to decide what this one left open. */
uint32_t finding_seconds_to_decide(const finding *found);

#endif
