/* test_story_single.c - what one client does by itself and must not be accused of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/know/lease.h"
#include "story_verbs.h"
#include "suite.h"

static void test_two_exchange_ids_at_mount(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(g_sequence_get_length(owner_of(host)->order), ==, 1);
    g_assert_cmpuint(instance_of(host)->session_count, ==, 1);
    g_assert_cmpuint(lease_time(lease_of(host)), ==, 90);
}

static void test_purge_verifier(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    sends_exchange_id(host, PURGE_VERIFIER);
    sends_create_session(host);
    identifies(host);
    sets_up(host);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(g_sequence_get_length(owner_of(host)->order), ==, 3);
}

static void test_freebsd_counts_verifier_up(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "bsd", 11, 1);

    takes_owner(host, "8 bytes 01234567-89ab-cdef-0123-456789abcdef");
    host->verifier = (uint64_t)(STORY_BEGINS - 1000) << 32 | 1;
    mounts(host);
    is_expired(host);
    host->verifier++;
    accesses(host);
    is_expired(host);
    host->verifier++;
    accesses(host);
    assert_single(host);
    g_assert_cmpint(owner_of(host)->form.kind, ==, OWNER_FORM_FREEBSD);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 2);
}

static void test_freebsd_twins(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = story_new_host(world, "bsd", 11, 1);
    story_host *other = story_new_host(world, "bsd", 12, 1);

    takes_owner(one, "8 bytes 01234567-89ab-cdef-0123-456789abcdef");
    takes_owner(other, "8 bytes 01234567-89ab-cdef-0123-456789abcdef");
    one->verifier = (uint64_t)(STORY_BEGINS - 1000) << 32 | 1;
    other->verifier = (uint64_t)(STORY_BEGINS - 500) << 32 | 1;
    mounts(one);
    mounts(other);
    accesses(one);
    assert_proven(one);
}

static void test_trunking(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    connects(host);
    sends_exchange_id(host, host->verifier);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(lease_of(host)->use.connection_count, ==, 2);
}

static void test_nconnect(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 15; i++) {
        connects(host);
        binds_connection(host);
        accesses(host);
    }
    assert_single(host);
    g_assert_cmpuint(lease_of(host)->use.connection_count, ==, NFS4_CONNECTIONS_KEPT);
    g_assert_cmpuint(marks_of(instance_of(host)->addresses), ==, 1);
}

static void test_client_moves(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = story_new_host(world, "laptop", 11, 2);

    mounts(host);
    accesses(host);
    connects(host);
    host->address[3] = 77;
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(marks_of(instance_of(host)->addresses), ==, 2);
    g_assert_true(has_address(instance_of(host), host));
}

static void test_two_minor_versions(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *first = web01(world, 11, 1), *second = web01(world, 11, 2);

    second->verifier = first->verifier;
    mounts(first);
    mounts(second);
    accesses(first);
    accesses(second);
    assert_single(first);
    assert_single(second);
    g_assert_cmpuint(world->model->owners.count, ==, 2);
}

static void test_unmount_and_remount(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    for (int i = 0; i < 3; i++) {
        mounts(host);
        accesses(host);
        unmounts(host);
    }
    assert_single(host);
    g_assert_cmpuint(world->model->chains.count, ==, 0);
    g_assert_cmpuint(g_sequence_get_length(owner_of(host)->order), ==, 3);
}

static void test_lease_expires(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    accesses(host);
    seconds_pass(world, 200);
    is_expired(host);
    accesses(host);
    assert_single(host);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 1);
}

static void test_session_lost(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 3; i++) {
        loses_session(host);
        accesses(host);
    }
    assert_single(host);
    g_assert_cmpuint(g_sequence_get_length(owner_of(host)->order), ==, 1);
    g_assert_cmpuint(instance_of(host)->session_count, ==, 4);
    g_assert_cmpuint(lease_of(host)->refused.reply, ==, 0);
}

static void test_own_destroyed_session(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    sends_destroy_session(host);
    tries(host); /* a request that was under way */
    sends_destroy_clientid(host);
    assert_single(host);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 0);
    g_assert_cmpuint(world->model->chains.count, ==, 0);
}

static void test_two_programs_on_one_connection(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = story_new_host(world, "pynfs", 11, 1);
    story_host *other = story_new_host(world, "pynfs", 11, 1);

    takes_owner(one, "EID5f");
    takes_owner(other, "EID5f");
    other->connection = one->connection;
    other->port = one->port;
    for (int i = 0; i < 3; i++) {
        other->xid = one->xid + 100;
        identifies(one);
        identifies(other);
        tries(one);
        one->xid += 100;
    }
    g_assert_false(verdict_accuses(owner_of(one)->verdict));
    assert_harmless(one);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
    g_assert_cmpuint(cases_count(owner_of(one), EVIDENCE_SAME_PROGRAM, 0), ==, 5);
}

static void test_binary_owner(void)
{
    static char bytes[1024];
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = story_new_host(world, "a", 11, 1);
    story_host *other = story_new_host(world, "b", 12, 1);

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7); /* with zeros in it */
    one->owner = (nfs4_bytes){(const uint8_t *)bytes, 1024};
    other->owner = (nfs4_bytes){(const uint8_t *)bytes, 1023};
    mounts(one);
    mounts(other);
    accesses(one);
    assert_single(one);
    assert_single(other);
    g_assert_cmpmem(owner_of(one)->bytes.data, owner_of(one)->bytes.len, bytes, 1024);
    g_assert_null(owner_form_software(owner_of(one)->form.kind));
}

static void test_nothing(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    nfs4_message message = {.frame = 1, .connection = 7};

    set_address(&message.server.addr, AT_IPv4, 4, "\012\0\0\1");
    set_address(&message.client.addr, AT_IPv4, 4, "\012\0\0\2");
    nfs4_context context = model_context(world->model, &message);
    g_assert_null(context.endpoint);
    g_assert_null(context.owner);
    g_assert_null(context.lease);
    g_assert_null(context.note);
    g_assert_null(world->model->owners.first);
    g_assert_null(world->model->chains.first);
    g_assert_cmpuint(world->model->compounds, ==, 0);
}

static void test_replies_without_calls(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    host->calls_unseen = true;
    mounts(host);
    accesses(host);
    g_assert_cmpuint(world->model->owners.count, ==, 0);
    g_assert_cmpuint(world->model->compounds, ==, world->frames);
}

static void test_calls_without_replies(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    host->replies_unseen = true;
    mounts(host);
    accesses(host);
    g_assert_cmpuint(world->model->owners.count, ==, 0);
    g_assert_cmpuint(world->model->pending.count, ==, world->frames);
}

SUITE(test_story_single)
{
    g_test_add_func("/single/two_exchange_ids_at_mount_are_one_client",
                    test_two_exchange_ids_at_mount);
    g_test_add_func("/single/purge_verifier_is_no_second_instance", test_purge_verifier);
    g_test_add_func("/single/freebsd_counts_its_verifier_up", test_freebsd_counts_verifier_up);
    g_test_add_func("/single/freebsd_twins_differ_in_the_high_half", test_freebsd_twins);
    g_test_add_func("/single/trunking_probe_on_a_second_connection", test_trunking);
    g_test_add_func("/single/nconnect_has_sixteen_connections", test_nconnect);
    g_test_add_func("/single/client_takes_its_session_to_a_new_address", test_client_moves);
    g_test_add_func("/single/two_minor_versions_are_two_owners", test_two_minor_versions);
    g_test_add_func("/single/unmount_and_remount", test_unmount_and_remount);
    g_test_add_func("/single/lease_expires", test_lease_expires);
    g_test_add_func("/single/session_is_lost_and_the_lease_lives_on", test_session_lost);
    g_test_add_func("/single/own_destroyed_session_is_no_refusal", test_own_destroyed_session);
    g_test_add_func("/single/two_programs_on_one_connection_are_not_accused",
                    test_two_programs_on_one_connection);
    g_test_add_func("/single/owners_are_bytes_up_to_1024_with_zeros", test_binary_owner);
    g_test_add_func("/single/model_with_nothing_says_nothing", test_nothing);
    g_test_add_func("/single/replies_without_calls_tell_nothing", test_replies_without_calls);
    g_test_add_func("/single/calls_without_replies_tell_nothing", test_calls_without_replies);
}
