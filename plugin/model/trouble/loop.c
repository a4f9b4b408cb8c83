/* loop.c - the loop detector: the same client, operation and error, with no success in between
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "loop.h"

#include "asker.h"
#include "blame.h"
#include "happen.h"
#include "kinds.h"
#include "object.h"

#include "judge/facts.h"
#include "keys.h"
#include "know/note.h"

#define PLACES_KEPT 8 /* refusals that are noted once it is trouble */

/* Owners and servers by number, 0 for unknown. */
typedef struct {
    uint32_t asker, server, owner, operation, object;
} loop_key;

#define LOOP_KEY_WORDS 5

typedef struct {
    nfs4_note_key reply;
    uint32_t call; /* frame */
} loop_place;

/* Owned by the room; lives until a success ends it, then its memory is used again. */
typedef struct trouble_loop {
    loop_key key;
    uint32_t status;
    const trouble_row *row;
    uint32_t count;
    uint32_t rounds; /* refusals of requests that were sent after the refusal before */
    uint32_t xid, connection;
    nfs4_moment first, last;
    loop_place *places;    /* of the first refusals, from the second one on */
    nfs4_trouble *trouble; /* NULL while it may be life */
    struct trouble_loop *next_spare;
} trouble_loop;

static guint key_loop_hash(gconstpointer key)
{
    return key_hash(key, LOOP_KEY_WORDS);
}

static gboolean key_loop_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(loop_key)) == 0;
}

void loop_init(nfs4_troubles *troubles)
{
    wmem_allocator_t *scope = troubles->store->scope;
    troubles->loops = wmem_map_new(scope, key_loop_hash, key_loop_equal);
}

static loop_key key_of(const nfs4_exchange *exchange, const nfs4_asker *asker,
                       const nfs4_lease *lease, uint32_t operation)
{
    const nfs4_owner *owner = lease != NULL ? lease->owner : exchange->connection->owner;
    bool identifies = operation == OP_EXCHANGE_ID || operation == OP_SETCLIENTID;
    return (loop_key){.asker = asker->number,
                      .server = exchange->endpoint->server->number,
                      .owner = owner != NULL && !identifies ? owner->number : 0,
                      .operation = operation};
}

/* The operation that was refused. A server that does not know the minor version names none. */
static uint32_t operation_of(const nfs4_exchange *exchange)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    if (reply->ops_read > 0)
        return reply->last_op;
    if (!exchange->call->has_identity)
        return exchange->call->has_sequence ? OP_SEQUENCE : 0;
    return pending_has(exchange->call, OP_EXCHANGE_ID) ? OP_EXCHANGE_ID : OP_SETCLIENTID;
}

/* ---- trouble -------------------------------------------------------------- */

static bool is_too_long(const trouble_loop *loop, const nfs4_lease *lease)
{
    nstime_t span;
    if (!loop->row->lasts)
        return true;
    uint32_t lease_time = lease != NULL ? facts_lease_time(lease) : FACTS_LEASE_TIME_ASSUMED;
    nstime_delta(&span, &loop->last.when, &loop->first.when);
    return span.secs >= TROUBLE_LEASE_TIMES * (int64_t)lease_time;
}

static bool is_trouble(const trouble_loop *loop, const nfs4_lease *lease)
{
    return loop->rounds >= TROUBLE_ROUNDS && is_too_long(loop, lease);
}

/* The first refusals, in the order of frames of all the loops that a trouble is made of. */
static void count_in(nfs4_trouble *trouble, const trouble_loop *loop)
{
    if (trouble->first_frame == 0 || loop->first.reply < trouble->first_frame) {
        trouble->first_frame = loop->first.reply;
        trouble->first = loop->first.when;
    }
    trouble->loops++;
    trouble->going_on++;
    trouble->count += loop->count - 1; /* the last one follows */
    trouble->ended_in = 0;
}

static void note_places(nfs4_model *model, const trouble_loop *loop)
{
    uint32_t kept = MIN(loop->count - 1, PLACES_KEPT);
    for (uint32_t i = 0; i < kept; i++)
        note_trouble(model, &loop->places[i].reply, loop->places[i].call, loop->trouble);
    loop->trouble->noted += kept;
}

static void begin_trouble(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                          trouble_loop *loop)
{
    nfs4_trouble like = {.kind = loop->row->kind,
                         .connection = exchange->connection,
                         .owner = lease != NULL ? lease->owner : exchange->connection->owner,
                         .lease = lease,
                         .operation = loop->key.operation,
                         .status = loop->status,
                         .found_in = exchange->reply->frame};
    nfs4_asker *asker = exchange->connection->asker;
    blame_find(&like, exchange, lease);
    loop->trouble = trouble_get(&model->troubles, asker, &like);
    count_in(loop->trouble, loop);
    note_places(model, loop);
}

/* ---- refusals ------------------------------------------------------------- */

/* Nothing has been refused yet. */
static void clear(trouble_loop *loop, const loop_key *key)
{
    loop_place *places = loop->places;
    *loop = (trouble_loop){.key = *key, .places = places};
}

static trouble_loop *loop_new(nfs4_troubles *troubles, const loop_key *key)
{
    trouble_loop *loop = troubles->spare;
    if (loop != NULL)
        troubles->spare = loop->next_spare;
    else
        loop = store_new(troubles->store, trouble_loop);
    clear(loop, key);
    wmem_map_insert(troubles->loops, &loop->key, loop);
    return loop;
}

static void open_in(nfs4_asker *asker, uint32_t operation)
{
    asker->open++;
    asker->open_ops[operation / 64] |= UINT64_C(1) << operation % 64;
}

static void close_in(nfs4_asker *asker)
{
    if (--asker->open == 0)
        asker->open_ops[0] = asker->open_ops[1] = 0;
}

/* Another error: who is told something new has tried something new. */
static void restart(trouble_loop *loop, uint32_t status, const trouble_row *row)
{
    if (loop->trouble != NULL)
        loop->trouble->going_on--;
    clear(loop, &loop->key);
    loop->status = status;
    loop->row = row;
}

/* Few loops have a second refusal. */
static void keep_place(trouble_loop *loop, const nfs4_exchange *exchange, nfs4_store *store)
{
    const nfs4_message *reply = exchange->reply;
    if (loop->count == 0 || loop->count >= PLACES_KEPT)
        return;
    if (loop->places == NULL)
        loop->places = (loop_place *)store_take(store, PLACES_KEPT * sizeof(loop_place));
    if (loop->count == 1)
        loop->places[0] =
            (loop_place){{loop->first.reply, loop->connection, loop->xid, 1}, loop->first.call};
    loop->places[loop->count] =
        (loop_place){{reply->frame, reply->connection, reply->xid, 1}, exchange->call->frame};
}

static void count_refusal(trouble_loop *loop, const nfs4_exchange *exchange, nfs4_store *store)
{
    const nfs4_message *reply = exchange->reply;
    nfs4_moment moment = identity_moment(exchange);
    keep_place(loop, exchange, store);
    if (loop->count++ == 0)
        loop->first = moment;
    if (moment.call > loop->last.reply)
        loop->rounds++;
    loop->last = moment;
    loop->xid = reply->xid;
    loop->connection = reply->connection;
}

static void observe_refusal(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                            uint32_t operation, uint32_t status)
{
    nfs4_troubles *troubles = &model->troubles;
    const trouble_row *row = kinds_row(operation, status);
    if (row == NULL || operation >= 128 || exchange->connection->is_copy)
        return;
    nfs4_asker *asker = asker_find(troubles, exchange->connection);
    if (asker == NULL && store_is_full(troubles->store))
        return;
    asker = asker_get(troubles, exchange->connection);
    loop_key key = key_of(exchange, asker, lease, operation);
    key.object = object_of_refusal(exchange->call, operation, lease, row->kind);
    trouble_loop *loop = (trouble_loop *)wmem_map_lookup(troubles->loops, &key);
    if (loop == NULL) {
        if (store_is_full(troubles->store))
            return;
        loop = loop_new(troubles, &key);
        open_in(asker, operation);
    }
    if (loop->status != status)
        restart(loop, status, row);
    if (loop->count > 0 && loop->xid == exchange->reply->xid &&
        loop->connection == exchange->reply->connection)
        return; /* the same answer once more */
    count_refusal(loop, exchange, troubles->store);
    if (loop->trouble == NULL && is_trouble(loop, lease))
        begin_trouble(model, exchange, lease, loop);
    if (loop->trouble != NULL)
        happen_again(model, exchange, loop->trouble);
}

/* ---- successes ------------------------------------------------------------ */

static void end_loop(nfs4_troubles *troubles, nfs4_asker *asker, const loop_key *key,
                     uint32_t frame)
{
    trouble_loop *loop = (trouble_loop *)wmem_map_lookup(troubles->loops, key);
    if (loop == NULL)
        return;
    nfs4_trouble *trouble = loop->trouble;
    if (trouble != NULL && --trouble->going_on == 0)
        trouble->ended_in = frame;
    wmem_map_remove(troubles->loops, &loop->key);
    loop->next_spare = troubles->spare;
    troubles->spare = loop;
    close_in(asker);
}

/* A reclaim works in the grace time: it does not end it. */
static bool is_reclaim(const nfs4_call *call)
{
    return call->open_claim == CLAIM_PREVIOUS || call->lock_reclaim;
}

static void operation_worked(nfs4_troubles *troubles, const nfs4_exchange *exchange,
                             nfs4_asker *asker, const nfs4_lease *lease, uint32_t operation)
{
    const nfs4_call *call = exchange->call;
    uint32_t objects[OBJECTS];
    object_of_success(call, operation, lease, objects);
    loop_key key = key_of(exchange, asker, lease, operation);
    if (!is_reclaim(call))
        end_loop(troubles, asker, &key, exchange->reply->frame);
    for (size_t i = 0; i < OBJECTS; i++) {
        key.object = objects[i];
        if (key.object != 0)
            end_loop(troubles, asker, &key, exchange->reply->frame);
    }
}

/* All operations of a reply worked but the last one of a reply that is an error. */
static void observe_successes(nfs4_troubles *troubles, const nfs4_exchange *exchange,
                              nfs4_asker *asker, const nfs4_lease *lease)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    for (uint32_t word = 0; word < 2; word++) {
        uint64_t worked = reply->ops_seen[word] & asker->open_ops[word];
        if (reply->status != NFS4_OK && reply->last_op / 64 == word)
            worked &= ~(UINT64_C(1) << reply->last_op % 64);
        for (uint32_t bit = 0; worked != 0; bit++, worked >>= 1)
            if (worked & 1)
                operation_worked(troubles, exchange, asker, lease, word * 64 + bit);
    }
}

void loop_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    nfs4_troubles *troubles = &model->troubles;
    uint32_t status = exchange->reply->compound.status;
    nfs4_asker *asker = asker_find(troubles, exchange->connection);
    if (asker != NULL)
        observe_successes(troubles, exchange, asker, lease);
    if (status != NFS4_OK)
        observe_refusal(model, exchange, lease, operation_of(exchange), status);
}
