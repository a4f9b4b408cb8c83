/* slots.c - sessions all slots of which wait for the server
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client with a request on each slot can send no other, not even the one that renews its lease.
 * So it is trouble from a lease time on. What counts is the number of slots that the server allows
 * (sr_highest_slotid, sr_target_highest_slotid); slots beyond NFS4_SLOTS_KEPT are not followed.
 */
#include "slots.h"

#include "asker.h"
#include "happen.h"

#include "judge/facts.h"
#include "know/note.h"
#include "know/session.h"

#define SOONEST 5 /* seconds: no lease is shorter */

/* Owned by the room; of a session with requests that waited for a lease time. */
struct nfs4_stall {
    uint64_t slots;       /* bit N: slot N waited, together with the others */
    uint64_t used_again;  /* while calls that wait are counted: a later request is there */
    nstime_t latest_call; /* of those requests */
    nstime_t first_reply;
    nfs4_trouble *trouble; /* that goes on; NULL for none */
};

static nfs4_stall *stall_get(nfs4_model *model, nfs4_session *session)
{
    if (session->stall == NULL && !store_is_full(&model->store))
        session->stall = store_new(&model->store, nfs4_stall);
    return session->stall;
}

static uint32_t count_bits(uint64_t bits)
{
    uint32_t count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

static bool are_all(const nfs4_session *session, uint64_t slots)
{
    return session->allowed > 0 && count_bits(slots) >= session->allowed;
}

static int64_t seconds_between(const nstime_t *from, const nstime_t *to)
{
    nstime_t span;
    nstime_delta(&span, to, from);
    return span.secs;
}

static void set_detail(nfs4_trouble *trouble, const nfs4_session *session, int64_t seconds)
{
    trouble->detail.slots.allowed = session->allowed;
    trouble->detail.slots.seconds = MAX(trouble->detail.slots.seconds, (uint32_t)seconds);
}

/* ---- answered at last ----------------------------------------------------- */

static void add_answer(nfs4_stall *stall, const nfs4_exchange *exchange)
{
    const nfs4_call *call = exchange->call;
    if (nstime_cmp(&call->when, &stall->first_reply) > 0) {
        stall->slots = 0;
        stall->first_reply = exchange->reply->when;
        stall->latest_call = call->when;
    }
    stall->slots |= UINT64_C(1) << call->slotid;
    if (nstime_cmp(&call->when, &stall->latest_call) > 0)
        stall->latest_call = call->when;
}

void slots_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_call *call = exchange->call;
    int64_t waited = exchange->reply->when.secs - call->when.secs;
    if (waited < SOONEST || !call->has_sequence || exchange->connection->is_copy ||
        call->slotid >= NFS4_SLOTS_KEPT || waited < (int64_t)facts_lease_time(lease))
        return;
    nfs4_session *session = session_find(exchange->endpoint->server, call->sessionid);
    nfs4_stall *stall = session != NULL ? stall_get(model, session) : NULL;
    model->troubles.facts++;
    if (stall == NULL)
        return;
    if (stall->trouble != NULL)
        stall->trouble->ended_in = exchange->reply->frame;
    stall->trouble = NULL;
    add_answer(stall, exchange);
    int64_t together = seconds_between(&stall->latest_call, &stall->first_reply);
    if (!are_all(session, stall->slots) || together < (int64_t)facts_lease_time(lease))
        return;
    stall->slots = 0;
    nfs4_trouble like = happen_like(exchange, lease, TROUBLE_SLOTS, OP_SEQUENCE);
    nfs4_trouble *trouble = happen(model, exchange, &like);
    if (trouble == NULL)
        return;
    set_detail(trouble, session, together);
    trouble->ended_in = exchange->reply->frame;
}

/* ---- never answered ------------------------------------------------------- */

static nfs4_session *session_of(const nfs4_call *call)
{
    bool has_slot =
        call->has_sequence && !call->connection->is_copy && call->slotid < NFS4_SLOTS_KEPT;
    return has_slot ? session_find(call->connection->endpoint->server, call->sessionid) : NULL;
}

/* The answer to the last request of the slot was captured, or its slot is not known; else
 * answers are missing from the capture. */
static bool is_next(const nfs4_session *session, const nfs4_call *call)
{
    const nfs4_slot *slot = session_slot(session, call->slotid);
    return slot == NULL || call->sequenceid == slot->sequenceid + 1;
}

static void add_waiting(nfs4_model *model, const nfs4_call *call)
{
    nfs4_session *session = session_of(call);
    if (session == NULL)
        return;
    bool is_old = seconds_between(&call->when, &model->last_time) >=
                  (int64_t)facts_lease_time(session->lease);
    nfs4_stall *stall = is_old ? stall_get(model, session) : session->stall;
    if (stall == NULL || stall->trouble != NULL)
        return;
    uint64_t bit = UINT64_C(1) << call->slotid;
    if ((stall->slots & bit) != 0 || !is_old || !is_next(session, call))
        stall->used_again |= bit;
    stall->latest_call = call->when; /* they stand in that order */
    stall->slots |= bit;
}

static void begin_trouble(nfs4_model *model, const nfs4_call *call, nfs4_session *session)
{
    nfs4_stall *stall = session->stall;
    nfs4_trouble like = {.kind = TROUBLE_SLOTS,
                         .operation = OP_SEQUENCE,
                         .lease = session->lease,
                         .owner = session->lease->owner,
                         .connection = call->connection,
                         .first_frame = call->frame,
                         .first = call->when,
                         .found_in = call->frame};
    if (store_is_full(&model->store))
        return;
    nfs4_asker *asker = asker_get(&model->troubles, call->connection);
    stall->trouble = trouble_get(&model->troubles, asker, &like);
    stall->trouble->count++;
    stall->trouble->last_frame = call->frame;
    stall->trouble->last = model->last_time;
    stall->trouble->ended_in = 0;
    set_detail(stall->trouble, session, seconds_between(&stall->latest_call, &model->last_time));
    nfs4_note_key place = {call->frame, call->connection->id, (uint32_t)call->key, 0};
    note_trouble(model, &place, call->frame, stall->trouble);
}

/* The latest of the calls stands for all. */
static void end_count(nfs4_model *model, const nfs4_call *call)
{
    nfs4_session *session = session_of(call);
    nfs4_stall *stall = session != NULL ? session->stall : NULL;
    if (stall == NULL)
        return;
    if (are_all(session, stall->slots & ~stall->used_again))
        begin_trouble(model, call, session);
    stall->slots = stall->used_again = 0;
}

void slots_settle(nfs4_model *model)
{
    for (const nfs4_call *call = model->pending.oldest; call != NULL; call = call->newer)
        if (session_of(call) != NULL && session_of(call)->stall != NULL)
            session_of(call)->stall->slots = session_of(call)->stall->used_again = 0;
    for (const nfs4_call *call = model->pending.oldest; call != NULL; call = call->newer)
        add_waiting(model, call);
    for (const nfs4_call *call = model->pending.newest; call != NULL; call = call->older)
        end_count(model, call);
}
