/* test_story_cases_servers.c - what servers do to all of their clients at once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Restarts, failovers, balancers, forgotten leases and bugs of servers: whoever is
 * refused because of them is no duplicate, and a duplicate stays one beside them.
 */
#include "story_verbs.h"
#include "model/judge/causes.h"
#include "suite.h"

#define CLIENTS 4

typedef struct {
    story_host *hosts[CLIENTS];
} crowd;

/* Hosts of different names and minor versions that have all mounted. */
static crowd a_crowd_mounts(story *world)
{
    static const char *const names[CLIENTS] = {"web01", "web02", "db01", "app01"};
    crowd all;
    for (uint8_t i = 0; i < CLIENTS; i++) {
        all.hosts[i] = story_new_host(world, names[i], (uint8_t)(11 + i), i % 3);
        all.hosts[i]->has_open_file = true;
        mounts(all.hosts[i]);
        accesses(all.hosts[i]);
    }
    return all;
}

static void all_access(const crowd *all)
{
    for (int i = 0; i < CLIENTS; i++)
        accesses(all->hosts[i]);
}

static void assert_all_single(const crowd *all)
{
    for (int i = 0; i < CLIENTS; i++)
        assert_single(all->hosts[i]);
}

static void assert_causes(const story *world, nfs4_cause expected)
{
    for (const nfs4_chain *c = world->model->chains.first; c != NULL; c = c->next) {
        nfs4_verdict grade;
        nfs4_cause cause = cause_of_chain(c, &grade);
        g_assert_cmpstr(cause_name(cause), ==, cause_name(expected));
    }
}

/* ---- restarts ------------------------------------------------------------- */

static void check_restarts(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    crowd all = a_crowd_mounts(world);

    for (uint32_t i = 1; i <= 3; i++) {
        restarts(world, &world->servers[0]);
        for (int host = 0; host < CLIENTS; host++)
            connects(all.hosts[(host + (int)i) % CLIENTS]);
        all_access(&all);
        g_assert_cmpuint(world->model->chains.count, ==, i * CLIENTS);
    }
    assert_all_single(&all);
}

static void test_restarts(void)
{
    check_restarts(KNFSD);
    check_restarts(GANESHA);
    check_restarts(OPAQUE);
}

static void test_causes_of_restarts(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    crowd all = a_crowd_mounts(world);

    for (int i = 0; i < 3; i++) {
        restarts(world, &world->servers[0]);
        all_access(&all);
    }
    assert_causes(world, CAUSE_SERVER_RESTART);
}

/* Power failure: server and clients come back together. */
static void check_all_restart(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    crowd all = a_crowd_mounts(world);

    for (int i = 0; i < 3; i++) {
        restarts(world, &world->servers[0]);
        for (int host = 0; host < CLIENTS; host++)
            boots(all.hosts[host]);
        for (int host = CLIENTS; host-- > 0;)
            mounts(all.hosts[host]);
        all_access(&all);
    }
    for (int i = 0; i < CLIENTS; i++) {
        assert_verdict(all.hosts[i], VERDICT_RESTARTED);
        assert_harmless(all.hosts[i]);
    }
}

static void test_all_restart(void)
{
    check_all_restart(KNFSD);
    check_all_restart(GANESHA);
    check_all_restart(OPAQUE);
}

/* One reclaims, the other takes over, as they did before. */
static void check_restart_amid_twins(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, minor), *other = web01(world, 12, minor);
    story_host *control = story_new_host(world, "db01", 13, minor);

    mounts(control);
    mounts(one);
    mounts(other);
    accesses(one);
    uint32_t proven = cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0);
    restarts(world, &world->servers[0]);
    accesses(one);
    accesses(control);
    accesses(other);
    accesses(one);
    assert_proven(one);
    assert_single(control);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), >, proven);
}

static void test_restart_amid_twins(void)
{
    check_restart_amid_twins(KNFSD, 2);
    check_restart_amid_twins(GANESHA, 2);
    check_restart_amid_twins(OPAQUE, 2);
    check_restart_amid_twins(KNFSD, 0);
    check_restart_amid_twins(GANESHA, 0);
    check_restart_amid_twins(OPAQUE, 0);
}

/* ---- forgotten leases ----------------------------------------------------- */

/* Everybody loses a fresh lease in the same second, and the ids go up by theirs alone. */
static void check_all_removed(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    crowd all = a_crowd_mounts(world);

    for (int i = 0; i < 3; i++) {
        seconds_pass(world, 5);
        for (int host = 0; host < CLIENTS; host++)
            is_expired(all.hosts[host]);
        all_access(&all);
    }
    assert_all_single(&all);
    assert_causes(world, CAUSE_REMOVED_BY_SERVER);
    g_assert_cmpuint(world->model->chains.count, ==, 3 * CLIENTS);
}

static void test_all_removed(void)
{
    check_all_removed(KNFSD);
    check_all_removed(GANESHA);
}

static void check_removed_where_the_counter_wraps(uint32_t minor)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, minor);

    world->servers[0].counter = 0xfffffffe;
    mounts(host);
    for (int i = 0; i < 4; i++) {
        is_expired(host);
        accesses(host);
    }
    assert_single(host);
    assert_causes(world, CAUSE_REMOVED_BY_SERVER);
    g_assert_cmpuint(losses_read_as(owner_of(host), LOSS_EXPLAINED), ==, 4);
}

static void test_removed_where_the_counter_wraps(void)
{
    check_removed_where_the_counter_wraps(2);
    check_removed_where_the_counter_wraps(0);
}

/* Somebody outside the capture only asks, and mounts nothing: an id, but no session. */
static void test_removed_where_the_session_counter_wraps(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    story_host *asking = story_new_host(world, "db01", 12, 2);

    asking->calls_unseen = asking->replies_unseen = true;
    world->servers[0].sessions_made = 0xfffffffd;
    mounts(host);
    for (int i = 0; i < 4; i++) {
        sends_exchange_id(asking, asking->verifier);
        is_expired(host);
        accesses(host);
    }
    assert_single(host);
    assert_causes(world, CAUSE_REMOVED_BY_SERVER);
}

/* ---- several servers ------------------------------------------------------ */

static void check_balancer(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_server *newer = story_new_server(world, layout, "filer");
    story_server *both[2] = {&world->servers[0], newer};

    newer->epoch = both[0]->epoch + 3600;
    newer->counter += 100;
    crowd all = a_crowd_mounts(world);
    for (int turn = 1; turn < 6; turn++) {
        for (int host = 0; host < CLIENTS; host++) {
            server_drop(both[turn % 2], all.hosts[host]->clientid);
            is_moved_to(all.hosts[host], both[turn % 2]);
            accesses(all.hosts[host]);
        }
    }
    assert_all_single(&all);
    if (layout != OPAQUE)
        g_assert_true(server_of(all.hosts[0])->alternates);
}

static void test_balancer(void)
{
    check_balancer(KNFSD);
    check_balancer(GANESHA);
    check_balancer(OPAQUE);
}

/* It comes back to both servers with its new verifier, which is no return. */
static void check_reboot_behind_a_balancer(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *host = web01(world, 11, 2);
    story_server *newer = story_new_server(world, layout, "filer");

    newer->epoch = world->servers[0].epoch + 3600;
    newer->counter += 100;
    for (int life = 0; life < 3; life++) {
        for (int i = 0; i < 4; i++) {
            is_moved_to(host, i % 2 == 0 ? &world->servers[0] : newer);
            mounts(host);
            accesses(host);
        }
        crashes_and_boots(host);
    }
    g_assert_false(verdict_accuses(owner_of(host)->verdict));
    assert_harmless(host);
}

static void test_reboot_behind_a_balancer(void)
{
    check_reboot_behind_a_balancer(KNFSD);
    check_reboot_behind_a_balancer(GANESHA);
    check_reboot_behind_a_balancer(OPAQUE);
}

/* The reply to EXCHANGE_ID comes from one server, that to CREATE_SESSION from the other. */
static void test_balancer_between_two_calls(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    story_server *newer = story_new_server(world, KNFSD, "filer");

    newer->epoch = world->servers[0].epoch + 3600;
    newer->counter += 100;
    for (int i = 0; i < 6; i++) {
        is_moved_to(host, i % 2 == 0 ? &world->servers[0] : newer);
        sends_exchange_id(host, host->verifier);
        is_moved_to(host, i % 2 == 0 ? newer : &world->servers[0]);
        g_assert_cmpuint(sends_create_session(host), ==, NFS4ERR_STALE_CLIENTID);
    }
    mounts(host);
    accesses(host);
    assert_single(host);
}

/* pNFS: the same client, owner and verifier at another server */
static void test_data_server(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 1), *same = web01(world, 11, 1);

    same->verifier = host->verifier;
    goes_to(same, story_new_server(world, KNFSD, "ds1"), 2);
    mounts(host);
    mounts(same);
    for (int i = 0; i < 3; i++) {
        is_expired(same);
        accesses(same);
        accesses(host);
    }
    assert_single(host);
    assert_single(same);
    g_assert_true(owner_of(host) != owner_of(same));
}

/* ---- bugs of servers ------------------------------------------------------ */

/* CREATE_SESSION returns the session that its client has just destroyed. */
static void test_destroyed_session_is_returned(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    accesses(host);
    sends_destroy_session(host);
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_CREATE_SESSION)->u.create_session.clientid = host->clientid;
    story_sends(host, &call);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    memcpy(puts_event(&reply, OP_CREATE_SESSION)->u.create_session.sessionid, host->sessionid,
           NFS4_SESSIONID_SIZE);
    story_sends(host, &reply);
    g_assert_cmpuint(tries(host), ==, NFS4ERR_BADSESSION);
    recovers(host);
    tries(host);
    assert_single(host);
    for (const nfs4_chain *c = world->model->chains.first; c != NULL; c = c->next) {
        nfs4_verdict grade;
        g_assert_cmpint(cause_of_chain(c, &grade), !=, CAUSE_DUPLICATE_OWNER);
    }
}

static void test_failover_and_return(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    story_server *standby = story_new_server(world, KNFSD, "standby");

    standby->counter += 5000;
    mounts(host);
    for (int i = 0; i < 3; i++) {
        is_moved_to(host, i % 2 == 0 ? standby : &world->servers[0]);
        restarts(world, host->server);
        accesses(host);
    }
    assert_single(host);
    assert_causes(world, CAUSE_FAILOVER);
    g_assert_cmpuint(world->model->chains.count, ==, 3);
}

SUITE(test_story_cases_servers)
{
    g_test_add_func("/cases/servers/three_restarts_accuse_none_of_many", test_restarts);
    g_test_add_func("/cases/servers/every_loss_to_a_restart_says_so", test_causes_of_restarts);
    g_test_add_func("/cases/servers/power_failure_restarts_everybody", test_all_restart);
    g_test_add_func("/cases/servers/twins_are_proven_again_after_a_restart",
                    test_restart_amid_twins);
    g_test_add_func("/cases/servers/all_removed_at_once_accuse_nobody", test_all_removed);
    g_test_add_func("/cases/servers/counters_that_wrap_leave_no_gap",
                    test_removed_where_the_counter_wraps);
    g_test_add_func("/cases/servers/session_counter_that_wraps_leaves_no_gap",
                    test_removed_where_the_session_counter_wraps);
    g_test_add_func("/cases/servers/reboot_behind_a_balancer_is_no_return",
                    test_reboot_behind_a_balancer);
    g_test_add_func("/cases/servers/balancer_accuses_none_of_many", test_balancer);
    g_test_add_func("/cases/servers/balancer_between_two_calls_is_no_race",
                    test_balancer_between_two_calls);
    g_test_add_func("/cases/servers/data_server_is_another_server", test_data_server);
    g_test_add_func("/cases/servers/destroyed_session_that_is_returned_accuses_nobody",
                    test_destroyed_session_is_returned);
    g_test_add_func("/cases/servers/failover_and_return_are_failovers", test_failover_and_return);
}
