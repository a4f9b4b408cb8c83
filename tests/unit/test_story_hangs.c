/* test_story_hangs.c - trouble that is no loop of refusals
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_trouble.h"
#include "story_verbs.h"
#include "suite.h"

#define LEASE_TIME 90
#define CB_PATH_DOWN 0x1u
#define LEASE_MOVED 0x80u

/* A renewal every twenty seconds. */
static void is_flagged_for(story_host *host, uint32_t flags, int64_t seconds)
{
    is_flagged(host, flags);
    for (int64_t second = 0; second < seconds; second += 20) {
        seconds_pass(host->world, 20);
        is_flagged(host, flags);
    }
}

/* ---- flags ---------------------------------------------------------------- */

static void test_flag_stands(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    is_flagged_for(host, CB_PATH_DOWN, 80);
    assert_no_trouble(world);
    uint32_t first = world->frames - 8;
    seconds_pass(world, 20);
    is_flagged(host, CB_PATH_DOWN);
    assert_kind(world, TROUBLE_FLAG);
    const nfs4_trouble *trouble = trouble_of(world);
    g_assert_cmpuint(trouble->detail.flag.bit, ==, CB_PATH_DOWN);
    g_assert_cmpuint(trouble->count, ==, 6);
    g_assert_cmpuint(trouble->first_frame, ==, first);
    g_assert_cmpint(trouble->blame, ==, BLAME_CLIENT);
    is_flagged(host, 0);
    g_assert_cmpuint(trouble->ended_in, ==, world->frames);
}

static void test_flag_is_told_seldom(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 4; i++) {
        is_flagged(host, CB_PATH_DOWN);
        seconds_pass(world, 60);
    }
    assert_no_trouble(world);
}

static void test_flag_is_gone_in_between(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    is_flagged_for(host, CB_PATH_DOWN, 80);
    is_flagged(host, 0);
    is_flagged_for(host, CB_PATH_DOWN, 80);
    assert_no_trouble(world);
}

static void test_client_did_what_the_flag_asks(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    is_flagged(host, CB_PATH_DOWN);
    binds_connection(host);
    uint32_t bound = world->frames;
    is_flagged_for(host, CB_PATH_DOWN, 100);
    assert_kind(world, TROUBLE_FLAG);
    g_assert_cmpuint(trouble_of(world)->detail.flag.acted_in, ==, bound);
    g_assert_cmpint(trouble_of(world)->blame, ==, BLAME_UNKNOWN);
}

static void test_flag_that_no_operation_answers(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    is_flagged_for(host, LEASE_MOVED, 100);
    assert_kind(world, TROUBLE_FLAG);
    g_assert_cmpint(trouble_of(world)->blame, ==, BLAME_UNKNOWN);
}

static void test_flags_are_two_troubles(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    is_flagged_for(host, CB_PATH_DOWN | LEASE_MOVED, 100);
    g_assert_nonnull(trouble_of(world)->next);
    g_assert_null(trouble_of(world)->next->next);
}

/* ---- callbacks ------------------------------------------------------------ */

#define ADMIN_REVOKED 0x20u
#define RECALLABLE_REVOKED 0x40u
#define BACKCHANNEL_FAULT 0x400u

static void test_recall_in_vain(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    is_flagged(host, BACKCHANNEL_FAULT);
    uint32_t fault = world->frames;
    is_flagged(host, 0);
    is_flagged(host, RECALLABLE_REVOKED);
    is_flagged(host, RECALLABLE_REVOKED);
    assert_kind(world, TROUBLE_RECALL);
    const nfs4_trouble *trouble = trouble_of(world);
    g_assert_cmpuint(trouble->count, ==, 1);
    g_assert_cmpuint(trouble->detail.recall.fault, ==, BACKCHANNEL_FAULT);
    g_assert_cmpuint(trouble->detail.recall.fault_in, ==, fault);
    is_flagged(host, 0);
    is_flagged(host, RECALLABLE_REVOKED);
    g_assert_cmpuint(trouble->count, ==, 2);
}

static void test_administrator_revokes(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    is_flagged(host, RECALLABLE_REVOKED | ADMIN_REVOKED);
    is_flagged(host, ADMIN_REVOKED);
    is_flagged(host, RECALLABLE_REVOKED);
    assert_no_trouble(world);
}

static void is_told_path_down(story_host *host)
{
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_RENEW)->u.clientid.clientid = host->clientid;
    story_sends(host, &call);
    answers(host, &call, OP_RENEW, NFS4ERR_CB_PATH_DOWN);
}

static void test_callback_path_down(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 0);
    for (int i = 0; i < 4; i++) {
        is_told_path_down(host);
        seconds_pass(world, 60);
    }
    assert_no_trouble(world);
    is_told_path_down(host);
    assert_kind(world, TROUBLE_CALLBACK);
    sends_with_clientid(host, OP_RENEW);
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, world->frames);
}

/* ---- leases --------------------------------------------------------------- */

static void test_renewed_late(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    seconds_pass(world, LEASE_TIME + 40);
    renews_session(host);
    assert_kind(world, TROUBLE_LATE);
    const nfs4_trouble *trouble = trouble_of(world);
    g_assert_cmpuint(trouble->detail.late.longest, ==, LEASE_TIME + 40);
    g_assert_cmpuint(trouble->detail.late.beyond, ==, 1);
    seconds_pass(world, LEASE_TIME + 5);
    renews_session(host);
    g_assert_cmpuint(trouble->count, ==, 2);
    g_assert_cmpuint(trouble->detail.late.longest, ==, LEASE_TIME + 40);
}

static void test_renewed_in_time(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 8; i++) {
        seconds_pass(world, LEASE_TIME * 2 / 3);
        renews_session(host);
    }
    assert_no_trouble(world);
}

static void test_nearly_ran_out(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 3; i++) {
        assert_no_trouble(world);
        seconds_pass(world, LEASE_TIME - 5);
        renews_session(host);
    }
    assert_kind(world, TROUBLE_LATE);
    g_assert_cmpuint(trouble_of(world)->detail.late.beyond, ==, 0);
}

static void test_something_was_not_captured(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    seconds_pass(world, LEASE_TIME + 40);
    host->xid++;
    renews_session(host);
    assert_no_trouble(world);
}

static void test_lease_time_is_not_known(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    identifies(host);
    renews_session(host);
    seconds_pass(world, LEASE_TIME + 40);
    renews_session(host);
    assert_no_trouble(world);
}

static void test_refused_request_renews(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 3; i++) {
        seconds_pass(world, 50);
        sends_on_session(host, OP_LOOKUP, NFS4ERR_NOENT);
    }
    renews_session(host);
    assert_no_trouble(world);
}

static void asks_without_lease(story_host *host, uint32_t opcode, uint32_t lease_time)
{
    nfs4_message call = begins_call(host);
    puts_op(&call, opcode);
    story_sends(host, &call);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    if (lease_time > 0)
        puts_event(&reply, OP_GETATTR)->u.getattr.lease_time = lease_time;
    else
        puts_op(&reply, opcode);
    story_sends(host, &reply);
}

/* With NFSv4.0, where it was told the lease time. */
static story_host *mounted_40(story *world)
{
    story_host *host = mounted(world, 0);
    asks_without_lease(host, OP_GETATTR, LEASE_TIME);
    return host;
}

static void test_renewed_late_40(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted_40(world);
    seconds_pass(world, LEASE_TIME + 40);
    sends_with_clientid(host, OP_RENEW);
    assert_kind(world, TROUBLE_LATE);
    g_assert_cmpuint(trouble_of(world)->operation, ==, OP_RENEW);
    g_assert_cmpuint(trouble_of(world)->detail.late.longest, ==, LEASE_TIME + 40);
}

static void test_not_captured_40(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted_40(world);
    seconds_pass(world, LEASE_TIME + 40);
    host->xid++;
    sends_with_clientid(host, OP_RENEW);
    assert_no_trouble(world);
}

static nfs4_message sends_only(story_host *host, uint32_t opcode)
{
    nfs4_message call = begins_call(host);
    puts_event(&call, opcode)->u.clientid.clientid = host->clientid;
    story_sends(host, &call);
    return call;
}

/* Two requests at once: the second follows the first, and what was before that was not captured. */
static void test_two_at_once_40(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted_40(world);
    seconds_pass(world, LEASE_TIME + 40);
    host->xid += 5;
    nfs4_message first = sends_only(host, OP_RELEASE_LOCKOWNER);
    nfs4_message second = sends_only(host, OP_RENEW);
    answers(host, &first, OP_RELEASE_LOCKOWNER, NFS4_OK);
    answers(host, &second, OP_RENEW, NFS4_OK);
    assert_no_trouble(world);
}

static void test_two_connections_40(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted_40(world);
    connects(host);
    sends_with_clientid(host, OP_RENEW);
    seconds_pass(world, LEASE_TIME + 40);
    sends_with_clientid(host, OP_RENEW);
    assert_no_trouble(world);
}

/* A request that needs no lease works in any case. */
static void test_other_request_40(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted_40(world);
    seconds_pass(world, LEASE_TIME + 40);
    asks_without_lease(host, OP_LOOKUP, 0);
    assert_no_trouble(world);
}

static void test_silence_that_cost_the_lease(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    seconds_pass(world, LEASE_TIME + 40);
    is_flagged(host, SEQ4_STATUS_EXPIRED_ALL_STATE_REVOKED);
    assert_no_trouble(world);
}

/* ---- slots ---------------------------------------------------------------- */

static nfs4_message begins_on_slot(story_host *host, uint32_t slot, uint32_t number)
{
    nfs4_message call = begins_sequence(host);
    call.compound.events[0].u.sequence.slotid = slot;
    call.compound.events[0].u.sequence.sequenceid = number;
    puts_op(&call, OP_PUTFH);
    puts_op(&call, OP_WRITE);
    return call;
}

static void is_answered(story_host *host, const nfs4_message *call, uint32_t slots)
{
    nfs4_message reply = begins_reply(call, NFS4_OK);
    nfs4_event *event = puts_event(&reply, OP_SEQUENCE);
    memcpy(event->u.sequence.sessionid, host->sessionid, NFS4_SESSIONID_SIZE);
    event->u.sequence.slots = slots;
    memcpy(reply.compound.ops_seen, call->compound.ops_seen, sizeof reply.compound.ops_seen);
    story_sends(host, &reply);
}

#define SLOTS 3

static void uses_slots(story_host *host, nfs4_message calls[SLOTS], uint32_t count, uint32_t number)
{
    for (uint32_t slot = 0; slot < count; slot++) {
        calls[slot] = begins_on_slot(host, slot, 1000 + number);
        story_sends(host, &calls[slot]);
    }
}

static void answers_slots(story_host *host, const nfs4_message calls[SLOTS], uint32_t count)
{
    for (uint32_t slot = 0; slot < count; slot++)
        is_answered(host, &calls[slot], SLOTS);
}

/* Another client keeps the capture going. */
static void others_go_on(story *world, int64_t seconds)
{
    story_host *other = story_new_host(world, "web02", 12, 2);
    mounts(other);
    for (int64_t second = 0; second < seconds; second += 30) {
        seconds_pass(world, 30);
        renews_session(other);
    }
}

static void test_all_slots_wait(void)
{
    for (int is_answered_late = 0; is_answered_late < 2; is_answered_late++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = mounted(world, 2);
        nfs4_message calls[SLOTS];
        uses_slots(host, calls, SLOTS, 1);
        answers_slots(host, calls, SLOTS);
        uses_slots(host, calls, SLOTS, 2);
        others_go_on(world, LEASE_TIME + 10);
        if (is_answered_late)
            answers_slots(host, calls, SLOTS);
        else
            model_settle(world->model);
        assert_kind(world, TROUBLE_SLOTS);
        g_assert_cmpuint(trouble_of(world)->detail.slots.allowed, ==, SLOTS);
        g_assert_cmpuint(trouble_of(world)->detail.slots.seconds, >=, LEASE_TIME);
        model_settle(world->model);
        assert_kind(world, TROUBLE_SLOTS);
        g_assert_cmpuint(trouble_of(world)->count, ==, 1);
    }
}

static void test_one_slot_is_free(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    nfs4_message calls[SLOTS];
    uses_slots(host, calls, SLOTS, 1);
    answers_slots(host, calls, SLOTS);
    uses_slots(host, calls, SLOTS - 1, 2);
    others_go_on(world, LEASE_TIME + 10);
    model_settle(world->model);
    answers_slots(host, calls, SLOTS - 1);
    assert_no_trouble(world);
}

static void test_slots_wait_for_a_while(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    nfs4_message calls[SLOTS];
    uses_slots(host, calls, SLOTS, 1);
    answers_slots(host, calls, SLOTS);
    uses_slots(host, calls, SLOTS, 2);
    others_go_on(world, LEASE_TIME - 30);
    model_settle(world->model);
    answers_slots(host, calls, SLOTS);
    assert_no_trouble(world);
}

static void test_slots_one_after_the_other(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    nfs4_message calls[SLOTS];
    uses_slots(host, calls, SLOTS, 1);
    answers_slots(host, calls, SLOTS);
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        calls[slot] = begins_on_slot(host, slot, 1002);
        story_sends(host, &calls[slot]);
        seconds_pass(world, LEASE_TIME + 10);
        is_answered(host, &calls[slot], SLOTS);
    }
    assert_no_trouble(world);
}

/* All slots were used; then a request waits on each of the first `count`, sent ten seconds after
 * the one before. */
static story_host *waits_on(story *world, nfs4_message calls[SLOTS], uint32_t count,
                            uint32_t number)
{
    story_host *host = mounted(world, 2);
    uses_slots(host, calls, SLOTS, 1);
    answers_slots(host, calls, SLOTS);
    for (uint32_t slot = 0; slot < count; slot++) {
        seconds_pass(world, slot > 0 ? 10 : 0);
        calls[slot] = begins_on_slot(host, slot, 1000 + number);
        story_sends(host, &calls[slot]);
    }
    return host;
}

static void test_how_long_slots_wait(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    nfs4_message calls[SLOTS];
    story_host *host = waits_on(world, calls, SLOTS, 2);
    int64_t last = world->now;
    nfs4_message bind = begins_call(host); /* waits, too, and on no slot */
    memcpy(puts_event(&bind, OP_BIND_CONN_TO_SESSION)->u.bind_conn.sessionid, host->sessionid,
           NFS4_SESSIONID_SIZE);
    story_sends(host, &bind);
    others_go_on(world, LEASE_TIME + 30);
    model_settle(world->model);
    assert_kind(world, TROUBLE_SLOTS);
    int64_t waited = (world->now - last) / SECOND;
    g_assert_cmpuint(trouble_of(world)->detail.slots.seconds, ==, waited);
    others_go_on(world, 60);
    model_settle(world->model);
    assert_kind(world, TROUBLE_SLOTS);
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, 0);
    is_answered(host, &calls[0], SLOTS);
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, world->frames);
    model_settle(world->model);
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, world->frames);
}

static void test_last_slot_waits_for_a_moment(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    nfs4_message calls[SLOTS];
    story_host *host = waits_on(world, calls, SLOTS - 1, 2);
    others_go_on(world, LEASE_TIME + 10);
    calls[2] = begins_on_slot(host, 2, 1002);
    story_sends(host, &calls[2]);
    model_settle(world->model);
    assert_no_trouble(world);
}

/* The answer to the request before was not captured on any slot. */
static void test_numbers_that_jump(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    nfs4_message calls[SLOTS];
    waits_on(world, calls, SLOTS, 5);
    others_go_on(world, LEASE_TIME + 30);
    model_settle(world->model);
    assert_no_trouble(world);
}

/* One was answered late, so that it is free while the others wait. */
static void test_answered_slot_is_free(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    nfs4_message calls[SLOTS];
    story_host *host = waits_on(world, calls, SLOTS, 2);
    others_go_on(world, LEASE_TIME + 30);
    is_answered(host, &calls[0], SLOTS);
    model_settle(world->model);
    assert_no_trouble(world);
}

static void test_slots_of_a_copy(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    nfs4_message calls[SLOTS];
    is_copied(waits_on(world, calls, SLOTS, 2));
    others_go_on(world, LEASE_TIME + 30);
    model_settle(world->model);
    assert_no_trouble(world);
}

/* Slots of which nothing was captured count with any number: those beside known ones, and those of
 * which no neighbour is known. */
static void test_slots_never_seen(void)
{
    static const uint32_t slots[] = {5, 20, NFS4_SLOTS_KEPT};
    for (size_t i = 0; i < G_N_ELEMENTS(slots); i++) {
        g_autoptr(story) world = story_new(KNFSD);
        nfs4_message calls[SLOTS];
        story_host *host = waits_on(world, calls, SLOTS - 1, 2);
        nfs4_message call = begins_on_slot(host, slots[i], 1000);
        story_sends(host, &call);
        others_go_on(world, LEASE_TIME + 30);
        model_settle(world->model);
        if (slots[i] < NFS4_SLOTS_KEPT)
            assert_kind(world, TROUBLE_SLOTS);
        else
            assert_no_trouble(world);
    }
}

/* The answer to the first of the two was not captured. */
static void test_two_requests_on_a_slot(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    nfs4_message calls[SLOTS];
    story_host *host = waits_on(world, calls, SLOTS - 1, 2);
    for (uint32_t number = 1000; number < 1002; number++) {
        nfs4_message call = begins_on_slot(host, 5, number);
        story_sends(host, &call);
    }
    others_go_on(world, LEASE_TIME + 30);
    model_settle(world->model);
    assert_no_trouble(world);
}

static void test_slots_in_a_full_store(void)
{
    for (int had_waited = 0; had_waited < 2; had_waited++) {
        g_autoptr(story) world = story_new(KNFSD);
        nfs4_message calls[SLOTS];
        story_host *host = waits_on(world, calls, SLOTS, 2);
        others_go_on(world, LEASE_TIME + 30);
        if (had_waited)
            is_answered(host, &calls[0], SLOTS);
        calls[0] = begins_on_slot(host, 0, 1003);
        story_sends(host, &calls[0]);
        seconds_pass(world, LEASE_TIME);
        model_set_limit(world->model, 1);
        renews_session(story_new_host(world, "web03", 13, 2));
        model_settle(world->model);
        assert_no_trouble(world);
    }
}

/* The client goes on: its answers were not captured. */
static void test_answers_are_not_captured(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    nfs4_message calls[SLOTS];
    uses_slots(host, calls, SLOTS, 1);
    answers_slots(host, calls, SLOTS);
    uses_slots(host, calls, SLOTS, 2);
    seconds_pass(world, 1);
    uses_slots(host, calls, SLOTS, 3);
    others_go_on(world, LEASE_TIME + 10);
    model_settle(world->model);
    assert_no_trouble(world);
}

/* ---- ids ------------------------------------------------------------------ */

/* The server gives the host the clientid of another one. */
static void is_given(story_host *host, uint64_t clientid)
{
    nfs4_message call = begins_call(host);
    nfs4_event *event = puts_event(&call, OP_EXCHANGE_ID);
    event->u.exchange_id.verifier = host->verifier;
    event->u.exchange_id.owner = host->owner;
    story_sends(host, &call);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    puts_event(&reply, OP_EXCHANGE_ID)->u.exchange_id.clientid = clientid;
    story_sends(host, &reply);
}

static void test_clientid_of_two_owners(gconstpointer layout)
{
    g_autoptr(story) world = story_new((story_layout)GPOINTER_TO_INT(layout));
    story_host *one = mounted(world, 2);
    story_host *other = story_new_host(world, "web02", 12, 2);
    is_given(other, one->clientid);
    uint32_t given = world->frames;
    for (int i = 0; i < 5; i++) {
        assert_no_trouble(world);
        accesses(one);
    }
    assert_kind(world, TROUBLE_IDS);
    const nfs4_trouble *trouble = trouble_of(world);
    g_assert_cmpint(trouble->detail.ids.fault, ==, ID_OF_TWO_OWNERS);
    g_assert_cmpuint(trouble->detail.ids.given_in, ==, given);
    g_assert_true(trouble->detail.ids.other == owner_of(other));
    g_assert_cmpint(trouble->blame, ==, BLAME_SERVER);
}

static void test_clientid_is_free_again(gconstpointer layout)
{
    g_autoptr(story) world = story_new((story_layout)GPOINTER_TO_INT(layout));
    story_host *one = mounted(world, 2);
    story_host *other = story_new_host(world, "web02", 12, 2);
    uint64_t clientid = one->clientid;
    is_expired(one);
    is_given(other, clientid);
    for (int i = 0; i < 6; i++)
        tries(one);
    for (const nfs4_trouble *trouble = trouble_of(world); trouble != NULL; trouble = trouble->next)
        g_assert_cmpint(trouble->kind, !=, TROUBLE_IDS);
}

static void test_destroyed_session_is_given_out(gconstpointer layout)
{
    g_autoptr(story) world = story_new((story_layout)GPOINTER_TO_INT(layout));
    story_host *host = mounted(world, 2);
    uint8_t sessionid[NFS4_SESSIONID_SIZE];
    memcpy(sessionid, host->sessionid, sizeof sessionid);
    sends_destroy_session(host);
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_CREATE_SESSION)->u.create_session.clientid = host->clientid;
    story_sends(host, &call);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    memcpy(puts_event(&reply, OP_CREATE_SESSION)->u.create_session.sessionid, sessionid,
           NFS4_SESSIONID_SIZE);
    story_sends(host, &reply);
    assert_kind(world, TROUBLE_IDS);
    g_assert_cmpint(trouble_of(world)->detail.ids.fault, ==, ID_OF_ENDED);
}

static void test_sessions_come_and_go(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (int i = 0; i < 3; i++) {
        sends_destroy_session(host);
        sends_create_session(host);
        accesses(host);
    }
    story_repeats(world);
    assert_no_trouble(world);
}

static void test_counter_goes_back(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    for (int i = 0; i < 4; i++)
        mounts(host), boots(host), seconds_pass(world, 5);
    server_restart(host->server, host->server->epoch);
    host->server->counter = 1;
    seconds_pass(world, 5);
    accesses(host);
    const nfs4_trouble *trouble = trouble_of(world);
    g_assert_nonnull(trouble);
    g_assert_cmpint(trouble->kind, ==, TROUBLE_IDS);
    g_assert_cmpint(trouble->detail.ids.fault, ==, ID_OF_THE_PAST);
}

/* ---- starts of the server ------------------------------------------------- */

static void restarts_soon(story *world, story_host *host, int64_t seconds)
{
    restarts(world, host->server);
    accesses(host);
    accesses(host);
    seconds_pass(world, seconds);
}

static void test_server_restarts_again_and_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    accesses(host);
    restarts_soon(world, host, 60);
    restarts_soon(world, host, 60);
    assert_no_trouble(world);
    restarts_soon(world, host, 60);
    restarts_soon(world, host, 60);
    assert_kind(world, TROUBLE_RESTARTS);
    g_assert_cmpint(trouble_of(world)->blame, ==, BLAME_SERVER);
}

static void test_server_restarts_now_and_then(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    accesses(host);
    for (int i = 0; i < 6; i++) {
        restarts_soon(world, host, 4 * LEASE_TIME / 2);
        renews_session(host);
    }
    for (const nfs4_trouble *trouble = trouble_of(world); trouble != NULL; trouble = trouble->next)
        g_assert_cmpint(trouble->kind, ==, TROUBLE_LATE);
}

static void moves(story *world, story_host *host, story_server *server)
{
    seconds_pass(world, 20);
    is_moved_to(host, server);
    connects(host);
    accesses(host);
    accesses(host);
}

/* All clients of the address come back with it. */
static void test_one_failover_of_many(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_server *one = &world->servers[0];
    story_server *two = story_new_server(world, KNFSD, "other");
    two->epoch = one->epoch + 1000;
    story_host *hosts[] = {mounted(world, 2), story_new_host(world, "web02", 12, 2),
                           story_new_host(world, "web03", 13, 2)};
    mounts(hosts[1]);
    mounts(hosts[2]);
    for (int move = 0; move < 2; move++)
        for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++)
            moves(world, hosts[i], move == 0 ? two : one);
    assert_no_trouble(world);
}

static void test_servers_in_turns(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_server *one = &world->servers[0];
    story_server *two = story_new_server(world, KNFSD, "other");
    two->epoch = one->epoch + 1000;
    story_host *host = mounted(world, 2);
    accesses(host);
    moves(world, host, two);
    moves(world, host, one);
    assert_no_trouble(world);
    moves(world, host, two);
    moves(world, host, one);
    assert_kind(world, TROUBLE_TURNS);
    g_assert_cmpuint(trouble_of(world)->count, >=, 2);
}

/* What ids tell makes no difference. */
static void with_each_layout(const char *path, GTestDataFunc test)
{
    static const story_layout layouts[] = {KNFSD, GANESHA, OPAQUE};
    static const char *const names[] = {"knfsd", "ganesha", "opaque"};
    for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++) {
        g_autofree char *name = g_strdup_printf("%s/%s", path, names[i]);
        g_test_add_data_func(name, GINT_TO_POINTER(layouts[i]), test);
    }
}

SUITE(test_story_hangs)
{
    g_test_add_func("/trouble/flag/stands_for_a_lease_time", test_flag_stands);
    g_test_add_func("/trouble/flag/told_seldom", test_flag_is_told_seldom);
    g_test_add_func("/trouble/flag/gone_in_between", test_flag_is_gone_in_between);
    g_test_add_func("/trouble/flag/client_did_what_it_asks", test_client_did_what_the_flag_asks);
    g_test_add_func("/trouble/flag/no_operation_answers", test_flag_that_no_operation_answers);
    g_test_add_func("/trouble/flag/two_are_two", test_flags_are_two_troubles);
    g_test_add_func("/trouble/recall/in_vain", test_recall_in_vain);
    g_test_add_func("/trouble/recall/administrator_revokes", test_administrator_revokes);
    g_test_add_func("/trouble/callback/path_down", test_callback_path_down);
    g_test_add_func("/trouble/late/after_the_lease_time", test_renewed_late);
    g_test_add_func("/trouble/late/in_time", test_renewed_in_time);
    g_test_add_func("/trouble/late/three_times_nearly", test_nearly_ran_out);
    g_test_add_func("/trouble/late/something_not_captured", test_something_was_not_captured);
    g_test_add_func("/trouble/late/lease_time_not_known", test_lease_time_is_not_known);
    g_test_add_func("/trouble/late/refused_request_renews", test_refused_request_renews);
    g_test_add_func("/trouble/late/cost_the_lease", test_silence_that_cost_the_lease);
    g_test_add_func("/trouble/late/in_40", test_renewed_late_40);
    g_test_add_func("/trouble/late/in_40_something_not_captured", test_not_captured_40);
    g_test_add_func("/trouble/late/in_40_two_at_once", test_two_at_once_40);
    g_test_add_func("/trouble/late/in_40_with_two_connections", test_two_connections_40);
    g_test_add_func("/trouble/late/in_40_by_another_request", test_other_request_40);
    g_test_add_func("/trouble/slots/all_wait", test_all_slots_wait);
    g_test_add_func("/trouble/slots/how_long", test_how_long_slots_wait);
    g_test_add_func("/trouble/slots/last_one_for_a_moment", test_last_slot_waits_for_a_moment);
    g_test_add_func("/trouble/slots/numbers_that_jump", test_numbers_that_jump);
    g_test_add_func("/trouble/slots/answered_one_is_free", test_answered_slot_is_free);
    g_test_add_func("/trouble/slots/copies_do_not_count", test_slots_of_a_copy);
    g_test_add_func("/trouble/slots/never_seen_before", test_slots_never_seen);
    g_test_add_func("/trouble/slots/two_requests_on_one", test_two_requests_on_a_slot);
    g_test_add_func("/trouble/slots/full_store", test_slots_in_a_full_store);
    g_test_add_func("/trouble/slots/one_is_free", test_one_slot_is_free);
    g_test_add_func("/trouble/slots/for_a_while", test_slots_wait_for_a_while);
    g_test_add_func("/trouble/slots/one_after_the_other", test_slots_one_after_the_other);
    g_test_add_func("/trouble/slots/answers_not_captured", test_answers_are_not_captured);
    with_each_layout("/trouble/ids/clientid_of_two_owners", test_clientid_of_two_owners);
    with_each_layout("/trouble/ids/clientid_is_free_again", test_clientid_is_free_again);
    with_each_layout("/trouble/ids/destroyed_session", test_destroyed_session_is_given_out);
    g_test_add_func("/trouble/ids/sessions_come_and_go", test_sessions_come_and_go);
    g_test_add_func("/trouble/ids/counter_goes_back", test_counter_goes_back);
    g_test_add_func("/trouble/restarts/again_and_again", test_server_restarts_again_and_again);
    g_test_add_func("/trouble/restarts/now_and_then", test_server_restarts_now_and_then);
    g_test_add_func("/trouble/turns/one_failover_of_many", test_one_failover_of_many);
    g_test_add_func("/trouble/turns/at_one_address", test_servers_in_turns);
}
