/* test_story_trouble.c - clients that are refused the same again and again
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_trouble.h"
#include "story_verbs.h"
#include "model/know/note.h"
#include "suite.h"

#define ENOUGH 5 /* refusals, where time does not count */

static void refuses(story_host *host, uint32_t opcode, uint32_t status, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++)
        sends_on_session(host, opcode, status);
}

static void refuses_slowly(story_host *host, uint32_t opcode, uint32_t status, int64_t seconds)
{
    for (int64_t second = 0; second < seconds; second += 10) {
        sends_on_session(host, opcode, status);
        seconds_pass(host->world, 10);
    }
    sends_on_session(host, opcode, status);
}

/* ---- the loop ------------------------------------------------------------- */

static void test_fifth_refusal(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < ENOUGH - 1; i++)
        is_out_of_order(host);
    assert_no_trouble(world);
    is_out_of_order(host);
    assert_kind(world, TROUBLE_SLOT);
    is_out_of_order(host);
    const nfs4_trouble *trouble = trouble_of(world);
    g_assert_cmpuint(trouble->count, ==, ENOUGH + 1);
    g_assert_cmpuint(trouble->last_frame, ==, world->frames);
    g_assert_cmpuint(trouble->first_frame, ==, world->frames - 2 * ENOUGH);
    g_assert_cmpuint(trouble->ended_in, ==, 0);
    g_assert_true(trouble_owner(trouble) == owner_of(host));
}

static void test_success_in_between(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < 2 * ENOUGH; i++) {
        is_out_of_order(host);
        if (i % (ENOUGH - 1) == 0)
            accesses(host);
    }
    assert_no_trouble(world);
}

static void test_other_error(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses(host, OP_WRITE, NFS4ERR_BAD_STATEID, ENOUGH - 1);
    refuses(host, OP_WRITE, NFS4ERR_OLD_STATEID, ENOUGH - 1);
    assert_no_trouble(world);
}

/* What a loop is made with is no answer that was seen: a client may count from 0. */
static void test_counted_from_0(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t xid = 0; xid < ENOUGH; xid++) {
        nfs4_message call = begins_sequence(host);
        puts_op(&call, OP_WRITE);
        call.connection = 0;
        call.xid = xid;
        story_sends(host, &call);
        answers(host, &call, OP_WRITE, NFS4ERR_BAD_STATEID);
    }
    assert_kind(world, TROUBLE_STATE);
    g_assert_cmpuint(trouble_of(world)->count, ==, ENOUGH);
}

/* As when a session with many requests under way is lost: nobody has been told yet. */
static void test_asked_at_once(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    nfs4_message calls[2 * ENOUGH];
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
        calls[i] = begins_sequence(host);
        puts_op(&calls[i], OP_WRITE);
        story_sends(host, &calls[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++)
        answers(host, &calls[i], OP_WRITE, NFS4ERR_BAD_STATEID);
    assert_no_trouble(world);
}

static void test_two_clients(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    story_host *other = story_new_host(world, "web02", 12, 2);
    mounts(other);
    for (uint32_t i = 0; i < ENOUGH - 1; i++) {
        is_out_of_order(one);
        is_out_of_order(other);
    }
    assert_no_trouble(world);
}

static void test_two_operations(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses(host, OP_WRITE, NFS4ERR_BAD_STATEID, ENOUGH - 1);
    refuses(host, OP_READ, NFS4ERR_BAD_STATEID, ENOUGH - 1);
    assert_no_trouble(world);
}

static void works_on_file(story_host *host, uint32_t opcode, uint32_t status, const char *file)
{
    nfs4_message call = begins_sequence(host);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, opcode);
    call.compound.file = (nfs4_bytes){(const uint8_t *)file, (uint32_t)strlen(file)};
    ends_sequence(host, &call, status);
}

static void test_other_file_works(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < ENOUGH; i++) {
        works_on_file(host, OP_WRITE, NFS4ERR_BAD_STATEID, "one");
        works_on_file(host, OP_WRITE, NFS4_OK, "other");
    }
    assert_kind(world, TROUBLE_STATE);
    works_on_file(host, OP_WRITE, NFS4_OK, "one");
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, world->frames);
}

static void test_many_files_once(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    static const char *const files[] = {"a", "b", "c", "d", "e", "f", "g"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        works_on_file(host, OP_WRITE, NFS4ERR_BAD_STATEID, files[i]);
    assert_no_trouble(world);
}

static void test_two_files_are_one_trouble(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < ENOUGH; i++) {
        works_on_file(host, OP_WRITE, NFS4ERR_BAD_STATEID, "one");
        works_on_file(host, OP_WRITE, NFS4ERR_BAD_STATEID, "other");
    }
    assert_kind(world, TROUBLE_STATE);
    g_assert_cmpuint(trouble_of(world)->count, ==, 2 * ENOUGH);
    works_on_file(host, OP_WRITE, NFS4_OK, "one");
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, 0);
    works_on_file(host, OP_WRITE, NFS4_OK, "other");
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, world->frames);
    g_assert_cmpuint(trouble_of(world)->asker->open_ops[0], ==, 0);
}

/* A trouble begins with the first refusal of all that it is about, whichever showed it. */
static void test_first_of_three_files(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    works_on_file(host, OP_WRITE, NFS4ERR_BAD_STATEID, "one");
    uint32_t first = world->frames;
    for (uint32_t i = 0; i < ENOUGH; i++)
        works_on_file(host, OP_WRITE, NFS4ERR_BAD_STATEID, "other");
    g_assert_cmpuint(trouble_of(world)->first_frame, ==, first + 2);
    for (uint32_t i = 0; i < ENOUGH; i++)
        works_on_file(host, OP_WRITE, NFS4ERR_BAD_STATEID, "one");
    for (uint32_t i = 0; i < ENOUGH; i++)
        works_on_file(host, OP_WRITE, NFS4ERR_BAD_STATEID, "third");
    assert_kind(world, TROUBLE_STATE);
    g_assert_cmpuint(trouble_of(world)->first_frame, ==, first);
    g_assert_cmpuint(trouble_of(world)->going_on, ==, 3);
    works_on_file(host, OP_WRITE, NFS4ERR_OLD_STATEID, "third"); /* begins anew */
    g_assert_cmpuint(trouble_of(world)->going_on, ==, 2);
}

/* READ_PLUS works, and what follows it does not. */
static void test_worked_before_the_refusal(void)
{
    enum { READ_PLUS = 68 };
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses(host, READ_PLUS, NFS4ERR_BAD_STATEID, ENOUGH);
    assert_kind(world, TROUBLE_STATE);
    nfs4_message call = begins_sequence(host);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, READ_PLUS);
    puts_op(&call, OP_CLOSE); /* 4: the same place in the other half of ops_seen */
    ends_sequence(host, &call, NFS4ERR_NOENT);
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, world->frames);
}

static void test_two_connections(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < ENOUGH; i++) {
        is_out_of_order(host);
        connects(host);
        host->xid--; /* on another connection that is another request */
    }
    assert_kind(world, TROUBLE_SLOT);
    g_assert_cmpuint(world->model->troubles.asker_count, ==, 1);
}

static void test_copy(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    is_copied(host);
    for (uint32_t i = 0; i < ENOUGH; i++)
        is_out_of_order(host);
    assert_no_trouble(world);
}

static void test_operation_without_a_name(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < ENOUGH; i++) {
        nfs4_message call = begins_sequence(host);
        story_sends(host, &call);
        nfs4_message reply = begins_reply(&call, NFS4ERR_SERVERFAULT);
        puts_op(&reply, OP_PUTFH);
        reply.compound.last_op = 10044; /* OP_ILLEGAL */
        story_sends(host, &reply);
    }
    assert_no_trouble(world);
}

/* A server that does not know the minor version names no operation. */
static void test_no_operation(void)
{
    static const uint32_t operations[] = {OP_EXCHANGE_ID, OP_SETCLIENTID, OP_SEQUENCE, 0};
    for (size_t i = 0; i < G_N_ELEMENTS(operations); i++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = mounted(world, 2);
        for (uint32_t round = 0; round < ENOUGH; round++) {
            nfs4_message call = begins_call(host);
            if (operations[i] != 0)
                puts_event(&call, operations[i]);
            story_sends(host, &call);
            nfs4_message reply = begins_reply(&call, NFS4ERR_MINOR_VERS_MISMATCH);
            story_sends(host, &reply);
        }
        g_assert_cmpuint(trouble_of(world)->operation, ==, operations[i]);
    }
}

static void test_answers_about_files(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses(host, OP_LOOKUP, NFS4ERR_NOENT, 20);
    refuses(host, OP_LOCK, NFS4ERR_DENIED, 20);
    assert_no_trouble(world);
}

static void test_same_answer_once_more(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    nfs4_message call = begins_sequence(host);
    for (uint32_t i = 0; i < ENOUGH; i++) {
        story_sends(host, &call);
        answers(host, &call, OP_SEQUENCE, NFS4ERR_SEQ_MISORDERED);
    }
    assert_no_trouble(world);
}

static void test_goes_on_again(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses(host, OP_WRITE, NFS4ERR_BAD_STATEID, ENOUGH);
    sends_on_session(host, OP_WRITE, NFS4_OK);
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, world->frames);
    refuses(host, OP_WRITE, NFS4ERR_BAD_STATEID, ENOUGH);
    assert_kind(world, TROUBLE_STATE);
    g_assert_cmpuint(trouble_of(world)->count, ==, 2 * ENOUGH);
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, 0);
}

/* What was captured before it was trouble is part of it on a later pass. */
static void test_first_refusal_is_noted(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    guint before = world->tape->len;
    for (uint32_t i = 0; i < ENOUGH; i++)
        is_out_of_order(host);
    for (guint i = before; i < world->tape->len; i++) {
        const nfs4_message *message = &g_array_index(world->tape, story_frame, i).message;
        const nfs4_note *note = note_find(world->model, message);
        g_assert_nonnull(note);
        g_assert_true(note->trouble == trouble_of(world));
    }
}

static void test_full_store(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    model_set_limit(world->model, 1);
    for (uint32_t i = 0; i < ENOUGH; i++)
        is_out_of_order(host);
    assert_no_trouble(world);
    g_assert_cmpuint(world->model->troubles.asker_count, ==, 0);
}

/* A loop that has begun goes on; no other begins. */
static void test_store_fills_up(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses(host, OP_WRITE, NFS4ERR_BAD_STATEID, 1);
    model_set_limit(world->model, 1);
    refuses(host, OP_READ, NFS4ERR_BAD_STATEID, ENOUGH);
    assert_no_trouble(world);
    g_assert_cmpuint(wmem_map_size(world->model->troubles.loops), ==, 1);
    refuses(host, OP_WRITE, NFS4ERR_BAD_STATEID, ENOUGH - 1);
    assert_kind(world, TROUBLE_STATE);
}

static void test_notes_are_limited(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < 1100; i++)
        is_out_of_order(host);
    g_assert_cmpuint(trouble_of(world)->noted, ==, 1024);
    g_assert_cmpuint(trouble_of(world)->count, ==, 1100);
}

/* As a session whose other slots work, be the one that hangs slot 0. */
static void test_other_slot_works(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < ENOUGH; i++) {
        is_out_of_order(host);
        nfs4_message call = begins_sequence(host);
        call.compound.events[0].u.sequence.slotid = 1;
        ends_sequence(host, &call, NFS4_OK);
    }
    assert_kind(world, TROUBLE_SLOT);
}

/* ---- kinds ---------------------------------------------------------------- */

static void test_delay(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses_slowly(host, OP_OPEN, NFS4ERR_DELAY, 170);
    assert_no_trouble(world);
    refuses_slowly(host, OP_OPEN, NFS4ERR_DELAY, 10);
    assert_kind(world, TROUBLE_DELAY);
}

static void test_delay_of_few(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < ENOUGH - 1; i++) {
        sends_on_session(host, OP_OPEN, NFS4ERR_DELAY);
        seconds_pass(world, 80);
    }
    assert_no_trouble(world);
}

static void test_grace(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    completes_reclaim(host);
    refuses_slowly(host, OP_OPEN, NFS4ERR_GRACE, 180);
    assert_kind(world, TROUBLE_GRACE);
    g_assert_cmpint(trouble_of(world)->blame, ==, BLAME_SERVER);
}

static void test_grace_without_reclaim_complete(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    identifies(host);
    refuses_slowly(host, OP_OPEN, NFS4ERR_GRACE, 180);
    assert_kind(world, TROUBLE_GRACE);
    g_assert_cmpint(trouble_of(world)->blame, ==, BLAME_CLIENT);
}

/* A file after the other is asked for: the grace time is that of all. */
static void test_grace_of_many_files(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    static const char *const files[] = {"a", "b", "c", "d", "e", "f", "g"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        works_on_file(host, OP_OPEN, NFS4ERR_GRACE, files[i]);
        seconds_pass(world, 30);
    }
    assert_kind(world, TROUBLE_GRACE);
    works_on_file(host, OP_OPEN, NFS4_OK, "h");
    g_assert_cmpuint(trouble_of(world)->ended_in, ==, world->frames);
}

static void test_reclaim_in_grace(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < 7; i++) {
        sends_on_session(host, OP_OPEN, NFS4ERR_GRACE);
        seconds_pass(world, 30);
        host->has_open_file = true;
        nfs4_message call = begins_sequence(host);
        puts_op(&call, OP_PUTFH);
        puts_event(&call, OP_OPEN)->u.open.claim = CLAIM_PREVIOUS;
        ends_sequence(host, &call, NFS4_OK);
    }
    assert_kind(world, TROUBLE_GRACE);
}

static void test_lock_reclaim_in_grace(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < 7; i++) {
        sends_on_session(host, OP_LOCK, NFS4ERR_GRACE);
        seconds_pass(world, 30);
        nfs4_message call = begins_sequence(host);
        puts_op(&call, OP_PUTFH);
        puts_event(&call, OP_LOCK)->u.lock.reclaim = true;
        ends_sequence(host, &call, NFS4_OK);
    }
    assert_kind(world, TROUBLE_GRACE);
}

static void is_refused_as(story_host *host, uint32_t opcode, const char *owner)
{
    nfs4_message call = begins_call(host);
    nfs4_event *event = puts_event(&call, opcode);
    nfs4_bytes bytes = {(const uint8_t *)owner, (uint32_t)strlen(owner)};
    *(opcode == OP_EXCHANGE_ID ? &event->u.exchange_id.owner : &event->u.setclientid.id) = bytes;
    story_sends(host, &call);
    answers(host, &call, opcode, NFS4ERR_PERM);
}

/* Another owner on the same connection, which works, is nothing to this one. */
static void test_two_owners_of_a_connection(void)
{
    for (uint32_t minor = 0; minor < 3; minor += 2) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = web01(world, 11, minor);
        uint32_t opcode = minor > 0 ? OP_EXCHANGE_ID : OP_SETCLIENTID;
        for (uint32_t i = 0; i < ENOUGH; i++) {
            is_refused_as(host, opcode, "other");
            if (i == 1)
                identifies(host);
        }
        assert_kind(world, TROUBLE_IDENTIFICATION);
    }
}

static void test_identification(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);
    for (uint32_t i = 0; i < ENOUGH; i++)
        is_told_in_use(host);
    assert_kind(world, TROUBLE_IDENTIFICATION);
    const nfs4_owner *owner = owner_of(host); /* known once all is read */
    g_assert_true(trouble_owner(trouble_of(world)) == owner);
}

static void is_not_confirmed(story_host *host, uint32_t sequence)
{
    nfs4_message call = begins_call(host);
    nfs4_event *event = puts_event(&call, OP_CREATE_SESSION);
    event->u.create_session.clientid = host->clientid;
    event->u.create_session.sequence = sequence;
    story_sends(host, &call);
    answers(host, &call, OP_CREATE_SESSION, NFS4ERR_SEQ_MISORDERED);
}

/* The server of stories gives 0 as eir_sequenceid. */
static void test_confirm(void)
{
    static const struct {
        uint32_t sequence;
        nfs4_blame blame;
    } cases[] = {{UINT32_MAX, BLAME_CLIENT}, {0, BLAME_SERVER}, {1, BLAME_UNKNOWN}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = web01(world, 11, 2);
        for (uint32_t round = 0; round < ENOUGH; round++) {
            sends_exchange_id(host, host->verifier);
            is_not_confirmed(host, cases[i].sequence);
        }
        assert_kind(world, TROUBLE_CONFIRM);
        g_assert_cmpint(trouble_of(world)->blame, ==, cases[i].blame);
    }
}

static void test_slot_blame(void)
{
    static const struct {
        int32_t ahead;
        nfs4_blame blame;
    } cases[] = {{-1, BLAME_CLIENT}, {0, BLAME_SERVER}, {1, BLAME_UNKNOWN}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = mounted(world, 2);
        accesses(host);
        uint32_t next = host->xid + 1;
        for (uint32_t round = 0; round < ENOUGH; round++) {
            nfs4_message call = begins_sequence(host);
            call.compound.events[0].u.sequence.sequenceid = next + (uint32_t)cases[i].ahead;
            story_sends(host, &call);
            answers(host, &call, OP_SEQUENCE, NFS4ERR_SEQ_MISORDERED);
        }
        assert_kind(world, TROUBLE_SLOT);
        g_assert_cmpint(trouble_of(world)->blame, ==, cases[i].blame);
    }
}

static void test_lost_session_is_used(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    is_expired(host);
    for (uint32_t i = 0; i < ENOUGH; i++)
        tries(host);
    assert_kind(world, TROUBLE_SESSION);
    g_assert_cmpint(trouble_of(world)->blame, ==, BLAME_CLIENT);
}

typedef void (*refused_about)(story_host *host, uint8_t number);

static void closes_state(story_host *host, uint8_t number)
{
    nfs4_message call = begins_sequence(host);
    puts_op(&call, OP_PUTFH);
    puts_event(&call, OP_CLOSE)->u.close.stateid.other[0] = number;
    ends_sequence(host, &call, NFS4ERR_BAD_STATEID);
}

static void uses_lost_session(story_host *host, uint8_t number)
{
    host->sessionid[NFS4_SESSIONID_SIZE - 1] = (uint8_t)(100 + number);
    renews_session(host);
}

static void binds_lost_session(story_host *host, uint8_t number)
{
    host->sessionid[NFS4_SESSIONID_SIZE - 1] = (uint8_t)(100 + number);
    binds_connection(host);
}

static void renews_lost_clientid(story_host *host, uint8_t number)
{
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_RENEW)->u.clientid.clientid = host->clientid + number;
    story_sends(host, &call);
    answers(host, &call, OP_RENEW, NFS4ERR_STALE_CLIENTID);
}

/* Each of them is told once. */
static void test_many_things_once_each(void)
{
    static const refused_about refused[] = {closes_state, uses_lost_session, binds_lost_session,
                                            renews_lost_clientid};
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = mounted(world, 2);
        for (uint8_t number = 1; number <= 2 * ENOUGH; number++)
            refused[i](host, number);
        assert_no_trouble(world);
    }
}

static void test_one_thing_again_and_again(void)
{
    static const refused_about refused[] = {closes_state, uses_lost_session, binds_lost_session,
                                            renews_lost_clientid};
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = mounted(world, 2);
        for (uint8_t round = 0; round < ENOUGH; round++)
            refused[i](host, 1);
        assert_kind(world, i == 0 ? TROUBLE_STATE : TROUBLE_SESSION);
    }
}

/* Each loss is followed by a recovery: chains tell that. */
static void test_recovers_each_time(void)
{
    for (uint32_t minor = 0; minor < 3; minor += 2) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = mounted(world, minor);
        for (uint32_t i = 0; i < 2 * ENOUGH; i++) {
            is_expired(host);
            accesses(host);
        }
        assert_no_trouble(world);
    }
}

/* Its successes were not captured. */
static void test_refused_under_one_lease_after_the_other(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    for (uint32_t i = 0; i < 2 * ENOUGH; i++) {
        sends_on_session(host, OP_OPEN, NFS4ERR_EXPIRED);
        is_expired(host);
        identifies(host);
    }
    assert_no_trouble(world);
}

static void test_reclaim(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses(host, OP_OPEN, NFS4ERR_NO_GRACE, ENOUGH);
    assert_kind(world, TROUBLE_RECLAIM);
}

static void test_protocol_error(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = mounted(world, 2);
    refuses(host, OP_READ, NFS4ERR_SERVERFAULT, ENOUGH);
    assert_kind(world, TROUBLE_REFUSED);
}

static void test_duplicate_behind_it(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    story_host *other = web01(world, 12, 2);
    mounts(other);
    accesses(one);
    accesses(other);
    assert_verdict(one, VERDICT_PROVEN);
    refuses(other, OP_WRITE, NFS4ERR_BAD_STATEID, ENOUGH);
    g_assert_true(trouble_duplicate(trouble_of(world)) == owner_of(one));
}

static void test_server_fault_beside_a_duplicate(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = mounted(world, 2);
    story_host *other = web01(world, 12, 2);
    mounts(other);
    accesses(one);
    accesses(other);
    refuses(other, OP_READ, NFS4ERR_SERVERFAULT, ENOUGH);
    g_assert_null(trouble_duplicate(trouble_of(world)));
}

SUITE(test_story_trouble)
{
    g_test_add_func("/trouble/loop/fifth_refusal", test_fifth_refusal);
    g_test_add_func("/trouble/loop/success_in_between", test_success_in_between);
    g_test_add_func("/trouble/loop/other_error_begins_anew", test_other_error);
    g_test_add_func("/trouble/loop/client_that_counts_from_0_is_counted_whole",
                    test_counted_from_0);
    g_test_add_func("/trouble/loop/asked_at_once_is_told_once", test_asked_at_once);
    g_test_add_func("/trouble/loop/two_clients_are_two", test_two_clients);
    g_test_add_func("/trouble/loop/two_operations_are_two", test_two_operations);
    g_test_add_func("/trouble/loop/other_file_works", test_other_file_works);
    g_test_add_func("/trouble/loop/other_slot_works", test_other_slot_works);
    g_test_add_func("/trouble/loop/many_files_once_each", test_many_files_once);
    g_test_add_func("/trouble/loop/two_files_are_one_trouble", test_two_files_are_one_trouble);
    g_test_add_func("/trouble/loop/begins_with_the_first_of_all", test_first_of_three_files);
    g_test_add_func("/trouble/loop/worked_before_the_refusal", test_worked_before_the_refusal);
    g_test_add_func("/trouble/loop/two_connections_are_one_client", test_two_connections);
    g_test_add_func("/trouble/loop/copies_do_not_count", test_copy);
    g_test_add_func("/trouble/loop/operation_without_a_name", test_operation_without_a_name);
    g_test_add_func("/trouble/loop/reply_without_an_operation", test_no_operation);
    g_test_add_func("/trouble/loop/store_fills_up", test_store_fills_up);
    g_test_add_func("/trouble/loop/notes_are_limited", test_notes_are_limited);
    g_test_add_func("/trouble/loop/many_things_once_each", test_many_things_once_each);
    g_test_add_func("/trouble/loop/one_thing_again_and_again", test_one_thing_again_and_again);
    g_test_add_func("/trouble/grace/reclaimed_locks_do_not_end_it", test_lock_reclaim_in_grace);
    g_test_add_func("/trouble/identification/two_owners_of_a_connection",
                    test_two_owners_of_a_connection);
    g_test_add_func("/trouble/loop/answers_about_files", test_answers_about_files);
    g_test_add_func("/trouble/loop/same_answer_once_more", test_same_answer_once_more);
    g_test_add_func("/trouble/loop/goes_on_again", test_goes_on_again);
    g_test_add_func("/trouble/loop/first_refusal_is_noted", test_first_refusal_is_noted);
    g_test_add_func("/trouble/loop/full_store", test_full_store);
    g_test_add_func("/trouble/delay/for_two_lease_times", test_delay);
    g_test_add_func("/trouble/delay/asked_a_few_times", test_delay_of_few);
    g_test_add_func("/trouble/grace/for_two_lease_times", test_grace);
    g_test_add_func("/trouble/grace/without_reclaim_complete", test_grace_without_reclaim_complete);
    g_test_add_func("/trouble/grace/of_many_files", test_grace_of_many_files);
    g_test_add_func("/trouble/grace/reclaims_do_not_end_it", test_reclaim_in_grace);
    g_test_add_func("/trouble/identification/refused", test_identification);
    g_test_add_func("/trouble/confirm/sequence", test_confirm);
    g_test_add_func("/trouble/slot/sequence", test_slot_blame);
    g_test_add_func("/trouble/session/lost_one_is_used", test_lost_session_is_used);
    g_test_add_func("/trouble/session/recovers_each_time", test_recovers_each_time);
    g_test_add_func("/trouble/state/one_lease_after_the_other",
                    test_refused_under_one_lease_after_the_other);
    g_test_add_func("/trouble/reclaim/refused", test_reclaim);
    g_test_add_func("/trouble/refused/server_fault", test_protocol_error);
    g_test_add_func("/trouble/duplicate/behind_it", test_duplicate_behind_it);
    g_test_add_func("/trouble/duplicate/not_behind_it", test_server_fault_beside_a_duplicate);
}
