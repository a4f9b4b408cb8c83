/* test_story_chains.c - what a client goes through after an invalidation, and why
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"
#include "model/judge/causes.h"
#include "suite.h"

static const nfs4_chain *first_chain(const story *world)
{
    g_assert_nonnull(world->model->chains.first);
    return world->model->chains.first;
}

static const nfs4_step *step_at(const nfs4_chain *chain, guint index)
{
    return (const nfs4_step *)wmem_array_index(chain->steps, index);
}

static void assert_steps(const nfs4_chain *chain, const nfs4_step_kind *kinds, guint count)
{
    g_assert_cmpuint(wmem_array_get_count(chain->steps), ==, count);
    for (guint i = 0; i < count; i++) {
        g_assert_cmpint(step_at(chain, i)->kind, ==, kinds[i]);
        if (i > 0)
            g_assert_cmpuint(step_at(chain, i)->frame, >, step_at(chain, i - 1)->frame);
    }
}

static void assert_cause(const nfs4_chain *chain, nfs4_cause cause, nfs4_verdict grade)
{
    nfs4_verdict found;
    g_assert_cmpstr(cause_name(cause_of_chain(chain, &found)), ==, cause_name(cause));
    g_assert_cmpstr(verdict_name(found), ==, verdict_name(grade));
}

static nfs4_cause cause_of_first(const story *world)
{
    nfs4_verdict grade;
    return cause_of_chain(first_chain(world), &grade);
}

static void test_steps_in_order(void)
{
    static const nfs4_step_kind expected[] = {
        STEP_REFUSED,  STEP_DESTROY_SESSION,  STEP_CREATE_SESSION_REFUSED,
        STEP_IDENTIFY, STEP_CONFIRM,          STEP_LEASE_TIME,
        STEP_RECLAIM,  STEP_RECLAIM_COMPLETE, STEP_RESUMED};
    static const uint32_t statuses[] = {NFS4ERR_BADSESSION,
                                        NFS4ERR_BADSESSION,
                                        NFS4ERR_STALE_CLIENTID,
                                        0,
                                        0,
                                        0,
                                        NFS4ERR_NO_GRACE,
                                        0,
                                        0};
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    one->has_open_file = true;
    mounts(one);
    const nfs4_lease *lost = lease_of(one);
    mounts(other);
    accesses(one);
    const nfs4_chain *chain = first_chain(world);
    assert_steps(chain, expected, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(statuses); i++)
        g_assert_cmpuint(step_at(chain, i)->status, ==, statuses[i]);
    g_assert_true(chain->lease == lost);
    g_assert_true(chain->renewed == lease_of(one));
    g_assert_true(chain->resumed);
    g_assert_cmpuint(chain->cost.opens.no_grace, ==, 1);
    g_assert_cmpuint(world->model->chains.count, ==, 1);
    assert_cause(chain, CAUSE_DUPLICATE_OWNER, VERDICT_PROVEN);
}

static void test_outage(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    tries(one);
    int64_t refused = world->now;
    recovers(one);
    seconds_pass(world, 2);
    tries(one);
    double outage = (double)(world->now - refused) / (double)SECOND;
    g_assert_cmpfloat_with_epsilon(nstime_to_sec(&first_chain(world)->resumed_after), outage, 1e-9);
    g_assert_cmpfloat_with_epsilon(nstime_to_sec(outage_of(owner_of(one))), outage, 1e-9);
    tries(one); /* over is over */
    g_assert_cmpfloat_with_epsilon(nstime_to_sec(outage_of(owner_of(one))), outage, 1e-9);
}

static void test_outages_add_up(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);
    double sum = 0;
    double longest = 0;

    mounts(one);
    mounts(other);
    for (int i = 0; i < 3; i++) {
        accesses(one);
        accesses(other);
    }
    for (const nfs4_chain *c = world->model->chains.first; c != NULL; c = c->next) {
        sum += nstime_to_sec(&c->resumed_after);
        longest = MAX(longest, nstime_to_sec(&c->resumed_after));
    }
    g_assert_cmpuint(world->model->chains.count, ==, 6);
    g_assert_cmpfloat_with_epsilon(nstime_to_sec(outage_of(owner_of(one))), sum, 1e-9);
    g_assert_cmpfloat_with_epsilon(nstime_to_sec(longest_outage(owner_of(one))), longest, 1e-9);
}

static void test_refused_reclaims(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    tries(one);
    recovers(one);
    for (int i = 0; i < 3; i++)
        reclaims_open(one);
    nfs4_message call = begins_sequence(one);
    puts_op(&call, OP_PUTFH);
    puts_event(&call, OP_LOCK)->u.lock.reclaim = true;
    ends_sequence(one, &call, NFS4ERR_RECLAIM_CONFLICT);
    tries(one);
    g_assert_cmpuint(first_chain(world)->cost.opens.no_grace, ==, 3);
    g_assert_cmpuint(first_chain(world)->cost.locks.conflict, ==, 1);
}

static void test_reclaims_that_work(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    host->has_open_file = true;
    mounts(host);
    restarts(world, &world->servers[0]);
    accesses(host);
    g_assert_cmpuint(first_chain(world)->cost.opens.no_grace, ==, 0);
    g_assert_true(first_chain(world)->resumed);
    assert_cause(first_chain(world), CAUSE_SERVER_RESTART, VERDICT_PROVEN);
}

static void test_knocked_out_while_recovering(void)
{
    static const nfs4_step_kind first_steps[] = {STEP_REFUSED, STEP_DESTROY_SESSION,
                                                 STEP_CREATE_SESSION_REFUSED, STEP_IDENTIFY,
                                                 STEP_CONFIRM};
    static const nfs4_step_kind second_steps[] = {
        STEP_REFUSED, STEP_DESTROY_SESSION, STEP_CREATE_SESSION_REFUSED, STEP_IDENTIFY,
        STEP_CONFIRM, STEP_LEASE_TIME,      STEP_RECLAIM_COMPLETE,       STEP_RESUMED};
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    tries(one);
    sends_destroy_session(one);
    sends_create_session(one);
    identifies(one);
    accesses(other); /* takes it back before the first one is done */
    g_assert_cmpuint(asks_lease_time(one), ==, NFS4ERR_BADSESSION);
    recovers(one);
    tries(one);

    const nfs4_chain *chain = first_chain(world);
    assert_steps(chain, first_steps, G_N_ELEMENTS(first_steps));
    g_assert_false(chain->resumed);
    g_assert_cmpuint(world->model->chains.count, ==, 3);
    chain = world->model->chains.last;
    assert_steps(chain, second_steps, G_N_ELEMENTS(second_steps));
    g_assert_true(chain->resumed);
    assert_cause(chain, CAUSE_DUPLICATE_OWNER, VERDICT_PROVEN);
}

static void test_capture_ends(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    tries(one);
    recovers(one);
    g_assert_false(first_chain(world)->resumed);
    g_assert_true(nstime_is_zero(outage_of(owner_of(one))));
}

static void test_renewals_resume_nothing(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    g_assert_cmpuint(renews_session(one), ==, NFS4ERR_BADSESSION);
    recovers(one);
    renews_session(one);
    g_assert_false(first_chain(world)->resumed);
    sends_on_session(one, OP_GETATTR, 2); /* NFS4ERR_NOENT, but carried out */
    g_assert_true(first_chain(world)->resumed);
}

static void test_probing_stateids(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    tries(one);
    recovers(one);
    sends_on_session(one, OP_TEST_STATEID, NFS4_OK);
    sends_on_session(one, OP_FREE_STATEID, NFS4ERR_BAD_STATEID);
    const nfs4_chain *chain = first_chain(world);
    guint count = wmem_array_get_count(chain->steps);
    g_assert_cmpint(step_at(chain, count - 2)->kind, ==, STEP_PROBE_STATE);
    g_assert_cmpint(step_at(chain, count - 1)->kind, ==, STEP_PROBE_STATE);
    g_assert_false(chain->resumed);
}

static void test_lease_expired(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    accesses(host);
    seconds_pass(world, 200);
    is_expired(host);
    accesses(host);
    assert_cause(first_chain(world), CAUSE_LEASE_EXPIRED, VERDICT_PROBABLE);
    g_assert_true(first_chain(world)->resumed);
}

static void test_expired_while_fresh(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    seconds_pass(world, 20);
    is_expired(host); /* by the server's administrator */
    accesses(host);
    nfs4_cause cause = cause_of_first(world);
    g_assert_true(cause == CAUSE_UNKNOWN || cause == CAUSE_REMOVED_BY_SERVER);
    assert_single(host);
}

static void test_admin_revoked(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    sends_on_session(host, OP_WRITE, NFS4ERR_ADMIN_REVOKED);
    tries(host);
    assert_single(host);
    g_assert_cmpint(cause_of_first(world), ==, CAUSE_ADMIN_REVOKED);
    g_assert_cmpuint(owner_of(host)->invalidations, ==, 0); /* the lease lives on */
}

static void test_session_only(void)
{
    static const nfs4_step_kind expected[] = {STEP_REFUSED, STEP_DESTROY_SESSION, STEP_CONFIRM,
                                              STEP_RESUMED};
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    loses_session(host);
    accesses(host);
    assert_steps(first_chain(world), expected, G_N_ELEMENTS(expected));
    g_assert_true(first_chain(world)->resumed);
    assert_cause(first_chain(world), CAUSE_SESSION_ONLY, VERDICT_PROVEN);
    loses_session(host);
    accesses(host);
    g_assert_cmpuint(world->model->chains.count, ==, 2);
    assert_cause(world->model->chains.last, CAUSE_SESSION_ONLY, VERDICT_PROVEN);
}

static void test_session_lost_then_lease_taken(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    loses_session(one);
    accesses(one);
    mounts(other);
    accesses(one);
    assert_proven(one);
    g_assert_cmpuint(world->model->chains.count, ==, 2);
    g_assert_true(first_chain(world)->session_only);
    g_assert_false(world->model->chains.last->session_only);
    assert_cause(world->model->chains.last, CAUSE_DUPLICATE_OWNER, VERDICT_PROVEN);
}

static void test_steps_are_limited(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    for (int i = 0; i < NFS4_STEPS_KEPT + 10; i++)
        tries(one);
    g_assert_cmpuint(wmem_array_get_count(first_chain(world)->steps), ==, NFS4_STEPS_KEPT);
    g_assert_cmpuint(first_chain(world)->steps_dropped, ==, 10);
    g_assert_cmpuint(owner_of(one)->invalidations, ==, 1);
    accesses(one);
    g_assert_true(first_chain(world)->resumed);
}

static void test_two_hosts_two_chains(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2);
    story_host *two = story_new_host(world, "web02", 12, 2);

    mounts(one);
    mounts(two);
    restarts(world, &world->servers[0]);
    tries(one);
    tries(two);
    recovers(one);
    recovers(two);
    tries(two);
    tries(one);
    g_assert_cmpuint(world->model->chains.count, ==, 2);
    for (const nfs4_chain *chain = first_chain(world); chain != NULL; chain = chain->next) {
        g_assert_cmpuint(wmem_array_get_count(chain->steps), ==, 8);
        g_assert_true(chain->resumed);
        assert_cause(chain, CAUSE_SERVER_RESTART, VERDICT_PROVEN);
    }
    g_assert_true(first_chain(world)->lease->instance == instance_of(one));
}

SUITE(test_story_chains)
{
    g_test_add_func("/chains/recovery_is_one_chain_with_its_steps_in_order", test_steps_in_order);
    g_test_add_func("/chains/outage_is_from_the_refusal_to_the_first_work", test_outage);
    g_test_add_func("/chains/outages_of_an_owner_add_up", test_outages_add_up);
    g_test_add_func("/chains/refused_reclaims_are_counted", test_refused_reclaims);
    g_test_add_func("/chains/reclaims_after_a_server_restart_work", test_reclaims_that_work);
    g_test_add_func("/chains/second_knock_out_in_a_recovery_is_a_second_chain",
                    test_knocked_out_while_recovering);
    g_test_add_func("/chains/chain_cut_by_the_end_of_the_capture_is_not_resumed",
                    test_capture_ends);
    g_test_add_func("/chains/renewal_resumes_nothing_and_work_does", test_renewals_resume_nothing);
    g_test_add_func("/chains/probed_stateids_are_steps", test_probing_stateids);
    g_test_add_func("/chains/idle_for_the_lease_time_is_lease_expired", test_lease_expired);
    g_test_add_func("/chains/removed_while_fresh_is_not_blamed_on_a_host",
                    test_expired_while_fresh);
    g_test_add_func("/chains/revoked_state_with_the_lease_intact_is_admin_revoked",
                    test_admin_revoked);
    g_test_add_func("/chains/create_session_on_the_old_clientid_is_session_only",
                    test_session_only);
    g_test_add_func("/chains/lost_session_does_not_hide_a_later_takeover",
                    test_session_lost_then_lease_taken);
    g_test_add_func("/chains/steps_are_limited_and_the_rest_counted", test_steps_are_limited);
    g_test_add_func("/chains/hosts_that_recover_at_once_have_a_chain_each",
                    test_two_hosts_two_chains);
}
