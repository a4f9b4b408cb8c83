/* compound_events.c - what the body of an operation tells the model
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each operation is gone over twice: compound_ops_walk() finds its end and judges
 * its form, then a filler of this room takes from a second cursor what the model
 * asks about. So a filler need not read to the end, and where it leaves off moves
 * nothing. It leaves zero what was cut off, and returns true where enough was read
 * to make an event.
 */
#include "compound_events.h"

#include <glib.h>

#include "compound_ops.h"

enum {
    FLAVOR_AUTH_SYS = 1, /* RFC 5531 section 8.2 */
    FATTR4_LEASE_TIME = 10
};

/* What a filler begins with. The other bodies of the union stay as they are. */
#define CLEAR(body) memset(&event->u.body, 0, sizeof event->u.body)

/* Arguments or results that hold nothing of interest: that they are there is all. */
static bool fill_nothing(xdr_cursor *in, nfs4_event *event)
{
    (void)in;
    memset(&event->u, 0, sizeof event->u);
    return true;
}

static void fill_impl_id(xdr_cursor *in, nfs4_event *event)
{
    if (xdr_u32(in) == 0)
        return;
    event->u.exchange_id.impl_domain = xdr_opaque(in, XDR_NO_LIMIT);
    event->u.exchange_id.impl_name = xdr_opaque(in, XDR_NO_LIMIT);
}

static bool fill_exchange_id_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(exchange_id);
    event->u.exchange_id.verifier = xdr_u64(in);
    event->u.exchange_id.owner = xdr_opaque(in, NFS4_OPAQUE_LIMIT);
    const bool enough = xdr_fine(in);

    event->u.exchange_id.flags = xdr_u32(in);
    event->u.exchange_id.state_protect = xdr_peek_u32(in);
    compound_ops_walk(in, FORM_STATE_PROTECT_A, NULL);
    fill_impl_id(in, event);
    return enough;
}

static bool fill_exchange_id_results(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(exchange_id);
    event->u.exchange_id.clientid = xdr_u64(in);
    const bool enough = xdr_fine(in);

    event->u.exchange_id.sequenceid = xdr_u32(in);
    event->u.exchange_id.flags = xdr_u32(in);
    compound_ops_walk(in, FORM_STATE_PROTECT_R "8", NULL); /* so_minor_id */
    event->u.exchange_id.server_major = xdr_opaque(in, NFS4_OPAQUE_LIMIT);
    event->u.exchange_id.server_scope = xdr_opaque(in, NFS4_OPAQUE_LIMIT);
    fill_impl_id(in, event);
    return enough;
}

/* The first AUTH_SYS entry, which names the machine. */
static void fill_callback_sec_parms(xdr_cursor *in, nfs4_event *event)
{
    const uint32_t count = xdr_u32(in);

    for (uint32_t i = 0; i < count && xdr_fine(in); i++) {
        if (xdr_peek_u32(in) != FLAVOR_AUTH_SYS) {
            compound_ops_walk(in, FORM_CALLBACK_SEC_PARMS, NULL);
            continue;
        }
        xdr_take(in, 8); /* flavor, stamp */
        event->u.create_session.machine = xdr_opaque(in, XDR_NO_LIMIT);
        return;
    }
}

static bool fill_create_session_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(create_session);
    event->u.create_session.clientid = xdr_u64(in);
    event->u.create_session.sequence = xdr_u32(in);
    const bool enough = xdr_fine(in);

    compound_ops_walk(in, "4" FORM_CHANNEL_ATTRS FORM_CHANNEL_ATTRS "4", NULL);
    fill_callback_sec_parms(in, event);
    return enough;
}

static bool fill_create_session_results(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(create_session);
    xdr_fixed(in, event->u.create_session.sessionid, NFS4_SESSIONID_SIZE);
    return xdr_fine(in);
}

static bool fill_destroy_session_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(destroy_session);
    xdr_fixed(in, event->u.destroy_session.sessionid, NFS4_SESSIONID_SIZE);
    return xdr_fine(in);
}

static bool fill_bind_conn(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(bind_conn);
    xdr_fixed(in, event->u.bind_conn.sessionid, NFS4_SESSIONID_SIZE);
    return xdr_fine(in);
}

static bool fill_sequence_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(sequence);
    xdr_fixed(in, event->u.sequence.sessionid, NFS4_SESSIONID_SIZE);
    event->u.sequence.sequenceid = xdr_u32(in);
    event->u.sequence.slotid = xdr_u32(in);
    return xdr_fine(in);
}

static bool fill_sequence_results(xdr_cursor *in, nfs4_event *event)
{
    if (!fill_sequence_args(in, event))
        return false;
    const uint32_t highest = xdr_u32(in), target = xdr_u32(in);
    event->u.sequence.slots = MIN(MIN(highest, target), UINT32_MAX - 1) + 1;
    event->u.sequence.status_flags = xdr_u32(in);
    return xdr_fine(in);
}

/* All operations whose arguments begin with a clientid. */
static bool fill_clientid_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(clientid);
    event->u.clientid.clientid = xdr_u64(in);
    return xdr_fine(in);
}

static bool fill_setclientid_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(setclientid);
    event->u.setclientid.verifier = xdr_u64(in);
    event->u.setclientid.id = xdr_opaque(in, NFS4_OPAQUE_LIMIT);
    return xdr_fine(in);
}

static bool fill_setclientid_results(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(setclientid);
    event->u.setclientid.clientid = xdr_u64(in);
    return xdr_fine(in);
}

static bool fill_client_using(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(setclientid);
    xdr_opaque(in, XDR_NO_LIMIT); /* r_netid */
    event->u.setclientid.used_addr = xdr_opaque(in, XDR_NO_LIMIT);
    return xdr_fine(in);
}

static bool fill_setclientid_confirm_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(setclientid_confirm);
    event->u.setclientid_confirm.clientid = xdr_u64(in);
    return xdr_fine(in);
}

static bool fill_open_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(open);
    compound_ops_walk(in, "444", NULL); /* seqid, share_access, share_deny */
    event->u.open.clientid = xdr_u64(in);
    const bool enough = xdr_fine(in);

    compound_ops_walk(in, "O" FORM_OPENFLAG, NULL);
    const uint32_t claim = xdr_u32(in);
    event->u.open.claim = xdr_fine(in) ? claim : UINT32_MAX;
    return enough;
}

static bool fill_open_results(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(open);
    event->u.open.stateid = xdr_stateid(in);
    compound_ops_walk(in, "4884b", NULL); /* cinfo, rflags, attrset */
    event->u.open.delegation_type = xdr_u32(in);
    const bool enough = xdr_fine(in);

    switch (event->u.open.delegation_type) {
    case OPEN_DELEGATE_READ:
    case OPEN_DELEGATE_WRITE:
    case OPEN_DELEGATE_READ_ATTRS:
    case OPEN_DELEGATE_WRITE_ATTRS:
        event->u.open.delegation = xdr_stateid(in);
        break;
    default:
        break;
    }
    return enough;
}

static bool fill_lock_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(lock);
    compound_ops_walk(in, "4", NULL); /* locktype */
    event->u.lock.reclaim = xdr_bool(in);
    compound_ops_walk(in, "88", NULL); /* offset, length */
    event->u.lock.new_owner = xdr_bool(in);
    if (event->u.lock.new_owner) {
        compound_ops_walk(in, "4s4", NULL); /* open_seqid, open_stateid, lock_seqid */
        event->u.lock.clientid = xdr_u64(in);
    }
    return xdr_fine(in);
}

static bool fill_lock_results(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(lock);
    event->u.lock.stateid = xdr_stateid(in);
    return xdr_fine(in);
}

static bool fill_locku_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(locku);
    compound_ops_walk(in, "44", NULL); /* locktype, seqid */
    event->u.locku.stateid = xdr_stateid(in);
    event->u.locku.offset = xdr_u64(in);
    event->u.locku.length = xdr_u64(in);
    return xdr_fine(in);
}

static bool fill_close_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(close);
    compound_ops_walk(in, "4", NULL); /* seqid */
    event->u.close.stateid = xdr_stateid(in);
    return xdr_fine(in);
}

static bool fill_test_stateid_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(test_stateid);
    event->u.test_stateid.count = xdr_u32(in);
    return xdr_fine(in);
}

static bool fill_test_stateid_results(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(test_stateid);
    const uint32_t count = xdr_u32(in);

    event->u.test_stateid.count = count;
    for (uint32_t i = 0; i < count && xdr_fine(in); i++)
        event->u.test_stateid.bad += xdr_u32(in) != NFS4_OK;
    return xdr_fine(in);
}

static bool fill_stateid_args(xdr_cursor *in, nfs4_event *event)
{
    CLEAR(stateid);
    event->u.stateid.stateid = xdr_stateid(in);
    return xdr_fine(in);
}

/* In a bitmap4 lease_time is in the first word. */
static bool has_lease_time(xdr_cursor in)
{
    return xdr_u32(&in) > 0 && (xdr_u32(&in) >> FATTR4_LEASE_TIME & 1) != 0;
}

/* Attributes stand in the order of their numbers (RFC 8881 section 5.6), so those
 * below lease_time must be stepped over. All are in the bitmap's first word. */
static bool fill_getattr_results(xdr_cursor *in, nfs4_event *event)
{
    static const char *const before[FATTR4_LEASE_TIME] = {
        "b", "4", "4", "8", "8", "4", "4", "4", "88", "4",
    };
    if (!has_lease_time(*in))
        return false;
    CLEAR(getattr);
    xdr_cursor bitmap = *in;
    compound_ops_walk(in, "b", NULL);
    const nfs4_bytes values = xdr_opaque(in, XDR_NO_LIMIT);
    if (!xdr_fine(in))
        return false;
    xdr_cursor value = {.at = values.data, .end = values.data + values.len};

    xdr_take(&bitmap, 4);
    const uint32_t attributes = xdr_u32(&bitmap);
    for (unsigned i = 0; i < FATTR4_LEASE_TIME; i++)
        if ((attributes >> i & 1) != 0)
            compound_ops_walk(&value, before[i], NULL);
    event->u.getattr.lease_time = xdr_u32(&value);
    return xdr_fine(&value);
}

/* The operations that make events, in calls and in successful replies. */
static const struct {
    compound_filler *args;
    compound_filler *results;
} fillers[] = {
    [OP_CLOSE] = {fill_close_args, fill_nothing},
    [OP_DELEGPURGE] = {fill_clientid_args, fill_nothing},
    [OP_DELEGRETURN] = {fill_stateid_args, fill_nothing},
    [OP_GETATTR] = {NULL, fill_getattr_results},
    [OP_LOCK] = {fill_lock_args, fill_lock_results},
    [OP_LOCKU] = {fill_locku_args, fill_nothing},
    [OP_OPEN] = {fill_open_args, fill_open_results},
    [OP_RENEW] = {fill_clientid_args, fill_nothing},
    [OP_SETCLIENTID] = {fill_setclientid_args, fill_setclientid_results},
    [OP_SETCLIENTID_CONFIRM] = {fill_setclientid_confirm_args, fill_nothing},
    [OP_RELEASE_LOCKOWNER] = {fill_clientid_args, fill_nothing},
    [OP_BIND_CONN_TO_SESSION] = {fill_bind_conn, fill_bind_conn},
    [OP_EXCHANGE_ID] = {fill_exchange_id_args, fill_exchange_id_results},
    [OP_CREATE_SESSION] = {fill_create_session_args, fill_create_session_results},
    [OP_DESTROY_SESSION] = {fill_destroy_session_args, fill_nothing},
    [OP_FREE_STATEID] = {fill_stateid_args, fill_nothing},
    [OP_SEQUENCE] = {fill_sequence_args, fill_sequence_results},
    [OP_TEST_STATEID] = {fill_test_stateid_args, fill_test_stateid_results},
    [OP_DESTROY_CLIENTID] = {fill_clientid_args, fill_nothing},
};

compound_filler *compound_events_filler(uint32_t opcode, bool is_reply, uint32_t status)
{
    if (opcode >= G_N_ELEMENTS(fillers))
        return NULL;
    if (!is_reply)
        return fillers[opcode].args;
    if (status == NFS4_OK || fillers[opcode].results == NULL)
        return fillers[opcode].results;
    if (opcode == OP_GETATTR) /* there is no lease_time in it */
        return NULL;
    if (opcode == OP_SETCLIENTID && status == NFS4ERR_CLID_INUSE)
        return fill_client_using;
    return fill_nothing;
}
