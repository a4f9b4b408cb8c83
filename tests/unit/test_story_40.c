/* test_story_40.c - NFSv4.0: no sessions, the clientid alone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "suite.h"

static void test_mount_is_single(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 0);
    accesses(host);
    sends_with_clientid(host, OP_RENEW);
    assert_single(host);
    g_assert_cmpuint(g_sequence_get_length(owner_of(host)->order), ==, 1);
    g_assert_cmpuint(owner_of(host)->minorversion, ==, 0);
    g_assert_cmpint(owner_of(host)->form.kind, ==, OWNER_FORM_LINUX);
}

static void check_twins(story_layout layout, uint32_t opcode, uint32_t status)
{
    g_autoptr(story) world = story_new(layout);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    mounts(one);
    mounts(other);
    g_assert_cmpuint(sends_with_clientid(one, opcode), ==, status);
    assert_proven(one);
    g_assert_cmpuint(lease_of(one)->loss.status, ==, status);
    accesses(one);
    accesses(other);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 3);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 2);
    g_assert_cmpuint(owner_of(one)->instance_count, ==, 2);
}

static void test_twins_by_open(void)
{
    check_twins(KNFSD, OP_OPEN, NFS4ERR_EXPIRED);
}

static void test_twins_by_renew(void)
{
    check_twins(KNFSD, OP_RENEW, NFS4ERR_EXPIRED);
}

static void test_twins_at_ganesha(void)
{
    check_twins(GANESHA, OP_RENEW, NFS4ERR_STALE_CLIENTID);
}

static void test_twins_with_opaque_ids(void)
{
    check_twins(OPAQUE, OP_RENEW, NFS4ERR_STALE_CLIENTID);
}

static void test_twins_by_stateid(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    mounts(one);
    mounts(other);
    nfs4_message call = begins_call(one);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, OP_WRITE);
    call.compound.has_stateid = true;
    put_u64(call.compound.stateid.other, one->clientid, false);
    story_sends(one, &call);
    answers(one, &call, OP_WRITE, NFS4ERR_EXPIRED);
    assert_proven(one);
}

static void test_file_error_is_no_refusal(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 0);
    nfs4_message call = begins_call(host);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, OP_ACCESS);
    story_sends(host, &call);
    answers(host, &call, OP_ACCESS, 70); /* NFS4ERR_STALE */
    g_assert_cmpuint(world->model->chains.count, ==, 0);
    g_assert_cmpuint(lease_of(host)->refused.reply, ==, 0);
}

static void test_migration_option(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    takes_owner(one, "Linux NFSv4.0 web01");
    takes_owner(other, "Linux NFSv4.0 web01");
    goes_to(other, &world->servers[0], 2);
    mounts(one);
    accesses(one);
    is_expired(one); /* the second clientid tells how the server builds them */
    accesses(one);
    mounts(other);
    accesses(one);
    g_assert_true(server_of(one) == server_of(other));
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->form.uniquifier.len, ==, 0);
}

static void test_server_addresses_in_owner(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    goes_to(other, &world->servers[0], 2);
    mounts(one);
    mounts(other);
    accesses(one);
    accesses(other);
    assert_single(one);
    assert_single(other);
}

static void test_begins_in_mid_life(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    world->blind = true;
    mounts(one);
    world->blind = false;
    accesses(one);
    mounts(other);
    accesses(one);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 1);
}

static void test_confirm_reply_lost(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    mounts(one);
    world->lose_reply = OP_SETCLIENTID_CONFIRM;
    identifies(other);
    accesses(other);
    accesses(one);
    assert_proven(one);
    g_assert_cmpuint(owner_of(one)->takeovers, ==, 2);
}

static void test_reboot(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 0);
    crashes_and_boots(host);
    mounts(host);
    accesses(host);
    assert_verdict(host, VERDICT_RESTARTED);
    assert_harmless(host);
}

static void test_chain(void)
{
    static const nfs4_step_kind expected[] = {STEP_REFUSED, STEP_IDENTIFY, STEP_CONFIRM,
                                              STEP_RESUMED};
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    mounts(one);
    mounts(other);
    accesses(one);
    const nfs4_chain *chain = world->model->chains.first;
    g_assert_cmpuint(wmem_array_get_count(chain->steps), ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpint(((nfs4_step *)wmem_array_index(chain->steps, i))->kind, ==, expected[i]);
    g_assert_true(chain->resumed);
    g_assert_cmpuint(world->model->chains.count, ==, 1);
}

/* ACCESS names neither clientid nor stateid: it works whatever became of the lease. */
static void test_work_without_state_resumes_nothing(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 0), *other = web01(world, 12, 0);

    mounts(one);
    mounts(other);
    tries(one);
    nfs4_message call = begins_call(one);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, OP_ACCESS);
    story_sends(one, &call);
    answers(one, &call, OP_ACCESS, NFS4_OK);
    g_assert_false(world->model->chains.first->resumed);
    accesses(one);
    g_assert_true(world->model->chains.first->resumed);
}

SUITE(test_story_40)
{
    g_test_add_func("/v40/mount_that_identifies_twice_is_single", test_mount_is_single);
    g_test_add_func("/v40/twins_are_proven_by_open", test_twins_by_open);
    g_test_add_func("/v40/twins_are_proven_by_renew", test_twins_by_renew);
    g_test_add_func("/v40/twins_are_proven_at_ganesha", test_twins_at_ganesha);
    g_test_add_func("/v40/twins_are_proven_with_opaque_ids", test_twins_with_opaque_ids);
    g_test_add_func("/v40/twins_are_proven_by_a_stateid", test_twins_by_stateid);
    g_test_add_func("/v40/error_of_a_file_is_no_refusal", test_file_error_is_no_refusal);
    g_test_add_func("/v40/twins_with_migration_collide_through_two_addresses",
                    test_migration_option);
    g_test_add_func("/v40/address_of_the_server_keeps_owners_apart",
                    test_server_addresses_in_owner);
    g_test_add_func("/v40/duplicate_is_proven_from_mid_life", test_begins_in_mid_life);
    g_test_add_func("/v40/open_that_works_stands_for_a_lost_confirm", test_confirm_reply_lost);
    g_test_add_func("/v40/crash_and_reboot_is_a_restart", test_reboot);
    g_test_add_func("/v40/chain_is_refused_identify_confirm_resumed", test_chain);
    g_test_add_func("/v40/work_without_state_resumes_nothing",
                    test_work_without_state_resumes_nothing);
}
