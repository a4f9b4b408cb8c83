/* judge.c - keeps the order of an owner's leases, and the judgement, up to date
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "judge.h"

#include "cases.h"
#include "taker.h"
#include "verdict.h"

#include "know/counters.h"
#include "know/lease.h"
#include "know/server.h"

static void set_taker(nfs4_lease *lease, nfs4_lease *taker)
{
    if (lease->judgement.taker == taker)
        return;
    if (lease->judgement.taker != NULL) {
        if (lease->judgement.taker->judgement.victim == lease)
            lease->judgement.taker->judgement.victim = NULL;
        lease->owner->takeovers--;
    }
    lease->judgement.taker = taker;
    if (taker != NULL) {
        taker->judgement.victim = lease;
        lease->owner->takeovers++;
    }
}

static void find_taker(nfs4_lease *lease)
{
    bool refused;
    nfs4_lease *taker = taker_find(lease, &refused);
    lease->judgement.refused_for_taker = refused;
    set_taker(lease, taker);
}

/* Enters the lease among the losses of its owner, once. */
static void enter_loss(nfs4_lease *lease)
{
    nfs4_owner *owner = lease->owner;
    if (lease->loss.is_followed || lease->refused.reply == 0 ||
        lease->links.next_of_instance == NULL)
        return;
    lease->loss.is_followed = true;
    lease->loss.next = owner->first_loss;
    owner->first_loss = lease;
    owner->server->losses++;
}

static void conclude(nfs4_owner *owner)
{
    owner->verdict = verdict_of_owner(owner);
    owner->harmful = verdict_is_harmful(owner);
    owner->revision++;
}

/* Asks every rule about the lease. */
static void ask_rules(nfs4_lease *lease)
{
    lease->judgement.change = rule_of_change(lease);
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        cases_review(lease, (nfs4_evidence_kind)kind);
}

/* Judges the change from a lease to its successor, and whether that is a return. */
static void review(nfs4_lease *lease)
{
    nfs4_lease *next = lease_after(lease);
    find_taker(lease);
    enter_loss(lease);
    ask_rules(lease);
    if (next != NULL)
        cases_review(next, EVIDENCE_RECURRENCE);
}

/* A fact was filed about the lease, which need not have a place in the order. */
static void file(nfs4_lease *lease)
{
    ask_rules(lease);
    conclude(lease->owner);
}

static void review_first(nfs4_lease *lease)
{
    nfs4_instance *instance = lease->instance;
    nfs4_lease *first = instance->first_in_order;
    if (first != NULL && lease_compare(first, lease, NULL) <= 0)
        return;
    instance->first_in_order = lease;
    if (first != NULL)
        cases_review(first, EVIDENCE_RECURRENCE);
}

/* A lease that was first seen when it was refused, at a server whose ids tell no order,
 * was confirmed at a time that nobody knows. It comes before the others only where its
 * instance began before the first of them was confirmed; else it has no place. */
static bool has_place(const nfs4_lease *lease)
{
    uint32_t epoch, counter;
    GSequenceIter *begin = g_sequence_get_begin_iter(lease->owner->order);
    if (lease->use.ordinal != 0 || g_sequence_iter_is_end(begin) ||
        server_clientid_parts(lease->server, lease->clientid, &epoch, &counter))
        return true;
    const nfs4_lease *first = (const nfs4_lease *)g_sequence_get(begin);
    const nfs4_instance *instance = lease->instance;
    return first->instance == instance ||
           (instance->has_start && nstime_cmp(&instance->start, &first->confirm.when) < 0);
}

void judge_nearby(const nfs4_lease *lease)
{
    if (lease->links.position == NULL || !lease->owner->is_tangled)
        return;
    taker_neighbours found = taker_around(lease);
    for (int i = 0; i < found.count; i++)
        if (taker_may_be(found.leases[i], lease))
            review(found.leases[i]);
    conclude(lease->owner);
}

void judge_enter(nfs4_lease *lease)
{
    lease_enter_life(lease);
    if (lease->links.position != NULL || lease->instance == NULL || !has_place(lease))
        return;
    lease->links.position =
        g_sequence_insert_sorted(lease->owner->order, lease, lease_compare, NULL);
    lease->owner->is_tangled |= taker_is_late(lease);
    review_first(lease);
    judge_review(lease);
    judge_nearby(lease);
}

void judge_review(nfs4_lease *lease)
{
    if (lease->links.position == NULL)
        return;
    nfs4_lease *before = lease_before(lease);
    if (before != NULL)
        review(before);
    review(lease);
    conclude(lease->owner);
}

static void review_order(nfs4_owner *owner)
{
    GSequenceIter *iter = g_sequence_get_begin_iter(owner->order);
    for (; !g_sequence_iter_is_end(iter); iter = g_sequence_iter_next(iter)) {
        cases_review((nfs4_lease *)g_sequence_get(iter), EVIDENCE_RECURRENCE);
        review((nfs4_lease *)g_sequence_get(iter));
    }
}

static void reorder_owner(gpointer key, gpointer value, gpointer unused)
{
    nfs4_owner *owner = (nfs4_owner *)value;
    (void)key;
    (void)unused;
    g_sequence_sort(owner->order, lease_compare, NULL);
    for (nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        instance->first_in_order = NULL;
    GSequenceIter *iter = g_sequence_get_begin_iter(owner->order);
    for (; !g_sequence_iter_is_end(iter); iter = g_sequence_iter_next(iter)) {
        nfs4_lease *lease = (nfs4_lease *)g_sequence_get(iter);
        set_taker(lease, NULL);
        owner->is_tangled |= taker_is_late(lease);
        if (lease->instance->first_in_order == NULL)
            lease->instance->first_in_order = lease;
    }
    review_order(owner);
    conclude(owner);
}

/* Before any of them is compared with another. */
static void enter_life(gpointer key, gpointer value, gpointer unused)
{
    (void)key;
    (void)unused;
    ((nfs4_lease *)value)->life = NULL; /* of another layout */
    lease_enter_life((nfs4_lease *)value);
}

static void enter_lease(gpointer key, gpointer value, gpointer unused)
{
    (void)key;
    (void)unused;
    counters_add_lease((nfs4_lease *)value);
}

static void enter_session(gpointer key, gpointer value, gpointer unused)
{
    (void)key;
    (void)unused;
    counters_add_session((nfs4_session *)value);
}

/* It may have a place now that the ids tell one. */
static void enter_late(gpointer key, gpointer value, gpointer unused)
{
    nfs4_lease *lease = (nfs4_lease *)value;
    (void)key;
    (void)unused;
    if (lease->use.confirmed)
        judge_enter(lease);
}

void judge_layout_known(nfs4_server *server)
{
    wmem_map_foreach(server->leases, enter_life, NULL);
    wmem_map_foreach(server->leases, enter_lease, NULL);
    wmem_map_foreach(server->sessions, enter_session, NULL);
    wmem_map_foreach(server->owners, reorder_owner, NULL);
    wmem_map_foreach(server->leases, enter_late, NULL);
}

static void ask_again(gpointer key, gpointer value, gpointer unused)
{
    nfs4_owner *owner = (nfs4_owner *)value;
    (void)key;
    (void)unused;
    for (nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        for (nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
            ask_rules(lease);
    conclude(owner);
}

void judge_all_again(nfs4_server *server)
{
    wmem_map_foreach(server->owners, ask_again, NULL);
}

static void recount_owner(gpointer key, gpointer value, gpointer unused)
{
    nfs4_owner *owner = (nfs4_owner *)value;
    (void)key;
    (void)unused;
    for (nfs4_lease *lease = owner->first_loss; lease != NULL; lease = lease->loss.next)
        cases_review(lease, EVIDENCE_COUNTER_GAP);
    if (owner->first_loss != NULL)
        conclude(owner);
}

void judge_recount(nfs4_server *server, uint64_t budget)
{
    nfs4_counters *counters = counters_of(server);
    if (server->counted == counters->changes)
        return;
    uint64_t cost = server->losses + wmem_map_size(server->owners);
    if (counters->work + cost > budget)
        return;
    server->counted = counters->changes;
    counters->work += cost;
    wmem_map_foreach(server->owners, recount_owner, NULL);
}

/* Cases of these rules turn into others, so that each is asked for first. */
static void review_silent(nfs4_owner *owner, nfs4_evidence_kind kind)
{
    const nfs4_case *one = cases_first(owner, kind);
    while (one != NULL) {
        nfs4_lease *lease = one->lease;
        one = cases_next(one);
        ask_rules(lease);
    }
}

static void review_silence_of(gpointer key, gpointer value, gpointer unused)
{
    static const nfs4_evidence_kind kinds[] = {EVIDENCE_CHANGE, EVIDENCE_CLOCK_OVERLAP,
                                               EVIDENCE_RESTART, EVIDENCE_CLID_INUSE};
    nfs4_owner *owner = (nfs4_owner *)value;
    nfs4_verdict before = owner->verdict;
    (void)key;
    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        review_silent(owner, kinds[i]);
    if (verdict_of_owner(owner) != before)
        conclude(owner);
}

void judge_silence(nfs4_server *server)
{
    wmem_map_foreach(server->owners, review_silence_of, NULL);
}

void judge_race(nfs4_lease *lease, const nfs4_lease *rival)
{
    if (lease->filed.race_rival != NULL)
        return;
    lease->filed.race_rival = rival;
    file(lease);
}

void judge_newcomer_refused(nfs4_lease *holder, const nfs4_instance *newcomer,
                            const nfs4_moment *refused)
{
    nfs4_lease_seldom *filed = lease_seldom(holder);
    if (!filed->newcomer_outlived) {
        filed->newcomer = newcomer;
        filed->newcomer_refused = *refused;
    }
    file(holder);
}

void judge_newcomer_outlived(nfs4_lease *holder)
{
    if (holder->seldom->newcomer_outlived)
        return;
    lease_seldom(holder)->newcomer_outlived = true;
    file(holder);
}

void judge_outlived(nfs4_lease *holder, const nfs4_lease *challenger, const nfs4_moment *worked,
                    const nstime_t *since)
{
    if (holder->seldom->outlived != NULL)
        return;
    nfs4_lease_seldom *filed = lease_seldom(holder);
    filed->outlived = challenger;
    filed->outlived_by = *worked;
    filed->outlived_since = *since;
    file(holder);
}

void judge_alternation(nfs4_lease *lease, const nfs4_lease *before)
{
    if (lease->filed.call_before == before)
        return;
    lease->filed.call_before = before;
    file(lease);
}

void judge_address_turns(nfs4_lease *lease, const nfs4_moment *turned, const address *from,
                         const nfs4_moment *back, const address *to)
{
    if (lease->seldom->turned_in != 0)
        return;
    nfs4_lease_seldom *filed = lease_seldom(lease);
    filed->turned_in = turned->reply;
    filed->turned_at = turned->when;
    filed->turned_from = from;
    filed->turned_back = *back;
    filed->turned_to = filed->turned_last_to = to;
    filed->turned_last = back->when;
    filed->turns = 1;
    file(lease);
}

void judge_clone(nfs4_lease *lease, const nfs4_lease *newer, const nfs4_moment *shown)
{
    if (lease->seldom->clone_in != 0)
        return;
    nfs4_lease_seldom *filed = lease_seldom(lease);
    filed->clone_in = shown->reply;
    filed->clone_at = shown->when;
    filed->clone_lease = newer;
    file(lease);
}

void judge_shared_session(nfs4_lease *lease, const nfs4_moment *shown)
{
    if (lease->seldom->shared_in != 0)
        return;
    nfs4_lease_seldom *filed = lease_seldom(lease);
    filed->shared_in = shown->reply;
    filed->shared_at = shown->when;
    file(lease);
}

void judge_elsewhere(nfs4_lease *lease, const nfs4_lease *taker)
{
    if (taker == NULL && lease->filed.elsewhere == NULL)
        return;
    lease->filed.elsewhere = taker;
    file(lease);
}

void judge_turn(nfs4_lease *lease)
{
    lease->owner->invalidations++;
    file(lease);
}
