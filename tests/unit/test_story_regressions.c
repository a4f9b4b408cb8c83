/* test_story_regressions.c - symptoms that were met once: who is accused, and who is not
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "model/judge/cases.h"
#include "model/judge/causes.h"
#include "suite.h"

static void assert_cause(const nfs4_chain *chain, nfs4_cause expected)
{
    nfs4_verdict grade;
    g_assert_nonnull(chain);
    g_assert_cmpstr(cause_name(cause_of_chain(chain, &grade)), ==, cause_name(expected));
}

static void assert_kind(const story_host *host, const char *expected)
{
    g_assert_cmpstr(verdict_kind_name(owner_of(host)), ==, expected);
}

/* ---- which addresses are one server --------------------------------------- */

static void assert_one_owner(const story_host *one, const story_host *other)
{
    g_assert_true(server_of(one) == server_of(other));
    g_assert_true(owner_of(one) == owner_of(other));
    g_assert_cmpuint(one->world->model->owners.count, ==, 1);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
    assert_proven(one);
    assert_kind(one, "duplicate-owner");
}

static void test_40_two_addresses_from_the_start(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    takes_owner(one, "Linux NFSv4.0 web01");
    takes_owner(other, "Linux NFSv4.0 web01");
    goes_to(other, &world->servers[0], 2);
    mounts(one); /* gives one id: too little to know the layout */
    mounts(other);
    accesses(one);
    accesses(other);
    assert_one_owner(one, other);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 3);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 2);
}

static void test_mounts_interleave_at_two_addresses(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 1), *other = web01(world, 12, 1);

    goes_to(other, &world->servers[0], 2);
    sends_exchange_id(one, one->verifier);
    sends_exchange_id(other, other->verifier);
    sends_exchange_id(one, one->verifier);
    sends_create_session(one);
    sends_exchange_id(other, other->verifier);
    sends_create_session(other);
    sets_up(one);
    sets_up(other);
    accesses(one);
    accesses(other);
    assert_one_owner(one, other);
}

static void test_one_identification_at_each_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 1), *other = web01(world, 12, 1);

    goes_to(other, &world->servers[0], 2);
    sends_exchange_id(one, one->verifier);
    sends_create_session(one);
    mounts(other);
    accesses(one);
    accesses(other);
    assert_one_owner(one, other);
}

static void check_ganeshas_of_one_second(uint32_t minor, bool interleave)
{
    g_autoptr(story) world = story_new(GANESHA);
    story_host *here = web01(world, 11, minor), *there = web01(world, 12, minor);

    goes_to(there, story_new_server(world, GANESHA, "filer"), 2);
    there->server->epoch = here->server->epoch;
    takes_owner(here, "Linux NFSv4.1 web01");
    takes_owner(there, "Linux NFSv4.1 web01");
    if (interleave) {
        identifies(here);
        identifies(there);
        g_assert_cmpuint(here->clientid, ==, there->clientid);
    }
    mounts(here);
    mounts(there);
    accesses(here);
    accesses(there);
    g_assert_true(server_of(here) != server_of(there));
    assert_single(here);
    assert_single(there);
}

static void test_ganeshas_of_one_second(void)
{
    check_ganeshas_of_one_second(1, true);
    check_ganeshas_of_one_second(1, false);
    check_ganeshas_of_one_second(0, true);
    check_ganeshas_of_one_second(0, false);
}

/* ---- ids that tell nothing ------------------------------------------------ */

static void test_opaque_victim_first_seen_refused(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    world->blind = true;
    mounts(one);
    world->blind = false;
    mounts(other);
    accesses(other);
    accesses(one);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 2);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 1);
    assert_cause(world->model->chains.first, CAUSE_DUPLICATE_OWNER);
}

static void test_opaque_newcomer_whose_confirm_is_lost(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    world->lose_reply = OP_CREATE_SESSION;
    mounts(other);
    accesses(other);
    accesses(one);
    g_assert_cmpuint(world->lose_reply, ==, 0);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 2);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 1);
    assert_cause(world->model->chains.first, CAUSE_DUPLICATE_OWNER);
}

/* ---- copies of one machine ------------------------------------------------ */

static void test_cause_of_a_copied_machine(void)
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
    accesses(copy);
    accesses(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 1);
    assert_verdict(one, VERDICT_PROVEN);
    assert_kind(one, "cloned-instance");
    assert_cause(world->model->chains.first, CAUSE_DUPLICATE_OWNER);
}

/* The session is used from 10.0.0.<number> now, over a connection of its own. */
static void speaks_from(story_host *host, uint8_t number)
{
    host->address[3] = number;
    host->connection = 100u + number;
    host->port = 600u + number;
}

static void test_session_shared_by_a_copy(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "vm", 11, 2);

    mounts(host);
    for (int i = 0; i < 4; i++) {
        speaks_from(host, 11);
        tries(host);
        speaks_from(host, 12);
        is_out_of_order(host);
        seconds_pass(world, 15);
    }
    assert_verdict(host, VERDICT_PROBABLE);
    assert_harmless(host);
    assert_kind(host, "cloned-instance");
    g_assert_cmpuint(cases_count(owner_of(host), EVIDENCE_SHARED_SESSION, 0), ==, 1);
    g_assert_cmpuint(owner_of(host)->instance_count, ==, 1);
}

/* Chance decides which of the two loses count: here the one that had mounted. */
static void test_original_beside_its_copy(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "vm", 11, 2);

    mounts(host);
    uint32_t connection = host->connection, port = host->port;
    for (int i = 0; i < 4; i++) {
        speaks_from(host, 12);
        tries(host);
        speaks_from(host, 11);
        host->connection = connection;
        host->port = port;
        is_out_of_order(host);
        seconds_pass(world, 15);
    }
    assert_verdict(host, VERDICT_PROBABLE);
    assert_kind(host, "cloned-instance");
}

/* One client behind addresses that are translated: it has lost count of a slot, and asks again on
 * a new connection each time, which gets another address. */
static void test_session_behind_a_pool_of_addresses(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint8_t i = 0; i < 24; i++) {
        speaks_from(host, 20 + i % 4);
        host->connection = 200u + i;
        is_out_of_order(host);
        seconds_pass(world, 15);
    }
    assert_single(host);
}

static void test_trunked_session(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 20; i++) {
        speaks_from(host, i % 2 == 0 ? 12 : 11);
        tries(host);
    }
    assert_single(host);
    g_assert_cmpuint(marks_of(instance_of(host)->addresses), ==, 2);
}

static void test_slots_out_of_order_at_one_address(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 10; i++) {
        is_out_of_order(host);
        tries(host);
    }
    assert_single(host);
}

/* ---- one host that looks like two ----------------------------------------- */

/* RHEL 6: a verifier per mount of an address, and an owner that names no server */
static void test_old_host_at_two_addresses(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *first = web01(world, 11, 1), *second = web01(world, 11, 1);

    takes_owner(first, "10.0.0.11/web01.example.org/sys");
    takes_owner(second, "10.0.0.11/web01.example.org/sys");
    goes_to(second, &world->servers[0], 2);
    mounts(first);
    mounts(second);
    for (int i = 0; i < 4; i++) {
        accesses(first);
        assert_verdict(first, VERDICT_UNDECIDED);
        assert_harmless(first);
        accesses(second);
        assert_verdict(first, VERDICT_UNDECIDED);
        assert_harmless(first);
    }
    assert_kind(first, NULL);
    g_assert_true(owner_of(first) == owner_of(second));
    g_assert_cmpuint(cases_count(owner_of(first), EVIDENCE_RECURRENCE, 0), ==, 0);
    g_assert_cmpuint(cases_count(owner_of(first), EVIDENCE_SELF_COLLISION, 0), >, 0);
    for (const nfs4_chain *c = world->model->chains.first; c != NULL; c = c->next) {
        nfs4_verdict grade;
        g_assert_cmpint(cause_of_chain(c, &grade), !=, CAUSE_DUPLICATE_OWNER);
    }
}

static void test_newcomer_to_an_expired_lease(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    accesses(one);
    seconds_pass(world, 200);
    is_expired(one);
    tries(one);
    story_host *other = web01(world, 12, 2);
    mounts(other);
    recovers(one); /* its next id lies behind the newcomer's */
    tries(one);
    assert_harmless(one);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_TAKEOVER_REFUSED, 0), ==, 0);
}

/* ---- the first pass ------------------------------------------------------- */

static const nfs4_bytes *presented(const nfs4_compound *compound)
{
    const nfs4_event *event = nfs4_compound_event(compound, OP_EXCHANGE_ID);
    if (event != NULL)
        return &event->u.exchange_id.owner;
    event = nfs4_compound_event(compound, OP_SETCLIENTID);
    return event != NULL ? &event->u.setclientid.id : NULL;
}

static void check_calls_of_identifications(uint32_t minor)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "first", 11, minor);
    uint32_t calls = 0;

    mounts(host);
    accesses(host);
    takes_owner(host, "Linux NFSv4.2 second"); /* two programs on one connection */
    host->verifier++;
    mounts(host);
    accesses(host);
    for (guint i = 0; i < world->tape->len; i++) {
        const story_frame *frame = &g_array_index(world->tape, story_frame, i);
        const nfs4_compound *compound = &frame->message.compound;
        const nfs4_owner *shown = frame->context.owner;
        const nfs4_bytes *owner = compound->is_reply ? NULL : presented(compound);
        if (owner == NULL)
            continue;
        calls++;
        if (shown != NULL)
            g_assert_cmpmem(shown->bytes.data, shown->bytes.len, owner->data, owner->len);
    }
    g_assert_cmpuint(calls, ==, 4);
}

static void test_calls_of_identifications(void)
{
    check_calls_of_identifications(2);
    check_calls_of_identifications(0);
}

SUITE(test_story_regressions)
{
    g_test_add_func("/regressions/40_twins_meet_two_addresses_before_the_layout_is_known",
                    test_40_two_addresses_from_the_start);
    g_test_add_func("/regressions/mounts_that_interleave_at_two_addresses_are_one_owner",
                    test_mounts_interleave_at_two_addresses);
    g_test_add_func("/regressions/one_identification_tells_the_second_address",
                    test_one_identification_at_each_address);
    g_test_add_func("/regressions/ganeshas_started_in_one_second_stay_two",
                    test_ganeshas_of_one_second);
    g_test_add_func("/regressions/victim_with_opaque_ids_is_first_seen_when_it_is_refused",
                    test_opaque_victim_first_seen_refused);
    g_test_add_func("/regressions/newcomer_with_opaque_ids_is_proven_without_its_confirm",
                    test_opaque_newcomer_whose_confirm_is_lost);
    g_test_add_func("/regressions/copied_machine_is_the_cause_and_not_the_server",
                    test_cause_of_a_copied_machine);
    g_test_add_func("/regressions/original_that_loses_count_beside_its_copy",
                    test_original_beside_its_copy);
    g_test_add_func("/regressions/session_behind_a_pool_of_addresses_is_one_client",
                    test_session_behind_a_pool_of_addresses);
    g_test_add_func("/regressions/session_upset_from_two_addresses_is_a_probable_clone",
                    test_session_shared_by_a_copy);
    g_test_add_func("/regressions/session_used_from_two_addresses_is_trunked",
                    test_trunked_session);
    g_test_add_func("/regressions/slots_out_of_order_at_one_address_accuse_nobody",
                    test_slots_out_of_order_at_one_address);
    g_test_add_func("/regressions/rhel_6_at_two_addresses_is_never_accused",
                    test_old_host_at_two_addresses);
    g_test_add_func("/regressions/newcomer_to_an_expired_lease_is_harmless",
                    test_newcomer_to_an_expired_lease);
    g_test_add_func("/regressions/call_that_identifies_never_shows_the_owner_before_it",
                    test_calls_of_identifications);
}
