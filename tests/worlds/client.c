/* client.c - what clients of a world send, and how they recover
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Linux recovers as it does since 3.x: DESTROY_SESSION, CREATE_SESSION with the clientid that
 * it has, and only where the server does not know that, EXCHANGE_ID. FreeBSD goes straight to
 * EXCHANGE_ID, with a verifier that counts up. In 4.0 there are no sessions.
 */
#include "world.h"

#include <stdarg.h>
#include <string.h>

#define ID "%016" G_GINT64_MODIFIER "x"
#define TRIES 4

/* A call on its way, and what the capture has of it. */
typedef struct {
    client *by;
    nfs4_message call;
    bool call_captured, captured;
} exchange;

static exchange begin(client *self)
{
    return (exchange){.by = self, .call = wire_begin_call(self)};
}

static void sends(exchange *one)
{
    one->call_captured = wire_send_call(one->by, &one->call);
}

static const char *status_name(uint32_t status)
{
    switch (status) {
    case NFS4_OK:
        return "OK";
    case NFS4ERR_BADSESSION:
        return "BADSESSION";
    case NFS4ERR_STALE_CLIENTID:
        return "STALE_CLIENTID";
    case NFS4ERR_CLID_INUSE:
        return "CLID_INUSE";
    case NFS4ERR_EXPIRED:
        return "EXPIRED";
    default:
        return "another error";
    }
}

/* Sends the reply, and tells both. */
static void ends(exchange *one, nfs4_message *reply, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void ends(exchange *one, nfs4_message *reply, const char *format, ...)
{
    client *by = one->by;
    one->captured = wire_send_reply(by, reply, one->call_captured);
    if (!by->world->tells)
        return;
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    world_tells(by->world, "[%u] %s %u.%u.%u.%u #%u server %u  %s: %s%s", reply->frame, by->name,
                by->address[0], by->address[1], by->address[2], by->address[3], by->connection,
                by->server->number, text, status_name(reply->compound.status),
                one->captured        ? ""
                : one->call_captured ? "  (its reply is not captured)"
                                     : "  (not captured)");
    g_free(text);
}

/* A reply of one operation, without a body. */
static uint32_t ends_bare(exchange *one, uint32_t opcode, uint32_t status, const char *text)
{
    nfs4_message reply = begins_reply(&one->call, status);
    puts_event(&reply, opcode);
    ends(one, &reply, "%s", text);
    return status;
}

/* ---- identity ------------------------------------------------------------- */

static void exchanges_id(client *self)
{
    exchange one = begin(self);
    nfs4_event *event = puts_event(&one.call, OP_EXCHANGE_ID);
    event->u.exchange_id.verifier = self->verifier;
    event->u.exchange_id.owner = self->owner;
    sends(&one);
    self->presented += one.call_captured;

    bool known;
    self->clientid = filer_identify(self->server, self->owner, self->verifier, &known);
    nfs4_message reply = begins_reply(&one.call, NFS4_OK);
    event = puts_event(&reply, OP_EXCHANGE_ID);
    event->u.exchange_id.clientid = self->clientid;
    event->u.exchange_id.sequenceid = 1;
    event->u.exchange_id.flags = known ? EXCHGID4_FLAG_CONFIRMED_R : 0;
    nfs4_bytes name = {(const uint8_t *)self->server->name, (uint32_t)strlen(self->server->name)};
    event->u.exchange_id.server_major = event->u.exchange_id.server_scope = name;
    ends(&one, &reply, "EXCHANGE_ID verifier " ID " -> clientid " ID "%s", self->verifier,
         self->clientid, known ? ", known" : "");
}

static void sets_clientid(client *self)
{
    exchange one = begin(self);
    nfs4_event *event = puts_event(&one.call, OP_SETCLIENTID);
    event->u.setclientid.verifier = self->verifier;
    event->u.setclientid.id = self->owner;
    sends(&one);
    self->presented += one.call_captured;

    bool known;
    self->clientid = filer_identify(self->server, self->owner, self->verifier, &known);
    nfs4_message reply = begins_reply(&one.call, NFS4_OK);
    puts_event(&reply, OP_SETCLIENTID)->u.setclientid.clientid = self->clientid;
    ends(&one, &reply, "SETCLIENTID verifier " ID " -> clientid " ID, self->verifier,
         self->clientid);
}

/* Who holds the clientid that this client's confirm ended, if not this client itself. */
static void robs(client *self, uint64_t ended)
{
    world *around = self->world;
    for (unsigned i = 0; ended != 0 && i < around->client_count; i++) {
        client *other = &around->clients[i];
        if (other != self && other->is_mounted && other->server == self->server &&
            other->clientid == ended && other->owner.len == self->owner.len &&
            memcmp(other->owner.data, self->owner.data, self->owner.len) == 0)
            other->is_robbed = true;
    }
}

static uint32_t creates_session(client *self)
{
    exchange one = begin(self);
    uint64_t ended;
    puts_event(&one.call, OP_CREATE_SESSION)->u.create_session.clientid = self->clientid;
    sends(&one);
    uint32_t status = filer_confirm(self->server, self->clientid, self->owner, &ended);
    if (status != NFS4_OK) {
        nfs4_message refusal = begins_reply(&one.call, status);
        puts_event(&refusal, OP_CREATE_SESSION);
        ends(&one, &refusal, "CREATE_SESSION " ID, self->clientid);
        return status;
    }
    robs(self, ended);
    self->is_robbed = false;
    filer_open_session(self->server, self->clientid, self->sessionid);
    nfs4_message reply = begins_reply(&one.call, NFS4_OK);
    memcpy(puts_event(&reply, OP_CREATE_SESSION)->u.create_session.sessionid, self->sessionid,
           NFS4_SESSIONID_SIZE);
    ends(&one, &reply, "CREATE_SESSION " ID "%s", self->clientid,
         ended != 0 ? ", which ends another" : "");
    return NFS4_OK;
}

static uint32_t confirms_clientid(client *self)
{
    exchange one = begin(self);
    uint64_t ended;
    puts_event(&one.call, OP_SETCLIENTID_CONFIRM)->u.setclientid_confirm.clientid = self->clientid;
    sends(&one);
    uint32_t status = filer_confirm(self->server, self->clientid, self->owner, &ended);
    if (status == NFS4_OK) {
        robs(self, ended);
        self->is_robbed = false;
    }
    nfs4_message reply = begins_reply(&one.call, status);
    puts_event(&reply, OP_SETCLIENTID_CONFIRM);
    ends(&one, &reply, "SETCLIENTID_CONFIRM " ID "%s", self->clientid,
         ended != 0 ? ", which ends another" : "");
    return reply.compound.status;
}

static void destroys_session(client *self)
{
    exchange one = begin(self);
    memcpy(puts_event(&one.call, OP_DESTROY_SESSION)->u.destroy_session.sessionid, self->sessionid,
           NFS4_SESSIONID_SIZE);
    sends(&one);
    bool known = filer_close_session(self->server, self->sessionid);
    ends_bare(&one, OP_DESTROY_SESSION, known ? NFS4_OK : NFS4ERR_BADSESSION, "DESTROY_SESSION");
}

static void destroys_clientid(client *self)
{
    exchange one = begin(self);
    puts_event(&one.call, OP_DESTROY_CLIENTID)->u.clientid.clientid = self->clientid;
    sends(&one);
    bool known = filer_forget(self->server, self->clientid);
    ends_bare(&one, OP_DESTROY_CLIENTID, known ? NFS4_OK : NFS4ERR_STALE_CLIENTID,
              "DESTROY_CLIENTID");
}

/* ---- work ----------------------------------------------------------------- */

/* A refusal of a lease that the twin ended, seen in the capture */
static void is_refused(client *self, const exchange *one)
{
    self->robberies += self->is_robbed && one->captured;
    self->is_robbed = false;
}

static uint32_t requests(client *self, uint32_t opcode, const char *text)
{
    exchange one = begin(self);
    nfs4_event *event = puts_event(&one.call, OP_SEQUENCE);
    memcpy(event->u.sequence.sessionid, self->sessionid, NFS4_SESSIONID_SIZE);
    event->u.sequence.sequenceid = one.call.xid; /* one slot, which counts up with the xid */
    if (opcode == OP_GETATTR)
        puts_op(&one.call, OP_PUTROOTFH);
    else if (opcode == OP_ACCESS)
        puts_op(&one.call, OP_PUTFH);
    if (opcode == OP_RECLAIM_COMPLETE)
        puts_event(&one.call, opcode);
    else if (opcode != 0)
        puts_op(&one.call, opcode);
    sends(&one);
    if (!filer_serves_session(self->server, self->sessionid, self->owner)) {
        uint32_t status = ends_bare(&one, OP_SEQUENCE, NFS4ERR_BADSESSION, text);
        is_refused(self, &one);
        return status;
    }
    nfs4_message reply = begins_reply(&one.call, NFS4_OK);
    puts_event(&reply, OP_SEQUENCE)->u.sequence = one.call.compound.events[0].u.sequence;
    if (opcode == OP_GETATTR)
        puts_event(&reply, OP_GETATTR)->u.getattr.lease_time = self->server->lease;
    memcpy(reply.compound.ops_seen, one.call.compound.ops_seen, sizeof reply.compound.ops_seen);
    reply.compound.last_op = one.call.compound.last_op;
    ends(&one, &reply, "%s", text);
    return NFS4_OK;
}

static uint32_t requests_40(client *self, uint32_t opcode, const char *text)
{
    exchange one = begin(self);
    nfs4_event *event = puts_event(&one.call, opcode);
    if (opcode == OP_RENEW)
        event->u.clientid.clientid = self->clientid;
    else
        event->u.open.clientid = self->clientid;
    sends(&one);
    bool known = filer_serves_clientid(self->server, self->clientid, self->owner);
    uint32_t status = known ? NFS4_OK : filer_refusal_40(self->server, self->clientid);
    ends_bare(&one, opcode, status, text);
    if (!known)
        is_refused(self, &one);
    return status;
}

static bool is_idle(const client *self)
{
    return self->world->now - self->last_sent > self->server->lease * SECOND / 2;
}

static uint32_t tries(client *self)
{
    bool renews = is_idle(self);
    if (self->minor == 0)
        return requests_40(self, renews ? OP_RENEW : OP_OPEN, renews ? "RENEW" : "OPEN");
    return requests(self, renews ? 0 : OP_ACCESS, renews ? "SEQUENCE" : "ACCESS");
}

/* ---- what it does --------------------------------------------------------- */

static uint32_t identifies(client *self)
{
    if (self->minor == 0) {
        sets_clientid(self);
        return confirms_clientid(self);
    }
    exchanges_id(self);
    return creates_session(self);
}

static void sets_up(client *self)
{
    for (int i = 0; i < TRIES && identifies(self) != NFS4_OK; i++)
        ;
    if (self->minor == 0 || requests(self, OP_GETATTR, "GETATTR lease_time") != NFS4_OK)
        return;
    requests(self, OP_RECLAIM_COMPLETE, "RECLAIM_COMPLETE");
}

/* Linux asks twice who it is when it mounts. */
void client_mounts(client *self)
{
    if (self->minor == 0)
        identifies(self);
    else if (self->software == LINUX)
        exchanges_id(self);
    sets_up(self);
    self->is_mounted = true;
}

void client_unmounts(client *self)
{
    if (self->minor > 0) {
        destroys_session(self);
        destroys_clientid(self);
    }
    self->is_mounted = self->is_robbed = false;
}

static void recovers(client *self)
{
    if (self->software == FREEBSD) {
        self->verifier++;
    } else if (self->minor > 0) {
        destroys_session(self);
        if (creates_session(self) == NFS4_OK)
            return;
    }
    sets_up(self);
}

void client_works(client *self)
{
    for (int i = 0; i < TRIES && tries(self) != NFS4_OK; i++)
        recovers(self);
}

/* ---- its lives ------------------------------------------------------------ */

void client_connects(client *self)
{
    world *around = self->world;
    unsigned number = 0;
    if (around->kind->way == WAY_BALANCED)
        number = world_below(around, around->server_count);
    else if (around->kind->way == WAY_MOVING)
        number = around->active;
    self->server = &around->servers[number];
    self->connection = ++around->connections;
    self->port = 700 + self->connection % 300;
    self->addresses[self->address[3] / 64] |= 1ULL << self->address[3] % 64;
    world_tells(around, "%s connects, #%u", self->name, self->connection);
}

static uint64_t new_verifier(const client *self)
{
    world *around = self->world;
    int64_t now = around->now - (self->has_no_battery ? 86400 * SECOND : 0);
    switch (self->software) {
    case FREEBSD:
        return (uint64_t)(now / SECOND) << 32 | 1;
    case RANDOM_VERIFIER:
        return (uint64_t)g_rand_int(around->random) << 32 | g_rand_int(around->random);
    default:
        return (uint64_t)now;
    }
}

void client_begins(client *self)
{
    self->world->now += MILLISECOND;
    self->verifier = new_verifier(self);
    self->has_begun = true;
    client_connects(self);
}

static void takes_owner(client *self)
{
    static const uint8_t fsid[] = {1, 0x7f, 0x3a, 0, 0x3a, 0, 0, 0};
    char *text = NULL;
    uint32_t length = 0;
    if (self->software == FREEBSD) {
        memcpy(self->owner_bytes, fsid, length = sizeof fsid);
        text = g_strdup_printf("4c4c4544-0042-3510-8052-b4c04f4e4a%02x", self->name[4]);
    } else if (self->software == RANDOM_VERIFIER) {
        text = g_strdup_printf("org.dcache.nfs.v4.client.Main: root-1@%s", self->name);
    } else if (self->minor == 0) {
        text = g_strdup_printf("Linux NFSv4.0 %s/10.0.0.%u", self->name, self->server_address[3]);
    } else {
        text = g_strdup_printf("Linux NFSv4.%u %s", self->minor, self->name);
    }
    memcpy(self->owner_bytes + length, text, strlen(text));
    self->owner = (nfs4_bytes){self->owner_bytes, length + (uint32_t)strlen(text)};
    g_free(text);
}

void client_init(client *self, world *owner, unsigned number, software what, uint32_t minor,
                 bool is_twin)
{
    static const char *const names[CLIENTS_MAX] = {"a", "b", "c", "d", "e", "f"};
    *self = (client){
        .world = owner, .number = number, .software = what, .minor = minor, .is_twin = is_twin};
    memcpy(self->address, (uint8_t[]){10, 0, 1, (uint8_t)(10 + number)}, 4);
    memcpy(self->server_address, (uint8_t[]){10, 0, 0, 1}, 4);
    if (owner->kind->way == WAY_ADDRESSES)
        self->server_address[3] = (uint8_t)(1 + (self->minor > 0 ? world_below(owner, 2) : 0));
    g_snprintf(self->name, sizeof self->name, "host%s", is_twin ? "t" : names[number]);
    takes_owner(self);
}
