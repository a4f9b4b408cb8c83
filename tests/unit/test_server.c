/* test_server.c - how a server builds its ids, and which addresses are one server
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/model.h"
#include "suite.h"

static const nstime_t march_2026 = {1772359200, 0};

/* 2026-02-28T10:00:00Z is 0x69a2bca0 */
#define KNFSD_ID(counter) (0xa0bca26900000000ULL | GUINT32_SWAP_LE_BE((uint32_t)(counter)))
#define GANESHA_ID(counter) (0x69a2bca000000000ULL | (uint32_t)(counter))
#define ONTAP_ID 0xe0148200000002d2ULL

static const uint8_t knfsd_session[] = {0xa0, 0xbc, 0xa2, 0x69, 7, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t ganesha_session[] = {7, 0, 0, 0, 0xa0, 0xbc, 0xa2, 0x69,
                                          9, 0, 0, 0, 0,    0,    0,    0};
static const uint8_t ontap_session[] = {0, 0, 2, 0xd2, 0xe0, 0x14, 0x82, 0, 0, 0, 0, 0, 0, 0, 4, 2};
static const uint8_t nfs4j_session[] = {0x69, 0xa2, 0xbc, 0xa0, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 9};

typedef struct {
    wmem_allocator_t *scope;
    nfs4_model *model;
} room;

static void set_up(room *r, gconstpointer unused)
{
    (void)unused;
    r->scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    r->model = model_new(r->scope);
}

static void tear_down(room *r, gconstpointer unused)
{
    (void)unused;
    model_free(r->model);
    wmem_destroy_allocator(r->scope);
}

/* The endpoint 10.0.0.<number>:<port>. */
static nfs4_endpoint_entry *endpoint(room *r, uint8_t number, uint32_t port)
{
    const uint8_t bytes[] = {10, 0, 0, number};
    nfs4_endpoint at = {.port = port};
    set_address(&at.addr, AT_IPv4, 4, bytes);
    return server_endpoint_get(&r->model->servers, &at);
}

static nfs4_server *server_at(room *r, uint8_t number)
{
    return endpoint(r, number, 2049)->server;
}

static void test_endpoints(room *r, gconstpointer unused)
{
    (void)unused;
    g_assert_true(endpoint(r, 1, 2049) == endpoint(r, 1, 2049));
    g_assert_true(endpoint(r, 1, 2049) != endpoint(r, 1, 2050));
    g_assert_true(endpoint(r, 1, 2049) != endpoint(r, 2, 2049));
    g_assert_true(server_at(r, 1) != server_at(r, 2));
    g_assert_cmpuint(r->model->servers.server_count, ==, 3);
}

static void test_two_ids_of_knfsd(room *r, gconstpointer unused)
{
    nfs4_server *server = server_at(r, 1);
    uint32_t epoch, counter;

    (void)unused;
    g_assert_false(server_learn_clientid(server, KNFSD_ID(7), &march_2026));
    g_assert_false(server_learn_clientid(server, KNFSD_ID(7), &march_2026));
    g_assert_cmpint(server->layout, ==, LAYOUT_UNKNOWN);
    g_assert_true(server_learn_clientid(server, KNFSD_ID(8), &march_2026));
    g_assert_cmpint(server->layout, ==, LAYOUT_KNFSD_LE);
    g_assert_true(server_clientid_parts(server, KNFSD_ID(0x12345), &epoch, &counter));
    g_assert_cmphex(epoch, ==, 0x69a2bca0);
    g_assert_cmphex(counter, ==, 0x12345);
}

static void test_two_ids_of_ganesha(room *r, gconstpointer unused)
{
    nfs4_server *server = server_at(r, 1);
    uint32_t epoch, counter;

    (void)unused;
    g_assert_false(server_learn_clientid(server, GANESHA_ID(1), &march_2026));
    g_assert_true(server_learn_clientid(server, GANESHA_ID(2), &march_2026));
    g_assert_cmpint(server->layout, ==, LAYOUT_GANESHA);
    g_assert_true(server_clientid_parts(server, GANESHA_ID(0x12345), &epoch, &counter));
    g_assert_cmphex(epoch, ==, 0x69a2bca0);
    g_assert_cmphex(counter, ==, 0x12345);
}

static void test_two_ids_that_tell_nothing(room *r, gconstpointer unused)
{
    nfs4_server *server = server_at(r, 1);
    uint32_t epoch = 77, counter = 77;

    (void)unused;
    g_assert_false(server_learn_clientid(server, ONTAP_ID, &march_2026));
    g_assert_false(server_learn_clientid(server, ONTAP_ID + 1, &march_2026));
    g_assert_false(server_learn_clientid(server, KNFSD_ID(7), &march_2026));
    g_assert_false(server_learn_clientid(server, KNFSD_ID(70000), &march_2026)); /* far apart */
    g_assert_cmpint(server->layout, ==, LAYOUT_UNKNOWN);
    g_assert_false(server_clientid_parts(server, ONTAP_ID, &epoch, &counter));
    g_assert_cmpuint(epoch, ==, 77);
    g_assert_cmpuint(counter, ==, 77);
}

static void test_session_of_knfsd(room *r, gconstpointer unused)
{
    nfs4_server *server = server_at(r, 1);
    uint32_t counter;

    (void)unused;
    g_assert_true(server_learn_session(server, KNFSD_ID(7), knfsd_session, &march_2026));
    g_assert_cmpint(server->layout, ==, LAYOUT_KNFSD_LE);
    g_assert_false(server_learn_session(server, KNFSD_ID(7), knfsd_session, &march_2026));
    g_assert_true(server_session_counter(server, knfsd_session, &counter));
    g_assert_cmpuint(counter, ==, 9);
}

static void test_session_of_big_endian_knfsd(room *r, gconstpointer unused)
{
    static const uint8_t session[] = {0x69, 0xa2, 0xbc, 0xa0, 0, 0, 0, 7, 0, 0, 0, 9, 0, 0, 0, 0};
    nfs4_server *server = server_at(r, 1);

    (void)unused;
    server_learn_clientid(server, GANESHA_ID(6), &march_2026);
    server_learn_clientid(server, GANESHA_ID(7), &march_2026); /* looks alike so far */
    g_assert_true(server_learn_session(server, GANESHA_ID(7), session, &march_2026));
    g_assert_cmpint(server->layout, ==, LAYOUT_KNFSD_BE);
}

static void test_session_of_ganesha(room *r, gconstpointer unused)
{
    nfs4_server *server = server_at(r, 1);
    uint32_t counter;

    (void)unused;
    g_assert_true(server_learn_session(server, GANESHA_ID(7), ganesha_session, &march_2026));
    g_assert_cmpint(server->layout, ==, LAYOUT_GANESHA);
    g_assert_false(server_session_counter(server, ganesha_session, &counter));
}

static void test_sessions_that_tell_nothing(room *r, gconstpointer unused)
{
    (void)unused;
    g_assert_false(server_learn_session(server_at(r, 1), ONTAP_ID, ontap_session, &march_2026));
    g_assert_cmpint(server_at(r, 1)->layout, ==, LAYOUT_OPAQUE);
    g_assert_false(
        server_learn_session(server_at(r, 2), 0x69a2bca000010007ULL, nfs4j_session, &march_2026));
    g_assert_cmpint(server_at(r, 2)->layout, ==, LAYOUT_OPAQUE);
    g_assert_false(server_learn_clientid(server_at(r, 1), KNFSD_ID(1), &march_2026));
    g_assert_false(server_learn_clientid(server_at(r, 1), KNFSD_ID(2), &march_2026));
    g_assert_cmpint(server_at(r, 1)->layout, ==, LAYOUT_OPAQUE);
}

static void test_sessions_in_mid_life(room *r, gconstpointer unused)
{
    uint64_t clientid = 0;
    bool learned;

    (void)unused;
    g_assert_true(
        server_session_clientid(server_at(r, 1), knfsd_session, &march_2026, &clientid, &learned));
    g_assert_true(learned);
    g_assert_cmphex(clientid, ==, KNFSD_ID(7));
    g_assert_true(
        server_session_clientid(server_at(r, 1), knfsd_session, &march_2026, &clientid, &learned));
    g_assert_false(learned);
    g_assert_true(server_session_clientid(server_at(r, 2), ganesha_session, &march_2026, &clientid,
                                          &learned));
    g_assert_true(learned);
    g_assert_cmphex(clientid, ==, GANESHA_ID(7));
}

static void test_opaque_sessions_in_mid_life(room *r, gconstpointer unused)
{
    uint64_t clientid = 77;
    bool learned;

    (void)unused;
    g_assert_false(
        server_session_clientid(server_at(r, 1), ontap_session, &march_2026, &clientid, &learned));
    g_assert_false(
        server_session_clientid(server_at(r, 1), nfs4j_session, &march_2026, &clientid, &learned));
    g_assert_cmpuint(clientid, ==, 77);
    g_assert_cmpint(server_at(r, 1)->layout, ==, LAYOUT_UNKNOWN);
}

static void test_stateids(room *r, gconstpointer unused)
{
    uint64_t clientid = 77;

    (void)unused;
    g_assert_false(server_stateid_clientid(server_at(r, 1), knfsd_session, &clientid));
    g_assert_cmpuint(clientid, ==, 77);
    server_learn_session(server_at(r, 1), KNFSD_ID(7), knfsd_session, &march_2026);
    g_assert_true(server_stateid_clientid(server_at(r, 1), knfsd_session, &clientid));
    g_assert_cmphex(clientid, ==, KNFSD_ID(7));
    server_learn_session(server_at(r, 2), GANESHA_ID(7), ganesha_session, &march_2026);
    g_assert_true(server_stateid_clientid(server_at(r, 2), ganesha_session, &clientid));
    g_assert_cmphex(clientid, ==, GANESHA_ID(7));
}

/* The clock of the machine that captures may be years behind. */
static void test_epoch_of_the_future(room *r, gconstpointer unused)
{
    const nstime_t year_2020 = {1577836800, 0};

    (void)unused;
    g_assert_true(server_learn_session(server_at(r, 1), KNFSD_ID(7), knfsd_session, &year_2020));
    g_assert_cmpint(server_at(r, 1)->layout, ==, LAYOUT_KNFSD_LE);
}

static void learn_knfsd(room *r, uint8_t number, const char *name)
{
    nfs4_bytes bytes = {(const uint8_t *)name, (uint32_t)strlen(name)};
    if (name[0] != '\0')
        server_learn_identity(&r->model->servers, server_at(r, number), bytes, bytes);
}

static bool joins(room *r, uint8_t number, uint64_t clientid)
{
    bool learned;
    server_place_clientid(&r->model->servers, endpoint(r, number, 2049), clientid, &march_2026,
                          &learned);
    return server_at(r, number) == server_at(r, 1);
}

static void test_addresses_of_one_server(room *r, gconstpointer unused)
{
    (void)unused;
    learn_knfsd(r, 1, "filer");
    server_learn_session(server_at(r, 1), KNFSD_ID(7), knfsd_session, &march_2026);
    joins(r, 1, KNFSD_ID(7));
    learn_knfsd(r, 2, "filer");
    learn_knfsd(r, 3, "vault");
    g_assert_true(joins(r, 2, KNFSD_ID(9)));
    g_assert_false(joins(r, 3, KNFSD_ID(9)));              /* another owner */
    g_assert_false(joins(r, 4, KNFSD_ID(9) ^ 1ULL << 32)); /* another start time */
    g_assert_false(joins(r, 5, KNFSD_ID(9 + 4097)));       /* far apart */
    g_assert_true(joins(r, 6, KNFSD_ID(9 + 4096)));        /* just within reach */
    g_assert_true(endpoint(r, 1, 2049)->next == endpoint(r, 2, 2049));
}

static void test_another_server_answers(room *r, gconstpointer unused)
{
    (void)unused;
    learn_knfsd(r, 1, "filer");
    learn_knfsd(r, 1, "filer");
    g_assert_cmpuint(server_at(r, 1)->identities, ==, 1);
    learn_knfsd(r, 1, "vault");
    g_assert_cmpuint(server_at(r, 1)->identities, ==, 2);
    g_assert_cmpmem(server_at(r, 1)->major.data, server_at(r, 1)->major.len, "vault", 5);
}

static void add(const char *path, void (*test)(room *, gconstpointer))
{
    g_test_add(path, room, NULL, set_up, test, tear_down);
}

SUITE(test_server)
{
    add("/server/address_and_port_are_an_endpoint", test_endpoints);
    add("/server/two_near_ids_of_knfsd_tell_its_layout", test_two_ids_of_knfsd);
    add("/server/two_near_ids_of_ganesha_tell_its_layout", test_two_ids_of_ganesha);
    add("/server/other_ids_tell_nothing", test_two_ids_that_tell_nothing);
    add("/server/session_of_knfsd_tells_its_layout", test_session_of_knfsd);
    add("/server/session_tells_big_endian_knfsd_from_ganesha", test_session_of_big_endian_knfsd);
    add("/server/session_of_ganesha_tells_its_layout", test_session_of_ganesha);
    add("/server/sessions_of_ontap_and_nfs4j_are_opaque", test_sessions_that_tell_nothing);
    add("/server/session_in_mid_life_gives_its_clientid", test_sessions_in_mid_life);
    add("/server/opaque_session_in_mid_life_gives_none", test_opaque_sessions_in_mid_life);
    add("/server/stateid_gives_its_clientid_where_the_layout_is_known", test_stateids);
    add("/server/start_time_in_the_future_is_none", test_epoch_of_the_future);
    add("/server/addresses_are_one_by_owner_start_time_and_near_counters",
        test_addresses_of_one_server);
    add("/server/another_owner_at_an_address_is_another_identity", test_another_server_answers);
}
