/* test_connection.c - connections, and whose lease they speak for in which frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "suite.h"

/* The connection of a host that has mounted, and says no more. */
static nfs4_connection *connection_of(story_host *host)
{
    mounts(host);
    const nfs4_connection *connection =
        connection_find(&host->world->model->connections, host->connection);
    g_assert_nonnull(connection);
    return (nfs4_connection *)connection;
}

static void test_connections_by_number(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *other = story_new_host(world, "web02", 12, 2);
    nfs4_connection *first = connection_of(one);
    nfs4_connection *second = connection_of(other);

    g_assert_true(first != second);
    g_assert_cmpuint(first->id, ==, one->connection);
    g_assert_true(connection_find(&world->model->connections, one->connection) == first);
    g_assert_true(connection_find(&world->model->connections, other->connection) == second);
    g_assert_null(connection_find(&world->model->connections, 4711));
    g_assert_cmpmem(second->client.data, second->client.len, other->address, 4);
    g_assert_true(second->client.data != other->address);
    g_assert_true(first->endpoint == second->endpoint);
}

static void test_number_zero(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    host->connection = 0;
    mounts(host);
    accesses(host);
    assert_single(host);
    g_assert_nonnull(connection_find(&world->model->connections, 0));
}

static void test_lease_by_frame(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    nfs4_connection *connection = connection_of(web01(world, 11, 2));
    nfs4_lease first = {0}, second = {0};

    connection_turn(&world->model->connections, connection, 100, &first);
    connection_turn(&world->model->connections, connection, 150, &first); /* no change */
    connection_turn(&world->model->connections, connection, 200, &second);
    connection_turn(&world->model->connections, connection, 300, &first);
    g_assert_cmpuint(wmem_array_get_count(connection->turns), ==, 4);
    g_assert_null(connection_lease_at(connection, 1));
    g_assert_true(connection_lease_at(connection, 100) == &first);
    g_assert_true(connection_lease_at(connection, 199) == &first);
    g_assert_true(connection_lease_at(connection, 200) == &second);
    g_assert_true(connection_lease_at(connection, 299) == &second);
    g_assert_true(connection_lease_at(connection, 300) == &first);
    g_assert_true(connection_lease_at(connection, UINT32_MAX) == &first);
}

static void test_turns_are_limited(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    nfs4_connection *connection = connection_of(web01(world, 11, 2));
    nfs4_lease leases[2] = {{0}, {0}};

    for (uint32_t i = 0; i < 65536 + 10; i++)
        connection_turn(&world->model->connections, connection, 1000 + i, &leases[i % 2]);
    g_assert_cmpuint(wmem_array_get_count(connection->turns), ==, 65536);
    g_assert_true(connection->lease == &leases[1]);
    g_assert_nonnull(connection_lease_at(connection, UINT32_MAX));
}

SUITE(test_connection)
{
    g_test_add_func("/connection/is_known_by_its_number", test_connections_by_number);
    g_test_add_func("/connection/number_zero_is_a_number", test_number_zero);
    g_test_add_func("/connection/speaks_for_one_lease_after_the_other", test_lease_by_frame);
    g_test_add_func("/connection/changes_of_lease_are_limited", test_turns_are_limited);
}
