/* duel.c - who takes an owner from whom, and how often
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "duel.h"

#include "model/keys.h"

static void count_takeover(GHashTable *places, duel *sum, const nfs4_lease *victim)
{
    const nfs4_instance *by = victim->judgement.taker->instance, *of = victim->instance;
    gint64 key = (gint64)by->number << 32 | of->number;
    gpointer place = g_hash_table_lookup(places, &key);
    if (place == NULL) {
        duel_pair pair = {by, of, 1};
        g_array_append_val(sum->pairs, pair);
        g_hash_table_insert(places, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(sum->pairs->len));
        return;
    }
    g_array_index(sum->pairs, duel_pair, GPOINTER_TO_UINT(place) - 1).count++;
}

static void note_time(duel *sum, const nstime_t *when)
{
    if (nstime_is_zero(when))
        return; /* confirmed before the capture began */
    if (nstime_is_zero(&sum->first) || nstime_cmp(when, &sum->first) < 0)
        sum->first = *when;
    if (nstime_cmp(when, &sum->last) > 0)
        sum->last = *when;
}

static gint most_often_first(gconstpointer a, gconstpointer b)
{
    const duel_pair *left = (const duel_pair *)a, *right = (const duel_pair *)b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    if (left->by->number != right->by->number)
        return left->by->number < right->by->number ? -1 : 1;
    return left->of->number < right->of->number ? -1 : left->of->number > right->of->number;
}

duel duel_of(const nfs4_owner *owner)
{
    duel sum = {.pairs = g_array_new(FALSE, FALSE, sizeof(duel_pair))};
    GHashTable *places = g_hash_table_new_full(key_u64_hash, key_u64_equal, g_free, NULL);
    GSequenceIter *iter = g_sequence_get_begin_iter(owner->order);
    for (; !g_sequence_iter_is_end(iter); iter = g_sequence_iter_next(iter)) {
        const nfs4_lease *lease = (const nfs4_lease *)g_sequence_get(iter);
        if (lease->judgement.taker == NULL)
            continue;
        count_takeover(places, &sum, lease);
        note_time(&sum, &lease->judgement.taker->confirm.when);
    }
    g_hash_table_destroy(places);
    g_array_sort(sum.pairs, most_often_first);
    return sum;
}

void duel_free(duel *sum)
{
    g_array_free(sum->pairs, TRUE);
}

bool duel_rate(const duel *sum, uint32_t takeovers, double *per_minute)
{
    nstime_t span;
    nstime_delta(&span, &sum->last, &sum->first);
    double seconds = nstime_to_sec(&span);
    *per_minute = seconds > 0 ? (takeovers - 1) * 60 / seconds : 0;
    return takeovers > 1 && seconds > 0;
}
