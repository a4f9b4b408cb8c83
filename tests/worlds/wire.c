/* wire.c - messages of a world, and what of them is captured
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void wire_op(nfs4_message *message, uint32_t opcode)
{
    nfs4_compound *compound = &message->compound;
    compound->ops_seen[opcode / 64] |= 1ULL << (opcode % 64);
    if (compound->ops_read == 0)
        compound->first_op = opcode;
    compound->last_op = opcode;
    compound->op_count = ++compound->ops_read;
}

nfs4_event *wire_event(nfs4_message *message, uint32_t opcode)
{
    nfs4_compound *compound = &message->compound;
    nfs4_event *event = &compound->events[compound->event_count++];
    *event =
        (nfs4_event){.opcode = opcode, .status = compound->status, .index = compound->ops_read};
    wire_op(message, opcode);
    return event;
}

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

nfs4_message wire_begin_reply(const nfs4_message *call, uint32_t status)
{
    nfs4_message reply = *call;
    reply.has_auth_sys = false;
    reply.machine = (nfs4_bytes){0};
    reply.compound = (nfs4_compound){.is_reply = true, .status = status};
    return reply;
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
    message->time = (nstime_t){(time_t)(self->now / SECOND), (int)(self->now % SECOND)};
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
