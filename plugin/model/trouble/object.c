/* object.c - what a request was about, as a number
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "object.h"

#include "keys.h"

/* Another number than that of the session itself, for slot 0 too. */
static uint32_t slot_of(const nfs4_call *call)
{
    return key_hash(call->sessionid, NFS4_SESSIONID_SIZE / 4) + ~call->slotid * 0x9e3779b1u;
}

/* What a request of this operation was about; 0 where it is about nothing smaller than its
 * client. */
static uint32_t object_of(const nfs4_call *call, uint32_t operation)
{
    switch (operation) {
    case OP_SEQUENCE:
        return slot_of(call);
    case OP_EXCHANGE_ID:
    case OP_SETCLIENTID:
        return key_file(call->owner);
    case OP_CREATE_SESSION:
    case OP_SETCLIENTID_CONFIRM:
    case OP_RENEW:
    case OP_RECLAIM_COMPLETE:
    case OP_BIND_CONN_TO_SESSION:
        return 0;
    default:
        return call->given_up_by == operation ? key_hash(call->given_up.other, 3) : call->file;
    }
}

/* The session or the clientid that a request named: what is gone is gone for all its slots. */
static uint32_t identity_of(const nfs4_call *call)
{
    return call->has_sequence || call->has_bind
               ? key_hash(call->sessionid, NFS4_SESSIONID_SIZE / 4)
               : key_hash(&call->clientid, sizeof call->clientid / 4);
}

/* A file under a lease: with another lease, the client has opened it anew. */
static uint32_t state_of(const nfs4_call *call, uint32_t operation, const nfs4_lease *lease)
{
    uint32_t object = object_of(call, operation);
    return lease != NULL ? object + key_hash(&lease->clientid, sizeof lease->clientid / 4) : object;
}

uint32_t object_of_refusal(const nfs4_call *call, uint32_t operation, const nfs4_lease *lease,
                           nfs4_trouble_kind kind)
{
    switch (kind) {
    case TROUBLE_GRACE: /* it is the same for all files */
        return 0;
    case TROUBLE_SESSION:
        return identity_of(call);
    case TROUBLE_STATE:
    case TROUBLE_RECLAIM:
        return state_of(call, operation, lease);
    default:
        return object_of(call, operation);
    }
}

void object_of_success(const nfs4_call *call, uint32_t operation, const nfs4_lease *lease,
                       uint32_t objects[OBJECTS])
{
    objects[0] = object_of(call, operation);
    objects[1] = state_of(call, operation, lease);
    objects[2] = identity_of(call);
}
