/* compound_reader.c - the XDR of one COMPOUND, read into events
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Goes from operation to operation: compound_ops.h knows where each one ends,
 * compound_events.h what it says.
 */
#include "compound_reader.h"

#include <string.h>

#include "compound_events.h"
#include "compound_ops.h"

/* An event for which there is no place is read all the same, to be counted as dropped. */
static void read_event(nfs4_compound *compound, uint32_t opcode, uint32_t status, xdr_cursor body,
                       xdr_fault found)
{
    nfs4_event spare;
    const bool has_place = compound->event_count < NFS4_MAX_EVENTS;
    nfs4_event *event = has_place ? &compound->events[compound->event_count] : &spare;

    event->opcode = opcode;
    event->status = status;
    event->index = compound->ops_read - 1;
    if (!compound_events_fill(body, found, compound->is_reply, event))
        return;
    if (has_place)
        compound->event_count++;
    else
        compound->events_dropped = true;
}

static void note_operation(nfs4_compound *compound, uint32_t opcode)
{
    if (compound->ops_read++ == 0)
        compound->first_op = opcode;
    compound->last_op = opcode;
    if (opcode < 128)
        compound->ops_seen[opcode / 64] |= UINT64_C(1) << (opcode % 64);
}

static void note_file(nfs4_compound *compound, xdr_cursor body)
{
    if (!compound->is_reply)
        compound->file = xdr_opaque(&body, NFS4_FHSIZE);
}

/* Returns true where another operation may follow. */
static bool read_operation(xdr_cursor *in, nfs4_compound *compound)
{
    const uint32_t opcode = xdr_u32(in);
    const uint32_t status = compound->is_reply ? xdr_u32(in) : NFS4_OK;
    if (!xdr_fine(in))
        return false;

    note_operation(compound, opcode);
    const char *form = compound_ops_form(opcode, compound->is_reply, status);
    if (form == NULL) {
        compound->end = NFS4_END_UNKNOWN_OP;
        return false;
    }

    const xdr_cursor body = *in;
    if (opcode == OP_PUTFH && compound->file.len == 0)
        note_file(compound, body);
    compound_ops_walk(in, form, compound->is_reply ? NULL : compound);
    read_event(compound, opcode, status, body, in->fault);
    return xdr_fine(in) && status == NFS4_OK;
}

static nfs4_end find_end(const xdr_cursor *in, const nfs4_compound *compound)
{
    if (in->fault == XDR_CUT)
        return NFS4_END_TRUNCATED;
    if (in->fault == XDR_BAD)
        return NFS4_END_MALFORMED;
    if (compound->end != NFS4_END_COMPLETE)
        return compound->end;
    /* A server stops at the operation that fails, so none may stand behind it. */
    return compound->ops_read < compound->op_count ? NFS4_END_MALFORMED : NFS4_END_COMPLETE;
}

/* A reply tells the status before the tag, a call the minor version behind it. */
static void read_head(xdr_cursor *in, nfs4_compound *compound)
{
    if (compound->is_reply)
        compound->status = xdr_u32(in);
    xdr_opaque(in, XDR_NO_LIMIT);
    if (!compound->is_reply)
        compound->minorversion = xdr_u32(in);
    compound->op_count = xdr_u32(in);
}

bool compound_reader_read(const uint8_t *data, size_t length, bool is_reply,
                          nfs4_compound *compound)
{
    xdr_cursor in = {.at = data, .left = length};

    /* The events are most of the struct, and each is written whole when it is stored. */
    memset(compound, 0, offsetof(nfs4_compound, events));
    compound->is_reply = is_reply;
    read_head(&in, compound);
    const bool has_head = xdr_fine(&in);
    while (compound->ops_read < compound->op_count && read_operation(&in, compound))
        continue;
    compound->end = find_end(&in, compound);
    return has_head;
}
