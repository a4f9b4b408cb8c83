/* compound_events.h - what the body of an operation tells the model
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to the reader (compound_reader.c).
 */
#ifndef NFS4SESS_COMPOUND_EVENTS_H
#define NFS4SESS_COMPOUND_EVENTS_H

#include "xdr_cursor.h"

/* Fills the body of an event from the operation's arguments or results, and leaves zero
 * what is not in them or was cut off.
 *
 * in  stands where the operation's opcode (and in a reply, status) ends; its form has been
 *     gone over
 *
 * Returns false where there is no event: too little was read, or what was asked for is not
 * in it. The event is then of no use. */
typedef bool compound_filler(xdr_cursor *in, nfs4_event *event);

/* The filler for an operation's arguments or, where `is_reply`, its results with this
 * status. NULL where the model does not ask about them. */
compound_filler *compound_events_filler(uint32_t opcode, bool is_reply, uint32_t status);

#endif
