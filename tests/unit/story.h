/* story.h - a small world of hosts and servers whose messages reach a model
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test tells what hosts do, in the verbs of story_verbs.h. This file holds the
 * world: its clock, its hosts, and the capture, which may miss messages, see them
 * twice or be put together from several machines. Every message that was captured
 * stays on the tape, for a second walk over it.
 */
#ifndef NFS4SESS_STORY_H
#define NFS4SESS_STORY_H

#include "model/know/lease.h"
#include "model/model.h"
#include "model/judge/cases.h"
#include "model/judge/causes.h"
#include "model/judge/clock.h"
#include "model/judge/counter_gap.h"
#include "model/judge/verdict.h"
#include "story_server.h"

#define STORY_BEGINS 1772359200 /* 2026-03-01T10:00:00Z */
#define MILLISECOND 1000000LL
#define SECOND 1000000000LL

#define SERVERS_MAX 4
#define HOSTS_MAX 16

typedef struct story story;

/* A client. Owned by the story. */
typedef struct {
    story *world;
    story_server *server;
    uint8_t address[4];
    uint8_t server_address[4];
    uint32_t minor;
    uint32_t connection; /* 0 until it connects */
    uint32_t port;
    uint32_t xid; /* of its last call */
    char *owner_text;
    nfs4_bytes owner;
    nfs4_bytes name;
    uint64_t verifier;
    uint64_t clientid;
    uint8_t sessionid[NFS4_SESSIONID_SIZE];
    bool has_open_file;
    bool calls_unseen, replies_unseen;
    int64_t skew; /* how far the clock of the machine that captures it is ahead, in ns */
} story_host;

/* A captured message, and what the model said about it right after it. */
typedef struct {
    nfs4_message message;
    nfs4_context context;
    unsigned flags; /* of its note, at that time */
} story_frame;

struct story {
    wmem_allocator_t *scope;
    nfs4_model *model;
    int64_t now; /* ns since the epoch */
    uint32_t frames, connections;
    bool blind;          /* nothing is captured */
    bool copies;         /* everything is captured twice */
    bool held;           /* captured, but the model sees it only when story_plays() */
    uint32_t lose_reply; /* opcode: the next reply that ends with it is not captured */
    bool retransmit;     /* the next call is sent again a second later */
    GArray *tape;        /* story_frame */
    story_server servers[SERVERS_MAX];
    uint32_t server_count;
    story_host *hosts[HOSTS_MAX];
    uint32_t host_count;
};

story_server *story_new_server(story *world, story_layout layout, const char *name);

/* A world with one server, 10.0.0.1. The program has called wmem_init(). */
story *story_new(story_layout layout);
void story_free(story *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(story, story_free)

void seconds_pass(story *world, int64_t seconds);

/* Any other owner; the text must outlive the story. */
void takes_owner(story_host *host, const char *text);
void connects(story_host *host);

/* Linux takes the time at which it begins as its verifier. */
void boots(story_host *host);

/* A Linux host 10.0.0.<number> with this name, which has just booted, with NFSv4.<minor>. */
story_host *story_new_host(story *world, const char *name, uint8_t number, uint32_t minor);

/* It reaches this server, at 10.0.0.<number>. */
void goes_to(story_host *host, story_server *server, uint8_t number);

/* ---- the capture ---------------------------------------------------------- */

void story_captures(story *world, const nfs4_message *message);

/* Sends a message: half a millisecond passes, and the capture takes it. */
void story_sends(story_host *host, nfs4_message *message);

/* The captures that were held are merged by time, and the model sees them. */
void story_plays(story *world);

/* The same, but a host after the other, as where files are appended and not merged. */
void story_plays_apart(story *world);

/* The whole capture follows once more, as in a file that was appended to itself. */
void story_repeats(story *world);

/* ---- what the model says -------------------------------------------------- */

nfs4_server *server_of(const story_host *host);
nfs4_owner *owner_of(const story_host *host);
nfs4_instance *instance_of(const story_host *host);
nfs4_lease *lease_of(const story_host *host);

#define assert_verdict(host, expected)                                                             \
    g_assert_cmpstr(verdict_name(owner_of(host)->verdict), ==, verdict_name(expected))

#define assert_harmful(host) g_assert_true(owner_of(host)->harmful)
#define assert_harmless(host) g_assert_false(owner_of(host)->harmful)

void assert_single(const story_host *host);
void assert_proven(const story_host *host);
bool has_address(const nfs4_instance *instance, const story_host *host);

/* How many losses of the owner the server's counters read like that. */
uint32_t losses_read_as(const nfs4_owner *owner, counter_gap_reading reading);

#endif
