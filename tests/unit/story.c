/* story.c - a small world of hosts and servers whose messages reach a model
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story.h"

story_server *story_new_server(story *world, story_layout layout, const char *name)
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

story *story_new(story_layout layout)
{
    story *world = g_new0(story, 1);
    world->scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    world->model = model_new(world->scope);
    world->now = STORY_BEGINS * SECOND;
    world->tape = g_array_new(FALSE, TRUE, sizeof(story_frame));
    story_new_server(world, layout, "filer");
    return world;
}

void story_free(story *world)
{
    for (uint32_t i = 0; i < world->host_count; i++)
        g_free(world->hosts[i]);
    for (uint32_t i = 0; i < world->server_count; i++) {
        g_array_unref(world->servers[i].records);
        g_array_unref(world->servers[i].sessions);
    }
    g_array_unref(world->tape);
    model_free(world->model);
    wmem_destroy_allocator(world->scope);
    g_free(world);
}

void seconds_pass(story *world, int64_t seconds)
{
    world->now += seconds * SECOND;
}

/* The owner that Linux builds from its name: in 4.0 with the server's address. Servers remember
 * it as long as the story. */
static void takes_linux_owner(story_host *host)
{
    int length = (int)host->name.len;
    const char *name = (const char *)host->name.data;
    wmem_allocator_t *scope = host->world->scope;
    host->owner_text = host->minor > 0 ? wmem_strdup_printf(scope, "Linux NFSv4.%u %.*s",
                                                            host->minor, length, name)
                                       : wmem_strdup_printf(scope, "Linux NFSv4.0 %.*s/10.0.0.%u",
                                                            length, name, host->server_address[3]);
    host->owner =
        (nfs4_bytes){(const uint8_t *)host->owner_text, (uint32_t)strlen(host->owner_text)};
}

void takes_owner(story_host *host, const char *text)
{
    host->owner = (nfs4_bytes){(const uint8_t *)text, (uint32_t)strlen(text)};
}

void connects(story_host *host)
{
    host->connection = ++host->world->connections;
    host->port = 600 + host->connection;
}

void boots(story_host *host)
{
    host->world->now += MILLISECOND;
    host->verifier = (uint64_t)host->world->now;
    connects(host);
}

story_host *story_new_host(story *world, const char *name, uint8_t number, uint32_t minor)
{
    g_assert_cmpuint(world->host_count, <, HOSTS_MAX);
    story_host *host = g_new0(story_host, 1);
    world->hosts[world->host_count++] = host;
    host->world = world;
    host->server = &world->servers[0];
    memcpy(host->address, (uint8_t[]){10, 0, 0, number}, 4);
    memcpy(host->server_address, (uint8_t[]){10, 0, 0, 1}, 4);
    host->minor = minor;
    host->name = (nfs4_bytes){(const uint8_t *)name, (uint32_t)strlen(name)};
    takes_linux_owner(host);
    boots(host);
    return host;
}

void goes_to(story_host *host, story_server *server, uint8_t number)
{
    host->server = server;
    host->server_address[3] = number;
    if (host->owner_text != NULL && host->owner.data == (const uint8_t *)host->owner_text)
        takes_linux_owner(host);
}

/* ---- the capture ---------------------------------------------------------- */

static void story_shows(story *world, story_frame *frame)
{
    frame->message.frame = ++world->frames;
    model_observe(world->model, &frame->message);
    frame->context = model_context(world->model, &frame->message);
    frame->flags = frame->context.note != NULL ? frame->context.note->flags : 0;
}

void story_captures(story *world, const nfs4_message *message)
{
    story_frame frame = {.message = *message};
    if (!world->held)
        story_shows(world, &frame);
    g_array_append_val(world->tape, frame);
}

static bool story_misses(story_host *host, const nfs4_message *message)
{
    story *world = host->world;
    if (message->compound.is_reply && world->lose_reply != 0 &&
        message->compound.last_op == world->lose_reply) {
        world->lose_reply = 0;
        return true;
    }
    return world->blind || (message->compound.is_reply ? host->replies_unseen : host->calls_unseen);
}

void story_sends(story_host *host, nfs4_message *message)
{
    story *world = host->world;
    world->now += MILLISECOND / 2;
    int64_t time = world->now + host->skew;
    message->when = (nstime_t){(time_t)(time / SECOND), (int)(time % SECOND)};
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

static gint story_by_time(gconstpointer a, gconstpointer b)
{
    return nstime_cmp(&((const story_frame *)a)->message.when,
                      &((const story_frame *)b)->message.when);
}

static gint story_by_host(gconstpointer a, gconstpointer b)
{
    const nfs4_message *left = &((const story_frame *)a)->message;
    const nfs4_message *right = &((const story_frame *)b)->message;
    int order = cmp_address(&left->client.addr, &right->client.addr);
    return order != 0 ? order : nstime_cmp(&left->when, &right->when);
}

static void play(story *world, GCompareFunc order)
{
    world->held = false;
    g_array_sort(world->tape, order);
    for (guint i = 0; i < world->tape->len; i++)
        story_shows(world, &g_array_index(world->tape, story_frame, i));
}

void story_plays(story *world)
{
    play(world, story_by_time);
}

void story_plays_apart(story *world)
{
    play(world, story_by_host);
}

void story_repeats(story *world)
{
    guint length = world->tape->len;
    for (guint i = 0; i < length; i++) {
        nfs4_message message = g_array_index(world->tape, story_frame, i).message;
        story_captures(world, &message);
    }
}

/* ---- what the model says -------------------------------------------------- */

nfs4_server *server_of(const story_host *host)
{
    nfs4_endpoint endpoint = {.port = 2049};
    set_address(&endpoint.addr, AT_IPv4, 4, host->server_address);
    const nfs4_endpoint_entry *entry =
        server_endpoint_find(&host->world->model->servers, &endpoint);
    return entry != NULL ? entry->server : NULL;
}

nfs4_owner *owner_of(const story_host *host)
{
    model_settle(host->world->model);
    nfs4_owner *owner = owner_find(server_of(host), host->owner);
    g_assert_nonnull(owner);
    return owner;
}

nfs4_instance *instance_of(const story_host *host)
{
    nfs4_instance *instance = owner_find_instance(owner_of(host), host->verifier);
    g_assert_nonnull(instance);
    return instance;
}

nfs4_lease *lease_of(const story_host *host)
{
    nfs4_lease *lease = lease_find(server_of(host), host->clientid);
    g_assert_nonnull(lease);
    return lease;
}

void assert_single(const story_host *host)
{
    assert_verdict(host, VERDICT_SINGLE);
    g_assert_cmpuint(owner_of(host)->instance_count, ==, 1);
    g_assert_cmpuint(owner_of(host)->takeovers, ==, 0);
    assert_harmless(host);
}

void assert_proven(const story_host *host)
{
    assert_verdict(host, VERDICT_PROVEN);
    assert_harmful(host);
}

bool has_address(const nfs4_instance *instance, const story_host *host)
{
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (mark->addr.len == 4 && memcmp(mark->addr.data, host->address, 4) == 0)
            return true;
    return false;
}

uint32_t losses_read_as(const nfs4_owner *owner, counter_gap_reading reading)
{
    uint32_t count = 0;
    for (const nfs4_lease *lease = owner->first_loss; lease != NULL; lease = lease->loss.next)
        count += counter_gap_read(lease) == reading;
    return count;
}
