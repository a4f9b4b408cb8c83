/* life.c - what happens in a world, and when
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Clients mount, work, idle and renew, reboot, remount, move to another address, are
 * suspended; servers restart, are set back, expire a client, drop a session, and their
 * address moves. What ends a server's life, or moves its address, breaks its connections.
 *
 * What nobody can tell from a second host does not happen: where the capture is not complete,
 * an administrator takes a lease from a client once at most, and FreeBSD, which asks for a new
 * clientid whatever was lost, loses a session once at most. Where ids do not tell that the
 * capture is complete, an administrator takes a lease from a client twice at most: three times
 * one soon after the other are suspected (RULES.md, repeated-loss).
 */
#include "world.h"

uint32_t world_below(world *self, uint32_t limit)
{
    return (uint32_t)g_rand_int_range(self->random, 0, (gint32)limit);
}

bool world_chance(world *self, unsigned percent)
{
    return percent > 0 && world_below(self, 100) < percent;
}

bool world_sees_all(const world *self)
{
    return self->vantage.only < 0 && self->vantage.loss == 0 && self->vantage.begins == 0;
}

static void seconds_pass(world *self, uint32_t seconds)
{
    self->now += seconds * SECOND;
}

/* ---- clients -------------------------------------------------------------- */

static void reboots(client *self)
{
    world_tells(self->world, "** %s reboots", self->name);
    if (!self->is_twin && !self->has_no_battery && world_chance(self->world, 10))
        self->address[3] = (uint8_t)(100 + world_below(self->world, 100)); /* DHCP */
    self->is_mounted = self->is_robbed = self->has_begun = false;
    self->due += (20 + world_below(self->world, 180)) * SECOND;
}

static void remounts(client *self)
{
    world_tells(self->world, "** %s unmounts", self->name);
    client_unmounts(self);
    self->due += (1 + world_below(self->world, 20)) * SECOND;
}

/* To another address, and from there perhaps back; it goes on with what it has. */
static void moves(client *self)
{
    uint8_t home = (uint8_t)(10 + self->number);
    self->address[3] = self->address[3] == home ? (uint8_t)(home + 50) : home;
    world_tells(self->world, "** %s moves to 10.0.1.%u", self->name, self->address[3]);
    client_connects(self);
    client_works(self);
}

static void is_suspended(client *self)
{
    uint32_t seconds = 200 + world_below(self->world, 300);
    world_tells(self->world, "** %s is suspended for %u s", self->name, seconds);
    self->due += seconds * SECOND;
}

/* After a reboot in a new life; after it unmounted in the same, on a new connection. */
static void begins_or_mounts(client *self)
{
    if (self->has_begun)
        client_connects(self);
    else
        client_begins(self);
    client_mounts(self);
}

static void acts(client *self)
{
    uint32_t what = world_below(self->world, 200);
    if (!self->is_mounted)
        begins_or_mounts(self);
    else if (what < 4)
        reboots(self);
    else if (what < 7)
        remounts(self);
    else if (what < 10 && !self->is_twin)
        moves(self);
    else if (what < 12)
        is_suspended(self);
    else
        client_works(self);
}

/* The time until it acts again: a pause between requests, or until it has to renew. */
static int64_t pause_of(client *self)
{
    int64_t pause = (int64_t)(g_rand_double(self->world->random) * 2 * (double)self->pace);
    int64_t renewal = self->server != NULL ? self->server->lease * SECOND * 2 / 3 : pause;
    return MIN(pause, renewal);
}

/* ---- servers -------------------------------------------------------------- */

static void breaks_connections(world *self, const filer *of)
{
    for (unsigned i = 0; i < self->client_count; i++)
        if (self->clients[i].is_mounted && (of == NULL || self->clients[i].server == of))
            client_connects(&self->clients[i]);
}

static filer *any_server(world *self)
{
    return &self->servers[world_below(self, self->server_count)];
}

static void restarts(world *self)
{
    filer *which = any_server(self);
    seconds_pass(self, world_below(self, 20));
    filer_restart(which);
    breaks_connections(self, which);
}

static void reverts(world *self)
{
    filer *which = any_server(self);
    if (which->snapshot.records == NULL || world_chance(self, 30)) {
        filer_take_snapshot(which);
        return;
    }
    seconds_pass(self, world_below(self, 20));
    filer_revert(which);
    breaks_connections(self, which);
}

static void address_moves(world *self)
{
    self->active = 1 - self->active;
    seconds_pass(self, world_below(self, 5));
    world_tells(self, "** the address moves to server %u", self->active);
    breaks_connections(self, NULL);
}

static void expires(world *self, client *whom)
{
    unsigned limit = !world_sees_all(self) ? 1 : self->kind->ids == IDS_OPAQUE ? 2 : 3;
    if (!whom->is_mounted || whom->is_twin || whom->expiries >= limit)
        return;
    whom->expiries++;
    world_tells(self, "** the administrator expires %s", whom->name);
    filer_forget(whom->server, whom->clientid);
}

static void drops_session(world *self, client *whom)
{
    bool is_bold = whom->software == FREEBSD && !world_sees_all(self);
    if (!whom->is_mounted || whom->minor == 0 || (is_bold && whom->drops > 0))
        return;
    whom->drops++;
    world_tells(self, "** the session of %s is dropped", whom->name);
    filer_close_session(whom->server, whom->sessionid);
}

static void server_acts(world *self)
{
    client *whom = &self->clients[world_below(self, self->client_count)];
    uint32_t what = world_below(self, 10);
    if (self->kind->drops && what < 6)
        drops_session(self, whom);
    else if (self->kind->way == WAY_MOVING && what < 6)
        address_moves(self);
    else if (self->kind->reverts && what < 6)
        reverts(self);
    else if (what < 8)
        restarts(self);
    else
        expires(self, whom);
}

/* ---- the whole ------------------------------------------------------------ */

static client *next_client(world *self)
{
    client *next = &self->clients[0];
    for (unsigned i = 1; i < self->client_count; i++)
        if (self->clients[i].due < next->due)
            next = &self->clients[i];
    return next;
}

void world_runs(world *self)
{
    int64_t server_due = self->now + (30 + world_below(self, 200)) * SECOND;
    for (;;) {
        client *next = next_client(self);
        int64_t due = MIN(next->due, server_due);
        if (due > self->ends)
            return;
        self->now = MAX(self->now, due);
        if (due == server_due) {
            server_acts(self);
            server_due = self->now + (30 + world_below(self, 300)) * SECOND;
        } else {
            next->due = self->now;
            acts(next);
            next->due = MAX(next->due, self->now) + pause_of(next);
        }
    }
}

static void looks_from_somewhere(world *self)
{
    uint32_t what = world_below(self, 10);
    self->vantage.only = -1;
    if (what == 0)
        self->vantage.only = (int)world_below(self, self->client_count);
    else if (what == 1)
        self->vantage.begins = self->now + world_below(self, 300) * SECOND;
    else if (what < 4)
        self->vantage.loss = 1 + world_below(self, 20);
}

/* Twins are of one kind. In 4.0 all are Linux. */
static software software_of(world *self, uint32_t minor, bool is_second_twin)
{
    uint32_t chance = world_below(self, 10);
    if (is_second_twin)
        return self->clients[0].software;
    if (minor == 0 || chance < 8)
        return LINUX;
    return chance == 8 ? FREEBSD : RANDOM_VERIFIER;
}

static void has_clients(world *self, bool with_twins)
{
    self->client_count = (with_twins ? 2 : 1) + world_below(self, 4);
    uint32_t minor = world_below(self, 3);
    for (unsigned i = 0; i < self->client_count; i++) {
        client *one = &self->clients[i];
        bool is_twin = with_twins && i < 2;
        client_init(one, self, i, software_of(self, minor, is_twin && i == 1), minor, is_twin);
        one->has_no_battery = self->kind->no_batteries && !is_twin;
        one->pace = (1 + world_below(self, 40)) * SECOND;
        one->due = self->now + world_below(self, 60) * SECOND;
    }
}

world *world_new(const server_kind *kind, bool with_twins, uint32_t seed, bool tells)
{
    world *self = g_new0(world, 1);
    self->random = g_rand_new_with_seed(seed * 2 + with_twins);
    self->scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK_FAST);
    self->model = model_new(self->scope);
    self->now = WORLD_BEGINS * SECOND;
    self->tells = tells;
    self->kind = kind;
    self->server_count = kind->way == WAY_BALANCED || kind->way == WAY_MOVING ? 2 : 1;
    for (unsigned i = 0; i < self->server_count; i++)
        filer_init(&self->servers[i], self, kind, i);
    has_clients(self, with_twins);
    looks_from_somewhere(self);
    self->ends = self->now + (200 + world_below(self, 1000)) * SECOND;
    return self;
}

void world_free(world *self)
{
    for (unsigned i = 0; i < self->server_count; i++)
        filer_clear(&self->servers[i]);
    model_free(self->model);
    wmem_destroy_allocator(self->scope);
    g_rand_free(self->random);
    g_free(self);
}
