/* compound_events.h - what the body of an operation tells the model
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to the reader (compound_reader.c).
 */
#ifndef NFS4SESS_COMPOUND_EVENTS_H
#define NFS4SESS_COMPOUND_EVENTS_H

#include "xdr_cursor.h"

/* Fills an event's body from the operation's arguments or, where `is_reply`, its
 * results.
 *
 * body   stands where the operation's opcode (and in a reply, status) ends
 * found  what the walk over the whole operation met
 * event  has its opcode, status and index; its body is filled, and zero where nothing
 *        was read
 *
 * Returns false where there is no event: the operation is none of those that the
 * model asks about, is malformed, or was cut before it told enough. */
bool compound_events_fill(xdr_cursor body, xdr_fault found, bool is_reply, nfs4_event *event);

#endif
