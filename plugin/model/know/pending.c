/* pending.c - calls that wait for their replies
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pending.h"

#include "keys.h"

#define CALLS_KEPT 65536u

void pending_init(nfs4_pending *pending, nfs4_store *store)
{
    memset(pending, 0, sizeof *pending);
    pending->store = store;
    pending->by_key = wmem_map_new(store->scope, key_u64_hash, key_u64_equal);
}

static uint64_t call_key(const nfs4_message *message)
{
    return (uint64_t)message->connection << 32 | message->xid;
}

nfs4_call *pending_find(const nfs4_pending *pending, const nfs4_message *message)
{
    uint64_t key = call_key(message);
    if (pending->newest == NULL || pending->newest->key == key)
        return pending->newest;
    return (nfs4_call *)wmem_map_lookup(pending->by_key, &key);
}

static void free_bytes(nfs4_store *store, nfs4_bytes *bytes)
{
    if (bytes->data == NULL)
        return;
    store_free(store, (void *)bytes->data, bytes->len);
    bytes->data = NULL;
    bytes->len = 0;
}

static void unlink_call(nfs4_pending *pending, nfs4_call *call)
{
    *(call->older != NULL ? &call->older->newer : &pending->oldest) = call->newer;
    *(call->newer != NULL ? &call->newer->older : &pending->newest) = call->older;
    pending->count--;
}

void pending_done(nfs4_pending *pending, nfs4_call *call)
{
    if (call == NULL)
        return;
    if (call->is_mapped)
        wmem_map_remove(pending->by_key, &call->key);
    unlink_call(pending, call);
    if (call->connection != NULL && call->connection->asked == call)
        call->connection->asked = NULL;
    free_bytes(pending->store, &call->owner);
    free_bytes(pending->store, &call->implementation);
    free_bytes(pending->store, &call->domain);
    free_bytes(pending->store, &call->machine);
    free_bytes(pending->store, &call->name);
    call->newer = pending->spare;
    pending->spare = call;
}

/* A call enters the map when the next one comes: most are answered before that. */
static void map_newest(nfs4_pending *pending)
{
    nfs4_call *call = pending->newest;
    if (call == NULL || call->is_mapped)
        return;
    wmem_map_insert(pending->by_key, &call->key, call);
    call->is_mapped = true;
}

static nfs4_call *new_call(nfs4_pending *pending, uint64_t key)
{
    if (pending->count >= CALLS_KEPT)
        pending_done(pending, pending->oldest);
    map_newest(pending);
    nfs4_call *call = pending->spare;
    if (call != NULL)
        pending->spare = call->newer;
    else
        call = store_new(pending->store, nfs4_call);
    memset(call, 0, sizeof *call);
    call->key = key;
    call->older = pending->newest;
    *(pending->newest != NULL ? &pending->newest->newer : &pending->oldest) = call;
    pending->newest = call;
    pending->count++;
    return call;
}

static void take_clientid(nfs4_call *call, uint64_t clientid)
{
    if (!call->has_clientid && clientid != 0) {
        call->has_clientid = true;
        call->clientid = clientid;
    }
}

static void take_machine(nfs4_call *call, nfs4_bytes machine, nfs4_store *store)
{
    if (call->has_machine || machine.len == 0)
        return;
    call->has_machine = true;
    call->machine = nfs4_bytes_copy(store, machine);
}

static void take_identity(nfs4_call *call, uint64_t verifier, nfs4_bytes owner, nfs4_store *store)
{
    if (call->has_identity)
        return;
    call->has_identity = true;
    call->verifier = verifier;
    call->owner = nfs4_bytes_copy(store, owner);
}

static void take_end(nfs4_call *call, const nfs4_event *event)
{
    const nfs4_stateid *stateid = NULL;
    switch (event->opcode) {
    case OP_CLOSE:
        stateid = &event->u.close.stateid;
        break;
    case OP_DELEGRETURN:
    case OP_FREE_STATEID:
        stateid = &event->u.stateid.stateid;
        break;
    case OP_LOCKU:
        stateid = &event->u.locku.stateid;
        call->gives_up_all = event->u.locku.offset == 0 && event->u.locku.length == UINT64_MAX;
        break;
    default:
        break;
    }
    if (stateid == NULL || call->given_up_by != 0)
        return;
    call->given_up_by = event->opcode;
    call->given_up = *stateid;
}

static void take_session(nfs4_call *call, const nfs4_event *event)
{
    switch (event->opcode) {
    case OP_SEQUENCE:
        call->has_sequence = true;
        memcpy(call->sessionid, event->u.sequence.sessionid, NFS4_SESSIONID_SIZE);
        call->slotid = event->u.sequence.slotid;
        call->sequenceid = event->u.sequence.sequenceid;
        break;
    case OP_BIND_CONN_TO_SESSION:
        call->has_bind = true;
        memcpy(call->sessionid, event->u.bind_conn.sessionid, NFS4_SESSIONID_SIZE);
        break;
    case OP_DESTROY_SESSION:
        call->has_destroy_session = true;
        memcpy(call->destroyed, event->u.destroy_session.sessionid, NFS4_SESSIONID_SIZE);
        break;
    default:
        break;
    }
}

static void take_event(nfs4_call *call, const nfs4_event *event, nfs4_store *store)
{
    switch (event->opcode) {
    case OP_EXCHANGE_ID:
        take_identity(call, event->u.exchange_id.verifier, event->u.exchange_id.owner, store);
        if (call->implementation.data == NULL)
            call->implementation = nfs4_bytes_copy(store, event->u.exchange_id.impl_name);
        if (call->domain.data == NULL)
            call->domain = nfs4_bytes_copy(store, event->u.exchange_id.impl_domain);
        call->wants_protection = event->u.exchange_id.state_protect != 0;
        break;
    case OP_SETCLIENTID:
        take_identity(call, event->u.setclientid.verifier, event->u.setclientid.id, store);
        break;
    case OP_CREATE_SESSION:
        take_clientid(call, event->u.create_session.clientid);
        if (!call->has_sequence)
            call->sequenceid = event->u.create_session.sequence;
        take_machine(call, event->u.create_session.machine, store);
        break;
    case OP_SETCLIENTID_CONFIRM:
        take_clientid(call, event->u.setclientid_confirm.clientid);
        break;
    case OP_DESTROY_CLIENTID:
    case OP_RENEW:
    case OP_DELEGPURGE:
    case OP_RELEASE_LOCKOWNER:
        take_clientid(call, event->u.clientid.clientid);
        break;
    case OP_OPEN:
        take_clientid(call, event->u.open.clientid);
        if (call->open_claim == UINT32_MAX)
            call->open_claim = event->u.open.claim;
        break;
    case OP_LOCK:
        call->lock_reclaim |= event->u.lock.reclaim;
        if (event->u.lock.new_owner)
            take_clientid(call, event->u.lock.clientid);
        break;
    default:
        take_session(call, event);
        take_end(call, event);
        break;
    }
}

nfs4_call *pending_next_forgotten(const nfs4_pending *pending)
{
    return pending->count >= CALLS_KEPT ? pending->oldest : NULL;
}

nfs4_call *pending_add(nfs4_pending *pending, const nfs4_message *message)
{
    const nfs4_compound *compound = &message->compound;
    nfs4_call *call = pending_find(pending, message);
    if (call != NULL && memcmp(call->ops_seen, compound->ops_seen, sizeof call->ops_seen) == 0)
        return NULL; /* sent again before it was answered */
    pending_done(pending, call);
    call = new_call(pending, call_key(message));
    call->frame = message->frame;
    call->when = message->when;
    call->minorversion = compound->minorversion;
    call->ops_seen[0] = compound->ops_seen[0];
    call->ops_seen[1] = compound->ops_seen[1];
    call->has_stateid = compound->has_stateid;
    call->stateid = compound->stateid;
    call->file = key_file(compound->file);
    if (pending_has(call, OP_LOCK))
        call->locked = key_handle(compound->file);
    if (compound->name_is_asked)
        call->name = nfs4_bytes_copy(pending->store, compound->name);
    call->open_claim = UINT32_MAX;
    for (uint32_t i = 0; i < compound->event_count; i++)
        take_event(call, &compound->events[i], pending->store);
    if (message->has_auth_sys)
        take_machine(call, message->machine, pending->store);
    return call;
}
