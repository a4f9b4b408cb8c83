/* test_story_costs.c - what an invalidation cost: what was held, regained and lost
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"
#include "suite.h"

/* ---- opens ---------------------------------------------------------------- */

static void test_opens_reclaimed(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file one = {.name = 1}, two = {.name = 2};

    mounts(host);
    opens(host, &one);
    opens(host, &two);
    restarts(world, &world->servers[0]);
    tries(host);
    gets_new_lease(host);
    reclaims(host, &one, NFS4ERR_GRACE);
    reclaims(host, &one, NFS4ERR_DELAY);
    reclaims(host, &one, NFS4_OK);
    reclaims(host, &two, NFS4_OK);
    completes_reclaim(host);
    tries(host);

    const nfs4_chain *chain = chain_of(world, 1);
    assert_told(chain, "refused destroy create-no identify confirm lease-time reclaim reclaim "
                       "reclaim reclaim reclaim-complete resumed ");
    assert_cause_is(chain, CAUSE_SERVER_RESTART);
    assert_lost(chain, 0, 0, 0);
    g_assert_cmpuint(chain->held.opens, ==, 2);
    g_assert_cmpuint(chain->cost.opens.reclaimed, ==, 2);
    g_assert_cmpuint(chain->cost.waits, ==, 2);
    g_assert_cmpuint(chain->cost.requests, ==, 10);
}

static void check_reopened(uint32_t minor, uint32_t files, uint32_t lost)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, minor);
    story_file held[] = {{.name = 1}, {.name = 2}, {.name = 3}};

    mounts(host);
    for (uint32_t i = 0; i < 3; i++)
        opens(host, &held[i]);
    is_thrown_out(host, new_twin(world, 12, minor));
    gets_new_lease(host);
    reclaims(host, &held[0], NFS4ERR_NO_GRACE);
    if (minor > 0)
        completes_reclaim(host);
    for (uint32_t i = 0; i < files; i++)
        reopens(host, &held[i]);
    uses(host, &held[0], OP_READ, NFS4_OK);

    const nfs4_chain *chain = chain_of(world, 1);
    g_assert_true(chain->resumed);
    assert_lost(chain, lost, 0, 0);
    g_assert_cmpuint(chain->cost.opens.taken_anew, ==, files);
    g_assert_cmpuint(chain->cost.opens.no_grace, ==, 1);
    g_assert_null(chain->lease->memory.states); /* nobody will ask for them again */
    assert_chains(world, 1);
}

static void test_opens_reopened(void)
{
    check_reopened(2, 3, 0);
    check_reopened(1, 3, 0);
    check_reopened(0, 3, 0);
}

static void test_opens_not_regained(void)
{
    check_reopened(2, 1, 2);
    check_reopened(0, 2, 1);
}

/* The file is gone meanwhile. */
static void test_reopen_refused(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    is_thrown_out(host, new_twin(world, 12, 2));
    gets_new_lease(host);
    completes_reclaim(host);
    sends_open(host, &file, CLAIM_FH, 0, 70); /* NFS4ERR_STALE */
    tries(host);
    g_assert_cmpuint(chain_of(world, 1)->cost.opens.taken_anew, ==, 0);
    assert_lost(chain_of(world, 1), 1, 0, 0);
}

/* Linux confirms the open-owner of its first open, and opens the next file after that. */
static void test_opens_confirmed(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 0);
    story_file one = {.name = 1}, two = {.name = 2};

    mounts(host);
    opens(host, &one);
    confirms_open(host, &one);
    opens_with_delegation(host, &two);
    mounts(new_twin(world, 12, 0));
    uses(host, &one, OP_WRITE, NFS4_OK);
    gets_new_lease(host);
    reopens(host, &one);
    confirms_open(host, &one);
    sends_open(host, &two, CLAIM_NULL, OPEN_DELEGATE_READ, NFS4_OK);
    uses(host, &one, OP_WRITE, NFS4_OK);
    const nfs4_chain *chain = chain_of(world, 1);
    assert_told(chain, "refused identify confirm reopen reopen resumed ");
    assert_lost(chain, 0, 0, 0);
}

static void test_closed_before(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file one = {.name = 1}, two = {.name = 2};

    mounts(host);
    opens(host, &one);
    opens(host, &two);
    opens(host, &two);
    closes(host, &one);
    mounts(new_twin(world, 12, 2));
    accesses(host);
    assert_lost(chain_of(world, 1), 2, 0, 0);
}

/* An open that is upgraded keeps its stateid. */
static void test_opened_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    for (int i = 0; i < 3; i++) {
        nfs4_message call = begins_work(host, &file);
        nfs4_event result = {.u.open.stateid = file.open};
        puts_event(&call, OP_OPEN);
        ends_work(host, &call, NFS4_OK, &result);
    }
    is_thrown_out(host, new_twin(world, 12, 2));
    g_assert_cmpuint(chain_of(world, 1)->held.opens, ==, 1);
}

static void test_second_loss_of_one_life(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2), *other = new_twin(world, 12, 2);
    story_file one = {.name = 1}, two = {.name = 2};

    mounts(host);
    opens(host, &one);
    opens(host, &two);
    is_thrown_out(host, other);
    gets_new_lease(host);
    completes_reclaim(host);
    reopens(host, &one);
    reopens(host, &two);
    tries(host);
    closes(host, &two);
    is_thrown_out(host, other);
    g_assert_cmpuint(chain_of(world, 2)->held.opens, ==, 1);
}

/* ---- reclaims that are refused -------------------------------------------- */

static void test_reclaims_refused(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 1);
    story_file file = {.name = 1};
    static const uint32_t statuses[] = {NFS4ERR_NO_GRACE,         NFS4ERR_RECLAIM_BAD,
                                        NFS4ERR_RECLAIM_BAD,      NFS4ERR_RECLAIM_CONFLICT,
                                        NFS4ERR_RECLAIM_CONFLICT, NFS4ERR_RECLAIM_CONFLICT};

    mounts(host);
    opens(host, &file);
    locks(host, &file);
    restarts(world, &world->servers[0]);
    tries(host);
    gets_new_lease(host);
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
        reclaims(host, &file, statuses[i]);
        sends_lock(host, &file, true, statuses[G_N_ELEMENTS(statuses) - 1 - i]);
        sends_lock(host, &file, true, statuses[i]);
    }
    const nfs4_cost *cost = &chain_of(world, 1)->cost;
    g_assert_cmpuint(cost->opens.no_grace, ==, 1);
    g_assert_cmpuint(cost->opens.bad, ==, 2);
    g_assert_cmpuint(cost->opens.conflict, ==, 3);
    g_assert_cmpuint(cost->locks.no_grace, ==, 2);
    g_assert_cmpuint(cost->locks.bad, ==, 4);
    g_assert_cmpuint(cost->locks.conflict, ==, 6);
    g_assert_cmpuint(cost->opens.reclaimed + cost->locks.reclaimed, ==, 0);
    completes_reclaim(host);
    tries(host);
    assert_lost(chain_of(world, 1), 1, 1, 0);
}

/* ---- locks ---------------------------------------------------------------- */

static void test_locks_lost(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    locks(host, &file);
    locks(host, &file);
    sends_lock(host, &file, false, NFS4ERR_DENIED);
    is_thrown_out(host, new_twin(world, 12, 2));
    gets_new_lease(host);
    completes_reclaim(host);
    reopens(host, &file);
    tries(host);
    assert_lost(chain_of(world, 1), 0, 2, 0);
}

static void check_unlocked(uint64_t offset, uint64_t length, uint32_t left)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1}, next = {.name = 2};

    mounts(host);
    opens(host, &file);
    opens(host, &next);
    for (int i = 0; i < 3; i++)
        locks(host, &file);
    locks(host, &next);
    unlocks(host, &file, offset, length);
    is_thrown_out(host, new_twin(world, 12, 2));
    g_assert_cmpuint(chain_of(world, 1)->held.locks, ==, left + 1);
}

static void test_unlocked_before(void)
{
    check_unlocked(0, UINT64_MAX, 0);
    check_unlocked(100, 100, 2);
    check_unlocked(0, 100, 2);
    check_unlocked(100, UINT64_MAX, 2);
}

static void test_lock_stateid_freed(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    locks(host, &file);
    frees_stateid(host, &file.lock, NFS4_OK);
    is_thrown_out(host, new_twin(world, 12, 2));
    g_assert_cmpuint(chain_of(world, 1)->held.locks, ==, 0);
}

static void test_locks_regained(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    opens(host, &file);
    locks(host, &file);
    locks(host, &file);
    is_thrown_out(host, new_twin(world, 12, 2));
    gets_new_lease(host);
    reclaims(host, &file, NFS4_OK);
    sends_lock(host, &file, true, NFS4_OK);
    completes_reclaim(host);
    locks(host, &file); /* as Linux does with nfs.recover_lost_locks=1 */
    tries(host);

    const nfs4_chain *chain = chain_of(world, 1);
    assert_told(chain, "refused destroy create-no identify confirm lease-time reclaim reclaim "
                       "reclaim-complete reopen resumed ");
    g_assert_cmpuint(chain->cost.locks.reclaimed, ==, 1);
    g_assert_cmpuint(chain->cost.locks.taken_anew, ==, 1);
    assert_lost(chain, 0, 0, 0);
}

/* ---- delegations ---------------------------------------------------------- */

static void test_delegations(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file returned = {.name = 1}, lost = {.name = 2}, regained = {.name = 3};

    mounts(host);
    opens_with_delegation(host, &returned);
    opens_with_delegation(host, &lost);
    opens_with_delegation(host, &regained);
    returns_delegation(host, &returned, NFS4_OK);
    returns_delegation(host, &lost, NFS4ERR_DELAY);
    closes(host, &returned);
    is_thrown_out(host, new_twin(world, 12, 2));
    gets_new_lease(host);
    completes_reclaim(host);
    reopens(host, &lost);
    sends_open(host, &regained, CLAIM_FH, OPEN_DELEGATE_WRITE, NFS4_OK);
    returns_delegation(host, &lost, NFS4ERR_BAD_STATEID);
    tries(host);
    const nfs4_chain *chain = chain_of(world, 1);
    g_assert_cmpuint(chain->held.delegations, ==, 2);
    g_assert_cmpuint(chain->cost.delegations_bad, ==, 1);
    assert_lost(chain, 0, 0, 1);
}

/* Linux 7.2 as a server gives no open stateid beside a delegation. */
static void test_delegation_without_open(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    nfs4_message call = begins_work(host, &file);
    nfs4_event result = {
        .u.open = {.delegation_type = OPEN_DELEGATE_WRITE_ATTRS, .delegation = new_stateid(host)}};
    puts_event(&call, OP_OPEN)->u.open.clientid = host->clientid;
    ends_work(host, &call, NFS4_OK, &result);
    is_thrown_out(host, new_twin(world, 12, 2));
    g_assert_cmpuint(chain_of(world, 1)->held.opens, ==, 0);
    g_assert_cmpuint(chain_of(world, 1)->held.delegations, ==, 1);
}

/* ---- refused requests ----------------------------------------------------- */

static uint32_t count_gone(const story *world)
{
    uint32_t count = 0;
    for (guint i = 0; i < world->tape->len; i++) {
        const nfs4_compound *compound =
            &g_array_index(world->tape, story_frame, i).message.compound;
        count +=
            compound->is_reply &&
            (compound->status == NFS4ERR_BADSESSION || compound->status == NFS4ERR_STALE_CLIENTID ||
             compound->status == NFS4ERR_STALE_STATEID || compound->status == NFS4ERR_BAD_STATEID ||
             compound->status == NFS4ERR_EXPIRED);
    }
    return count;
}

/* A request is refused if its answer says that session, clientid or state is gone. */
static void check_refused(uint32_t minor)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, minor);
    story_file one = {.name = 1}, two = {.name = 2};

    mounts(host);
    opens(host, &one);
    opens(host, &two);
    mounts(new_twin(world, 12, minor));
    uses(host, &one, OP_WRITE, NFS4_OK);
    uses(host, &two, OP_READ, NFS4_OK);
    gets_new_lease(host);
    if (minor > 0)
        completes_reclaim(host);
    reclaims(host, &one, NFS4ERR_NO_GRACE); /* says nothing of the kind */
    uses(host, &two, OP_READ, NFS4ERR_BAD_STATEID);
    reopens(host, &one);
    g_assert_cmpuint(chain_of(world, 1)->cost.refused, ==, count_gone(world));
    g_assert_cmpuint(count_gone(world), ==, minor > 0 ? 5 : 3);
}

static void test_refused_alike(void)
{
    check_refused(0);
    check_refused(1);
    check_refused(2);
}

/* ---- what the client was done with ---------------------------------------- */

static void check_given_up_in_vain(uint32_t minor, bool refused_before)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, minor);
    story_file file = {.name = 1};

    mounts(host);
    opens_with_delegation(host, &file);
    locks(host, &file);
    mounts(new_twin(world, 12, minor));
    if (refused_before)
        tries(host);
    g_assert_cmpuint(unlocks(host, &file, 0, UINT64_MAX), !=, NFS4_OK);
    g_assert_cmpuint(closes(host, &file), !=, NFS4_OK);
    g_assert_cmpuint(returns_delegation(host, &file, NFS4_OK), !=, NFS4_OK);
    accesses(host);
    assert_chains(world, 1);
    uint32_t probes = minor > 0 ? 2 : 0; /* DESTROY_SESSION, CREATE_SESSION */
    g_assert_cmpuint(chain_of(world, 1)->cost.refused, ==, 4 + refused_before + probes);
    g_assert_true(chain_of(world, 1)->resumed);
    assert_lost(chain_of(world, 1), 0, 0, 0);
}

static void test_given_up_in_vain(void)
{
    check_given_up_in_vain(2, false);
    check_given_up_in_vain(2, true);
    check_given_up_in_vain(0, false);
    check_given_up_in_vain(0, true);
}

SUITE(test_story_costs)
{
    g_test_add_func("/costs/opens_reclaimed_in_grace_are_not_lost", test_opens_reclaimed);
    g_test_add_func("/costs/opens_taken_anew_are_not_lost", test_opens_reopened);
    g_test_add_func("/costs/opens_not_regained_are_lost", test_opens_not_regained);
    g_test_add_func("/costs/refused_requests_count_alike_in_every_minor_version",
                    test_refused_alike);
    g_test_add_func("/costs/open_that_is_refused_is_lost", test_reopen_refused);
    g_test_add_func("/costs/confirming_an_open_is_part_of_the_open", test_opens_confirmed);
    g_test_add_func("/costs/files_closed_before_are_not_held", test_closed_before);
    g_test_add_func("/costs/file_opened_again_is_held_once", test_opened_again);
    g_test_add_func("/costs/next_lease_holds_what_was_opened_under_it",
                    test_second_loss_of_one_life);
    g_test_add_func("/costs/refused_reclaims_are_told_apart", test_reclaims_refused);
    g_test_add_func("/costs/locks_never_regained_are_lost", test_locks_lost);
    g_test_add_func("/costs/unlocked_before_is_not_held", test_unlocked_before);
    g_test_add_func("/costs/locks_of_a_freed_stateid_are_not_held", test_lock_stateid_freed);
    g_test_add_func("/costs/locks_reclaimed_or_taken_anew_are_not_lost", test_locks_regained);
    g_test_add_func("/costs/delegations_returned_lost_and_regained", test_delegations);
    g_test_add_func("/costs/delegation_without_an_open_stateid", test_delegation_without_open);
    g_test_add_func("/costs/what_was_about_to_be_given_up_is_not_missed", test_given_up_in_vain);
}
