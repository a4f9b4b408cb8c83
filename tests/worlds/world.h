/* world.h - servers of every kind, clients with lives of their own, and a capture of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A simulation of the protocol, to ask a model what it makes of a long and eventful time:
 *
 *   filer.c    records, sessions and leases, as RFC 8881 18.35, 18.36 and RFC 7530 16.33,
 *              16.34 have them, and ids of several forms
 *   client.c   what Linux, FreeBSD and others send, and how they recover
 *   wire.c     messages, and what of them is captured
 *   life.c     what happens to whom, and when
 *   kinds.c    the kinds of servers
 *   main.c     makes worlds, and compares what the model says with what happened
 *
 * Everything follows from a kind and a seed. A world owns all that is in it.
 */
#ifndef NFS4SESS_WORLD_H
#define NFS4SESS_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "../message.h"
#include "model/model.h"

#define WORLD_BEGINS 1772359200 /* 2026-03-01T10:00:00Z, in seconds */
#define MILLISECOND 1000000LL
#define SECOND 1000000000LL

#define CLIENTS_MAX 6
#define SERVERS_MAX 2

typedef struct world world;

/* ---- servers -------------------------------------------------------------- */

typedef enum {
    IDS_KNFSD,   /* start time and counter, both little-endian */
    IDS_GANESHA, /* start time << 32 | counter, big-endian */
    IDS_OPAQUE   /* ids that tell nothing */
} id_form;

/* What stands in an id where others have the start time. */
typedef enum {
    START_TRUE,
    START_FIXED,
    START_SAME,
    START_RANDOM,
    START_BACKWARD,
    START_NODE
} start_form;

/* How clients come to servers. */
typedef enum {
    WAY_ONE,       /* one server, one address */
    WAY_ADDRESSES, /* one server, two addresses */
    WAY_BALANCED,  /* two servers behind one address, chosen anew for each connection */
    WAY_MOVING     /* an address that moves between two servers, and back */
} way_form;

typedef struct {
    const char *name, *about;
    id_form ids;
    start_form start;
    bool counts_on; /* its counter goes on when it restarts, and does not begin anew */
    way_form way;
    bool reverts;      /* a machine that is set back to a snapshot */
    bool drops;        /* sessions, again and again */
    bool no_batteries; /* in its clients: their clocks are behind */
} server_kind;

extern const server_kind server_kinds[];
extern const unsigned server_kind_count;
const server_kind *server_kind_named(const char *name); /* NULL for none */

/* A clientid. Identified by it within one life of the server. */
typedef struct {
    uint64_t clientid;
    nfs4_bytes owner; /* of the client */
    uint64_t verifier;
    bool confirmed;
    int64_t renewed;
} filer_record;

typedef struct {
    uint8_t id[NFS4_SESSIONID_SIZE];
    uint64_t clientid;
} filer_session;

typedef struct {
    GArray *records;  /* filer_record */
    GArray *sessions; /* filer_session */
    uint32_t counter;
    uint32_t sessions_made;
} filer_memory;

typedef struct {
    world *world;
    const server_kind *kind;
    unsigned number;
    char name[16];  /* so_major_id and scope */
    uint32_t start; /* as its ids have it */
    uint32_t lease; /* seconds */
    filer_memory now, snapshot;
} filer;

void filer_init(filer *self, world *owner, const server_kind *kind, unsigned number);
void filer_clear(filer *self);

/* EXCHANGE_ID without UPD, and SETCLIENTID; `known`: the client holds it confirmed. */
uint64_t filer_identify(filer *self, nfs4_bytes owner, uint64_t verifier, bool *known);

/* CREATE_SESSION and SETCLIENTID_CONFIRM: their status. `ended` gets the clientid that it took
 * the place of, 0 for none. An id that was issued again belongs to whom it was given last. */
uint32_t filer_confirm(filer *self, uint64_t clientid, nfs4_bytes owner, uint64_t *ended);
void filer_open_session(filer *self, uint64_t clientid, uint8_t *id);
bool filer_close_session(filer *self, const uint8_t *id);

/* A request; it renews the lease. False where there is none. */
bool filer_serves_session(filer *self, const uint8_t *id, nfs4_bytes owner);
bool filer_serves_clientid(filer *self, uint64_t clientid, nfs4_bytes owner);
uint32_t filer_refusal_40(const filer *self, uint64_t clientid);
bool filer_forget(filer *self, uint64_t clientid);
void filer_restart(filer *self);
void filer_take_snapshot(filer *self);
void filer_revert(filer *self);

/* ---- clients -------------------------------------------------------------- */

typedef enum { LINUX, FREEBSD, RANDOM_VERIFIER } software;

typedef struct {
    world *world;
    unsigned number;
    software software;
    bool is_twin; /* another client has its owner */
    bool has_no_battery;
    uint32_t minor;
    char name[16];
    uint8_t owner_bytes[64];
    nfs4_bytes owner;
    uint64_t verifier;
    uint8_t address[4], server_address[4];
    uint64_t addresses[4]; /* bit N of the 256: it had 10.0.1.N */
    filer *server;         /* at the other end of its connection */
    uint32_t connection, port, xid;
    bool has_begun, is_mounted;
    uint64_t clientid;
    uint8_t sessionid[NFS4_SESSIONID_SIZE];
    int64_t due;        /* when it does something next */
    int64_t last_sent;  /* when it used its lease last */
    int64_t pace;       /* how long it pauses between requests, in the mean */
    unsigned expiries;  /* how often the server's administrator took its lease */
    unsigned drops;     /* and how often its session was dropped */
    bool is_robbed;     /* its lease was ended by its twin, and it does not know yet */
    unsigned robberies; /* that the capture shows: it was refused because of that */
    unsigned presented; /* identifications that the capture shows */
} client;

void client_init(client *self, world *owner, unsigned number, software what, uint32_t minor,
                 bool is_twin);
void client_begins(client *self); /* a new life: verifier, connection */
void client_connects(client *self);
void client_mounts(client *self);
void client_unmounts(client *self);
void client_works(client *self); /* and recovers where it is refused */

/* ---- the capture ---------------------------------------------------------- */

typedef struct {
    int only;       /* the client that is captured; -1 for all */
    unsigned loss;  /* of a hundred messages */
    int64_t begins; /* what was before is not captured */
} vantage;

struct world {
    GRand *random;
    wmem_allocator_t *scope;
    nfs4_model *model;
    int64_t now, ends; /* ns since the epoch */
    uint32_t frames, connections;
    bool tells; /* what happens, on standard output */
    vantage vantage;
    const server_kind *kind;
    filer servers[SERVERS_MAX];
    unsigned server_count, active; /* the one at the address that moves */
    client clients[CLIENTS_MAX];
    unsigned client_count;
};

world *world_new(const server_kind *kind, bool with_twins, uint32_t seed, bool tells);
void world_free(world *self);
void world_runs(world *self);
uint32_t world_below(world *self, uint32_t limit); /* a number by chance */
bool world_chance(world *self, unsigned percent);
bool world_sees_all(const world *self);
void world_tells(world *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A message is begun, filled and sent. What was captured of it, the model sees. */
nfs4_message wire_begin_call(client *from);

/* True if it was captured; a reply is so only if its call was, too. */
bool wire_send_call(client *from, nfs4_message *call);
bool wire_send_reply(client *to, nfs4_message *reply, bool call_captured);

#endif
