/* test_story_kinds.c - two hosts at once that no takeover shows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "model/judge/causes.h"
#include "suite.h"

static void test_race_at_mount(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    sends_exchange_id(one, one->verifier);
    sends_exchange_id(other, other->verifier);
    g_assert_cmpuint(sends_create_session(one), ==, NFS4ERR_STALE_CLIENTID);
    sends_create_session(other);
    assert_verdict(one, VERDICT_PROVEN);
    assert_harmless(one);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_RACE, 0), ==, 1);
    g_assert_cmpstr(verdict_kind_name(owner_of(one)), ==, "duplicate-owner");
}

static void test_own_identification_replaced(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    sends_exchange_id(host, host->verifier);
    uint64_t first = host->clientid;
    sends_exchange_id(host, host->verifier);
    uint64_t second = host->clientid;
    host->clientid = first;
    sends_create_session(host);
    host->clientid = second;
    sends_create_session(host);
    accesses(host);
    assert_single(host);
    g_assert_null(verdict_kind_name(owner_of(host)));
}

static void test_newcomer_beside_living_holder(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *holder = web01(world, 11, 2), *newcomer = web01(world, 12, 2);

    mounts(holder);
    is_told_in_use(newcomer);
    assert_verdict(holder, VERDICT_UNDECIDED);
    accesses(holder);
    assert_verdict(holder, VERDICT_PROVEN);
    assert_harmless(holder);
    g_assert_cmpuint(owner_of(holder)->takeovers, ==, 0);
}

static void test_newcomer_after_a_crash(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    crashes_and_boots(host);
    is_told_in_use(host);
    mounts(host);
    accesses(host);
    g_assert_false(verdict_accuses(owner_of(host)->verdict));
}

/* 4.0: refused with CLID_INUSE by a server that names the holder. */
static void is_told_who_holds(story_host *host, const char *holder)
{
    nfs4_message call = begins_call(host);
    nfs4_event *event = puts_event(&call, OP_SETCLIENTID);
    event->u.setclientid.verifier = host->verifier;
    event->u.setclientid.id = host->owner;
    story_sends(host, &call);
    nfs4_message reply = begins_reply(&call, NFS4ERR_CLID_INUSE);
    event = puts_event(&reply, OP_SETCLIENTID);
    event->status = NFS4ERR_CLID_INUSE;
    event->u.setclientid.used_addr =
        (nfs4_bytes){(const uint8_t *)holder, (uint32_t)strlen(holder)};
    story_sends(host, &reply);
}

static void test_holder_outside_the_capture(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = web01(world, 12, 0);

    is_told_who_holds(host, "10.0.0.11.3.77");
    is_told_who_holds(host, "10.0.0.11.3.77");
    assert_verdict(host, VERDICT_SUSPECTED);
    assert_harmless(host);
    g_assert_cmpuint(cases_count(owner_of(host), EVIDENCE_CLID_INUSE, 0), ==, 1);
    g_assert_true(verdict_rests_on(owner_of(host), EVIDENCE_CLID_INUSE));
}

static void test_holder_is_the_host_itself(void)
{
    static const char *const holders[] = {"10.0.0.12.3.77", "", "10.0.0.11", "nonsense.1.2",
                                          ("10.0.0.11.3.77.10.0.0.11.3.77.10.0.0.11.3.77.10.0.0.11."
                                           "3.77.10.0.0.11.3.77.10.0.0.11.3.77.10.0.0.11.3.77")};
    for (size_t i = 0; i < G_N_ELEMENTS(holders); i++) {
        g_autoptr(story) world = story_new(OPAQUE);
        story_host *host = web01(world, 12, 0);
        is_told_who_holds(host, holders[i]);
        model_settle(world->model);
        g_assert_cmpuint(world->model->owners.count, ==, 1);
        mounts(host);
        /* Where nobody is named it may have been another host. */
        assert_verdict(host, i == 0 ? VERDICT_SINGLE : VERDICT_UNDECIDED);
    }
}

/* Both were copied from one machine with its memory before they mounted. */
static void test_cloned_before_the_mount(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = story_new_host(world, "vm", 11, 2);
    story_host *copy = story_new_host(world, "vm", 12, 2);

    copy->verifier = one->verifier;
    mounts(one);
    sends_exchange_id(copy, copy->verifier);
    sends_exchange_id(copy, PURGE_VERIFIER);
    sends_create_session(copy);
    identifies(copy);
    sets_up(copy);
    accesses(one);
    assert_verdict(one, VERDICT_PROVEN);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 1);
    g_assert_cmpstr(verdict_kind_name(owner_of(one)), ==, "cloned-instance");

    const nfs4_lease *culprit = cause_culprit(world->model->chains.first);
    g_assert_nonnull(culprit);
    g_assert_cmpmem(culprit->use.confirmed_from->data, 4, copy->address, 4);
}

SUITE(test_story_kinds)
{
    g_test_add_func("/kinds/race_at_mount_proves_two_hosts", test_race_at_mount);
    g_test_add_func("/kinds/own_identification_may_be_replaced", test_own_identification_replaced);
    g_test_add_func("/kinds/newcomer_refused_beside_a_living_holder_is_proven_and_harmless",
                    test_newcomer_beside_living_holder);
    g_test_add_func("/kinds/newcomer_refused_after_a_crash_is_not_accused",
                    test_newcomer_after_a_crash);
    g_test_add_func("/kinds/holder_that_the_server_names_is_suspected",
                    test_holder_outside_the_capture);
    g_test_add_func("/kinds/holder_at_the_same_address_says_nothing",
                    test_holder_is_the_host_itself);
    g_test_add_func("/kinds/copy_with_the_same_verifier_is_a_cloned_instance",
                    test_cloned_before_the_mount);
}
