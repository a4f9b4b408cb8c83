/* kinds.c - what a loop of refusals is called, and from when on it is trouble
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kinds.h"

static bool is_put_off(uint32_t operation, uint32_t status)
{
    (void)operation;
    return status == NFS4ERR_DELAY;
}

static bool is_grace(uint32_t operation, uint32_t status)
{
    (void)operation;
    return status == NFS4ERR_GRACE;
}

/* RFC 8881 section 2.10.6.1; the last one comes from the operation behind SEQUENCE, too. */
static bool is_slot(uint32_t operation, uint32_t status)
{
    switch (status) {
    case NFS4ERR_SEQ_MISORDERED:
    case NFS4ERR_SEQ_FALSE_RETRY:
    case NFS4ERR_BADSLOT:
    case NFS4ERR_BAD_HIGH_SLOT:
        return operation == OP_SEQUENCE;
    case NFS4ERR_RETRY_UNCACHED_REP:
        return true;
    default:
        return false;
    }
}

static bool is_identification(uint32_t operation, uint32_t status)
{
    (void)status;
    return operation == OP_EXCHANGE_ID || operation == OP_SETCLIENTID;
}

static bool is_confirm(uint32_t operation, uint32_t status)
{
    (void)status;
    return operation == OP_CREATE_SESSION || operation == OP_SETCLIENTID_CONFIRM;
}

/* What it names is gone: a session, or the clientid of NFSv4.0. */
static bool is_gone(uint32_t operation, uint32_t status)
{
    switch (status) {
    case NFS4ERR_BADSESSION:
    case NFS4ERR_DEADSESSION:
    case NFS4ERR_CONN_NOT_BOUND_TO_SESSION:
        return operation == OP_SEQUENCE || operation == OP_BIND_CONN_TO_SESSION;
    case NFS4ERR_EXPIRED:
        return operation == OP_RENEW;
    case NFS4ERR_STALE_CLIENTID:
        return operation != OP_DESTROY_CLIENTID;
    default:
        return false;
    }
}

static bool is_reclaim(uint32_t operation, uint32_t status)
{
    (void)operation;
    return status == NFS4ERR_NO_GRACE || status == NFS4ERR_RECLAIM_BAD ||
           status == NFS4ERR_RECLAIM_CONFLICT;
}

static bool is_state(uint32_t operation, uint32_t status)
{
    (void)operation;
    switch (status) {
    case NFS4ERR_BAD_STATEID:
    case NFS4ERR_OLD_STATEID:
    case NFS4ERR_STALE_STATEID:
    case NFS4ERR_EXPIRED:
    case NFS4ERR_ADMIN_REVOKED:
    case NFS4ERR_DELEG_REVOKED:
    case NFS4ERR_BAD_SEQID:
        return true;
    default:
        return false;
    }
}

/* RFC 7530 section 16.28.4: the lease is renewed, and yet the client has to do something. */
static bool is_path_down(uint32_t operation, uint32_t status)
{
    return operation == OP_RENEW && status == NFS4ERR_CB_PATH_DOWN;
}

/* Errors of the protocol, not of files: what an application asked for has nothing to do with
 * them. RENEW with CB_PATH_DOWN renews (RFC 7530 section 16.28.4). */
static bool is_refused(uint32_t operation, uint32_t status)
{
    switch (status) {
    case NFS4ERR_SERVERFAULT:
    case NFS4ERR_RESOURCE:
    case NFS4ERR_MINOR_VERS_MISMATCH:
    case NFS4ERR_BADXDR:
    case NFS4ERR_REQ_TOO_BIG:
    case NFS4ERR_REP_TOO_BIG:
    case NFS4ERR_REP_TOO_BIG_TO_CACHE:
    case NFS4ERR_TOO_MANY_OPS:
    case NFS4ERR_OP_NOT_IN_SESSION:
    case NFS4ERR_WRONG_CRED:
        return true;
    default:
        return operation == OP_SEQUENCE || operation == OP_RECLAIM_COMPLETE;
    }
}

static const trouble_row rows[] = {
    {TROUBLE_DELAY, is_put_off, true, false},
    {TROUBLE_GRACE, is_grace, true, false},
    {TROUBLE_SLOT, is_slot, false, true},
    {TROUBLE_IDENTIFICATION, is_identification, false, true},
    {TROUBLE_CONFIRM, is_confirm, false, true},
    {TROUBLE_SESSION, is_gone, false, true},
    {TROUBLE_RECLAIM, is_reclaim, false, true},
    {TROUBLE_STATE, is_state, false, true},
    {TROUBLE_CALLBACK, is_path_down, true, false},
    {TROUBLE_REFUSED, is_refused, false, false},
};

const trouble_row *kinds_row(uint32_t operation, uint32_t status)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].fits(operation, status))
            return &rows[i];
    return NULL;
}

bool kinds_is_loop(nfs4_trouble_kind kind)
{
    return kind <= TROUBLE_REFUSED;
}

bool kinds_by_duplicate(nfs4_trouble_kind kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].kind == kind)
            return rows[i].by_duplicate;
    return false;
}

const char *kinds_name(nfs4_trouble_kind kind)
{
    static const char *const names[TROUBLE_KINDS] = {
        [TROUBLE_NONE] = "none",
        [TROUBLE_SLOT] = "slot-out-of-step",
        [TROUBLE_SESSION] = "session-gone",
        [TROUBLE_IDENTIFICATION] = "identification-refused",
        [TROUBLE_CONFIRM] = "confirm-refused",
        [TROUBLE_GRACE] = "grace-without-end",
        [TROUBLE_RECLAIM] = "reclaim-refused",
        [TROUBLE_STATE] = "state-refused",
        [TROUBLE_DELAY] = "delay-without-end",
        [TROUBLE_CALLBACK] = "callback-path-down",
        [TROUBLE_REFUSED] = "request-refused",
        [TROUBLE_FLAG] = "flag-stands",
        [TROUBLE_RECALL] = "recall-unheeded",
        [TROUBLE_UNANSWERED] = "callback-unanswered",
        [TROUBLE_CALLED_BACK] = "callback-refused",
        [TROUBLE_LATE] = "renewed-late",
        [TROUBLE_SLOTS] = "slots-exhausted",
        [TROUBLE_IDS] = "id-given-twice",
        [TROUBLE_TURNS] = "servers-in-turns",
        [TROUBLE_RESTARTS] = "server-restarts",
    };
    return names[kind];
}
