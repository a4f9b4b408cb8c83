/* test_trouble_conditions.c - trouble loses one of its conditions at a time, and is none any more
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The stories tell what hosts do. Here, a request that shows trouble is told to the part of the
 * room that finds it, and one fact about it changes.
 */
#include "story_trouble.h"
#include "story_verbs.h"
#include "model/know/session.h"
#include "model/trouble/blame.h"
#include "model/trouble/flags.h"
#include "model/trouble/ids.h"
#include "model/trouble/late.h"
#include "model/trouble/restarts.h"
#include "model/trouble/slots.h"
#include "model/trouble/trouble.h"
#include "model/trouble/watch.h"
#include "with.h"
#include "suite.h"

#define LEASE_TIME 90
#define MINUTES_AGO(now) ((nstime_t){(now).secs - LEASE_TIME - 40, 0})

/* A request of a host that is mounted, and its answer. */
typedef struct {
    story *world;
    story_host *host;
    nfs4_lease *lease;
    nfs4_session *session;
    nfs4_slot *slot;
    nfs4_connection *connection;
    nfs4_call call;
    nfs4_message reply;
    nfs4_exchange exchange;
} probe;

static nfs4_connection *connection_of(const story_host *host)
{
    return (nfs4_connection *)connection_find(&host->world->model->connections, host->connection);
}

static probe *probe_new(story_host *host)
{
    probe *one = g_new0(probe, 1);
    story *world = host->world;
    nfs4_event *event;
    one->world = world;
    one->host = host;
    one->lease = lease_of(host);
    one->session = (nfs4_session *)session_find(server_of(host), host->sessionid);
    one->slot = &one->session->slot0;
    one->connection = connection_of(host);
    one->call = (nfs4_call){.frame = world->frames + 1,
                            .when = {(time_t)(world->now / SECOND) + 1, 0},
                            .minorversion = host->minor,
                            .connection = one->connection,
                            .has_sequence = true,
                            .sequenceid = one->slot->sequenceid};
    memcpy(one->call.sessionid, host->sessionid, NFS4_SESSIONID_SIZE);
    one->reply = (nfs4_message){.frame = world->frames + 2, .when = one->call.when};
    event = puts_event(&one->reply, OP_SEQUENCE);
    memcpy(event->u.sequence.sessionid, host->sessionid, NFS4_SESSIONID_SIZE);
    one->exchange =
        (nfs4_exchange){one->connection, one->connection->endpoint, &one->call, &one->reply};
    return one;
}

static probe *probe_mounted(story *world)
{
    story_host *host = mounted(world, 2);
    return probe_new(host);
}

typedef void (*observer)(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease);

/* true if the observer files a fact about the request */
static bool files(const probe *one, observer observes)
{
    uint32_t facts = one->world->model->troubles.facts;
    observes(one->world->model, &one->exchange, one->lease);
    return one->world->model->troubles.facts != facts;
}

/* ---- id-given-twice -------------------------------------------------------- */

static void test_shared_id(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    story_host *host = story_new_host(world, "web02", 12, 2);
    mounts(host);
    nfs4_lease *other = lease_of(host);
    one->call.frame = world->frames + 1;
    one->call.when = (nstime_t){(time_t)(world->now / SECOND) + 1, 0};
    one->lease->memory.given_to = other;
#define FILES(expected) g_assert_cmpint(files(one, ids_observe), ==, expected)
    FILES(true);
    WITH(one->lease->memory.given_to, NULL, FILES(false));
    WITH(other->issued.reply, 0, FILES(false));
    WITH(other->owner, one->lease->owner, FILES(false));
    WITH(one->call.frame, other->issued.reply - 1, FILES(false));
    WITH(one->call.when, ((nstime_t){1, 0}), FILES(false));
    WITH(one->connection->is_copy, true, FILES(false));
    WITH(one->reply.compound.status, NFS4ERR_DELAY, FILES(false));
}

static void test_counter(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    nfs4_lease *lease = one->lease;
    FILES(false);
    WITH(lease->memory.behind, lease, FILES(true));
    WITH(lease->memory.behind, lease, WITH(lease->issued.reply, 0, FILES(false)));
    WITH(lease->memory.behind, lease, WITH(lease->issued.reply, one->call.frame + 1, FILES(false)));
}

static void test_ended_session(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    nfs4_session *session = one->session;
    nfs4_event *event = puts_event(&one->reply, OP_CREATE_SESSION);
    memcpy(event->u.create_session.sessionid, session->sessionid, NFS4_SESSIONID_SIZE);
    session->ended_in = one->call.frame - 1;
    one->reply.xid = session->created_xid + 1;
    FILES(true);
    WITH(session->ended_in, 0, FILES(false));
    WITH(session->ended_in, one->call.frame + 1, FILES(false));
    WITH(session->created_in, 0, FILES(false));
    WITH(one->reply.xid, session->created_xid, FILES(false));
    WITH(event->u.create_session.sessionid[0], 99, FILES(false));
#undef FILES
}

/* ---- renewed-late ----------------------------------------------------------- */

static bool files_late(const probe *one)
{
    nfs4_renewals renewals = one->lease->memory.renewals;
    bool filed = files(one, late_observe);
    one->lease->memory.renewals = renewals;
    return filed;
}

#define LATE(expected) g_assert_cmpint(files_late(one), ==, expected)

static probe *probe_late(story *world)
{
    probe *one = probe_mounted(world);
    nfs4_renewals *renewals = &one->lease->memory.renewals;
    *renewals = (nfs4_renewals){.last = MINUTES_AGO(one->call.when), .lease_time = LEASE_TIME};
    one->slot->ahead = 1;
    return one;
}

static void test_late(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_late(world);
    nfs4_renewals *renewals = &one->lease->memory.renewals;
    uint32_t *status = &one->reply.compound.status;
    LATE(true);
    WITH(one->connection->is_copy, true, LATE(false));
    WITH(renewals->last, ((nstime_t){0}), LATE(false));
    WITH(renewals->lease_time, 4,
         WITH(renewals->last, ((nstime_t){one->call.when.secs - 4, 0}), LATE(false)));
    WITH(*status, NFS4ERR_NOENT, LATE(true));
    WITH(*status, NFS4ERR_EXPIRED, LATE(false));
    WITH(*status, NFS4ERR_DELAY,
         WITH(one->reply.compound.events[0].status, NFS4ERR_DELAY, LATE(false)));
}

static void test_next_request(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_late(world);
    WITH(one->call.slotid, 1, LATE(false));
    WITH(one->call.sessionid[0], 99, LATE(false));
    WITH(one->slot->ahead, 2, LATE(false));
    WITH(one->slot->sequenceid, 99, LATE(false));
    WITH(one->slot->connection, NULL, LATE(false));
    WITH(one->lease->server->generation, 1, LATE(false));
}

static void test_next_request_40(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_late(world);
    one->call.minorversion = 0;
    one->call.follows = true;
    one->call.has_stateid = true;
    LATE(true);
    WITH(one->call.has_stateid, false, LATE(false));
    WITH(one->call.follows, false, LATE(false));
    WITH(one->lease->use.connection_count, 2, LATE(false));
}

/* Requests that were sent together after a pause; the first answer ends it. */
static void test_end_of_a_pause(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_late(world);
    nfs4_renewals *renewals = &one->lease->memory.renewals;
    WITH(one->call.slotid, 1, files(one, late_observe));
    g_assert_cmpuint(renewals->broken_in, ==, one->reply.frame);
    LATE(true);
    one->call.frame = one->reply.frame + 1;
    LATE(false);
    one->call.when.secs += 1;
    one->reply.frame += 10;
    files(one, late_observe);
    g_assert_cmpuint(renewals->broken_in, ==, one->reply.frame - 10);
}

/* ---- slots-exhausted -------------------------------------------------------- */

static probe *probe_slots(story *world)
{
    probe *one = probe_mounted(world);
    one->session->allowed = 2;
    one->reply.when.secs += LEASE_TIME + 10;
    return one;
}

static void test_slots(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_slots(world);
    nstime_t late = one->reply.when;
#define FILES(expected) g_assert_cmpint(files(one, slots_observe), ==, expected)
    FILES(true);
    WITH(one->call.has_sequence, false, FILES(false));
    WITH(one->connection->is_copy, true, FILES(false));
    WITH(one->call.slotid, NFS4_SLOTS_KEPT, FILES(false));
    WITH(one->reply.when, ((nstime_t){late.secs - 20, 0}), FILES(false));
    lease_learn_time(one->lease, 1);
    WITH(one->reply.when, ((nstime_t){late.secs - LEASE_TIME - 7, 0}), FILES(false));
#undef FILES
    WITH(one->call.sessionid[0], 99, slots_observe(world->model, &one->exchange, one->lease));
    assert_no_trouble(world);
}

static void is_answered_on(probe *one, uint32_t slot, int64_t called, int64_t replied)
{
    one->call.slotid = slot;
    WITH(one->call.when.secs, one->call.when.secs + (time_t)called,
         WITH(one->reply.when.secs, one->reply.when.secs + (time_t)replied,
              slots_observe(one->world->model, &one->exchange, one->lease)));
}

/* Each waited for a lease time, and together they waited for a little less, as the one that was
 * called last was called late. */
static void test_slots_together(void)
{
    for (int extra = 0; extra < 2; extra++) {
        g_autoptr(story) world = story_new(KNFSD);
        g_autofree probe *one = probe_slots(world);
        one->session->allowed = 3;
        is_answered_on(one, 0, 0, 30 + 20 * extra);
        is_answered_on(one, 1, 45, 100);
        is_answered_on(one, 2, 10, 100);
        if (extra == 0)
            assert_no_trouble(world);
        else
            assert_kind(world, TROUBLE_SLOTS);
    }
}

static void test_slots_not_known(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_slots(world);
    one->session->allowed = 0;
    is_answered_on(one, 0, 0, 0);
    assert_no_trouble(world);
}

/* ---- blame ------------------------------------------------------------------- */

static nfs4_trouble blamed(const probe *one, nfs4_trouble_kind kind, const nfs4_lease *lease)
{
    nfs4_trouble trouble = {.kind = kind, .status = NFS4ERR_SEQ_MISORDERED};
    blame_find(&trouble, &one->exchange, lease);
    return trouble;
}

static void test_blame_for_a_slot(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
#define TELLS(expected)                                                                            \
    g_assert_cmpint(blamed(one, TROUBLE_SLOT, one->lease).has_expected, ==, expected)
    TELLS(true);
    WITH(one->call.slotid, 1, TELLS(false)); /* was never used */
    WITH(one->call.slotid, NFS4_SLOTS_KEPT, TELLS(false));
    WITH(one->call.sessionid[0], 99, TELLS(false));
    WITH(one->session->address_changes, 1, TELLS(false));
#undef TELLS
}

static void test_blame_for_a_confirm(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    nfs4_lease *lease = one->lease;
    nfs4_trouble other = {.kind = TROUBLE_CONFIRM, .status = NFS4ERR_PERM};
    lease->use.confirmed = false;
    lease->use.has_sequence = true;
#define TELLS(lease, expected)                                                                     \
    g_assert_cmpint(blamed(one, TROUBLE_CONFIRM, lease).has_expected, ==, expected)
    TELLS(lease, true);
    TELLS(NULL, false);
    WITH(lease->use.has_sequence, false, TELLS(lease, false));
    WITH(lease->use.confirmed, true, TELLS(lease, false));
#undef TELLS
    blame_find(&other, &one->exchange, lease);
    g_assert_false(other.has_expected);
}

static void test_blame_for_grace(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    nfs4_lease *lease = one->lease;
    lease->use.reclaim_completed = false;
#define BLAMES(lease, expected)                                                                    \
    g_assert_cmpint(blamed(one, TROUBLE_GRACE, lease).blame, ==, expected)
    BLAMES(lease, BLAME_CLIENT);
    BLAMES(NULL, BLAME_SERVER);
    WITH(lease->minorversion, 0, BLAMES(lease, BLAME_SERVER));
    WITH(lease->confirm.call, 0, BLAMES(lease, BLAME_SERVER));
#undef BLAMES
}

/* A RECLAIM_COMPLETE that was refused completes nothing. */
static void test_refused_reclaim_complete(void)
{
    for (int refused = 0; refused < 2; refused++) {
        g_autoptr(story) world = story_new(KNFSD);
        story_host *host = web01(world, 11, 2);
        identifies(host);
        nfs4_message call = begins_sequence(host);
        puts_event(&call, OP_RECLAIM_COMPLETE);
        ends_sequence(host, &call, refused ? NFS4ERR_DELAY : NFS4_OK);
        g_assert_cmpint(lease_of(host)->use.reclaim_completed, ==, !refused);
    }
}

/* ---- flag-stands --------------------------------------------------------------- */

#define CB_PATH_DOWN 0x1u
#define RECALLABLE_STATE_REVOKED 0x40u

static uint32_t *flags_of(probe *one)
{
    return &one->reply.compound.events[0].u.sequence.status_flags;
}

static void test_flags(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    uint32_t *flags = flags_of(one);
#define FILES(expected) g_assert_cmpint(files(one, flags_observe), ==, expected)
    FILES(false);
    g_assert_null(one->lease->memory.standing);
    *flags = CB_PATH_DOWN;
    WITH(one->connection->is_copy, true, FILES(false));
    WITH(one->reply.compound.events[0].status, NFS4ERR_DELAY, FILES(false));
    WITH(one->world->model->store.limit, 1, FILES(false));
    g_assert_null(one->lease->memory.standing);
    FILES(true);
    WITH(*flags, 0, FILES(true)); /* it has ended */
    WITH(*flags, 0, FILES(false));
    FILES(true);
    WITH(one->connection->is_copy, true, WITH(*flags, 0, FILES(false)));
    FILES(true);
#undef FILES
}

static void stands_for(probe *one, uint32_t flags, int64_t seconds)
{
    *flags_of(one) = flags;
    for (int64_t second = 0; second <= seconds; second += 20) {
        one->reply.when.secs += 20;
        flags_observe(one->world->model, &one->exchange, one->lease);
    }
}

static void test_flag_goes_on(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    stands_for(one, CB_PATH_DOWN, 200);
    assert_kind(world, TROUBLE_FLAG);
    g_assert_cmpuint(trouble_of(world)->count, ==, 11);
    g_assert_cmpint(trouble_of(world)->blame, ==, BLAME_CLIENT);
    one->reply.compound.ops_seen[0] |= UINT64_C(1) << OP_BIND_CONN_TO_SESSION;
    WITH(one->reply.compound.status, NFS4ERR_DELAY,
         flags_observe(world->model, &one->exchange, one->lease));
    g_assert_cmpint(trouble_of(world)->blame, ==, BLAME_CLIENT);
    flags_observe(world->model, &one->exchange, one->lease);
    g_assert_cmpint(trouble_of(world)->blame, ==, BLAME_UNKNOWN);
}

static void test_flags_in_a_full_store(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    stands_for(one, CB_PATH_DOWN, 0);
    model_set_limit(world->model, 1);
    stands_for(one, CB_PATH_DOWN | RECALLABLE_STATE_REVOKED, 200);
    assert_no_trouble(world);
}

static void test_recall_without_a_fault(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    stands_for(one, 2, 0); /* the keys of the back channel expire */
    stands_for(one, RECALLABLE_STATE_REVOKED, 0);
    assert_kind(world, TROUBLE_RECALL);
    g_assert_cmpuint(trouble_of(world)->detail.recall.fault, ==, 0);
    g_assert_cmpuint(trouble_of(world)->first_frame, ==, one->reply.frame);
}

/* ---- server-restarts --------------------------------------------------------- */

/* Two restarts, a minute apart, have been seen: this answer shows a third. */
typedef struct {
    nfs4_life life;
    nfs4_starts *starts;
    uint32_t start;
} third_start;

static third_start third_of(probe *one)
{
    third_start third = {.starts = &one->lease->server->starts,
                         .start = (uint32_t)one->reply.when.secs};
    *third.starts = (nfs4_starts){.last = third.start - 60, .seen = third.start - 50, .in_row = 2};
    third.life = (nfs4_life){.key = third.start, .began = one->reply.frame};
    return third;
}

static bool restarts_again(const probe *one, third_start *third)
{
    nfs4_starts starts = *third->starts;
    one->lease->life = &third->life;
    bool filed = files(one, restarts_observe);
    *third->starts = starts;
    return filed;
}

static void test_third_start(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    third_start third = third_of(one);
    const nfs4_life *life = one->lease->life;
    nfs4_starts *starts = third.starts;
#define RESTARTS(expected) g_assert_cmpint(restarts_again(one, &third), ==, expected)
    RESTARTS(true);
    WITH(one->connection->is_copy, true, RESTARTS(false));
    WITH(third.life.began, one->reply.frame - 1, RESTARTS(false));
    WITH(third.life.key, starts->last, RESTARTS(false));
    WITH(starts->seen, third.start + 1, RESTARTS(false));
    WITH(one->lease->server->alternates, true, RESTARTS(false));
    WITH(starts->last, third.start - 200, RESTARTS(false));
    WITH(starts->in_row, 1, RESTARTS(false));
#undef RESTARTS
    third.life.key = starts->last;
    restarts_observe(world->model, &one->exchange, one->lease);
    g_assert_cmpuint(starts->in_row, ==, 2);
    one->lease->life = life;
}

/* The first start counts, whether it was seen to begin or not. */
static void test_first_start(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    third_start third = third_of(one);
    const nfs4_life *life = one->lease->life;
    *third.starts = (nfs4_starts){0};
    third.life.began = 1;
    one->lease->life = &third.life;
    restarts_observe(world->model, &one->exchange, one->lease);
    g_assert_cmpuint(third.starts->last, ==, third.start);
    g_assert_cmpuint(third.starts->in_row, ==, 0);
    one->lease->life = life;
}

/* One trouble for a server, whichever client shows it. */
static void test_turns_of_a_server(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    story_host *host = story_new_host(world, "web02", 12, 2);
    mounts(host);
    g_autofree probe *other = probe_new(host);
    nfs4_starts *starts = &one->lease->server->starts;
    starts->returns = 2;
    restarts_observe(world->model, &one->exchange, one->lease);
    restarts_observe(world->model, &one->exchange, one->lease);
    assert_kind(world, TROUBLE_TURNS);
    uint32_t last = trouble_of(world)->last_frame;
    other->lease->life = one->lease->life;
    restarts_observe(world->model, &other->exchange, other->lease);
    g_assert_cmpuint(trouble_of(world)->last_frame, ==, last); /* nothing new */
    starts->returns = 3;
    restarts_observe(world->model, &other->exchange, other->lease);
    assert_kind(world, TROUBLE_TURNS);
    g_assert_cmpuint(trouble_of(world)->count, ==, 3);
}

/* ---- what is kept ------------------------------------------------------------ */

/* Nothing more is kept, and nothing is found. */
static void test_full_store(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_late(world);
    nfs4_lease *lease = one->lease;
    model_set_limit(world->model, 1);
    LATE(true);
    WITH(one->reply.when.secs, one->reply.when.secs + LEASE_TIME,
         slots_observe(world->model, &one->exchange, lease));
    g_assert_null(one->session->stall);
    WITH(lease->memory.behind, lease, ids_observe(world->model, &one->exchange, lease));
    lease->server->starts.returns = 2;
    restarts_observe(world->model, &one->exchange, lease);
    assert_no_trouble(world);
    g_assert_cmpuint(world->model->troubles.asker_count, ==, 0);
}

static void test_slots_in_a_full_store(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_slots(world);
    is_answered_on(one, 0, 0, 0);
    model_set_limit(world->model, 1);
    is_answered_on(one, 1, 0, 0);
    assert_no_trouble(world);
}

/* ---- which trouble it is ------------------------------------------------------- */

static nfs4_trouble like_of(const probe *one)
{
    return (nfs4_trouble){.kind = TROUBLE_STATE,
                          .operation = OP_WRITE,
                          .status = NFS4ERR_BAD_STATEID,
                          .owner = one->lease->owner,
                          .lease = one->lease,
                          .connection = one->connection};
}

/* Whatever differs makes another trouble, however many there are. */
static void test_one_trouble_of_each(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    nfs4_troubles *troubles = &world->model->troubles;
    nfs4_trouble like = like_of(one), flag = like;
    nfs4_asker askers[100] = {{.number = 1000}};
    nfs4_owner owners[100] = {{.number = 1000}};
    nfs4_server server = {.number = 99};
    nfs4_endpoint_entry endpoint = {.server = &server};
    nfs4_connection elsewhere = {.endpoint = &endpoint};
    flag.kind = TROUBLE_FLAG;
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < G_N_ELEMENTS(askers); i++) {
            askers[i].number = owners[i].number = 1000 + i * i;
            trouble_get(troubles, &askers[i], &like);
            WITH(like.operation, 20000 + i * i, trouble_get(troubles, &askers[0], &like));
            WITH(like.status, 20000 + i * i, trouble_get(troubles, &askers[0], &like));
            WITH(like.owner, &owners[i], trouble_get(troubles, &askers[0], &like));
        }
        for (uint32_t kind = TROUBLE_LATE; kind < TROUBLE_KINDS; kind++)
            WITH(like.kind, (nfs4_trouble_kind)kind, trouble_get(troubles, &askers[0], &like));
        for (uint32_t bit = 0; bit < 32; bit++)
            WITH(flag.detail.flag.bit, 1u << bit, trouble_get(troubles, &askers[0], &flag));
        WITH(like.connection, &elsewhere, trouble_get(troubles, &askers[0], &like));
    }
    g_assert_cmpuint(troubles->count, ==, 4 * 100 + TROUBLE_KINDS - TROUBLE_LATE + 32 + 1);
}

static void test_flag_of_others(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    nfs4_troubles *troubles = &world->model->troubles;
    nfs4_trouble like = like_of(one);
    nfs4_asker asker = {.number = 1};
    const nfs4_trouble *first = trouble_get(troubles, &asker, &like);
    like.detail.flag.bit = 8; /* of which there is none here */
    g_assert_true(trouble_get(troubles, &asker, &like) == first);
}

/* The first row that fits an operation and an error is the kind of a loop. */
static void test_rows(void)
{
    static const struct {
        uint32_t operation, status;
        nfs4_trouble_kind kind;
    } cases[] = {{OP_SETCLIENTID, NFS4ERR_CLID_INUSE, TROUBLE_IDENTIFICATION},
                 {OP_SETCLIENTID_CONFIRM, NFS4ERR_CLID_INUSE, TROUBLE_CONFIRM},
                 {OP_BIND_CONN_TO_SESSION, NFS4ERR_BADSESSION, TROUBLE_SESSION},
                 {OP_DESTROY_SESSION, NFS4ERR_BADSESSION, TROUBLE_NONE},
                 {OP_RENEW, NFS4ERR_EXPIRED, TROUBLE_SESSION},
                 {OP_READ, NFS4ERR_EXPIRED, TROUBLE_STATE},
                 {OP_RENEW, NFS4ERR_STALE_CLIENTID, TROUBLE_SESSION},
                 {OP_DESTROY_CLIENTID, NFS4ERR_STALE_CLIENTID, TROUBLE_NONE},
                 {OP_OPEN, NFS4ERR_RECLAIM_BAD, TROUBLE_RECLAIM},
                 {OP_OPEN, NFS4ERR_RECLAIM_CONFLICT, TROUBLE_RECLAIM},
                 {OP_RENEW, NFS4ERR_CB_PATH_DOWN, TROUBLE_CALLBACK},
                 {OP_OPEN, NFS4ERR_CB_PATH_DOWN, TROUBLE_NONE},
                 {OP_RENEW, NFS4ERR_NOENT, TROUBLE_NONE},
                 {OP_SEQUENCE, NFS4ERR_NOENT, TROUBLE_REFUSED},
                 {OP_RECLAIM_COMPLETE, NFS4ERR_NOENT, TROUBLE_REFUSED},
                 {OP_READ, NFS4ERR_SEQ_MISORDERED, TROUBLE_NONE},
                 {OP_READ, NFS4ERR_RETRY_UNCACHED_REP, TROUBLE_SLOT}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const trouble_row *row = kinds_row(cases[i].operation, cases[i].status);
        g_assert_cmpint(row != NULL ? row->kind : TROUBLE_NONE, ==, cases[i].kind);
    }
    g_assert_true(kinds_is_loop(TROUBLE_REFUSED));
    g_assert_false(kinds_is_loop(TROUBLE_FLAG));
}

/* ---- whose it is ---------------------------------------------------------------- */

static void test_owner_of_trouble(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    nfs4_trouble trouble = like_of(one);
    nfs4_owner *owner = one->lease->owner, other = {.number = 99}, kept = {.number = 98};
    nfs4_lease nobodys = {0};
    one->connection->owner = &other;
    g_assert_true(trouble_owner(&trouble) == owner);
    WITH(owner->merged_into, &kept, g_assert_true(trouble_owner(&trouble) == &kept));
    trouble.owner = &kept;
    g_assert_true(trouble_owner(&trouble) == &kept);
    trouble.owner = NULL;
    g_assert_true(trouble_owner(&trouble) == owner);
    WITH(trouble.lease, NULL, g_assert_true(trouble_owner(&trouble) == &other));
    WITH(trouble.lease, &nobodys, g_assert_true(trouble_owner(&trouble) == &other));
    one->connection->owner = owner;
}

static void test_duplicate(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    nfs4_trouble trouble = like_of(one);
    nfs4_owner *owner = one->lease->owner;
    g_assert_null(trouble_duplicate(&trouble));
    owner->verdict = VERDICT_PROVEN;
    g_assert_true(trouble_duplicate(&trouble) == owner);
    WITH(trouble.kind, TROUBLE_DELAY, g_assert_null(trouble_duplicate(&trouble)));
    WITH(trouble.kind, TROUBLE_FLAG, g_assert_null(trouble_duplicate(&trouble)));
    trouble.owner = NULL;
    trouble.lease = NULL;
    WITH(one->connection->owner, NULL, g_assert_null(trouble_duplicate(&trouble)));
}

static void test_span(void)
{
    static const struct {
        nstime_t first, last;
        int64_t seconds;
    } cases[] = {{{10, 0}, {12, 0}, 2}, {{12, 0}, {10, 0}, 0}, {{10, 5}, {10, 0}, 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        nfs4_trouble trouble = {.first = cases[i].first, .last = cases[i].last};
        nstime_t span = trouble_span(&trouble);
        g_assert_cmpint(span.secs, ==, cases[i].seconds);
        g_assert_cmpint(span.nsecs, ==, 0);
    }
}

/* The refusals of an instance are the trouble of the same error, the first one. */
static void test_rejections(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    g_autofree probe *one = probe_mounted(world);
    nfs4_troubles *troubles = &world->model->troubles;
    nfs4_rejections *rejections = &one->lease->instance->rejections;
    nfs4_asker asker = {.number = 1};
    nfs4_trouble like = like_of(one);
    like.kind = TROUBLE_IDENTIFICATION;
    nfs4_trouble *trouble = trouble_get(troubles, &asker, &like);
    like.operation = OP_SETCLIENTID;
    trouble_get(troubles, &asker, &like);
    rejections->status = like.status;
#define SETTLES(expected)                                                                          \
    rejections->trouble = NULL;                                                                    \
    trouble_settle(world->model);                                                                  \
    g_assert_true(rejections->trouble == (expected))
    SETTLES(trouble);
    WITH(trouble->kind, TROUBLE_STATE, SETTLES(trouble->next));
    WITH(rejections->status, NFS4_OK, SETTLES(NULL));
    WITH(one->connection->instance, NULL, SETTLES(NULL));
#undef SETTLES
}

SUITE(test_trouble_conditions)
{
    g_test_add_func("/trouble/ids/each_condition_of_two_owners", test_shared_id);
    g_test_add_func("/trouble/ids/each_condition_of_counters", test_counter);
    g_test_add_func("/trouble/ids/each_condition_of_sessions", test_ended_session);
    g_test_add_func("/trouble/late/each_condition", test_late);
    g_test_add_func("/trouble/late/each_condition_of_the_next_request", test_next_request);
    g_test_add_func("/trouble/late/in_40_each_condition_of_the_next_request", test_next_request_40);
    g_test_add_func("/trouble/late/requests_sent_together", test_end_of_a_pause);
    g_test_add_func("/trouble/slots/each_condition", test_slots);
    g_test_add_func("/trouble/slots/waited_together", test_slots_together);
    g_test_add_func("/trouble/slots/number_not_known", test_slots_not_known);
    g_test_add_func("/trouble/slot/each_condition_of_blame", test_blame_for_a_slot);
    g_test_add_func("/trouble/confirm/each_condition_of_blame", test_blame_for_a_confirm);
    g_test_add_func("/trouble/grace/each_condition_of_blame", test_blame_for_grace);
    g_test_add_func("/trouble/grace/refused_reclaim_complete", test_refused_reclaim_complete);
    g_test_add_func("/trouble/flag/each_condition", test_flags);
    g_test_add_func("/trouble/flag/goes_on", test_flag_goes_on);
    g_test_add_func("/trouble/flag/full_store", test_flags_in_a_full_store);
    g_test_add_func("/trouble/recall/without_a_fault_before", test_recall_without_a_fault);
    g_test_add_func("/trouble/restarts/each_condition", test_third_start);
    g_test_add_func("/trouble/restarts/first_start", test_first_start);
    g_test_add_func("/trouble/turns/one_for_a_server", test_turns_of_a_server);
    g_test_add_func("/trouble/full_store", test_full_store);
    g_test_add_func("/trouble/slots/full_store_at_the_answer", test_slots_in_a_full_store);
    g_test_add_func("/trouble/whatever_differs_is_another_one", test_one_trouble_of_each);
    g_test_add_func("/trouble/flag/bit_means_nothing_elsewhere", test_flag_of_others);
    g_test_add_func("/trouble/kinds_by_operation_and_error", test_rows);
    g_test_add_func("/trouble/owner", test_owner_of_trouble);
    g_test_add_func("/trouble/duplicate/each_condition", test_duplicate);
    g_test_add_func("/trouble/span", test_span);
    g_test_add_func("/trouble/identification/refusals_of_an_instance", test_rejections);
}
