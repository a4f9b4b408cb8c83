/* test_story_losses.c - what failed, what is not known, and what a living lease keeps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"
#include "suite.h"

/* ---- work that failed, and stateids that were asked about ------------------ */

static void test_work_that_failed(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    is_thrown_out(host, new_twin(world, 12, 2));
    gets_new_lease(host);
    completes_reclaim(host);
    uses(host, &file, OP_READ, NFS4ERR_BAD_STATEID);
    uses(host, &file, OP_READ_PLUS, NFS4ERR_OLD_STATEID);
    uses(host, &file, OP_WRITE, NFS4ERR_BAD_STATEID);
    uses(host, &file, OP_WRITE, NFS4ERR_EXPIRED);
    uses(host, &file, OP_WRITE, NFS4ERR_DELAY);
    uses(host, &file, OP_LAYOUTGET, NFS4ERR_BAD_STATEID);
    uses(host, &file, OP_LAYOUTCOMMIT, NFS4ERR_BADLAYOUT);
    const nfs4_cost *cost = &chain_of(world, 1)->cost;
    g_assert_false(chain_of(world, 1)->resumed);
    g_assert_cmpuint(cost->reads_failed, ==, 2);
    g_assert_cmpuint(cost->writes_failed, ==, 2);
    g_assert_cmpuint(cost->layouts_bad, ==, 2);
    uses(host, &file, OP_READ, 21); /* NFS4ERR_ISDIR: no matter of state */
    g_assert_cmpuint(cost->reads_failed, ==, 2);
    g_assert_true(chain_of(world, 1)->resumed);
    uses(host, &file, OP_WRITE, NFS4ERR_BAD_STATEID);
    g_assert_cmpuint(cost->writes_failed, ==, 2);
}

static void test_probes(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 1);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    is_thrown_out(host, new_twin(world, 12, 1));
    gets_new_lease(host);
    completes_reclaim(host);
    tests_stateids(host, 3, 2);
    tests_stateids(host, 1, 0);
    frees_stateid(host, &file.open, NFS4ERR_BAD_STATEID);
    reopens(host, &file);
    tries(host);
    const nfs4_chain *chain = chain_of(world, 1);
    assert_told(chain, "refused destroy create-no identify confirm lease-time reclaim-complete "
                       "probe-state probe-state probe-state reopen resumed ");
    g_assert_cmpuint(chain->cost.tested, ==, 4);
    g_assert_cmpuint(chain->cost.tested_bad, ==, 2);
    assert_lost(chain, 0, 0, 0);
}

static void test_sent_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 1);
    story_file one = {.name = 1}, two = {.name = 2};

    mounts(host);
    mounts(new_twin(world, 12, 1));
    uses(host, &one, OP_READ, NFS4_OK);
    uses(host, &two, OP_READ, NFS4_OK);
    uses(host, &one, OP_WRITE, NFS4_OK);
    recovers(host);
    uses(host, &two, OP_WRITE, NFS4ERR_BAD_STATEID); /* the first of its kind: not sent again */
    g_assert_cmpuint(chain_of(world, 1)->cost.refused, ==, 3 + 2 + 1); /* with the probes */
    g_assert_cmpuint(chain_of(world, 1)->cost.resent, ==, 0);
    uses(host, &one, OP_WRITE, NFS4ERR_BAD_STATEID);
    uses(host, &one, OP_WRITE, NFS4ERR_BAD_STATEID); /* the same once more */
    g_assert_cmpuint(chain_of(world, 1)->cost.resent, ==, 1);
    uses(host, &two, OP_READ, NFS4_OK);
    g_assert_cmpuint(chain_of(world, 1)->cost.resent, ==, 2);
}

/* ---- what a capture does not tell ----------------------------------------- */

static story_host *mounted_before(story *world, uint32_t minor, story_file *file)
{
    story_host *host = new_twin(world, 11, minor);
    world->blind = true;
    mounts(host);
    opens_with_delegation(host, file);
    locks(host, file);
    world->blind = false;
    return host;
}

static void test_not_known(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_file file = {.name = 1};
    story_host *host = mounted_before(world, 2, &file);

    is_thrown_out(host, new_twin(world, 12, 2));
    recovers(host);
    tries(host);
    g_assert_true(chain_of(world, 1)->resumed);
    g_assert_false(chain_of(world, 1)->held_known);
    assert_loss_unknown(chain_of(world, 1));
}

/* Nor does anybody know after a second knock-out. */
static void test_not_known_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_file file = {.name = 1};
    story_host *host = mounted_before(world, 2, &file), *other = new_twin(world, 12, 2);

    is_thrown_out(host, other);
    gets_new_lease(host);
    is_thrown_out(host, other);
    recovers(host);
    tries(host);
    g_assert_true(chain_of(world, 2)->continues == chain_of(world, 1));
    assert_loss_unknown(chain_of(world, 2));
}

/* What a client asks for it must have had. */
static void test_known_by_reclaims(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_file file = {.name = 1}, next = {.name = 2};
    story_host *host = mounted_before(world, 2, &file);
    uint32_t lost;

    is_thrown_out(host, new_twin(world, 12, 2));
    gets_new_lease(host);
    reclaims(host, &file, NFS4ERR_NO_GRACE);
    reclaims(host, &next, NFS4ERR_NO_GRACE);
    completes_reclaim(host);
    reopens(host, &file);
    g_assert_false(cost_lost_opens(chain_of(world, 1), &lost)); /* not back yet */
    returns_delegation(host, &file, NFS4ERR_BAD_STATEID);
    reopens(host, &next);
    tries(host);
    g_assert_false(cost_lost_opens(chain_of(world, 1), &lost));
    g_assert_true(cost_lost_delegations(chain_of(world, 1), &lost));
    g_assert_cmpuint(lost, ==, 1);
    g_assert_cmpuint(chain_of(world, 1)->cost.opens.taken_anew, ==, 2);
}

/* 4.0 has no reclaims after an expiry: that a stateid was refused tells of an open. */
static void check_v40_in_mid_life(bool with_stateid, const char *expected)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_file file = {.name = 1}, next = {.name = 2};
    story_host *host = mounted_before(world, 0, &file);

    opens(host, &next); /* shows how the server builds its ids */
    mounts(new_twin(world, 12, 0));
    if (with_stateid)
        uses(host, &file, OP_WRITE, NFS4_OK);
    else
        sends_with_clientid(host, OP_RENEW);
    identifies(host);
    reopens(host, &file);
    uses(host, &file, OP_READ, NFS4_OK);
    assert_told(chain_of(world, 1), expected);
}

static void test_v40_in_mid_life(void)
{
    check_v40_in_mid_life(true, "refused identify confirm reopen resumed ");
    check_v40_in_mid_life(false, "refused identify confirm resumed ");
}

static void test_unfinished(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    is_thrown_out(host, new_twin(world, 12, 2));
    assert_loss_unknown(chain_of(world, 1));
    gets_new_lease(host);
    reclaims(host, &file, NFS4ERR_NO_GRACE);
    completes_reclaim(host);
    assert_loss_unknown(chain_of(world, 1));
    tries(host);
    assert_lost(chain_of(world, 1), 1, 0, 0);
}

/* ---- leases that live on -------------------------------------------------- */

static void test_session_only(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    opens_with_delegation(host, &file);
    locks(host, &file);
    loses_session(host);
    accesses(host);
    g_assert_true(chain_of(world, 1)->session_only);
    assert_lost(chain_of(world, 1), 0, 0, 0);
}

/* What was revoked the client hears of file by file; the rest it still has. */
static void test_revoked(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file revoked = {.name = 1}, kept = {.name = 2};

    mounts(host);
    opens(host, &revoked);
    opens_with_delegation(host, &kept);
    locks(host, &kept);
    uses(host, &revoked, OP_WRITE, NFS4ERR_ADMIN_REVOKED);
    frees_stateid(host, &revoked.open, NFS4_OK);
    uses(host, &kept, OP_READ, NFS4_OK);
    const nfs4_chain *chain = chain_of(world, 1);
    uint32_t lost;
    assert_cause_is(chain, CAUSE_ADMIN_REVOKED);
    g_assert_true(chain->resumed);
    g_assert_true(!cost_lost_opens(chain, &lost) || lost <= 1);
    g_assert_true(!cost_lost_locks(chain, &lost) || lost == 0);
    g_assert_true(!cost_lost_delegations(chain, &lost) || lost == 0);
}

static void test_revoked_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    for (int i = 0; i < 2; i++) {
        opens(host, &file);
        uses(host, &file, OP_WRITE, NFS4ERR_ADMIN_REVOKED);
        uses(host, &file, OP_WRITE, NFS4ERR_ADMIN_REVOKED);
        frees_stateid(host, &file.open, NFS4_OK);
        tries(host);
    }
    assert_chains(world, 2);
    assert_told(chain_of(world, 2), "refused refused probe-state resumed ");
    assert_cause_is(chain_of(world, 2), CAUSE_ADMIN_REVOKED);
}

SUITE(test_story_losses)
{
    g_test_add_func("/losses/reads_writes_and_layouts_that_failed", test_work_that_failed);
    g_test_add_func("/losses/stateids_tested_and_found_bad", test_probes);
    g_test_add_func("/losses/requests_sent_again_are_counted_once", test_sent_again);
    g_test_add_func("/losses/lease_met_in_mid_life_held_nobody_knows_what", test_not_known);
    g_test_add_func("/losses/nor_is_it_known_after_a_second_knock_out", test_not_known_again);
    g_test_add_func("/losses/reclaims_tell_what_a_lease_in_mid_life_held", test_known_by_reclaims);
    g_test_add_func("/losses/refused_stateid_tells_of_an_open_in_40", test_v40_in_mid_life);
    g_test_add_func("/losses/nothing_is_lost_until_the_client_is_back", test_unfinished);
    g_test_add_func("/losses/lost_session_costs_no_state", test_session_only);
    g_test_add_func("/losses/revocation_costs_what_was_revoked", test_revoked);
    g_test_add_func("/losses/revocation_after_revocation_is_a_second_chain", test_revoked_again);
}
