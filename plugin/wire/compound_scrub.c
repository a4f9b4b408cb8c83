/* compound_scrub.c - a COMPOUND without what is private in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Follows the forms of compound_ops.h as the reader does. Every opaque is written empty and
 * every set of attributes is, unless the operation is one of those that tell who somebody is:
 * those are copied, and get other names where there are any.
 */
#include "compound_scrub.h"

#include "compound_events.h"
#include "compound_identity.h"
#include "compound_ops.h"

#define FILE_HASH_SIZE 8
#define LEASE_TIME_BIT 10 /* FATTR4_LEASE_TIME, in the first word of a bitmap4 */

typedef struct {
    xdr_cursor in;
    const compound_names *names; /* NULL for none */
    GByteArray *out;
} scrubber;

static void put_u32(scrubber *s, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                              (uint8_t)value};
    g_byte_array_append(s->out, bytes, sizeof bytes);
}

static uint32_t copy_u32(scrubber *s)
{
    const uint32_t value = xdr_u32(&s->in);

    if (xdr_fine(&s->in))
        put_u32(s, value);
    return value;
}

static void copy(scrubber *s, size_t size)
{
    const uint8_t *bytes = xdr_take(&s->in, size);

    if (bytes != NULL)
        g_byte_array_append(s->out, bytes, (guint)size);
}

static void empty_opaque(scrubber *s, uint32_t limit)
{
    xdr_opaque(&s->in, limit);
    if (xdr_fine(&s->in))
        put_u32(s, 0);
}

/* A bitmap4 with the attributes that it announces, or one that stands alone. */
static const char *scrub_words(scrubber *s, const char *form)
{
    const uint8_t *start = s->in.at;

    xdr_skip_words(&s->in);
    if (form[1] != 'o') {
        if (xdr_fine(&s->in))
            g_byte_array_append(s->out, start, (guint)(s->in.at - start));
        return form + 1;
    }
    xdr_opaque(&s->in, XDR_NO_LIMIT);
    if (xdr_fine(&s->in)) {
        put_u32(s, 0);
        put_u32(s, 0);
    }
    return form + 2;
}

static void scrub_form(scrubber *s, const char *form);

static void scrub_array(scrubber *s, const char *element)
{
    const uint32_t count = copy_u32(s);

    for (uint32_t i = 0; i < count && xdr_fine(&s->in); i++)
        scrub_form(s, element);
}

/* Directory entries: none are left. */
static void drop_list(scrubber *s, const char *element)
{
    while (xdr_bool(&s->in))
        compound_ops_walk(&s->in, element, NULL);
    if (xdr_fine(&s->in))
        put_u32(s, 0);
}

static void scrub_union(scrubber *s, const char *labels)
{
    const char *arm = compound_ops_arm(labels, copy_u32(s));

    if (arm != NULL)
        scrub_form(s, arm);
    else
        xdr_fail(&s->in, XDR_BAD);
}

static const char *scrub_group(scrubber *s, const char *form)
{
    switch (*form) {
    case '*':
        scrub_array(s, form + 2);
        return compound_ops_behind(form + 1);
    case '+':
        drop_list(s, form + 2);
        return compound_ops_behind(form + 1);
    case '?':
        if (copy_u32(s) != 0)
            scrub_form(s, form + 2);
        return compound_ops_behind(form + 1);
    default:
        scrub_union(s, form + 1);
        return compound_ops_behind(form);
    }
}

static void scrub_form(scrubber *s, const char *form)
{
    while (xdr_fine(&s->in)) {
        switch (*form) {
        case '\0':
        case ')':
        case '|':
        case '>':
            return;
        case '4':
        case '8':
        case 'x':
            copy(s, compound_ops_fixed(&form));
            break;
        case 's':
            copy(s, 4 + NFS4_OTHER_SIZE);
            form++;
            break;
        case 'o':
        case 'O':
            empty_opaque(s, *form == 'O' ? NFS4_OPAQUE_LIMIT : XDR_NO_LIMIT);
            form++;
            break;
        case 'b':
            form = scrub_words(s, form);
            break;
        default:
            form = scrub_group(s, form);
            break;
        }
    }
}

/* ---- operations that are not written by their form -------------------------- */

static void hash_file(scrubber *s)
{
    const nfs4_bytes file = xdr_opaque(&s->in, XDR_NO_LIMIT);
    if (!xdr_fine(&s->in))
        return;

    uint8_t digest[32];
    gsize size = sizeof digest;
    GChecksum *hash = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(hash, file.data, file.len);
    g_checksum_get_digest(hash, digest, &size);
    g_checksum_free(hash);
    put_u32(s, file.len > 0 ? FILE_HASH_SIZE : 0);
    if (file.len > 0 && s->names != NULL)
        s->names->put(s->names->data, NAME_FILE, (nfs4_bytes){digest, FILE_HASH_SIZE}, s->out);
    else if (file.len > 0)
        g_byte_array_append(s->out, digest, FILE_HASH_SIZE);
}

/* Of all attributes the lease time alone is left. */
static void scrub_attributes(scrubber *s, uint32_t lease_time)
{
    compound_ops_walk(&s->in, FORM_FATTR, NULL);
    if (!xdr_fine(&s->in))
        return;
    put_u32(s, 1);
    put_u32(s, UINT32_C(1) << LEASE_TIME_BIT);
    put_u32(s, 4);
    put_u32(s, lease_time);
}

static void copy_operation(scrubber *s, const char *form)
{
    const uint8_t *start = s->in.at;

    compound_ops_walk(&s->in, form, NULL);
    g_byte_array_append(s->out, start, (guint)(s->in.at - start));
}

/* The layouts that a server hands out are of types that Wireshark reads to their last byte, so
 * that none may stand there empty. */
static void drop_layouts(scrubber *s)
{
    copy(s, 4 + 4 + NFS4_OTHER_SIZE);
    compound_ops_walk(&s->in, "*(8844o)", NULL);
    if (xdr_fine(&s->in))
        put_u32(s, 0);
}

static void scrub_operation(scrubber *s, const nfs4_event *event, bool is_reply, const char *form)
{
    const uint32_t opcode = event->opcode;
    const bool has_results = is_reply && event->status == NFS4_OK;

    if (compound_identity_is(opcode) && s->names != NULL)
        compound_identity_write(&s->in, event, is_reply, s->names, s->out);
    else if (compound_identity_is(opcode))
        copy_operation(s, form);
    else if ((opcode == OP_PUTFH && !is_reply) || (opcode == OP_GETFH && has_results))
        hash_file(s);
    else if (opcode == OP_LAYOUTGET && has_results)
        drop_layouts(s);
    else
        scrub_form(s, form);
}

/* ---- the compound ----------------------------------------------------------- */

/* The lease time that this GETATTR's results hold; false for none. */
static bool has_lease_time(const scrubber *s, uint32_t opcode, uint32_t status, uint32_t *seconds)
{
    compound_filler *fill =
        opcode == OP_GETATTR ? compound_events_filler(opcode, true, status) : NULL;
    xdr_cursor in = s->in;
    nfs4_event event;

    if (fill == NULL || !fill(&in, &event))
        return false;
    *seconds = event.u.getattr.lease_time;
    return true;
}

/* Returns true where another operation may follow. */
static bool scrub_next(scrubber *s, bool is_reply)
{
    if (!xdr_has(&s->in, is_reply ? 8 : 4))
        return false;

    nfs4_event event = {.opcode = copy_u32(s), .status = NFS4_OK};
    if (is_reply)
        event.status = copy_u32(s);
    const char *form = compound_ops_form(event.opcode, is_reply, event.status);
    const guint start = s->out->len;
    uint32_t lease_time;
    if (form == NULL) {
        xdr_fail(&s->in, XDR_BAD);
        return false;
    }
    if (is_reply && has_lease_time(s, event.opcode, event.status, &lease_time))
        scrub_attributes(s, lease_time);
    else
        scrub_operation(s, &event, is_reply, form);
    if (!xdr_fine(&s->in) && !compound_ops_outlives_a_cut(event.opcode, is_reply))
        g_byte_array_set_size(s->out, start);
    return xdr_fine(&s->in) && event.status == NFS4_OK;
}

static uint32_t scrub_head(scrubber *s, bool is_reply)
{
    if (is_reply)
        copy_u32(s);
    empty_opaque(s, XDR_NO_LIMIT);
    if (!is_reply)
        copy_u32(s);
    return copy_u32(s);
}

bool compound_scrub(nfs4_bytes body, bool is_reply, const compound_names *names, GByteArray *out)
{
    scrubber s = {.in = {.at = body.data, .end = body.data + body.len}, .names = names, .out = out};
    const uint32_t announced = scrub_head(&s, is_reply);
    uint32_t written = 0;
    bool more = announced > 0 && xdr_fine(&s.in);

    while (more) {
        more = scrub_next(&s, is_reply);
        written++;
        more = more && written < announced;
    }
    return xdr_fine(&s.in) && written == announced;
}
