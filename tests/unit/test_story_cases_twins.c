/* test_story_cases_twins.c - duplicates that are easily missed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/causes.h"
#include "suite.h"

static nfs4_cause cause_of(const story *world, uint32_t number)
{
    nfs4_verdict grade;
    const nfs4_chain *chain = world->model->chains.first;
    while (chain != NULL && chain->number != number)
        chain = chain->next;
    g_assert_nonnull(chain);
    return cause_of_chain(chain, &grade);
}

static void assert_cause(const story *world, uint32_t number, nfs4_cause expected)
{
    g_assert_cmpstr(cause_name(cause_of(world, number)), ==, cause_name(expected));
}

/* ---- crowds --------------------------------------------------------------- */

#define CROWD 10

/* Ten at once, round and round: everybody loses to the one whose turn is next. */
static void check_storm(story_layout layout, uint32_t minor, bool one_address)
{
    g_autoptr(story) world = story_new(layout);
    story_host *clones[CROWD];

    for (uint8_t i = 0; i < CROWD; i++) {
        clones[i] = story_new_host(world, "clone", one_address ? 11 : (uint8_t)(11 + i), minor);
        mounts(clones[i]);
    }
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < CROWD; i++)
            accesses(clones[i]);
    assert_proven(clones[0]);
    const nfs4_owner *owner = owner_of(clones[0]);
    g_assert_cmpuint(owner->instance_count, ==, CROWD);
    g_assert_cmpuint(owner->takeovers, ==, CROWD - 1 + 3 * CROWD);
    g_assert_cmpuint(owner->invalidations, ==, 3 * CROWD);
    g_assert_cmpuint(world->model->owners.count, ==, 1);
    for (uint32_t i = 1; i <= world->model->chains.count; i++)
        assert_cause(world, i, CAUSE_DUPLICATE_OWNER);
}

static void test_storm(void)
{
    check_storm(KNFSD, 2, false);
    check_storm(GANESHA, 1, false);
    check_storm(OPAQUE, 2, false);
    check_storm(KNFSD, 0, false);
    check_storm(OPAQUE, 0, false);
}

static void test_storm_behind_one_address(void)
{
    check_storm(KNFSD, 2, true);
    check_storm(GANESHA, 0, true);
    check_storm(OPAQUE, 2, true);
}

/* ---- owners that tell nothing --------------------------------------------- */

/* pid 1 in containers that were started in the same second */
static void check_libnfs(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = story_new_host(world, "pod", 11, 0);
    story_host *other = story_new_host(world, "pod", 12, 0);

    takes_owner(one, "Libnfs pid:1 1772359200");
    takes_owner(other, "Libnfs pid:1 1772359200");
    one->verifier = 0x1027000001000000ULL; /* milliseconds << 32 | pid, little-endian */
    other->verifier = 0xf82a000001000000ULL;
    mounts(one);
    mounts(other);
    accesses(one);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
    g_assert_false(instance_of(other)->has_start);
}

static void test_libnfs(void)
{
    check_libnfs(KNFSD);
    check_libnfs(GANESHA);
    check_libnfs(OPAQUE);
}

static void check_unknown_form(uint32_t minor)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = story_new_host(world, "one", 11, minor);
    story_host *other = story_new_host(world, "other", 11, minor);

    takes_owner(one, "an appliance of unknown make");
    takes_owner(other, "an appliance of unknown make");
    one->verifier = 7;
    other->verifier = 3;
    mounts(one);
    mounts(other);
    assert_harmless(one);
    accesses(one);
    assert_proven(one);
    assert_cause(world, 1, CAUSE_DUPLICATE_OWNER);
}

static void test_unknown_form(void)
{
    check_unknown_form(0);
    check_unknown_form(1);
    check_unknown_form(2);
}

/* Two programs that build the same string for 4.0 and for 4.1 */
static void test_two_protocols(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *old = story_new_host(world, "one", 11, 0);
    story_host *new = story_new_host(world, "other", 12, 1);

    takes_owner(old, "an appliance of unknown make");
    takes_owner(new, "an appliance of unknown make");
    old->verifier = 7;
    new->verifier = 3;
    mounts(new);
    mounts(old);
    g_assert_cmpuint(tries(new), ==, NFS4ERR_BADSESSION);
    assert_proven(new);
    g_assert_true(owner_of(old) == owner_of(new));
    g_assert_true(lease_of(new)->judgement.taker == lease_of(old));
    accesses(new);
    g_assert_cmpuint(tries(old), ==, NFS4ERR_EXPIRED);
    g_assert_cmpuint(cases_count(owner_of(new), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 2);
}

/* ---- 4.0 ------------------------------------------------------------------ */

/* Renews, and where it is refused takes the lease back; it does nothing else. */
static void renews_or_recovers(story_host *host)
{
    if (sends_with_clientid(host, OP_RENEW) == NFS4_OK)
        return;
    identifies(host);
    sends_with_clientid(host, OP_RENEW);
}

static void check_idle(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    mounts(one);
    mounts(other);
    for (int i = 0; i < 4; i++) {
        seconds_pass(world, 30);
        renews_or_recovers(one);
        seconds_pass(world, 30);
        renews_or_recovers(other);
    }
    assert_proven(one);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 8);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 8);
    for (uint32_t i = 1; i <= 8; i++)
        assert_cause(world, i, CAUSE_DUPLICATE_OWNER);
}

static void test_idle(void)
{
    check_idle(KNFSD);
    check_idle(GANESHA);
    check_idle(OPAQUE);
}

static void check_migration(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);
    story_host *plain = web01(world, 13, 0);

    takes_owner(one, "Linux NFSv4.0 web01");
    takes_owner(other, "Linux NFSv4.0 web01");
    mounts(plain); /* without -o migration it stays out of it */
    mounts(one);
    mounts(other);
    accesses(one);
    accesses(plain);
    assert_proven(one);
    assert_single(plain);
    g_assert_cmpuint(owner_of(one)->form.host.len, ==, 5);
}

static void test_migration(void)
{
    check_migration(KNFSD);
    check_migration(GANESHA);
    check_migration(OPAQUE);
}

/* ---- what no packet tells ------------------------------------------------- */

/* Copied with its memory, and both behind one address: one client with two connections
 * does the same. */
static void test_copies_behind_one_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = story_new_host(world, "vm", 11, 2);
    story_host *copy = story_new_host(world, "vm", 11, 2);

    copy->verifier = one->verifier;
    mounts(one);
    sends_exchange_id(copy, copy->verifier);
    sends_exchange_id(copy, PURGE_VERIFIER);
    sends_create_session(copy);
    identifies(copy);
    sets_up(copy);
    accesses(one);
    assert_single(one);
}

/* ---- beside other losses -------------------------------------------------- */

static void check_expiry_then_takeover(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = mounted(world, 2);
    accesses(one);
    seconds_pass(world, 200);
    is_expired(one);
    accesses(one);
    assert_single(one);
    story_host *other = web01(world, 12, 2);
    mounts(other);
    accesses(one);
    assert_proven(one);
    assert_cause(world, 1, CAUSE_LEASE_EXPIRED);
    assert_cause(world, 2, CAUSE_DUPLICATE_OWNER);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 1);
}

static void test_expiry_then_takeover(void)
{
    check_expiry_then_takeover(KNFSD);
    check_expiry_then_takeover(GANESHA);
    check_expiry_then_takeover(OPAQUE);
}

/* It slept so long that its lease would have run out, had it not been taken before. */
static void check_takeover_of_a_sleeper(story_layout layout)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    for (int i = 0; i < 10; i++) {
        seconds_pass(world, 60);
        accesses(other);
    }
    accesses(one);
    accesses(other);
    assert_proven(one);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_RECURRENCE, 0), ==, 2);
    assert_cause(world, 1, CAUSE_DUPLICATE_OWNER);
    assert_cause(world, 2, CAUSE_DUPLICATE_OWNER);
}

static void test_takeover_of_a_sleeper(void)
{
    check_takeover_of_a_sleeper(KNFSD);
    check_takeover_of_a_sleeper(GANESHA);
    check_takeover_of_a_sleeper(OPAQUE);
}

/* The twin was removed by the administrator, and comes back to take over. */
static void test_removed_then_taking_over(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(other);
    is_expired(other);
    mounts(one);
    accesses(other);
    assert_cause(world, 1, CAUSE_DUPLICATE_OWNER); /* no packet tells who came first */
    g_assert_cmpuint(tries(one), ==, NFS4ERR_BADSESSION);
    assert_proven(one);
    assert_cause(world, 2, CAUSE_DUPLICATE_OWNER);
}

/* The new pod mounts while the old one still works. */
static void test_pod_that_overlaps(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *old = story_new_host(world, "db-0", 11, 2);

    mounts(old);
    seconds_pass(world, 30);
    story_host *new = story_new_host(world, "db-0", 12, 2);
    mounts(new);
    assert_verdict(new, VERDICT_UNDECIDED); /* until the old one speaks */
    renews_session(old);
    assert_proven(new);
    g_assert_true(lease_of(old)->judgement.taker == lease_of(new));
}

SUITE(test_story_cases_twins)
{
    g_test_add_func("/cases/twins/ten_clones_in_a_storm_are_proven", test_storm);
    g_test_add_func("/cases/twins/ten_clones_behind_one_address_are_proven",
                    test_storm_behind_one_address);
    g_test_add_func("/cases/twins/libnfs_in_containers_is_proven", test_libnfs);
    g_test_add_func("/cases/twins/unknown_form_at_an_opaque_server_is_proven", test_unknown_form);
    g_test_add_func("/cases/twins/equal_strings_of_40_and_41_collide", test_two_protocols);
    g_test_add_func("/cases/twins/idle_40_hosts_that_only_renew_are_proven", test_idle);
    g_test_add_func("/cases/twins/hosts_with_migration_are_proven_at_one_address", test_migration);
    g_test_add_func("/cases/twins/memory_copies_behind_one_address_tell_nothing",
                    test_copies_behind_one_address);
    g_test_add_func("/cases/twins/takeover_after_an_expiry_is_told_apart",
                    test_expiry_then_takeover);
    g_test_add_func("/cases/twins/sleeper_that_was_taken_over_did_not_expire",
                    test_takeover_of_a_sleeper);
    g_test_add_func("/cases/twins/removed_host_that_takes_over_is_a_twin",
                    test_removed_then_taking_over);
    g_test_add_func("/cases/twins/pod_that_overlaps_the_old_one_is_a_twin", test_pod_that_overlaps);
}
