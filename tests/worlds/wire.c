/* wire.c - messages of a world, and what of them is captured
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

nfs4_message wire_begin_call(client *from)
{
    nfs4_message call = {.connection = from->connection,
                         .xid = ++from->xid,
                         .has_auth_sys = true,
                         .machine = {(const uint8_t *)from->name, (uint32_t)strlen(from->name)}};
    set_address(&call.client.addr, AT_IPv4, 4, from->address);
    set_address(&call.server.addr, AT_IPv4, 4, from->server_address);
    call.client.port = from->port;
    call.server.port = 2049;
    call.compound.minorversion = from->minor;
    return call;
}

static bool is_captured(client *whose)
{
    world *self = whose->world;
    const vantage *from = &self->vantage;
    return self->now >= from->begins && (from->only < 0 || from->only == (int)whose->number) &&
           !world_chance(self, from->loss);
}

/* Half a millisecond passes. */
static void departs(client *whose, nfs4_message *message)
{
    world *self = whose->world;
    self->now += MILLISECOND / 2;
    message->when = (nstime_t){(time_t)(self->now / SECOND), (int)(self->now % SECOND)};
    message->frame = ++self->frames;
    if (message->compound.is_reply && message->compound.status == NFS4_OK)
        whose->last_sent = self->now;
}

bool wire_send_call(client *from, nfs4_message *call)
{
    departs(from, call);
    if (!is_captured(from))
        return false;
    model_observe(from->world->model, call);
    return true;
}

bool wire_send_reply(client *to, nfs4_message *reply, bool call_captured)
{
    departs(to, reply);
    if (!call_captured || !is_captured(to))
        return false;
    model_observe(to->world->model, reply);
    return true;
}

void world_tells(world *self, const char *format, ...)
{
    va_list arguments;
    if (!self->tells)
        return;
    printf("%10.3f  ", (double)(self->now - WORLD_BEGINS * SECOND) / SECOND);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}
