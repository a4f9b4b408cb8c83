/* test_story_passes.c - whose message this is, in the first pass and in later ones
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"
#include "suite.h"

static story_frame *frame_at(const story *world, guint index)
{
    return &g_array_index(world->tape, story_frame, index);
}

static nfs4_context later(const story *world, guint index)
{
    return model_context(world->model, &frame_at(world, index)->message);
}

/* A second pass never shows less than the first, and never somebody else. */
static void assert_never_less(const story *world)
{
    model_settle(world->model);
    for (guint i = 0; i < world->tape->len; i++) {
        const nfs4_context *first = &frame_at(world, i)->context;
        nfs4_context second = later(world, i);
        g_assert_true(second.endpoint == first->endpoint);
        g_assert_true(first->owner == NULL || second.owner == first->owner);
        g_assert_true(first->instance == NULL || second.instance == first->instance);
        g_assert_true(first->lease == NULL || second.lease != NULL);
        g_assert_true(first->session == NULL || second.session == first->session);
        g_assert_true(first->note == NULL || second.note == first->note);
    }
}

static void assert_all_known(const story *world)
{
    for (guint i = 0; i < world->tape->len; i++) {
        nfs4_context context = later(world, i);
        g_assert_nonnull(context.owner);
        g_assert_nonnull(context.instance);
        g_assert_nonnull(context.lease);
        g_assert_true(context.lease->owner == context.owner);
        g_assert_true(context.lease->instance == context.instance);
    }
}

static void tells_of_twins(story *world, uint32_t minor)
{
    story_host *one = web01(world, 11, minor), *other = web01(world, 12, minor);

    mounts(one);
    mounts(other);
    for (int i = 0; i < 3; i++) {
        accesses(one);
        accesses(other);
    }
    unmounts(one);
}

static void check_twins(story_layout layout, uint32_t minor)
{
    g_autoptr(story) world = story_new(layout);

    tells_of_twins(world, minor);
    assert_all_known(world);
    assert_never_less(world);
}

static void test_twins(void)
{
    check_twins(KNFSD, 2);
    check_twins(GANESHA, 1);
    check_twins(OPAQUE, 2);
}

static void test_twins_in_40(void)
{
    check_twins(KNFSD, 0);
    check_twins(OPAQUE, 0);
}

static void test_every_message_is_its_sender(void)
{
    g_autoptr(story) world = story_new(KNFSD);

    tells_of_twins(world, 2);
    for (guint i = 0; i < world->tape->len; i++) {
        nfs4_context context = later(world, i);
        g_assert_true(addresses_equal(&context.client, &frame_at(world, i)->message.client.addr));
        g_assert_true(addresses_equal(&context.client, &context.instance->addresses->addr));
    }
}

static void test_refusals_have_notes(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    guint refusals = 0;

    tells_of_twins(world, 2);
    for (guint i = 0; i < world->tape->len; i++) {
        const nfs4_compound *compound = &frame_at(world, i)->message.compound;
        if (!compound->is_reply || compound->last_op != OP_SEQUENCE || compound->status == NFS4_OK)
            continue;
        nfs4_context reply = later(world, i), call = later(world, i - 1);
        g_assert_nonnull(reply.note);
        g_assert_nonnull(call.note);
        g_assert_true((reply.note->flags & NOTE_REFUSED) != 0);
        g_assert_true((call.note->flags & NOTE_REFUSED) != 0);
        g_assert_true(reply.note->lease == reply.lease);
        g_assert_true(reply.note->chain == reply.lease->chain);
        g_assert_cmpuint(reply.note->status, ==, NFS4ERR_BADSESSION);
        refusals++;
    }
    g_assert_cmpuint(refusals, ==, 6);
}

/* Whoever never looks back is told the same of each message, out of less memory. */
static void test_brief_notes(void)
{
    g_autoptr(story) world = story_new(KNFSD), brief = story_new(KNFSD);
    guint kept = 0;

    model_be_brief(brief->model);
    tells_of_twins(world, 2);
    tells_of_twins(brief, 2);
    g_assert_cmpuint(brief->tape->len, ==, world->tape->len);
    for (guint i = 0; i < world->tape->len; i++) {
        const nfs4_context *one = &frame_at(world, i)->context,
                           *other = &frame_at(brief, i)->context;
        g_assert_true((other->owner == NULL) == (one->owner == NULL));
        g_assert_true((other->instance == NULL) == (one->instance == NULL));
        g_assert_true((other->note == NULL) == (one->note == NULL));
        g_assert_cmpuint(frame_at(brief, i)->flags, ==, frame_at(world, i)->flags);
        kept += later(brief, i).note != NULL;
    }
    g_assert_cmpuint(kept, <=, 1);
    g_assert_cmpuint(brief->model->notes.store.bytes, <, world->model->notes.store.bytes / 5);
    g_assert_cmpint(brief->model->owners.first->verdict, ==, VERDICT_PROVEN);
}

static void test_notes_say_what_messages_meant(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    guint identifications = 0, confirms = 0, steps = 0, plain = 0;

    tells_of_twins(world, 2);
    for (guint i = 0; i < world->tape->len; i++) {
        const nfs4_note *note = later(world, i).note;
        unsigned flags = note != NULL ? note->flags : 0;
        identifications += (flags & NOTE_IDENTIFY) != 0;
        confirms += (flags & NOTE_CONFIRM) != 0;
        steps += (flags & NOTE_STEP) != 0;
        plain += note == NULL;
        if (flags & NOTE_IDENTIFY)
            g_assert_true(note->owner == note->instance->owner);
    }
    g_assert_cmpuint(identifications, ==, 2 * (4 + 6));
    g_assert_cmpuint(confirms, ==, 2 * (2 + 6));
    g_assert_cmpuint(steps, ==, 2 * 6 * 8);
    g_assert_cmpuint(plain, ==, 2 * (2 * 2 + 1 + 1)); /* the last is an unmount in vain */
}

static void test_later_pass_knows_whose_session_it_was(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = web01(world, 11, 2);

    world->blind = true;
    mounts(host);
    world->blind = false;
    accesses(host);
    g_assert_null(frame_at(world, 0)->context.owner);
    is_expired(host);
    accesses(host);
    g_assert_true(later(world, 0).owner == owner_of(host));
    assert_all_known(world);
    assert_never_less(world);
}

static void test_opaque_session_in_mid_life(void)
{
    g_autoptr(story) world = story_new(OPAQUE);
    story_host *host = web01(world, 11, 2);

    world->blind = true;
    mounts(host);
    world->blind = false;
    accesses(host);
    is_expired(host);
    accesses(host);
    assert_all_known(world);
    assert_never_less(world);
    assert_single(host);
}

static void test_clients_of_one_connection(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = story_new_host(world, "pynfs", 11, 0);
    story_host *other = story_new_host(world, "pynfs", 11, 0);

    takes_owner(one, "first");
    takes_owner(other, "second");
    other->connection = one->connection;
    other->xid = 1000;
    mounts(one);
    guint before = world->tape->len;
    mounts(other);
    for (guint i = 0; i < world->tape->len; i++)
        g_assert_true(later(world, i).owner == owner_of(i < before ? one : other));
}

static void test_bound_connection(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    connects(one);
    binds_connection(one);
    mounts(other);
    g_assert_cmpuint(binds_connection(one), ==, NFS4ERR_BADSESSION);
    assert_proven(one);
    assert_all_known(world);
    assert_never_less(world);
}

static void test_messages_of_one_frame(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *one = web01(world, 11, 2), *other = web01(world, 12, 2);

    mounts(one);
    mounts(other);
    nfs4_message refused = begins_sequence(one);
    nfs4_message fine = begins_sequence(one);
    refused.frame = fine.frame = world->frames + 1;
    story_sends(one, &refused);
    answers(one, &refused, OP_SEQUENCE, NFS4ERR_BADSESSION);
    nfs4_message same_frame = frame_at(world, world->tape->len - 1)->message;
    g_assert_nonnull(model_context(world->model, &same_frame).note);
    same_frame.xid = fine.xid;
    g_assert_null(model_context(world->model, &same_frame).note);
}

SUITE(test_story_passes)
{
    g_test_add_func("/passes/every_message_of_twins_has_owner_instance_and_lease", test_twins);
    g_test_add_func("/passes/every_message_of_40_twins_has_them_too", test_twins_in_40);
    g_test_add_func("/passes/every_message_belongs_to_the_host_that_sent_it",
                    test_every_message_is_its_sender);
    g_test_add_func("/passes/refusals_carry_notes_at_call_and_reply", test_refusals_have_notes);
    g_test_add_func("/passes/brief_notes_say_the_same", test_brief_notes);
    g_test_add_func("/passes/notes_are_kept_for_what_messages_meant",
                    test_notes_say_what_messages_meant);
    g_test_add_func("/passes/later_pass_knows_whose_session_it_was",
                    test_later_pass_knows_whose_session_it_was);
    g_test_add_func("/passes/opaque_session_in_mid_life_gets_its_owner_later",
                    test_opaque_session_in_mid_life);
    g_test_add_func("/passes/connection_of_two_clients_tells_them_apart_by_frame",
                    test_clients_of_one_connection);
    g_test_add_func("/passes/bound_connection_speaks_for_its_session", test_bound_connection);
    g_test_add_func("/passes/messages_of_one_frame_are_told_apart_by_xid",
                    test_messages_of_one_frame);
}
