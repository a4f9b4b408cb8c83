/* message.h - how stories and worlds put messages together
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_TESTS_MESSAGE_H
#define NFS4SESS_TESTS_MESSAGE_H

#include "wire/event.h"

/* Puts an operation at the end of the message. */
static inline void puts_op(nfs4_message *message, uint32_t opcode)
{
    nfs4_compound *compound = &message->compound;
    compound->ops_seen[opcode / 64] |= 1ULL << (opcode % 64);
    if (compound->ops_read == 0)
        compound->first_op = opcode;
    compound->last_op = opcode;
    compound->op_count = ++compound->ops_read;
}

/* The same, of an operation that the reader makes an event of; its body is to be filled in. */
static inline nfs4_event *puts_event(nfs4_message *message, uint32_t opcode)
{
    nfs4_compound *compound = &message->compound;
    nfs4_event *event = &compound->events[compound->event_count++];
    *event = (nfs4_event){.opcode = opcode, .status = compound->status};
    puts_op(message, opcode);
    return event;
}

/* The reply to a call, without an operation yet. */
static inline nfs4_message begins_reply(const nfs4_message *call, uint32_t status)
{
    nfs4_message reply = *call;
    reply.has_auth_sys = false;
    reply.machine = (nfs4_bytes){0};
    reply.compound = (nfs4_compound){.is_reply = true, .status = status};
    return reply;
}

#endif
