/* snapped.c - clients whose owner the snap length cut off
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "snapped.h"

#include <wsutil/ws_assert.h>

#include "judge/facts.h"
#include "judge/judge.h"
#include "keys.h"
#include "know/lease.h"
#include "know/note.h"
#include "refusal.h"

#define TURNS_SUSPECTED 3
#define RIVALS_SEARCHED 16
#define RIVALS_KEPT 4

/* A client that was given an id before another one was refused. */
typedef struct {
    nfs4_cut_client *client;
    nfs4_lease *lease;
} cut_rival;

/* Identified by server and address. */
struct nfs4_cut_client {
    const nfs4_server *server;
    address addr, link;
    uint32_t number;
    nfs4_lease *lease;             /* given to it last */
    uint32_t issued_in;            /* frame of that */
    uint32_t worked_in;            /* frame of its last success */
    nstime_t worked_at;            /* and the time */
    bool refused;                  /* since it was given that lease */
    nfs4_note_key note;            /* of the refusal */
    cut_rival rivals[RIVALS_KEPT]; /* who may have taken it */
    uint32_t rival_count;
    nfs4_instance *shown;           /* its instance in a finding, NULL for none */
    nfs4_cut_client *newer, *older; /* at the same server, by issued_in */
};

/* One refusal, after another client was given an id. */
typedef struct {
    nfs4_cut_client *loser, *winner;
    nfs4_lease *lost;
    nfs4_note_key note;
} nfs4_turn_lost;

/* Two clients of one server that are refused in turns. Identified by their numbers. */
typedef struct {
    uint64_t key; /* of the lower number, of the higher number */
    const nfs4_cut_client *last_loser;
    uint32_t turns;
    nfs4_turn_lost first[TURNS_SUSPECTED];
    nfs4_owner *owner; /* NULL until it is suspected */
} nfs4_cut_pair;

static guint client_hash(gconstpointer key)
{
    const nfs4_cut_client *client = (const nfs4_cut_client *)key;
    return wmem_strong_hash((const guint8 *)client->addr.data, (size_t)client->addr.len) ^
           client->server->number * 0x9e3779b1u;
}

static gboolean client_equal(gconstpointer a, gconstpointer b)
{
    const nfs4_cut_client *left = (const nfs4_cut_client *)a, *right = (const nfs4_cut_client *)b;
    return left->server == right->server && addresses_equal(&left->addr, &right->addr);
}

void cut_init(nfs4_cuts *cuts, nfs4_store *store)
{
    cuts->clients = wmem_map_new(store->scope, client_hash, client_equal);
    cuts->pairs = wmem_map_new(store->scope, key_u64_hash, key_u64_equal);
}

static nfs4_cut_client *client_get(nfs4_model *model, const nfs4_connection *connection)
{
    nfs4_cut_client key = {.server = connection->endpoint->server, .addr = connection->client};
    nfs4_cut_client *client = (nfs4_cut_client *)wmem_map_lookup(model->cuts.clients, &key);
    if (client != NULL)
        return client;
    client = store_new(&model->store, nfs4_cut_client);
    client->server = key.server;
    client->addr = connection->client; /* connections live as long */
    client->link = connection->client_link;
    client->number = wmem_map_size(model->cuts.clients);
    wmem_map_insert(model->cuts.clients, client, client);
    return client;
}

static nfs4_cut_pair *pair_get(nfs4_model *model, const nfs4_cut_client *a,
                               const nfs4_cut_client *b)
{
    uint64_t key = (uint64_t)MIN(a->number, b->number) << 32 | (uint64_t)MAX(a->number, b->number);
    nfs4_cut_pair *pair = (nfs4_cut_pair *)wmem_map_lookup(model->cuts.pairs, &key);
    if (pair == NULL) {
        pair = store_new(&model->store, nfs4_cut_pair);
        pair->key = key;
        wmem_map_insert(model->cuts.pairs, &pair->key, pair);
    }
    return pair;
}

/* The client was given an id later than everybody else. */
static void move_to_front(nfs4_server *server, nfs4_cut_client *client)
{
    if (server->cut_newest == client)
        return;
    if (client->newer != NULL)
        client->newer->older = client->older;
    if (client->older != NULL)
        client->older->newer = client->newer;
    client->newer = NULL;
    client->older = server->cut_newest;
    if (client->older != NULL)
        client->older->newer = client;
    server->cut_newest = client;
}

void cut_worked(nfs4_connection *connection, const nfs4_message *reply)
{
    if (connection->cut == NULL)
        return;
    connection->cut->worked_in = reply->frame;
    connection->cut->worked_at = reply->when;
    connection->cut->refused = false;
    connection->cut->rival_count = 0; /* it had lost a session only, if anything */
}

/* RULES.md, lost-in-turns: the other client was given its id after the last success of the one that
 * is refused now, by the same server in the same life (all servers whose ids are known put their
 * start into the first half), and it is another id. */
static bool may_have_taken(const nfs4_cut_client *other, const nfs4_cut_client *loser)
{
    return other->issued_in > loser->worked_in && other->lease != loser->lease &&
           other->lease->clientid >> 32 == loser->lease->clientid >> 32;
}

static nfs4_instance *instance_shown(nfs4_model *model, nfs4_owner *owner, nfs4_cut_client *client)
{
    if (client->shown == NULL || client->shown->owner != owner) {
        client->shown = owner_add_nameless_instance(&model->owners, owner, client->issued_in);
        owner_add_address(&model->owners, client->shown, &client->addr, &client->link);
    }
    return client->shown;
}

/* One refusal is evidence from now on. */
static void accuse(nfs4_model *model, nfs4_owner *owner, const nfs4_turn_lost *turn)
{
    nfs4_instance *loser = instance_shown(model, owner, turn->loser);
    if (turn->lost->instance == NULL)
        lease_set_instance(turn->lost, loser);
    note_turn(model, &turn->note, loser, instance_shown(model, owner, turn->winner));
    judge_turn(turn->lost);
}

/* At the third turn, what was a coincidence until now is a suspicion. */
static void take_turn(nfs4_model *model, nfs4_cut_client *loser, const cut_rival *rival,
                      const nfs4_message *reply)
{
    ws_abort_if_fail(loser->lease != NULL); /* only who was refused has rivals */
    nfs4_cut_pair *pair = pair_get(model, loser, rival->client);
    nfs4_turn_lost turn = {loser, rival->client, loser->lease, loser->note};
    if (pair->last_loser == loser)
        return;
    pair->last_loser = loser;
    loser->lease->filed.turn_rival = rival->lease;
    if (pair->turns < TURNS_SUSPECTED)
        pair->first[pair->turns] = turn;
    pair->turns++;
    if (pair->turns < TURNS_SUSPECTED)
        return;
    if (pair->turns > TURNS_SUSPECTED) {
        accuse(model, pair->owner, &turn);
    } else {
        pair->owner = owner_new_cut(&model->owners, loser->lease->server, loser->issued_in);
        for (uint32_t i = 0; i < TURNS_SUSPECTED; i++)
            accuse(model, pair->owner, &pair->first[i]);
    }
    note_owner(model, reply, loser->shown);
}

/* It had worked so lately that its lease cannot have run out; what would tell the lease time is cut
 * off, too. */
static bool was_fresh(const nfs4_cut_client *client, const nfs4_message *reply)
{
    nstime_t idle;
    nstime_delta(&idle, &reply->when, &client->worked_at);
    return client->worked_in != 0 && idle.secs < FACTS_LEASE_TIME_ASSUMED;
}

void cut_refused(nfs4_model *model, nfs4_connection *connection, const nfs4_message *reply)
{
    nfs4_cut_client *loser = connection->cut;
    if (loser == NULL || loser->lease == NULL || loser->refused)
        return;
    loser->refused = true;
    if (!was_fresh(loser, reply))
        return;
    nfs4_cut_client *other = loser->lease->server->cut_newest;
    for (int i = 0; i < RIVALS_SEARCHED && other != NULL && loser->rival_count < RIVALS_KEPT;
         i++, other = other->older)
        if (other != loser && may_have_taken(other, loser))
            loser->rivals[loser->rival_count++] = (cut_rival){other, other->lease};
    if (loser->rival_count == 0)
        return;
    loser->note = note_reply(model, reply);
    if (loser->lease->refused.reply == 0)
        loser->lease->refused = (nfs4_moment){0, reply->frame, reply->when, reply->when};
}

/* A client that was refused is given another id: now it is its turn. */
void cut_identified(nfs4_model *model, nfs4_connection *connection, const nfs4_message *reply,
                    uint64_t clientid)
{
    nfs4_server *server = connection->endpoint->server;
    const nfs4_lease *known = lease_find(server, clientid);
    if (known != NULL && known->instance != NULL && !known->owner->is_cut)
        return; /* the answer once more, to a call that was seen whole */
    nfs4_cut_client *client = connection->cut = client_get(model, connection);
    model->cuts.identifications++;
    if (clientid == 0 || (client->lease != NULL && client->lease->clientid == clientid))
        return; /* a copy, or a client that was told what it knows */
    for (uint32_t i = 0; i < client->rival_count; i++)
        take_turn(model, client, &client->rivals[i], reply);
    client->rival_count = 0;
    client->lease = lease_get(server, clientid, 0, reply->frame, &model->store);
    if (client->lease->issued.reply == 0)
        client->lease->issued = (nfs4_moment){0, reply->frame, reply->when, reply->when};
    client->issued_in = reply->frame;
    client->refused = false;
    move_to_front(server, client);
}

static bool is_identity_operation(uint32_t opcode)
{
    switch (opcode) {
    case OP_EXCHANGE_ID:
    case OP_CREATE_SESSION:
    case OP_DESTROY_SESSION:
    case OP_DESTROY_CLIENTID:
    case OP_SETCLIENTID:
    case OP_SETCLIENTID_CONFIRM:
        return true;
    default:
        return false;
    }
}

void cut_reply(nfs4_model *model, nfs4_connection *connection, const nfs4_message *reply)
{
    const nfs4_compound *compound = &reply->compound;
    const nfs4_event *event = nfs4_compound_event(compound, OP_EXCHANGE_ID);
    if (event != NULL && event->status == NFS4_OK)
        cut_identified(model, connection, reply, event->u.exchange_id.clientid);
    event = nfs4_compound_event(compound, OP_SETCLIENTID);
    if (event != NULL && event->status == NFS4_OK)
        cut_identified(model, connection, reply, event->u.setclientid.clientid);
    if (compound->status == NFS4_OK && !is_identity_operation(compound->first_op))
        cut_worked(connection, reply);
    if (refusal_says_gone(compound, compound->first_op != OP_SEQUENCE))
        cut_refused(model, connection, reply);
}
