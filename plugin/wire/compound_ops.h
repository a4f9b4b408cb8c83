/* compound_ops.h - the form of each operation's arguments and results
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A form is XDR in shorthand, one character a step:
 *
 *   4 8 x     four, eight, sixteen bytes (integers and booleans; identifiers)
 *   s         a stateid4 among the arguments
 *   o         opaque<> or string<>
 *   O         the same, at most NFS4_OPAQUE_LIMIT long
 *   b         an array of 4-byte elements, bitmap4 above all
 *   *(...)    an array: a count, then as many times what the brackets hold
 *   +(...)    a linked list: what the brackets hold as long as a boolean precedes it
 *   ?(...)    a boolean, and what the brackets hold where it is true
 *   <1:...|5:...|:...>
 *             a union on a 4-byte discriminant, each arm behind its value, one digit;
 *             the arm without a value is the default and stands last. Where no arm
 *             fits, the message is malformed.
 *
 * What stands in brackets consumes at least four bytes a time, so that no count
 * on the wire makes a walk longer than the bytes that are there.
 */
#ifndef NFS4SESS_COMPOUND_OPS_H
#define NFS4SESS_COMPOUND_OPS_H

#include "xdr_cursor.h"

#define FORM_FATTR "bo"
#define FORM_NFSTIME "84"
#define FORM_IMPL_ID "*(oo" FORM_NFSTIME ")" /* see compound_identity.c */
#define FORM_OPENFLAG "<0:|1:<0:" FORM_FATTR "|1:" FORM_FATTR "|2:8|3:8" FORM_FATTR ">>"
#define FORM_STATE_PROTECT_OPS "bb"
#define FORM_STATE_PROTECT_A                                                                       \
    "<0:|1:" FORM_STATE_PROTECT_OPS "|2:" FORM_STATE_PROTECT_OPS "*(o)*(o)44>"
#define FORM_STATE_PROTECT_R                                                                       \
    "<0:|1:" FORM_STATE_PROTECT_OPS "|2:" FORM_STATE_PROTECT_OPS "4444*(o)>"
#define FORM_CHANNEL_ATTRS "444444b"
#define FORM_CALLBACK_SEC_PARMS "<0:|1:4o44b|6:4oo>"

/* The form of an operation's arguments or, where `is_reply`, of its results with
 * this status. NULL where the opcode is not known. */
const char *compound_ops_form(uint32_t opcode, bool is_reply, uint32_t status);

/* The bytes that the steps of fixed size take with which `*form` begins. Moves `*form` behind
 * them. */
size_t compound_ops_fixed(const char **form);

/* What follows the bracket that closes the one which `open` points at. */
const char *compound_ops_behind(const char *open);

/* The arm of a union for this discriminant, or NULL. `label` is the first one's. */
const char *compound_ops_arm(const char *label, uint32_t discriminant);

/* Steps over what `form` describes. Where `noting` is not NULL, the first stateid
 * that is not a special one (RFC 8881 section 8.2.3) is noted there. */
void compound_ops_walk(xdr_cursor *in, const char *form, nfs4_compound *noting);

/* true where something is to be had from an operation that the end of the bytes cut: snap
 * lengths often end in it, behind what says whose message it is. */
bool compound_ops_outlives_a_cut(uint32_t opcode, bool is_reply);

#endif
