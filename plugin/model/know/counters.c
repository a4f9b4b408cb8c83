/* counters.c - the server's counters as witnesses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "counters.h"

#include "lease.h"
#include "server.h"

nfs4_counters *counters_new(nfs4_store *store)
{
    nfs4_counters *counters = store_new(store, nfs4_counters);
    counters->ids = g_sequence_new(NULL);
    counters->mid_life = g_sequence_new(NULL);
    counters->repeats = g_sequence_new(NULL);
    counters->sessions = g_sequence_new(NULL);
    counters->unanswered = g_sequence_new(NULL);
    counters->burned = g_sequence_new(NULL);
    store_count(store, 6 * STORE_MAP);
    return counters;
}

/* Leaves the counters without sequences: they are not to be used any more. */
static void free_sequences(nfs4_counters *counters)
{
    g_sequence_free(counters->ids);
    g_sequence_free(counters->mid_life);
    g_sequence_free(counters->repeats);
    g_sequence_free(counters->sessions);
    g_sequence_free(counters->unanswered);
    g_sequence_free(counters->burned);
}

void counters_free(nfs4_counters *counters)
{
    if (counters->merged_into == NULL)
        free_sequences(counters);
}

nfs4_counters *counters_of(nfs4_server *server)
{
    while (server->counters->merged_into != NULL)
        server->counters = server->counters->merged_into;
    return server->counters;
}

/* ---- identifications without an id of their own --------------------------- */

static gint compare_frames(gconstpointer a, gconstpointer b, gpointer unused)
{
    guint left = GPOINTER_TO_UINT(a), right = GPOINTER_TO_UINT(b);
    (void)unused;
    return left < right ? -1 : left > right;
}

static void add_frame(GSequence *frames, uint32_t frame)
{
    g_sequence_insert_sorted(frames, GUINT_TO_POINTER(frame), compare_frames, NULL);
}

void counters_asked(nfs4_counters *counters, uint32_t call)
{
    add_frame(counters->unanswered, call);
}

void counters_answered(nfs4_counters *counters, uint32_t call)
{
    GSequenceIter *place =
        g_sequence_lookup(counters->unanswered, GUINT_TO_POINTER(call), compare_frames, NULL);
    if (place != NULL)
        g_sequence_remove(place);
}

void counters_burned(nfs4_counters *counters, uint32_t reply)
{
    add_frame(counters->burned, reply);
}

/* How many of the frames are not behind `frame`. */
static int64_t count_to(GSequence *frames, uint32_t frame)
{
    return g_sequence_iter_get_position(
        g_sequence_search(frames, GUINT_TO_POINTER(frame), compare_frames, NULL));
}

static int64_t count_between(GSequence *frames, uint32_t first, uint32_t last)
{
    bool is_empty = last <= first || g_sequence_is_empty(frames);
    return is_empty ? 0 : count_to(frames, last) - count_to(frames, first);
}

/* ---- ids and sessions that the capture shows ------------------------------ */

/* By the server's start, as its counter begins anew with the machine; it wraps. */
static gint compare_sessions(gconstpointer a, gconstpointer b, gpointer unused)
{
    const nfs4_session *left = (const nfs4_session *)a, *right = (const nfs4_session *)b;
    int32_t ahead = (int32_t)(left->counter - right->counter);
    if (!lease_same_life(left->lease, right->lease))
        return lease_compare_ids(left->lease, right->lease, unused);
    return ahead < 0 ? -1 : ahead > 0;
}

static bool is_last(GSequenceIter *place)
{
    return g_sequence_iter_is_end(g_sequence_iter_next(place));
}

/* Every mount with 4.0 identifies itself twice. Of the first lease that a capture shows of
 * an instance, the first of the two may lie before it: then it shows no repeat, and one
 * was used up all the same. */
static bool may_hide_repeat(const nfs4_lease *lease)
{
    return lease->minorversion == 0 && lease->numbers.repeats == 0 && lease->issued.reply != 0 &&
           lease->instance != NULL && lease->instance->first_lease == lease;
}

/* The sequence holds the lease once for each id that it used up beside its own. */
static void count_repeats(nfs4_counters *counters, nfs4_lease *lease)
{
    uint32_t repeats = lease->numbers.repeats + may_hide_repeat(lease);
    for (; lease->numbers.repeats_entered < repeats; lease->numbers.repeats_entered++)
        g_sequence_insert_sorted(counters->repeats, lease, lease_compare_ids, NULL);
}

void counters_repeated(nfs4_lease *lease)
{
    nfs4_counters *counters = counters_of(lease->server);
    lease->numbers.repeats++;
    counters->changes++;
    if (lease->numbers.place != NULL)
        count_repeats(counters, lease);
}

static void insert_lease(nfs4_counters *counters, nfs4_lease *lease)
{
    lease->numbers.place = g_sequence_insert_sorted(counters->ids, lease, lease_compare_ids, NULL);
    if (lease->issued.reply == 0)
        g_sequence_insert_sorted(counters->mid_life, lease, lease_compare_ids, NULL);
    counters->changes += !is_last(lease->numbers.place);
}

void counters_add_lease(nfs4_lease *lease)
{
    uint32_t epoch, counter;
    if (!server_clientid_parts(lease->server, lease->clientid, &epoch, &counter))
        return;
    nfs4_counters *counters = counters_of(lease->server);
    lease_enter_life(lease);
    if (lease->numbers.place == NULL)
        insert_lease(counters, lease);
    if (lease->owner == NULL || lease->numbers.with_owner)
        return;
    lease->numbers.with_owner = true;
    count_repeats(counters, lease);
}

static void insert_session(nfs4_counters *counters, nfs4_session *session)
{
    session->counters_place =
        g_sequence_insert_sorted(counters->sessions, session, compare_sessions, NULL);
    counters->changes += !is_last(session->counters_place);
}

void counters_add_session(nfs4_session *session)
{
    nfs4_lease *lease = session->lease;
    if (session->counters_place != NULL ||
        !server_session_counter(lease->server, session->sessionid, &session->counter))
        return;
    insert_session(counters_of(lease->server), session);
    if (lease->numbers.first_session == NULL)
        lease->numbers.first_session = session;
    lease->numbers.last_session = session;
}

/* ---- one counter, kept twice ----------------------------------------------- */

static void move_frame(gpointer frame, gpointer into)
{
    add_frame((GSequence *)into, GPOINTER_TO_UINT(frame));
}

static void move_lease(gpointer lease, gpointer into)
{
    insert_lease((nfs4_counters *)into, (nfs4_lease *)lease);
}

static void move_repeat(gpointer lease, gpointer into)
{
    g_sequence_insert_sorted((GSequence *)into, lease, lease_compare_ids, NULL);
}

static void move_session(gpointer session, gpointer into)
{
    insert_session((nfs4_counters *)into, (nfs4_session *)session);
}

static int size_of(const nfs4_counters *counters)
{
    return g_sequence_get_length(counters->ids) + g_sequence_get_length(counters->repeats) +
           g_sequence_get_length(counters->sessions) + g_sequence_get_length(counters->unanswered) +
           g_sequence_get_length(counters->burned);
}

static void merge(nfs4_counters *from, nfs4_counters *into)
{
    g_sequence_foreach(from->ids, move_lease, into);
    g_sequence_foreach(from->repeats, move_repeat, into->repeats);
    g_sequence_foreach(from->sessions, move_session, into);
    g_sequence_foreach(from->unanswered, move_frame, into->unanswered);
    g_sequence_foreach(from->burned, move_frame, into->burned);
    into->changes = MAX(from->changes, into->changes) + 1; /* counted anew for either server */
    into->work += from->work;
    from->merged_into = into;
    free_sequences(from);
}

/* The smaller one moves, so that an entry moves at most as often as its counters double. */
void counters_share(nfs4_server *server, nfs4_server *other)
{
    nfs4_counters *one = counters_of(server), *two = counters_of(other);
    if (one == two)
        return;
    if (size_of(one) < size_of(two))
        merge(one, two);
    else
        merge(two, one);
}

static int64_t entries_between(GSequenceIter *first, GSequenceIter *last)
{
    return g_sequence_iter_get_position(last) - g_sequence_iter_get_position(first) - 1;
}

/* How often leases of the sequence lie behind `first` and not behind `last`. */
static int64_t leases_between(GSequence *leases, const nfs4_lease *first, const nfs4_lease *last)
{
    if (g_sequence_is_empty(leases))
        return 0;
    GSequenceIter *from = g_sequence_search(leases, (gpointer)first, lease_compare_ids, NULL);
    GSequenceIter *to = g_sequence_search(leases, (gpointer)last, lease_compare_ids, NULL);
    return g_sequence_iter_get_position(to) - g_sequence_iter_get_position(from);
}

/* Leases first met in mid-life between the two: each had an id before its own, that
 * of the first of the two identifications with which Linux mounts. */
static int64_t mid_life_between(nfs4_counters *counters, const nfs4_lease *first,
                                const nfs4_lease *last)
{
    return leases_between(counters->mid_life, first, last);
}

/* Ids that the repeats of the ids from the first up to the last one used up. */
static int64_t repeats_between(nfs4_counters *counters, const nfs4_lease *first,
                               const nfs4_lease *last)
{
    return leases_between(counters->repeats, first, last) + first->numbers.repeats_entered -
           last->numbers.repeats_entered;
}

/* ---- the gap -------------------------------------------------------------- */

/* Ids that went to requests of the capture which show no id of their own. */
static int64_t explained(const nfs4_lease *lease, const nfs4_lease *next)
{
    nfs4_counters *counters = counters_of(lease->server);
    uint32_t since = lease->issued.reply;
    int64_t count = count_between(counters->unanswered, since, next->issued.reply);
    bool knfsd = lease->server->layout != LAYOUT_GANESHA;
    if (knfsd)
        count += repeats_between(counters, lease, next);
    if (knfsd || lease->minorversion > 0)
        count += count_between(counters->burned, since, next->issued.reply);
    return count;
}

/* Ids that may have gone to the mounts of leases met in mid-life, before they were met. */
static int64_t allowed(const nfs4_lease *lease, const nfs4_lease *next)
{
    int64_t count = mid_life_between(counters_of(lease->server), lease, next);
    if (lease->server->layout != LAYOUT_GANESHA && lease->minorversion == 0 &&
        lease->issued.reply == 0)
        count++; /* the second SETCLIENTID of its own mount */
    return count;
}

#define BETWEEN_SEARCHED 64

/* The taker's, for all that is known: one that works on after the loser was given its next lease
 * is of another owner. */
static bool may_be_taker(const nfs4_lease *between, const nfs4_lease *next)
{
    bool worked_on = next->confirm.reply != 0 && between->last_ok.call > next->confirm.reply;
    return (between->owner == NULL || between->owner->is_cut) && !worked_on;
}

static bool has_nameless_between(const nfs4_lease *lease, const nfs4_lease *next)
{
    GSequenceIter *place = g_sequence_iter_next(lease->numbers.place);
    for (uint32_t i = 0; i < BETWEEN_SEARCHED && place != next->numbers.place; i++) {
        if (may_be_taker((const nfs4_lease *)g_sequence_get(place), next))
            return true;
        place = g_sequence_iter_next(place);
    }
    return place != next->numbers.place;
}

/* Ids between the two that the capture does not account for; false where nothing tells. */
static bool ids_between(const nfs4_lease *lease, const nfs4_lease *next, int64_t *ids)
{
    uint32_t epoch, counter, next_epoch, next_counter;
    if (lease->numbers.place == NULL || next->numbers.place == NULL ||
        !server_clientid_parts(lease->server, lease->clientid, &epoch, &counter) ||
        !server_clientid_parts(next->server, next->clientid, &next_epoch, &next_counter) ||
        !lease_same_life(lease, next) || (int32_t)(next_counter - counter) <= 0)
        return false;
    *ids = (int64_t)(next_counter - counter) - 1 -
           entries_between(lease->numbers.place, next->numbers.place);
    if (*ids > 0)
        *ids -= explained(lease, next);
    return true;
}

/* The same of sessions, from the last one of the one to the first one of the other. */
static bool sessions_between(const nfs4_lease *lease, const nfs4_lease *next, int64_t *sessions)
{
    const nfs4_session *last = lease->numbers.last_session, *first = next->numbers.first_session;
    if (last == NULL || first == NULL || (int32_t)(first->counter - last->counter) <= 0)
        return false;
    *sessions = (int64_t)(first->counter - last->counter) - 1 -
                entries_between(last->counters_place, first->counters_place);
    return true;
}

counters_gap counters_gap_after(const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->links.next_of_instance;
    counters_gap gap = {0};
    gap.ids_known = next != NULL && ids_between(lease, next, &gap.ids);
    if (!gap.ids_known)
        return gap;
    if (gap.ids > 0)
        gap.ids -= allowed(lease, next);
    gap.ids = MAX(gap.ids, 0);
    gap.has_nameless = has_nameless_between(lease, next);
    gap.sessions_known = sessions_between(lease, next, &gap.sessions);
    gap.sessions = MAX(gap.sessions, 0);
    return gap;
}

bool counters_show_all(const nfs4_lease *lease, const nfs4_lease *next)
{
    int64_t ids, sessions;
    return ids_between(lease, next, &ids) &&
           (ids <= 0 || (sessions_between(lease, next, &sessions) && sessions <= 0));
}
