/* compound_name.c - the name of the file that a call asks the filehandle of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compound_name.h"

#include "compound_ops.h"

#define NAME_LIMIT 255 /* NAME_MAX of the systems that export files */

/* The component4 of an OPEN's claim, if it has one (RFC 8881 section 18.16.1). */
static nfs4_bytes opened(xdr_cursor *in)
{
    compound_ops_walk(in, "4448O" FORM_OPENFLAG, NULL);
    switch (xdr_u32(in)) {
    case CLAIM_DELEGATE_CUR:
        xdr_stateid(in);
        return xdr_opaque(in, NAME_LIMIT);
    case CLAIM_NULL:
    case CLAIM_DELEGATE_PREV:
        return xdr_opaque(in, NAME_LIMIT);
    default:
        return (nfs4_bytes){0};
    }
}

void compound_name_follow(nfs4_compound *call, uint32_t opcode, xdr_cursor body)
{
    if (call->name_is_asked)
        return;
    switch (opcode) {
    case OP_GETFH:
        call->name_is_asked = true;
        break;
    case OP_LOOKUP:
        call->name = xdr_opaque(&body, NAME_LIMIT);
        break;
    case OP_OPEN:
        call->name = opened(&body);
        break;
    case OP_CREATE:
    case OP_LOOKUPP:
    case OP_OPENATTR:
    case OP_PUTFH:
    case OP_PUTPUBFH:
    case OP_PUTROOTFH:
    case OP_RESTOREFH:
    case OP_SECINFO:
    case OP_SECINFO_NO_NAME:
        call->name = (nfs4_bytes){0};
        break;
    default:
        break;
    }
}
