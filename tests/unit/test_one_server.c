/* test_one_server.c - what makes one server of two addresses loses one condition at a time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/watch/one_server.h"
#include "with.h"
#include "suite.h"

static story_host *at(story *world, story_server *server, uint8_t server_address, uint8_t number)
{
    story_host *host = web01(world, number, 2);
    goes_to(host, server, server_address);
    return host;
}

/* The lease of the one was refused behind the confirm of the other one, at the other address. */
typedef struct {
    story *world;
    story_host *one, *other;
    nfs4_lease *lease, *taker;
    nfs4_owner *owner; /* of the lease */
} loss;

static loss loss_behind_a_confirm(void)
{
    story *world = story_new(OPAQUE);
    loss lost = {.world = world,
                 .one = at(world, &world->servers[0], 1, 11),
                 .other = at(world, &world->servers[0], 2, 12)};
    mounts(lost.one);
    tries(lost.one);
    lost.lease = lease_of(lost.one);
    lost.owner = lost.lease->owner;
    mounts(lost.other);
    lost.taker = lease_of(lost.other);
    accesses(lost.one);
    g_assert_true(server_of(lost.one) != server_of(lost.other));
    return lost;
}

/* true if the refusal makes the owner one that loses to somebody at another address */
static bool loses(const loss *lost)
{
    lost->owner->loses_to = NULL;
    one_server_refused(lost->world->model, lost->lease);
    return lost->owner->loses_to != NULL;
}

static void test_refused(void)
{
    loss lost = loss_behind_a_confirm();
    g_autoptr(story) world = lost.world;
    nfs4_lease *lease = lost.lease, *taker = lost.taker;
    nfs4_burst event = {.owners = 2, .on_new_connections = true};
    nstime_t before = lease->last_ok.when;
    before.secs -= 100;
#define LOSES(expected) g_assert_cmpint(loses(&lost), ==, expected)
    LOSES(true);
    WITH(lease->owner, NULL, LOSES(false));
    WITH(lease->confirm.reply, 0, LOSES(false));
    WITH(lease->loss.at_once, true, LOSES(false));
    WITH(lease->last_ok.when, before, LOSES(false));
    WITH(lease->loss.burst, &event, LOSES(false));
    WITH(taker->instance->key, lease->instance->key, LOSES(false));
    WITH(taker->confirm.reply, 0, WITH(lease->last_ok.call, 0, LOSES(false)));
    WITH(taker->confirm.reply, lease->last_ok.call - 1, LOSES(false));
    WITH(lease->confirm.call, taker->confirm.call, LOSES(false));
    WITH(lease->refused.reply, taker->confirm.call, LOSES(false));
#undef LOSES
}

/* Of all that is confirmed at the other address, what came last before the refusal counts. */
static void test_many_confirms(void)
{
    loss lost = loss_behind_a_confirm();
    g_autoptr(story) world = lost.world;
    for (int i = 0; i < 12; i++) {
        unmounts(lost.other);
        mounts(lost.other);
    }
    model_settle(world->model);
    g_assert_true(lost.lease->filed.elsewhere == lost.taker);
}

/* Owners that the snap length cut off are not the same for that. */
static void test_cut_owners(void)
{
    loss lost = loss_behind_a_confirm();
    g_autoptr(story) world = lost.world;
    nfs4_owner *owner = lost.lease->owner;
    WITH(owner->is_cut, true, one_server_settle(world->model));
    g_assert_null(lost.lease->filed.elsewhere);
    one_server_settle(world->model);
    g_assert_nonnull(lost.lease->filed.elsewhere);
}

/* ---- one clientid at both addresses ----------------------------------------------- */

/* A host presents itself at another address, whose answer is not known to the model. */
static void test_identified(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = at(world, &world->servers[0], 1, 11);
    story_host *other = at(world, &world->servers[0], 2, 12);
    takes_owner(other, "Linux NFSv4.2 db01");
    mounts(one);
    nfs4_lease *lease = lease_of(one);
    nfs4_server *server = server_of(one);
    nfs4_message call = begins_call(other);
    story_sends(other, &call); /* so that the address is known */
    nfs4_connection *connection =
        (nfs4_connection *)connection_find(&world->model->connections, other->connection);
    nfs4_server *there = connection->endpoint->server;
    there->has_identity = true;
    there->major = server->major;
    there->scope = server->scope;
    nfs4_call asked = {.owner = one->owner, .verifier = one->verifier};
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    nfs4_event *event = puts_event(&reply, OP_EXCHANGE_ID);
    event->u.exchange_id.flags = EXCHGID4_FLAG_CONFIRMED_R;
    nfs4_exchange exchange = {connection, connection->endpoint, &asked, &reply};
#define IS_ONE(clientid, expected)                                                                 \
    one_server_identified(world->model, &exchange, clientid);                                      \
    g_assert_cmpint(connection->endpoint->server == server, ==, expected)
    uint64_t clientid = one->clientid;
    WITH(event->u.exchange_id.flags, 0, IS_ONE(clientid, false));
    WITH(there->major.len, 1, IS_ONE(clientid, false));
    WITH(server->layout, LAYOUT_UNKNOWN, IS_ONE(clientid, false));
    WITH(lease->use.confirmed, false, IS_ONE(clientid, false));
    WITH(lease->use.ended_in, 1, IS_ONE(clientid, false));
    WITH(asked.verifier, 99, IS_ONE(clientid, false));
    WITH(asked.verifier, 99, WITH(lease->instance, NULL, IS_ONE(clientid, false)));
    IS_ONE(clientid + 1, false);
    IS_ONE(clientid, true);
#undef IS_ONE
}

/* ---- one counter at both addresses -------------------------------------------------- */

static void test_numbered(void)
{
    static const nfs4_layout layouts[] = {LAYOUT_KNFSD_LE, LAYOUT_KNFSD_BE};
    for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_server *clone = story_new_server(world, KNFSD, "other");
        clone->epoch = world->servers[0].epoch;
        story_host *one = at(world, &world->servers[0], 1, 11), *other = at(world, clone, 2, 12);
        for (int round = 0; round < 2; round++) {
            mounts(one);
            mounts(other);
        }
        nfs4_server *here = server_of(one), *there = server_of(other);
        g_assert_true(here != there && here->epoch == there->epoch);
        there->major = here->major;
        there->scope = here->scope;
        there->counter_high = here->counter_high;
#define IS_ONE(expected)                                                                           \
    one_server_numbered(world->model, there);                                                      \
    g_assert_cmpint(there->endpoints == NULL, ==, expected)
        WITH(here->layout, LAYOUT_OPAQUE, WITH(there->layout, LAYOUT_OPAQUE, IS_ONE(false)));
        WITH(there->counter_high, here->counter_high + 100000, IS_ONE(false));
        here->layout = there->layout = layouts[i];
        IS_ONE(true);
#undef IS_ONE
    }
}

SUITE(test_one_server)
{
    g_test_add_func("/one_server/each_condition_of_a_refusal", test_refused);
    g_test_add_func("/one_server/last_confirm_before_the_refusal", test_many_confirms);
    g_test_add_func("/one_server/owners_that_were_cut_off", test_cut_owners);
    g_test_add_func("/one_server/each_condition_of_a_clientid", test_identified);
    g_test_add_func("/one_server/each_condition_of_a_counter", test_numbered);
}
