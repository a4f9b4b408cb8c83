/* compound_identity.c - the operations that tell who somebody is, with other names in them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each is a list of steps: a stretch that is copied, by its form (compound_ops.h), or one opaque
 * that names somebody.
 */
#include "compound_identity.h"

#include "compound_ops.h"

enum { FLAVOR_AUTH_SYS = 1 }; /* RFC 5531 section 8.2 */

typedef struct {
    const char *form; /* of what is copied; NULL for a name */
    compound_name name;
} identity_step;

#define COPY(form)                                                                                 \
    {                                                                                              \
        form, NAME_HOST                                                                            \
    }
#define NAME(name)                                                                                 \
    {                                                                                              \
        NULL, name                                                                                 \
    }

static const identity_step exchange_id_args[] = {COPY("8"), NAME(NAME_OWNER),
                                                 COPY("4" FORM_STATE_PROTECT_A), COPY("")};
static const identity_step exchange_id_results[] = {COPY("844" FORM_STATE_PROTECT_R "8"),
                                                    NAME(NAME_SERVER), NAME(NAME_SERVER), COPY("")};
static const identity_step setclientid_args[] = {COPY("8"),        NAME(NAME_OWNER),     COPY("4"),
                                                 NAME(NAME_OTHER), NAME(NAME_UNIVERSAL), COPY("4"),
                                                 COPY("")};
static const identity_step setclientid_inuse[] = {NAME(NAME_OTHER), NAME(NAME_UNIVERSAL), COPY("")};
static const identity_step create_session_args[] = {
    COPY("844" FORM_CHANNEL_ATTRS FORM_CHANNEL_ATTRS "4"), COPY("")};

bool compound_identity_is(uint32_t opcode)
{
    switch (opcode) {
    case OP_EXCHANGE_ID:
    case OP_CREATE_SESSION:
    case OP_SETCLIENTID:
        return true;
    default:
        return false;
    }
}

/* NULL where no names are in it. */
static const identity_step *steps_of(const nfs4_event *event, bool is_reply)
{
    const bool is_fine = event->status == NFS4_OK;
    switch (event->opcode) {
    case OP_EXCHANGE_ID:
        return !is_reply ? exchange_id_args : is_fine ? exchange_id_results : NULL;
    case OP_SETCLIENTID:
        return !is_reply                             ? setclientid_args
               : event->status == NFS4ERR_CLID_INUSE ? setclientid_inuse
                                                     : NULL;
    default:
        return is_reply ? NULL : create_session_args;
    }
}

static void copy(xdr_cursor *in, const char *form, GByteArray *out)
{
    const uint8_t *start = in->at;

    compound_ops_walk(in, form, NULL);
    g_byte_array_append(out, start, (guint)(in->at - start));
}

static void put_u32(GByteArray *out, uint32_t value)
{
    const uint32_t bytes = GUINT32_TO_BE(value);
    g_byte_array_append(out, (const guint8 *)&bytes, sizeof bytes);
}

static void write_name(xdr_cursor *in, compound_name kind, uint32_t limit,
                       const compound_names *names, GByteArray *out)
{
    static const guint8 padding[3];
    const nfs4_bytes name = xdr_opaque(in, limit);
    const guint start = out->len;
    if (!xdr_fine(in))
        return;
    put_u32(out, 0);
    names->put(names->data, kind, name, out);
    const guint length = out->len - start - 4;
    const uint32_t bytes = GUINT32_TO_BE(length);
    memcpy(out->data + start, &bytes, sizeof bytes);
    g_byte_array_append(out, padding, -length % 4);
}

/* What authenticates a server's calls to the client: AUTH_SYS has the machine's name. */
static void write_callback_sec_parms(xdr_cursor *in, const compound_names *names, GByteArray *out)
{
    const uint32_t count = xdr_peek_u32(in);

    copy(in, "4", out);
    for (uint32_t i = 0; i < count && xdr_fine(in); i++) {
        if (xdr_peek_u32(in) != FLAVOR_AUTH_SYS) {
            copy(in, FORM_CALLBACK_SEC_PARMS, out);
            continue;
        }
        copy(in, "44", out);
        write_name(in, NAME_HOST, XDR_NO_LIMIT, names, out);
        copy(in, "44b", out);
    }
}

/* nfs_impl_id4, at most one: the software's domain, its name and its date. */
static void write_implementation(xdr_cursor *in, const compound_names *names, GByteArray *out)
{
    const uint32_t count = xdr_peek_u32(in);

    copy(in, "4", out);
    for (uint32_t i = 0; i < count && xdr_fine(in); i++) {
        copy(in, "o", out);
        write_name(in, NAME_SOFTWARE, XDR_NO_LIMIT, names, out);
        if (xdr_fine(in))
            copy(in, FORM_NFSTIME, out);
    }
}

void compound_identity_write(xdr_cursor *in, const nfs4_event *event, bool is_reply,
                             const compound_names *names, GByteArray *out)
{
    const identity_step *step = steps_of(event, is_reply);
    if (step == NULL) {
        copy(in, compound_ops_form(event->opcode, is_reply, event->status), out);
        return;
    }
    for (; step->form == NULL || *step->form != '\0'; step++) {
        if (step->form != NULL)
            copy(in, step->form, out);
        else
            write_name(in, step->name,
                       step->name == NAME_OWNER || step->name == NAME_SERVER ? NFS4_OPAQUE_LIMIT
                                                                             : XDR_NO_LIMIT,
                       names, out);
        if (!xdr_fine(in))
            return;
    }
    if (event->opcode == OP_CREATE_SESSION)
        write_callback_sec_parms(in, names, out);
    else if (event->opcode == OP_EXCHANGE_ID)
        write_implementation(in, names, out);
}
