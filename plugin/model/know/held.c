/* held.c - opens, locks and delegations that a client holds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "held.h"

#include "keys.h"
#include "watch/lost_files.h"

typedef enum { STATE_OPEN, STATE_LOCKS, STATE_DELEGATION } state_kind;

/* Identified by server and stateid4.other. */
struct nfs4_state {
    uint8_t other[NFS4_OTHER_SIZE];
    state_kind kind;
    uint32_t locks; /* granted and not given up, of STATE_LOCKS */
    uint64_t file;  /* of these, see key_handle; 0 where it is not known */
    nfs4_lease *lease;
    nfs4_state *previous, *next; /* of the lease */
};

static bool is_zero(const nfs4_stateid *stateid)
{
    static const uint8_t zeros[NFS4_OTHER_SIZE] = {0};
    return memcmp(stateid->other, zeros, NFS4_OTHER_SIZE) == 0;
}

static nfs4_state *state_find(const nfs4_lease *lease, const nfs4_stateid *stateid)
{
    nfs4_state *state = (nfs4_state *)wmem_map_lookup(lease->server->states, stateid->other);
    return state != NULL && state->lease == lease ? state : NULL;
}

/* NULL for the all-zero stateid, which some servers give with a delegation, and for one
 * that another lease has: no server gives out one twice. */
static nfs4_state *state_get(nfs4_model *model, nfs4_lease *lease, const nfs4_stateid *stateid,
                             state_kind kind, bool *is_new)
{
    nfs4_state *state = state_find(lease, stateid);
    *is_new = false;
    if (state != NULL || is_zero(stateid) ||
        wmem_map_lookup(lease->server->states, stateid->other) != NULL)
        return state;
    *is_new = true;
    state = store_new(&model->store, nfs4_state);
    memcpy(state->other, stateid->other, NFS4_OTHER_SIZE);
    state->kind = kind;
    state->lease = lease;
    state->next = lease->memory.states;
    if (state->next != NULL)
        state->next->previous = state;
    lease->memory.states = state;
    wmem_map_insert(lease->server->states, state->other, state);
    return state;
}

static void state_free(nfs4_model *model, nfs4_state *state)
{
    wmem_map_remove(state->lease->server->states, state->other);
    *(state->previous != NULL ? &state->previous->next : &state->lease->memory.states) =
        state->next;
    if (state->next != NULL)
        state->next->previous = state->previous;
    store_free(&model->store, state, sizeof *state);
}

void state_forget(nfs4_model *model, nfs4_chain *chain)
{
    nfs4_state *state;
    while ((state = chain->lease->memory.states) != NULL) {
        lost_files_add(chain, &model->store, state->file, state->locks);
        state_free(model, state);
    }
}

static void take(nfs4_model *model, nfs4_lease *lease, const nfs4_stateid *stateid, state_kind kind,
                 uint32_t *held)
{
    bool is_new;
    state_get(model, lease, stateid, kind, &is_new);
    *held += is_new;
}

static void observe_open(nfs4_model *model, const nfs4_compound *reply, nfs4_lease *lease)
{
    const nfs4_event *event = nfs4_compound_event(reply, OP_OPEN);
    if (event == NULL || event->status != NFS4_OK)
        return;
    take(model, lease, &event->u.open.stateid, STATE_OPEN, &lease->memory.held.opens);
    take(model, lease, &event->u.open.delegation, STATE_DELEGATION,
         &lease->memory.held.delegations);
}

static void observe_lock(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_LOCK);
    bool is_new;
    if (event == NULL || event->status != NFS4_OK)
        return;
    nfs4_state *state = state_get(model, lease, &event->u.lock.stateid, STATE_LOCKS, &is_new);
    if (state == NULL || state->kind != STATE_LOCKS)
        return;
    state->file = exchange->call->locked;
    state->locks++;
    lease->memory.held.locks++;
}

/* A LOCKU to the end of the file from its beginning gives up all; any other one counts
 * for one lock. */
static void observe_unlock(const nfs4_call *call, nfs4_lease *lease)
{
    nfs4_state *state = state_find(lease, &call->given_up);
    if (state == NULL)
        return;
    uint32_t locks = call->gives_up_all ? state->locks : MIN(state->locks, 1);
    state->locks -= locks;
    lease->memory.held.locks -= locks;
}

static void observe_end(nfs4_model *model, const nfs4_call *call, nfs4_lease *lease)
{
    nfs4_state *state = state_find(lease, &call->given_up);
    if (state == NULL)
        return;
    switch (state->kind) {
    case STATE_OPEN:
        lease->memory.held.opens--;
        break;
    case STATE_LOCKS:
        lease->memory.held.locks -= state->locks;
        break;
    case STATE_DELEGATION:
        lease->memory.held.delegations--;
        break;
    }
    state_free(model, state);
}

static void give_up(nfs4_model *model, const nfs4_call *call, nfs4_lease *lease)
{
    if (call->given_up_by == OP_LOCKU)
        observe_unlock(call, lease);
    else if (call->given_up_by != 0)
        observe_end(model, call, lease);
}

nfs4_held state_give_up(nfs4_model *model, const nfs4_call *call, nfs4_lease *lease)
{
    nfs4_held before = lease->memory.held;
    give_up(model, call, lease);
    return (nfs4_held){before.opens - lease->memory.held.opens,
                       before.locks - lease->memory.held.locks,
                       before.delegations - lease->memory.held.delegations};
}

void state_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    if (pending_has(exchange->call, OP_OPEN))
        observe_open(model, reply, lease);
    if (pending_has(exchange->call, OP_LOCK))
        observe_lock(model, exchange, lease);
    if (reply->status == NFS4_OK)
        give_up(model, exchange->call, lease);
}
