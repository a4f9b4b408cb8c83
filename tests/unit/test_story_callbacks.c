/* test_story_callbacks.c - what a server asks of its clients by itself
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_trouble.h"
#include "story_verbs.h"
#include "suite.h"

#define RECALLABLE_STATE_REVOKED 0x40u
#define ROUNDS 5

static const uint8_t delegation[NFS4_OTHER_SIZE] = "delegation1";

/* ---- the callbacks -------------------------------------------------------- */

static void is_heard(story_host *host, nfs4_callback *callback)
{
    address client = ADDRESS_INIT_NONE;
    story *world = host->world;
    set_address(&client, AT_IPv4, 4, host->address);
    set_address(&callback->server.addr, AT_IPv4, 4, host->server_address);
    callback->server.port = host->minor > 0 ? 2049 : 812;
    callback->client = &client;
    callback->connection = host->minor > 0 ? host->connection : 1000;
    world->now += MILLISECOND;
    callback->frame = ++world->frames;
    callback->when = (nstime_t){world->now / SECOND, (int)(world->now % SECOND)};
    model_observe_callback(world->model, callback);
}

/* With or without CB_RECALL. */
static nfs4_callback calls_back(story_host *host, uint32_t xid, bool recalls)
{
    nfs4_callback call = {.xid = xid,
                          .minorversion = host->minor,
                          .has_session = host->minor > 0,
                          .has_recall = recalls};
    memcpy(call.sessionid, host->sessionid, NFS4_SESSIONID_SIZE);
    memcpy(call.recalled.other, delegation, NFS4_OTHER_SIZE);
    is_heard(host, &call);
    return call;
}

static void answers_back(story_host *host, uint32_t xid, uint32_t operation, uint32_t status)
{
    nfs4_callback reply = {.xid = xid, .is_reply = true, .last_op = operation, .status = status};
    is_heard(host, &reply);
}

static void refuses_back(story_host *host, uint32_t first, uint32_t count, uint32_t status)
{
    for (uint32_t i = 0; i < count; i++) {
        calls_back(host, first + i, true);
        answers_back(host, first + i, OP_CB_SEQUENCE, status);
    }
    accesses(host);
}

static void works_for(story_host *host, int64_t seconds)
{
    accesses(host);
    for (int64_t second = 0; second < seconds; second += 30) {
        seconds_pass(host->world, 30);
        accesses(host);
    }
}

/* ---- nobody answers ------------------------------------------------------- */

static void test_recall_unanswered(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    uint32_t frame = calls_back(host, 1, true).frame;
    works_for(host, 150);
    assert_no_trouble(world);
    works_for(host, 60);
    assert_kind(world, TROUBLE_UNANSWERED);
    const nfs4_trouble *trouble = trouble_of(world);
    g_assert_cmpuint(trouble->detail.callback.first_in, ==, frame);
    g_assert_cmpuint(trouble->operation, ==, OP_SEQUENCE);
    g_assert_cmpuint(trouble->detail.callback.count, ==, 1);
    g_assert_cmpuint(trouble->detail.callback.seconds, ==, 180);
    g_assert_cmpint(trouble->blame, ==, BLAME_UNKNOWN);
    g_assert_cmpuint(trouble->count, ==, 1);
    answers_back(host, 1, OP_CB_RECALL, NFS4_OK);
    g_assert_cmpuint(trouble->ended_in, ==, world->frames);
}

static void test_recall_unanswered_40(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 0);
    calls_back(host, 1, true);
    works_for(host, 210);
    assert_kind(world, TROUBLE_UNANSWERED);
    g_assert_cmpuint(trouble_of(world)->operation, ==, OP_RENEW);
}

static void test_answer_without_a_call(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    answers_back(host, 1, OP_CB_SEQUENCE, NFS4ERR_BADSESSION);
    works_for(host, 300);
    assert_no_trouble(world);
}

static void test_recall_answered(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    calls_back(host, 1, true);
    answers_back(host, 1, OP_CB_RECALL, NFS4_OK);
    works_for(host, 300);
    assert_no_trouble(world);
}

/* The answer was not captured: the delegation came back, so that the client has heard it. */
static void test_delegation_comes_back(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    calls_back(host, 1, true);
    nfs4_message call = begins_sequence(host);
    memcpy(puts_event(&call, OP_DELEGRETURN)->u.stateid.stateid.other, delegation, NFS4_OTHER_SIZE);
    ends_sequence(host, &call, NFS4_OK);
    works_for(host, 300);
    assert_no_trouble(world);
}

static void test_other_delegation_comes_back(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    calls_back(host, 1, true);
    nfs4_message call = begins_sequence(host);
    puts_event(&call, OP_DELEGRETURN)->u.stateid.stateid.other[0] = 1;
    ends_sequence(host, &call, NFS4_OK);
    works_for(host, 300);
    assert_kind(world, TROUBLE_UNANSWERED);
}

/* What is no recall shows by its answer alone, which may not have been captured. */
static void test_other_callbacks(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    calls_back(host, 1, false);
    calls_back(host, 1, false); /* sent again */
    works_for(host, 300);
    assert_no_trouble(world);
    calls_back(host, 2, false);
    works_for(host, 30);
    assert_kind(world, TROUBLE_UNANSWERED);
    g_assert_cmpuint(trouble_of(world)->detail.callback.count, ==, 2);
}

/* A later one was answered: the path is there. */
static void test_later_one_answered(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    calls_back(host, 1, true);
    calls_back(host, 2, false);
    answers_back(host, 2, OP_CB_SEQUENCE, NFS4_OK);
    works_for(host, 300);
    assert_no_trouble(world);
}

/* It was suspended, and answers when it is back. */
static void test_silent_client(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    calls_back(host, 1, true);
    seconds_pass(world, 600);
    accesses(host);
    answers_back(host, 1, OP_CB_RECALL, NFS4_OK);
    works_for(host, 300);
    assert_kind(world, TROUBLE_LATE);
}

/* What was recalled under it is gone with the lease. */
static void test_lost_lease(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    calls_back(host, 1, true);
    is_expired(host);
    works_for(host, 300);
    assert_no_trouble(world);
}

static void test_other_client(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    story_host *other = story_new_host(world, "db01", 12, 2);
    mounts(other);
    calls_back(host, 1, true);
    works_for(other, 300);
    assert_no_trouble(world);
}

/* More servers than are kept: those that came first are. */
static void test_many_servers(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    calls_back(host, 1, true);
    for (uint32_t i = 0; i < 20; i++) {
        host->server_address[3]++;
        calls_back(host, 2 + i, true);
    }
    uint64_t bytes = world->model->store.bytes;
    host->server_address[3]++;
    calls_back(host, 30, true);
    g_assert_cmpuint(world->model->store.bytes, ==, bytes);
    host->server_address[3] -= 21;
    works_for(host, 210);
    assert_kind(world, TROUBLE_UNANSWERED);
}

static void test_full_store(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    model_set_limit(world->model, 1);
    uint64_t bytes = world->model->store.bytes;
    calls_back(host, 1, true);
    g_assert_cmpuint(world->model->store.bytes, ==, bytes);
    works_for(host, 210);
    assert_no_trouble(world);
}

/* ---- refused -------------------------------------------------------------- */

static void test_refused(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses_back(host, 1, ROUNDS - 1, NFS4ERR_SEQ_MISORDERED);
    assert_no_trouble(world);
    refuses_back(host, 20, 1, NFS4ERR_SEQ_MISORDERED);
    assert_kind(world, TROUBLE_CALLED_BACK);
    const nfs4_trouble *trouble = trouble_of(world);
    g_assert_cmpuint(trouble->detail.callback.count, ==, ROUNDS);
    g_assert_cmpuint(trouble->detail.callback.status, ==, NFS4ERR_SEQ_MISORDERED);
    g_assert_cmpint(trouble->blame, ==, BLAME_UNKNOWN);
    refuses_back(host, 30, 1, NFS4ERR_SEQ_MISORDERED);
    g_assert_cmpuint(trouble->detail.callback.count, ==, ROUNDS + 1);
    assert_kind(world, TROUBLE_CALLED_BACK);
    calls_back(host, 40, false);
    answers_back(host, 40, OP_CB_SEQUENCE, NFS4_OK);
    g_assert_cmpuint(trouble->ended_in, ==, world->frames);
}

static void test_refused_in_several_ways(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses_back(host, 1, ROUNDS - 1, NFS4ERR_SEQ_MISORDERED);
    refuses_back(host, 10, ROUNDS - 1, NFS4ERR_BADSESSION); /* another error */
    calls_back(host, 20, false);
    answers_back(host, 20, OP_CB_SEQUENCE, NFS4_OK);
    refuses_back(host, 30, ROUNDS - 1, NFS4ERR_BADSESSION);
    refuses_back(host, 40, 2 * ROUNDS, NFS4ERR_DELAY); /* later */
    assert_no_trouble(world);
    refuses_back(host, 60, 1, NFS4ERR_BADSESSION);
    assert_kind(world, TROUBLE_CALLED_BACK);
}

/* About what was asked for: the client has given it back. */
static void test_refused_operation(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 1; i <= 2 * ROUNDS; i++) {
        calls_back(host, i, true);
        answers_back(host, i, OP_CB_RECALL, NFS4ERR_BAD_STATEID);
    }
    accesses(host);
    assert_no_trouble(world);
}

/* One answer, seen again and again */
static void test_answer_seen_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    calls_back(host, 1, true);
    for (int i = 0; i < 2 * ROUNDS; i++)
        answers_back(host, 1, OP_CB_SEQUENCE, NFS4ERR_BADSESSION);
    accesses(host);
    assert_no_trouble(world);
}

/* The answers are those to other calls, of other connections. */
static void test_answers_to_others(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    uint32_t connection = host->connection;
    for (uint32_t i = 1; i <= ROUNDS; i++) {
        host->connection = connection;
        calls_back(host, i, true);
        host->connection = connection + 100;
        answers_back(host, i, OP_CB_SEQUENCE, NFS4ERR_BADSESSION);
    }
    host->connection = connection;
    accesses(host);
    assert_no_trouble(world);
}

static void test_dead_session(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    uint8_t dead[NFS4_SESSIONID_SIZE];
    memcpy(dead, host->sessionid, sizeof dead);
    sends_destroy_session(host);
    uint32_t ended = world->frames;
    sends_create_session(host);
    for (uint32_t i = 1; i <= ROUNDS; i++) {
        nfs4_callback call = {.xid = i, .minorversion = 2, .has_session = true};
        memcpy(call.sessionid, dead, sizeof dead);
        is_heard(host, &call);
        answers_back(host, i, OP_CB_SEQUENCE, NFS4ERR_BADSESSION);
    }
    accesses(host);
    assert_kind(world, TROUBLE_CALLED_BACK);
    g_assert_cmpint(trouble_of(world)->blame, ==, BLAME_SERVER);
    g_assert_cmpuint(trouble_of(world)->detail.callback.ended_in, ==, ended);
}

/* ---- taken away ----------------------------------------------------------- */

/* One trouble, which says what became of the recall. */
static void test_revoked(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    uint32_t frame = calls_back(host, 1, true).frame;
    seconds_pass(world, 60);
    is_flagged(host, RECALLABLE_STATE_REVOKED);
    works_for(host, 300);
    calls_back(host, 2, false);
    answers_back(host, 2, OP_CB_SEQUENCE, NFS4ERR_BADSESSION);
    assert_kind(world, TROUBLE_RECALL);
    const nfs4_trouble *trouble = trouble_of(world);
    g_assert_cmpuint(trouble->detail.recall.recalled_in, ==, frame);
    g_assert_cmpuint(trouble->detail.recall.answered_in, ==, 0);
    answers_back(host, 1, OP_CB_SEQUENCE, NFS4ERR_BADSESSION);
    g_assert_cmpuint(trouble->detail.recall.answered_in, ==, world->frames);
    g_assert_cmpuint(trouble->detail.recall.status, ==, NFS4ERR_BADSESSION);
    uint32_t answered = world->frames;
    calls_back(host, 3, true); /* another one */
    answers_back(host, 3, OP_CB_RECALL, NFS4_OK);
    g_assert_cmpuint(trouble->detail.recall.answered_in, ==, answered);
}

static void test_revoked_in_a_full_store(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    calls_back(host, 1, true);
    is_flagged(host, 1);
    model_set_limit(world->model, 1);
    is_flagged(host, RECALLABLE_STATE_REVOKED);
    assert_no_trouble(world);
}

SUITE(test_story_callbacks)
{
    g_test_add_func("/trouble/unanswered/recall", test_recall_unanswered);
    g_test_add_func("/trouble/unanswered/recall_in_40", test_recall_unanswered_40);
    g_test_add_func("/trouble/unanswered/answer_without_a_call", test_answer_without_a_call);
    g_test_add_func("/trouble/unanswered/answered_recall_is_none", test_recall_answered);
    g_test_add_func("/trouble/unanswered/delegation_comes_back", test_delegation_comes_back);
    g_test_add_func("/trouble/unanswered/other_delegation_comes_back",
                    test_other_delegation_comes_back);
    g_test_add_func("/trouble/unanswered/other_callbacks_twice", test_other_callbacks);
    g_test_add_func("/trouble/unanswered/later_one_is_answered", test_later_one_answered);
    g_test_add_func("/trouble/unanswered/silent_client", test_silent_client);
    g_test_add_func("/trouble/unanswered/lost_lease", test_lost_lease);
    g_test_add_func("/trouble/unanswered/other_client", test_other_client);
    g_test_add_func("/trouble/unanswered/many_servers", test_many_servers);
    g_test_add_func("/trouble/called_back/five_refusals", test_refused);
    g_test_add_func("/trouble/called_back/several_errors", test_refused_in_several_ways);
    g_test_add_func("/trouble/called_back/operation_that_is_refused", test_refused_operation);
    g_test_add_func("/trouble/called_back/answer_seen_again", test_answer_seen_again);
    g_test_add_func("/trouble/unanswered/full_store", test_full_store);
    g_test_add_func("/trouble/called_back/answers_to_others", test_answers_to_others);
    g_test_add_func("/trouble/called_back/dead_session", test_dead_session);
    g_test_add_func("/trouble/recall/callback_is_told", test_revoked);
    g_test_add_func("/trouble/recall/full_store", test_revoked_in_a_full_store);
}
