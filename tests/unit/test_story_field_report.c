/* test_story_field_report.c - a field report, told again frame by frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two hosts of one name mount one server and read one file each; each of them
 * captured itself. The first who reads notices nothing, the second finds its session
 * gone and needs 33 ms to come back. Frames and times are those of the report.
 */
#include "story_state.h"
#include "model/judge/causes.h"
#include "suite.h"

#define REPORT_BEGINS (STORY_BEGINS * SECOND)

/* The next message is this frame, at so many microseconds of the report. */
static void next_is(story_host *host, uint32_t frame, int64_t microseconds)
{
    host->world->frames = frame - 1;
    host->world->now = REPORT_BEGINS + microseconds * 1000 - MILLISECOND / 2;
}

/* The next call is answered in this frame, so much later than it was sent. */
static void answered_in(story_host *host, nfs4_message *call, uint32_t frame, int64_t microseconds,
                        uint32_t opcode, uint32_t status)
{
    story_sends(host, call);
    next_is(host, frame, microseconds);
    answers(host, call, opcode, status);
}

static story_host *new_host(story *world, uint8_t number)
{
    story_host *host = story_new_host(world, "localhost", number, 2);
    memcpy(host->address, (uint8_t[]){192, 168, 53, number}, 4);
    memcpy(host->server_address, (uint8_t[]){192, 168, 53, 209}, 4);
    return host;
}

/* 210 mounts, and 211 after it; only the captures of these are there. */
static void both_mount(story_host *host210, bool has_210, story_host *host211, bool has_211)
{
    story *world = host210->world;
    world->blind = !has_210;
    mounts(host210);
    seconds_pass(world, 2);
    world->blind = !has_211;
    mounts(host211);
    world->blind = false;
}

/* SEQUENCE, PUTFH and the operation; the reply goes out at the second time. */
static void works(story_host *host, uint32_t opcode, uint32_t frame, int64_t called,
                  int64_t answered)
{
    nfs4_message call = begins_sequence(host);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, opcode);
    next_is(host, frame, called);
    story_sends(host, &call);
    g_assert_nonnull(server_session(host->server, host->sessionid));
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    puts_event(&reply, OP_SEQUENCE)->u.sequence = call.compound.events[0].u.sequence;
    memcpy(reply.compound.ops_seen, call.compound.ops_seen, sizeof reply.compound.ops_seen);
    reply.compound.last_op = call.compound.last_op;
    next_is(host, frame + 1, answered);
    story_sends(host, &reply);
}

/* ---- the first table ------------------------------------------------------ */

static void tells_first_table(story_host *host211)
{
    works(host211, OP_ACCESS, 44, 8519424, 8520129);
    works(host211, OP_OPEN, 47, 8520438, 8521172);
    works(host211, OP_READ_PLUS, 49, 8521476, 8522020);
}

static void test_first_table(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host210 = new_host(world, 210), *host211 = new_host(world, 211);

    both_mount(host210, false, host211, true);
    tells_first_table(host211);
    assert_single(host211);
    assert_chains(world, 0);
    g_assert_true(nstime_is_zero(outage_of(owner_of(host211))));
    for (guint i = world->tape->len - 6; i < world->tape->len; i++)
        g_assert_null(g_array_index(world->tape, story_frame, i).context.note);
}

/* ---- the second table ----------------------------------------------------- */

static void is_refused_and_identifies(story_host *host)
{
    nfs4_message call = begins_sequence(host);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, OP_ACCESS);
    next_is(host, 58, 40222102);
    answered_in(host, &call, 59, 40222821, OP_SEQUENCE, NFS4ERR_BADSESSION);

    call = begins_call(host);
    memcpy(puts_event(&call, OP_DESTROY_SESSION)->u.destroy_session.sessionid, host->sessionid,
           NFS4_SESSIONID_SIZE);
    next_is(host, 61, 40223325);
    answered_in(host, &call, 62, 40223764, OP_DESTROY_SESSION, NFS4ERR_BADSESSION);

    call = begins_call(host);
    puts_event(&call, OP_CREATE_SESSION)->u.create_session.clientid = host->clientid;
    next_is(host, 63, 40223910);
    answered_in(host, &call, 64, 40224568, OP_CREATE_SESSION, NFS4ERR_STALE_CLIENTID);

    call = begins_call(host);
    nfs4_event *event = puts_event(&call, OP_EXCHANGE_ID);
    event->u.exchange_id.verifier = host->verifier;
    event->u.exchange_id.owner = host->owner;
    next_is(host, 65, 40224749);
    story_sends(host, &call);
    bool known;
    host->clientid = server_identify(host->server, 0, host->owner, host->verifier, &known);
    g_assert_false(known);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    puts_event(&reply, OP_EXCHANGE_ID)->u.exchange_id.clientid = host->clientid;
    next_is(host, 66, 40225228);
    story_sends(host, &reply);
}

static void gets_session(story_host *host)
{
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_CREATE_SESSION)->u.create_session.clientid = host->clientid;
    next_is(host, 67, 40225378);
    story_sends(host, &call);
    g_assert_true(server_confirm(host->server, host->clientid));
    server_open_session(host->server, host->clientid, host->sessionid);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    memcpy(puts_event(&reply, OP_CREATE_SESSION)->u.create_session.sessionid, host->sessionid,
           NFS4_SESSIONID_SIZE);
    next_is(host, 68, 40245588);
    story_sends(host, &reply);
}

static void asks_and_completes(story_host *host)
{
    nfs4_message call = begins_sequence(host);
    puts_op(&call, OP_PUTROOTFH);
    puts_op(&call, OP_GETATTR);
    next_is(host, 69, 40245793);
    story_sends(host, &call);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    puts_event(&reply, OP_SEQUENCE)->u.sequence = call.compound.events[0].u.sequence;
    puts_op(&reply, OP_PUTROOTFH);
    puts_event(&reply, OP_GETATTR)->u.getattr.lease_time = 90;
    next_is(host, 70, 40246160);
    story_sends(host, &reply);

    call = begins_sequence(host);
    puts_event(&call, OP_RECLAIM_COMPLETE);
    next_is(host, 71, 40246314);
    story_sends(host, &call);
    reply = begins_reply(&call, NFS4_OK);
    puts_event(&reply, OP_SEQUENCE)->u.sequence = call.compound.events[0].u.sequence;
    puts_event(&reply, OP_RECLAIM_COMPLETE);
    next_is(host, 72, 40255843);
    story_sends(host, &reply);
}

static void tells_second_table(story_host *host210)
{
    is_refused_and_identifies(host210);
    gets_session(host210);
    asks_and_completes(host210);
    works(host210, OP_ACCESS, 73, 40256049, 40256467);
    works(host210, OP_OPEN, 75, 40256710, 40257300);
    works(host210, OP_READ_PLUS, 77, 40257721, 40258192);
}

static void assert_microseconds(const nstime_t *time, int64_t expected)
{
    g_assert_cmpint((int64_t)time->secs * 1000000000 + time->nsecs, ==, expected * 1000);
}

/* The chain of the report, whatever the frames are called. */
static void assert_is_the_chain(const nfs4_chain *chain)
{
    static const uint32_t statuses[] = {
        NFS4ERR_BADSESSION, NFS4ERR_BADSESSION, NFS4ERR_STALE_CLIENTID, 0, 0, 0, 0, 0};
    assert_told(chain,
                "refused destroy create-no identify confirm lease-time reclaim-complete resumed ");
    for (guint i = 0; i < G_N_ELEMENTS(statuses); i++)
        g_assert_cmpuint(step_of(chain, i)->status, ==, statuses[i]);
    g_assert_true(chain->resumed);
    assert_microseconds(&chain->resumed_after, 33646);
    assert_microseconds(whole_outage(chain), 33646);
    assert_microseconds(&chain->restored, 22767);
    assert_lost(chain, 0, 0, 0);
    g_assert_cmpuint(chain->cost.refused, ==, 3); /* the first three */
    g_assert_cmpuint(chain->cost.resent, ==, 1);
    g_assert_cmpuint(chain->cost.requests, ==, 6);
    g_assert_cmpuint(chain->cost.waits, ==, 0);
    g_assert_cmpuint(((const uint8_t *)chain->client->data)[3], ==, 210);
}

static void test_second_table(void)
{
    static const uint32_t frames[] = {59, 62, 64, 66, 68, 70, 72, 74};
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host210 = new_host(world, 210), *host211 = new_host(world, 211);
    nfs4_verdict grade;

    both_mount(host210, true, host211, false);
    tells_second_table(host210);
    assert_chains(world, 1);
    const nfs4_chain *chain = chain_of(world, 1);
    assert_is_the_chain(chain);
    for (guint i = 0; i < G_N_ELEMENTS(frames); i++)
        g_assert_cmpuint(step_of(chain, i)->frame, ==, frames[i]);
    g_assert_true(chain->lease->owner == owner_of(host210));
    assert_microseconds(outage_of(owner_of(host210)), 33646);
    /* Seen from one side, a single loss may have been a bystander's mount. */
    assert_single(host210);
    g_assert_cmpint(cause_of_chain(chain, &grade), ==, CAUSE_UNKNOWN);
    g_assert_null(chain->lease->judgement.taker);
}

/* Calls and replies of the chain have its notes; what follows them has not. */
static void test_links(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host210 = new_host(world, 210), *host211 = new_host(world, 211);
    uint32_t in_chain = 0;

    both_mount(host210, true, host211, false);
    tells_second_table(host210);
    const nfs4_chain *chain = chain_of(world, 1);
    for (guint i = 0; i < world->tape->len; i++) {
        const story_frame *frame = &g_array_index(world->tape, story_frame, i);
        nfs4_context context = model_context(world->model, &frame->message);
        uint32_t number = frame->message.frame;
        const nfs4_note *note = context.note;
        if (note == NULL || note->chain == NULL) {
            g_assert_true(number < 58 || number > 74);
            continue;
        }
        in_chain++;
        g_assert_true(note->chain == chain);
        const nfs4_step *step = step_of(chain, note->step);
        g_assert_cmpuint(step->frame, ==, frame->message.compound.is_reply ? number : number + 1);
        g_assert_true((note->flags & NOTE_STEP) != 0);
        g_assert_true(context.owner == owner_of(host210));
        bool first_pass = frame->message.compound.is_reply; /* a call is not answered yet */
        g_assert_true(frame->context.note == (first_pass ? note : NULL));
    }
    g_assert_cmpuint(in_chain, ==, 16);
}

/* ---- both captures -------------------------------------------------------- */

static void check_merged(int64_t skew)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host210 = new_host(world, 210), *host211 = new_host(world, 211);
    nfs4_verdict grade;

    host211->skew = skew;
    world->held = true;
    world->now -= 5 * SECOND; /* the captures begin after the mounts */
    both_mount(host210, true, host211, true);
    tells_first_table(host211);
    tells_second_table(host210);
    world->frames = 0;
    story_plays(world);

    assert_proven(host210);
    assert_chains(world, 1);
    const nfs4_chain *chain = chain_of(world, 1);
    assert_is_the_chain(chain);
    g_assert_cmpint(cause_of_chain(chain, &grade), ==, CAUSE_DUPLICATE_OWNER);
    g_assert_cmpint(grade, ==, VERDICT_PROVEN);
    g_assert_true(chain->lease->judgement.taker == lease_of(host211));
    g_assert_true(has_address(chain->lease->judgement.taker->instance, host211));
    g_assert_cmpuint(chain->lease->judgement.taker->confirm.reply, !=, 0);
    g_assert_cmpuint(owner_of(host210)->takeovers, ==, 2);
    g_assert_cmpuint(owner_of(host210)->invalidations, ==, 1);
}

static void test_merged(void)
{
    check_merged(0);
}

static void test_merged_with_other_clocks(void)
{
    check_merged(60 * SECOND);
    check_merged(-60 * SECOND);
}

/* ---- the capture cut short ------------------------------------------------ */

/* The messages from one to another as a capture of their own. */
static nfs4_model *plays(const story *world, wmem_allocator_t *scope, guint from, guint to)
{
    nfs4_model *model = model_new(scope);
    for (guint i = from; i < to; i++)
        model_observe(model, &g_array_index(world->tape, story_frame, i).message);
    model_settle(model);
    return model;
}

/* Wherever it ends: the steps so far, and no end before the ACCESS works. */
static void test_cut_at_the_end(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host210 = new_host(world, 210), *host211 = new_host(world, 211);
    nfs4_verdict grade;

    both_mount(host210, true, host211, true);
    guint before = world->tape->len;
    tells_second_table(host210);
    for (guint end = before; end <= world->tape->len; end++) {
        wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
        nfs4_model *model = plays(world, scope, 0, end);
        const nfs4_chain *chain = model->chains.first;
        guint steps = MIN((end - before) / 2, 8);
        g_assert_true((chain != NULL) == (steps > 0));
        if (chain != NULL) {
            g_assert_cmpuint(wmem_array_get_count(chain->steps), ==, steps);
            g_assert_true(chain->resumed == (steps == 8));
            g_assert_true(chain->has_restored == (steps >= 5));
            g_assert_cmpint(cause_of_chain(chain, &grade), ==, CAUSE_DUPLICATE_OWNER);
        }
        model_free(model);
        wmem_destroy_allocator(scope);
    }
}

/* Wherever it begins: one chain at most, of what is there, and nobody is accused. */
static void test_cut_at_the_beginning(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host210 = new_host(world, 210), *host211 = new_host(world, 211);
    nfs4_verdict grade;

    both_mount(host210, true, host211, true);
    guint before = world->tape->len;
    tells_second_table(host210);
    for (guint begin = before; begin < world->tape->len; begin++) {
        wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
        nfs4_model *model = plays(world, scope, begin, world->tape->len);
        const nfs4_chain *chain = model->chains.first;
        guint unseen = (begin - before + 1) / 2; /* exchanges */
        g_assert_cmpuint(model->chains.count, <=, 1);
        g_assert_true(chain != NULL || unseen >= 1);
        if (chain != NULL) {
            g_assert_cmpint(cause_of_chain(chain, &grade), ==, CAUSE_UNKNOWN);
            g_assert_cmpuint(wmem_array_get_count(chain->steps), ==, 8 - unseen);
            assert_loss_unknown(chain);
        }
        model_free(model);
        wmem_destroy_allocator(scope);
    }
}

SUITE(test_story_field_report)
{
    g_test_add_func("/field_report/first_table_shows_nothing_wrong", test_first_table);
    g_test_add_func("/field_report/second_table_is_one_chain_of_33_ms", test_second_table);
    g_test_add_func("/field_report/every_frame_of_the_chain_is_linked", test_links);
    g_test_add_func("/field_report/both_captures_prove_who_did_it", test_merged);
    g_test_add_func("/field_report/clocks_that_disagree_change_nothing",
                    test_merged_with_other_clocks);
    g_test_add_func("/field_report/cut_at_the_end_it_is_unfinished", test_cut_at_the_end);
    g_test_add_func("/field_report/cut_at_the_beginning_it_accuses_nobody",
                    test_cut_at_the_beginning);
}
