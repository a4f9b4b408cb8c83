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

static inline story_server *story_new_server(story *world, story_layout layout, const char *name)
{
    g_assert_cmpuint(world->server_count, <, SERVERS_MAX);
    story_server *server = &world->servers[world->server_count++];
    *server = (story_server){.layout = layout,
                             .name = name,
                             .epoch = STORY_BEGINS - 86400 * world->server_count,
                             .counter = layout == GANESHA ? 1 : 0x7ffffff0,
                             .lease_time = layout == GANESHA ? 60 : 90,
                             .records = g_array_new(FALSE, TRUE, sizeof(story_record)),
                             .sessions = g_array_new(FALSE, TRUE, sizeof(story_live_session))};
    return server;
}

/* A world with one server, 10.0.0.1. */
static inline story *story_new(story_layout layout)
{
    static gsize ready;
    if (g_once_init_enter(&ready)) {
        wmem_init(); /* without it every key of a wmem map falls into one bucket */
        g_once_init_leave(&ready, 1);
    }
    story *world = g_new0(story, 1);
    world->scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    world->model = model_new(world->scope);
    world->now = STORY_BEGINS * SECOND;
    world->tape = g_array_new(FALSE, TRUE, sizeof(story_frame));
    story_new_server(world, layout, "filer");
    return world;
}

static inline void story_free(story *world)
{
    for (uint32_t i = 0; i < world->host_count; i++) {
        g_free(world->hosts[i]->owner_text);
        g_free(world->hosts[i]);
    }
    for (uint32_t i = 0; i < world->server_count; i++) {
        g_array_unref(world->servers[i].records);
        g_array_unref(world->servers[i].sessions);
    }
    g_array_unref(world->tape);
    model_free(world->model);
    wmem_destroy_allocator(world->scope);
    g_free(world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(story, story_free)

static inline void seconds_pass(story *world, int64_t seconds)
{
    world->now += seconds * SECOND;
}

/* The owner that Linux builds from its name: in 4.0 with the server's address. */
static inline void takes_linux_owner(story_host *host)
{
    g_free(host->owner_text);
    host->owner_text =
        host->minor > 0 ? g_strdup_printf("Linux NFSv4.%u %.*s", host->minor, (int)host->name.len,
                                          (const char *)host->name.data)
                        : g_strdup_printf("Linux NFSv4.0 %.*s/10.0.0.%u", (int)host->name.len,
                                          (const char *)host->name.data, host->server_address[3]);
    host->owner =
        (nfs4_bytes){(const uint8_t *)host->owner_text, (uint32_t)strlen(host->owner_text)};
}

/* Any other owner; the text must outlive the story. */
static inline void takes_owner(story_host *host, const char *text)
{
    host->owner = (nfs4_bytes){(const uint8_t *)text, (uint32_t)strlen(text)};
}

static inline void connects(story_host *host)
{
    host->connection = ++host->world->connections;
    host->port = 600 + host->connection;
}

/* Linux takes the time at which it begins as its verifier. */
static inline void boots(story_host *host)
{
    host->world->now += MILLISECOND;
    host->verifier = (uint64_t)host->world->now;
    connects(host);
}

/* A Linux host 10.0.0.<address> with this name, which has just booted, with NFSv4.<minor>. */
static inline story_host *story_new_host(story *world, const char *name, uint8_t address,
                                         uint32_t minor)
{
    g_assert_cmpuint(world->host_count, <, HOSTS_MAX);
    story_host *host = g_new0(story_host, 1);
    world->hosts[world->host_count++] = host;
    host->world = world;
    host->server = &world->servers[0];
    memcpy(host->address, (uint8_t[]){10, 0, 0, address}, 4);
    memcpy(host->server_address, (uint8_t[]){10, 0, 0, 1}, 4);
    host->minor = minor;
    host->name = (nfs4_bytes){(const uint8_t *)name, (uint32_t)strlen(name)};
    takes_linux_owner(host);
    boots(host);
    return host;
}

/* It reaches this server, at 10.0.0.<address>. */
static inline void goes_to(story_host *host, story_server *server, uint8_t address)
{
    host->server = server;
    host->server_address[3] = address;
    if (host->owner_text != NULL && host->owner.data == (const uint8_t *)host->owner_text)
        takes_linux_owner(host);
}

/* ---- the capture ---------------------------------------------------------- */

static inline void story_shows(story *world, story_frame *frame)
{
    frame->message.frame = ++world->frames;
    model_observe(world->model, &frame->message);
    frame->context = model_context(world->model, &frame->message);
}

static inline void story_captures(story *world, const nfs4_message *message)
{
    story_frame frame = {.message = *message};
    if (!world->held)
        story_shows(world, &frame);
    g_array_append_val(world->tape, frame);
}

static inline bool story_misses(story_host *host, const nfs4_message *message)
{
    story *world = host->world;
    if (message->compound.is_reply && world->lose_reply != 0 &&
        message->compound.last_op == world->lose_reply) {
        world->lose_reply = 0;
        return true;
    }
    return world->blind || (message->compound.is_reply ? host->replies_unseen : host->calls_unseen);
}

/* Sends a message: half a millisecond passes, and the capture takes it. */
static inline void story_sends(story_host *host, nfs4_message *message)
{
    story *world = host->world;
    world->now += MILLISECOND / 2;
    int64_t time = world->now + host->skew;
    message->time = (nstime_t){(time_t)(time / SECOND), (int)(time % SECOND)};
    if (story_misses(host, message))
        return;
    story_captures(world, message);
    if (world->copies)
        story_captures(world, message);
    if (world->retransmit && !message->compound.is_reply) {
        world->retransmit = false;
        seconds_pass(world, 1);
        story_sends(host, message);
    }
}

static inline gint story_by_time(gconstpointer a, gconstpointer b)
{
    return nstime_cmp(&((const story_frame *)a)->message.time,
                      &((const story_frame *)b)->message.time);
}

/* The captures that were held are merged by time, and the model sees them. */
static inline void story_plays(story *world)
{
    world->held = false;
    g_array_sort(world->tape, story_by_time);
    for (guint i = 0; i < world->tape->len; i++)
        story_shows(world, &g_array_index(world->tape, story_frame, i));
}

/* The whole capture follows once more, as in a file that was appended to itself. */
static inline void story_repeats(story *world)
{
    guint length = world->tape->len;
    for (guint i = 0; i < length; i++) {
        nfs4_message message = g_array_index(world->tape, story_frame, i).message;
        story_captures(world, &message);
    }
}

/* ---- what the model says -------------------------------------------------- */

static inline nfs4_server *server_of(const story_host *host)
{
    nfs4_endpoint endpoint = {.port = 2049};
    set_address(&endpoint.addr, AT_IPv4, 4, host->server_address);
    const nfs4_endpoint_entry *entry =
        server_endpoint_find(&host->world->model->servers, &endpoint);
    return entry != NULL ? entry->server : NULL;
}

static inline nfs4_owner *owner_of(const story_host *host)
{
    model_settle(host->world->model);
    nfs4_owner *owner = owner_find(server_of(host), host->owner);
    g_assert_nonnull(owner);
    return owner;
}

static inline nfs4_instance *instance_of(const story_host *host)
{
    nfs4_instance *instance = owner_find_instance(owner_of(host), host->verifier);
    g_assert_nonnull(instance);
    return instance;
}

static inline nfs4_lease *lease_of(const story_host *host)
{
    nfs4_lease *lease = lease_find(server_of(host), host->clientid);
    g_assert_nonnull(lease);
    return lease;
}

#define assert_verdict(host, expected)                                                             \
    g_assert_cmpstr(verdict_name(owner_of(host)->verdict), ==, verdict_name(expected))

#define assert_harmful(host) g_assert_true(owner_of(host)->harmful)
#define assert_harmless(host) g_assert_false(owner_of(host)->harmful)

static inline void assert_single(const story_host *host)
{
    assert_verdict(host, VERDICT_SINGLE);
    g_assert_cmpuint(owner_of(host)->instance_count, ==, 1);
    g_assert_cmpuint(owner_of(host)->takeovers, ==, 0);
    assert_harmless(host);
}

static inline void assert_proven(const story_host *host)
{
    assert_verdict(host, VERDICT_PROVEN);
    assert_harmful(host);
}

static inline bool has_address(const nfs4_instance *instance, const story_host *host)
{
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (mark->addr.len == 4 && memcmp(mark->addr.data, host->address, 4) == 0)
            return true;
    return false;
}

/* How many losses of the owner the server's counters read like that. */
static inline uint32_t losses_read_as(const nfs4_owner *owner, counter_gap_reading reading)
{
    uint32_t count = 0;
    for (const nfs4_lease *lease = owner->first_loss; lease != NULL; lease = lease->next_loss)
        count += counter_gap_read(lease) == reading;
    return count;
}

#endif
