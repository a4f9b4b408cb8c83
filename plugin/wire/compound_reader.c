/* compound_reader.c - the XDR of one COMPOUND, read into events
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Goes from operation to operation: compound_ops.h knows where each one ends,
 * compound_events.h what it says.
 */
#include "compound_reader.h"

#include <glib.h>
#include <string.h>

#include "compound_events.h"
#include "compound_name.h"
#include "compound_ops.h"

/* What is known of an operation before its body is looked at. */
typedef struct {
    compound_filler *fill; /* NULL where it makes no event */
    /* Its form, all parts of which but the last are those that most forms have. */
    size_t fixed;     /* bytes of the steps of fixed size that it begins with */
    bool has_words;   /* then comes a step b */
    bool has_opaque;  /* then comes a step o */
    const char *rest; /* what comes then; NULL where the operation is not known */
    bool is_fixed;    /* there is nothing of these three */
} operation;

static bool take_step(const char **form, char step)
{
    const bool is_next = **form == step;

    *form += is_next;
    return is_next;
}

static operation describe(uint32_t opcode, bool is_reply, uint32_t status)
{
    const char *form = compound_ops_form(opcode, is_reply, status);
    operation described = {.rest = NULL};

    if (form == NULL)
        return described;
    described.fill = compound_events_filler(opcode, is_reply, status);
    described.fixed = compound_ops_fixed(&form);
    described.has_words = take_step(&form, 'b');
    described.has_opaque = take_step(&form, 'o');
    described.rest = form;
    described.is_fixed = !described.has_words && !described.has_opaque && *form == '\0';
    return described;
}

/* The same for all that a capture is full of: calls, and results with NFS4_OK. Together
 * with the parts of the form above saves 0.5 % of the instructions of tshark -q on metadata. */
static operation usual[2][OP_LAST_KNOWN + 1];

static void describe_usual(void)
{
    for (uint32_t opcode = 0; opcode <= OP_LAST_KNOWN; opcode++) {
        usual[false][opcode] = describe(opcode, false, NFS4_OK);
        usual[true][opcode] = describe(opcode, true, NFS4_OK);
    }
}

static void read_event(nfs4_compound *compound, compound_filler *fill, uint32_t opcode,
                       uint32_t status, const uint8_t *body, const uint8_t *end)
{
    xdr_cursor in = {.at = body, .end = end};
    nfs4_event *event = &compound->events[compound->event_count];

    if (compound->event_count == NFS4_MAX_EVENTS || !fill(&in, event))
        return;
    event->opcode = opcode;
    event->status = status;
    compound->event_count++;
}

static bool is_readable(xdr_fault fault, uint32_t opcode, bool is_reply)
{
    return fault == XDR_FINE || (fault == XDR_CUT && compound_ops_outlives_a_cut(opcode, is_reply));
}

static void note_file(nfs4_compound *compound, uint32_t opcode, xdr_cursor body)
{
    if (opcode == (compound->is_reply ? OP_GETFH : OP_PUTFH) && compound->file.len == 0)
        compound->file = xdr_opaque(&body, NFS4_FHSIZE);
    if (!compound->is_reply)
        compound_name_follow(compound, opcode, body);
}

/* Returns false where the operation is not known, so that it has no end. */
static bool step_over(xdr_cursor *in, const operation *op, nfs4_compound *noting)
{
    xdr_take(in, op->fixed);
    if (op->is_fixed)
        return true;
    if (op->has_words)
        xdr_skip_words(in);
    if (op->has_opaque)
        xdr_opaque(in, XDR_NO_LIMIT);
    if (op->rest == NULL)
        return false;
    if (*op->rest != '\0')
        compound_ops_walk(in, op->rest, noting);
    return true;
}

/* Returns true where another operation may follow. */
static bool read_operation(xdr_cursor *in, nfs4_compound *compound)
{
    const bool is_reply = compound->is_reply;
    const uint8_t *head = in->at;
    const size_t size = is_reply ? 8 : 4;
    if (!xdr_has(in, size))
        return false;

    const uint32_t opcode = xdr_word(head);
    const uint32_t status = is_reply ? xdr_word(head + 4) : NFS4_OK;
    in->at += size;
    operation unusual;
    const operation *op = &unusual;
    compound->last_op = opcode;
    if (opcode < 128)
        compound->ops_seen[opcode / 64] |= UINT64_C(1) << (opcode % 64);
    if (opcode <= OP_LAST_KNOWN && status == NFS4_OK)
        op = &usual[is_reply][opcode];
    else
        unusual = describe(opcode, is_reply, status);

    const uint8_t *body = in->at;
    if (status == NFS4_OK)
        note_file(compound, opcode, *in);
    const bool is_known = step_over(in, op, is_reply ? NULL : compound);
    if (op->fill != NULL && is_readable(in->fault, opcode, is_reply))
        read_event(compound, op->fill, opcode, status, body, in->end);
    if (!is_known)
        compound->end = NFS4_END_UNKNOWN_OP;
    compound->ops_read++;
    return xdr_fine(in) && is_known && status == NFS4_OK;
}

static void read_operations(xdr_cursor *in, nfs4_compound *compound)
{
    const uint32_t first_op = xdr_peek_u32(in);
    bool more = compound->op_count > 0;

    while (more)
        more = read_operation(in, compound) && compound->ops_read < compound->op_count;
    if (compound->ops_read > 0)
        compound->first_op = first_op;
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
    xdr_cursor in = {.at = data, .end = data + length};

    if (usual[false][OP_SEQUENCE].rest == NULL)
        describe_usual();
    /* The events are most of the struct, and each is written whole when it is stored: not to
     * clear them saves 1.1 %. */
    memset(compound, 0, offsetof(nfs4_compound, events));
    compound->is_reply = is_reply;
    read_head(&in, compound);
    const bool has_head = xdr_fine(&in);
    read_operations(&in, compound);
    compound->end = find_end(&in, compound);
    return has_head;
}
