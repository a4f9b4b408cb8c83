/* account.c - the server's counters as witnesses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "account.h"

#include "lease.h"
#include "server.h"

#define UNANSWERED_SEARCHED 4096 /* an answer comes soon, or the call stays unanswered */

nfs4_account *account_new(wmem_allocator_t *scope)
{
    nfs4_account *account = wmem_new0(scope, nfs4_account);
    account->ids = g_sequence_new(NULL);
    account->mid_life = g_sequence_new(NULL);
    account->sessions = g_sequence_new(NULL);
    account->unanswered = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    account->burned = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    return account;
}

void account_free(nfs4_account *account)
{
    g_sequence_free(account->ids);
    g_sequence_free(account->mid_life);
    g_sequence_free(account->sessions);
    g_array_free(account->unanswered, TRUE);
    g_array_free(account->burned, TRUE);
}

nfs4_account *account_of(nfs4_server *server)
{
    while (server->account->merged_into != NULL)
        server->account = server->account->merged_into;
    return server->account;
}

/* ---- identifications without an id of their own --------------------------- */

void account_asked(nfs4_account *account, uint32_t call)
{
    g_array_append_val(account->unanswered, call);
}

void account_answered(nfs4_account *account, uint32_t call)
{
    guint count = account->unanswered->len;
    for (guint i = count; i > 0 && count - i < UNANSWERED_SEARCHED; i--)
        if (g_array_index(account->unanswered, uint32_t, i - 1) == call) {
            g_array_remove_index(account->unanswered, i - 1);
            return;
        }
}

void account_burned(nfs4_account *account, uint32_t reply)
{
    g_array_append_val(account->burned, reply);
}

static gint compare_frames(gconstpointer a, gconstpointer b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

/* How many of the frames, which ascend, are not behind `frame`. */
static int64_t count_to(const GArray *frames, uint32_t frame)
{
    guint low = 0, high = frames->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(frames, uint32_t, middle) <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int64_t count_between(const GArray *frames, uint32_t first, uint32_t last)
{
    return last > first ? count_to(frames, last) - count_to(frames, first) : 0;
}

/* ---- ids and sessions that the capture shows ------------------------------ */

/* By the server's start, as its counter begins anew with the machine; it wraps. */
static gint compare_sessions(gconstpointer a, gconstpointer b, gpointer unused)
{
    const nfs4_session *left = (const nfs4_session *)a, *right = (const nfs4_session *)b;
    int32_t ahead = (int32_t)(left->counter - right->counter);
    if (!lease_same_epoch(left->lease, right->lease))
        return lease_compare(left->lease, right->lease, unused);
    return ahead < 0 ? -1 : ahead > 0;
}

static bool is_last(GSequenceIter *place)
{
    return g_sequence_iter_is_end(g_sequence_iter_next(place));
}

static void insert_lease(nfs4_account *account, nfs4_lease *lease)
{
    lease->account_place = g_sequence_insert_sorted(account->ids, lease, lease_compare, NULL);
    if (lease->issued.reply == 0)
        g_sequence_insert_sorted(account->mid_life, lease, lease_compare, NULL);
    account->changes += !is_last(lease->account_place);
}

void account_add_lease(nfs4_lease *lease)
{
    uint32_t epoch, counter;
    if (lease->account_place == NULL &&
        server_clientid_parts(lease->server, lease->clientid, &epoch, &counter))
        insert_lease(account_of(lease->server), lease);
}

static void insert_session(nfs4_account *account, nfs4_session *session)
{
    session->account_place =
        g_sequence_insert_sorted(account->sessions, session, compare_sessions, NULL);
    account->changes += !is_last(session->account_place);
}

void account_add_session(nfs4_session *session)
{
    nfs4_lease *lease = session->lease;
    if (session->account_place != NULL ||
        !server_session_counter(lease->server, session->sessionid, &session->counter))
        return;
    insert_session(account_of(lease->server), session);
    if (lease->first_session == NULL)
        lease->first_session = session;
    lease->last_session = session;
}

/* ---- one counter, two accounts -------------------------------------------- */

static void move_frames(GArray *into, GArray *from)
{
    g_array_append_vals(into, from->data, from->len);
    g_array_set_size(from, 0);
    g_array_sort(into, compare_frames);
}

static void move_lease(gpointer lease, gpointer into)
{
    insert_lease((nfs4_account *)into, (nfs4_lease *)lease);
}

static void move_session(gpointer session, gpointer into)
{
    insert_session((nfs4_account *)into, (nfs4_session *)session);
}

void account_share(nfs4_server *server, nfs4_server *other)
{
    nfs4_account *from = account_of(server), *into = account_of(other);
    if (from == into)
        return;
    g_sequence_foreach(from->ids, move_lease, into);
    g_sequence_foreach(from->sessions, move_session, into);
    move_frames(into->unanswered, from->unanswered);
    move_frames(into->burned, from->burned);
    into->changes++;
    from->merged_into = into;
}

static int64_t entries_between(GSequenceIter *first, GSequenceIter *last)
{
    return g_sequence_iter_get_position(last) - g_sequence_iter_get_position(first) - 1;
}

/* Leases first met in mid-life between the two: each had an id before its own, that
 * of the first of the two identifications with which Linux mounts. */
static int64_t mid_life_between(nfs4_account *account, nfs4_lease *first, nfs4_lease *last)
{
    GSequenceIter *from = g_sequence_search(account->mid_life, first, lease_compare, NULL);
    GSequenceIter *to = g_sequence_search(account->mid_life, last, lease_compare, NULL);
    return g_sequence_iter_get_position(to) - g_sequence_iter_get_position(from);
}

#define NEIGHBOURS_SEARCHED 1024

/* Every mount with 4.0 identifies itself twice. Of the first lease that a capture shows of
 * an instance, the first of the two may lie before it: then it shows no repeat, and one
 * was used up all the same. */
static bool may_hide_repeat(const nfs4_lease *lease)
{
    return lease->minorversion == 0 && lease->repeats == 0 && lease->issued.reply != 0 &&
           lease->instance != NULL && lease->instance->first_lease == lease;
}

/* Ids that the repeats of the ids from the first up to the last one used up. */
static int64_t repeats_between(const nfs4_lease *first, const nfs4_lease *last)
{
    GSequenceIter *place = first->account_place;
    int64_t count = 0;
    for (int i = 0;
         i < NEIGHBOURS_SEARCHED && place != last->account_place && !g_sequence_iter_is_end(place);
         i++, place = g_sequence_iter_next(place)) {
        const nfs4_lease *lease = (const nfs4_lease *)g_sequence_get(place);
        count += lease->repeats + may_hide_repeat(lease);
    }
    return count;
}

/* ---- the gap -------------------------------------------------------------- */

/* Ids that went to requests of the capture which show no id of their own. */
static int64_t explained(const nfs4_lease *lease, const nfs4_lease *next)
{
    nfs4_account *account = account_of(lease->server);
    uint32_t since = lease->issued.reply;
    int64_t count = count_between(account->unanswered, since, next->issued.reply) +
                    mid_life_between(account, (nfs4_lease *)lease, (nfs4_lease *)next);
    bool knfsd = lease->server->layout != LAYOUT_GANESHA;
    if (knfsd)
        count += repeats_between(lease, next);
    if (knfsd || lease->minorversion > 0)
        count += count_between(account->burned, since, next->issued.reply);
    if (knfsd && lease->minorversion == 0 && since == 0)
        count++; /* the second SETCLIENTID of its own mount */
    return count;
}

account_gap account_gap_after(const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->next_of_instance;
    account_gap gap = {0};
    uint32_t epoch, counter, next_epoch, next_counter;

    if (next == NULL || lease->account_place == NULL || next->account_place == NULL ||
        !server_clientid_parts(lease->server, lease->clientid, &epoch, &counter) ||
        !server_clientid_parts(next->server, next->clientid, &next_epoch, &next_counter) ||
        epoch != next_epoch || (int32_t)(next_counter - counter) <= 0)
        return gap;
    gap.ids_known = true;
    gap.ids = (int64_t)(next_counter - counter) - 1 -
              entries_between(lease->account_place, next->account_place) - explained(lease, next);
    gap.ids = MAX(gap.ids, 0);
    if (lease->last_session == NULL || next->first_session == NULL)
        return gap;
    uint32_t from = lease->last_session->counter, to = next->first_session->counter;
    gap.sessions_known = (int32_t)(to - from) > 0;
    if (gap.sessions_known)
        gap.sessions =
            (int64_t)(to - from) - 1 -
            entries_between(lease->last_session->account_place, next->first_session->account_place);
    gap.sessions = MAX(gap.sessions, 0);
    return gap;
}

bool account_other_instance_after(const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->next_of_instance;
    if (next == NULL || lease->account_place == NULL || next->account_place == NULL)
        return false;
    GSequenceIter *place = g_sequence_iter_next(lease->account_place);
    for (int i = 0;
         i < NEIGHBOURS_SEARCHED && place != next->account_place && !g_sequence_iter_is_end(place);
         i++, place = g_sequence_iter_next(place)) {
        const nfs4_lease *other = (const nfs4_lease *)g_sequence_get(place);
        if (other->owner == lease->owner && other->instance != lease->instance)
            return true;
    }
    return false;
}
