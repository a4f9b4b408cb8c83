/* judge.c - keeps the order of an owner's leases, and the judgement, up to date
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "judge.h"

#include "know/counters.h"
#include "taker.h"
#include "know/lease.h"
#include "know/server.h"
#include "verdict.h"

#define RESCAN_LIMIT 4096 /* leases looked at when kept evidence was refuted */

static void evidence_keep(nfs4_evidence *evidence, const nfs4_lease *lease)
{
    if (evidence->kept < NFS4_EVIDENCE_KEPT)
        evidence->leases[evidence->kept++] = lease;
}

static bool is_gap(nfs4_loss loss)
{
    return loss == LOSS_GAP || loss == LOSS_LEAN_GAP;
}

/* Of the kinds of evidence that can be refuted; the others never go. */
static bool gives_evidence(const nfs4_lease *lease, nfs4_evidence_kind kind)
{
    if (kind == EVIDENCE_RECURRENCE)
        return lease->is_return;
    if (kind == EVIDENCE_COUNTER_GAP)
        return is_gap(lease->loss);
    return verdict_evidence_of(lease->change) == kind;
}

/* What was kept has all been refuted, and there is more: finds it again. */
static void evidence_rescan(nfs4_owner *owner, nfs4_evidence_kind kind)
{
    nfs4_evidence *evidence = &owner->evidence[kind];
    GSequenceIter *iter = g_sequence_get_begin_iter(owner->order);
    for (int i = 0; i < RESCAN_LIMIT && !g_sequence_iter_is_end(iter); i++) {
        const nfs4_lease *lease = (const nfs4_lease *)g_sequence_get(iter);
        if (gives_evidence(lease, kind))
            evidence_keep(evidence, lease);
        iter = g_sequence_iter_next(iter);
    }
}

static void evidence_add(nfs4_owner *owner, nfs4_evidence_kind kind, const nfs4_lease *lease)
{
    if (kind == EVIDENCE_KINDS)
        return;
    owner->evidence[kind].count++;
    evidence_keep(&owner->evidence[kind], lease);
}

static void evidence_remove(nfs4_owner *owner, nfs4_evidence_kind kind, const nfs4_lease *lease)
{
    if (kind == EVIDENCE_KINDS)
        return;
    nfs4_evidence *evidence = &owner->evidence[kind];
    evidence->count--;
    uint32_t left = 0;
    for (uint32_t i = 0; i < evidence->kept; i++)
        if (evidence->leases[i] != lease)
            evidence->leases[left++] = evidence->leases[i];
    evidence->kept = left;
    if (left == 0 && evidence->count > 0)
        evidence_rescan(owner, kind);
}

static void set_killer(nfs4_lease *lease, nfs4_lease *killer)
{
    if (lease->killer == killer)
        return;
    if (lease->killer != NULL) {
        if (lease->killer->victim == lease)
            lease->killer->victim = NULL;
        lease->owner->takeovers--;
    }
    lease->killer = killer;
    if (killer != NULL) {
        killer->victim = lease;
        lease->owner->takeovers++;
    }
}

static void set_change(nfs4_lease *lease, nfs4_change change)
{
    nfs4_owner *owner = lease->owner;
    nfs4_change before = lease->change;
    if (before == change)
        return;
    lease->change = change;
    owner->changes[before]--;
    owner->changes[change]++;
    evidence_remove(owner, verdict_evidence_of(before), lease);
    evidence_add(owner, verdict_evidence_of(change), lease);
}

/* R7: enters the lease among the losses of its owner, once, and counts what the
 * server's counters say of it. */
static void review_loss(nfs4_lease *lease)
{
    nfs4_owner *owner = lease->owner;
    if (!lease->is_loss) {
        if (lease->refused.reply == 0 || lease->next_of_instance == NULL)
            return;
        lease->is_loss = true;
        lease->next_loss = owner->first_loss;
        owner->first_loss = lease;
        owner->server->losses++;
        owner->losses[LOSS_UNKNOWN]++;
    }
    nfs4_loss before = lease->loss;
    lease->loss = verdict_of_loss(lease);
    owner->losses[before]--;
    owner->losses[lease->loss]++;
    if (is_gap(before) == is_gap(lease->loss))
        return;
    if (is_gap(before))
        evidence_remove(owner, EVIDENCE_COUNTER_GAP, lease);
    else
        evidence_add(owner, EVIDENCE_COUNTER_GAP, lease);
}

/* The instance held the owner before `before` did, in the same life of the server. */
static bool held_before(const nfs4_lease *lease, const nfs4_lease *before)
{
    const nfs4_lease *first = lease->instance->first_in_order;
    const nfs4_lease *previous = lease->previous_of_instance;
    if (first != lease && lease_same_epoch(first, lease))
        return true;
    return previous != NULL && previous->position != NULL && lease_same_epoch(previous, lease) &&
           lease_compare(previous, before, NULL) < 0;
}

/* R6, A B A: the lease follows one of another instance, and its own instance held
 * the owner before that. Not where one program plays both, nor across lives of the
 * server, whose order is not that of time where several servers answer in turns. */
static void review_return(nfs4_lease *lease)
{
    const nfs4_lease *before = lease_before(lease);
    bool is_return = before != NULL && before->instance != lease->instance &&
                     before->change != CHANGE_SAME_PROGRAM &&
                     before->change != CHANGE_SELF_COLLISION && lease_same_epoch(before, lease) &&
                     !lease->server->alternates && held_before(lease, before);
    if (is_return == lease->is_return)
        return;
    lease->is_return = is_return;
    if (is_return) {
        lease->owner->returns++;
        evidence_add(lease->owner, EVIDENCE_RECURRENCE, lease);
    } else {
        lease->owner->returns--;
        evidence_remove(lease->owner, EVIDENCE_RECURRENCE, lease);
    }
}

static void conclude(nfs4_owner *owner)
{
    owner->verdict = verdict_of_owner(owner);
    owner->harmful = owner->changes[CHANGE_PROVEN] > 0;
    owner->revision++;
}

/* Who ended the lease, where that need not be the next one in order. */
static nfs4_lease *untangle(const nfs4_lease *lease, nfs4_lease *killer, nfs4_change *change)
{
    nfs4_lease *other = killer_find(lease, killer);
    if (other != NULL) {
        killer = other;
        *change = CHANGE_PROVEN;
    }
    other = killer != NULL ? killer_by_sessions(lease) : NULL;
    return other != NULL ? other : killer;
}

/* Judges the change from a lease to its successor, and whether that is a return. */
static void review(nfs4_lease *lease)
{
    nfs4_lease *next = lease_after(lease);
    nfs4_lease *killer = verdict_is_takeover(lease, next) ? next : NULL;
    nfs4_change change = verdict_of_change(lease, next);
    if (lease->owner->is_tangled && lease->refused.reply != 0)
        killer = untangle(lease, killer, &change);
    set_killer(lease, killer);
    set_change(lease, change);
    review_loss(lease);
    if (next != NULL)
        review_return(next);
}

static void review_first(nfs4_lease *lease)
{
    nfs4_instance *instance = lease->instance;
    nfs4_lease *first = instance->first_in_order;
    if (first != NULL && lease_compare(first, lease, NULL) <= 0)
        return;
    instance->first_in_order = lease;
    if (first != NULL)
        review_return(first);
}

/* A lease that was first seen when it was refused, at a server whose ids tell no order,
 * was confirmed at a time that nobody knows. It comes before the others only where its
 * instance began before the first of them was confirmed; else it has no place. */
static bool has_place(const nfs4_lease *lease)
{
    uint32_t epoch, counter;
    GSequenceIter *begin = g_sequence_get_begin_iter(lease->owner->order);
    if (lease->ordinal != 0 || g_sequence_iter_is_end(begin) ||
        server_clientid_parts(lease->server, lease->clientid, &epoch, &counter))
        return true;
    const nfs4_lease *first = (const nfs4_lease *)g_sequence_get(begin);
    const nfs4_instance *instance = lease->instance;
    return first->instance == instance ||
           (instance->has_start && nstime_cmp(&instance->start, &first->confirm.time) < 0);
}

void judge_nearby(const nfs4_lease *lease)
{
    if (lease->position == NULL || !lease->owner->is_tangled)
        return;
    nfs4_lease *other = lease_after(lease);
    for (int i = 0; i < KILLER_NEARBY && other != NULL; i++, other = lease_after(other))
        if (killer_may_be(other, lease))
            review(other);
    other = lease_before(lease);
    for (int i = 0; i < KILLER_NEARBY && other != NULL; i++, other = lease_before(other))
        if (killer_may_be(other, lease))
            review(other);
    conclude(lease->owner);
}

void judge_enter(nfs4_lease *lease)
{
    if (lease->position != NULL || lease->instance == NULL || !has_place(lease))
        return;
    lease->position = g_sequence_insert_sorted(lease->owner->order, lease, lease_compare, NULL);
    lease->owner->changes[CHANGE_NONE]++;
    lease->owner->is_tangled |= killer_is_late(lease);
    review_first(lease);
    judge_review(lease);
    judge_nearby(lease);
}

void judge_review(nfs4_lease *lease)
{
    if (lease->position == NULL)
        return;
    nfs4_lease *before = lease_before(lease);
    if (before != NULL)
        review(before);
    review(lease);
    conclude(lease->owner);
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
        set_killer(lease, NULL);
        owner->is_tangled |= killer_is_late(lease);
        if (lease->instance->first_in_order == NULL)
            lease->instance->first_in_order = lease;
    }
    iter = g_sequence_get_begin_iter(owner->order);
    for (; !g_sequence_iter_is_end(iter); iter = g_sequence_iter_next(iter)) {
        review_return((nfs4_lease *)g_sequence_get(iter));
        review((nfs4_lease *)g_sequence_get(iter));
    }
    conclude(owner);
}

static void enter_lease(gpointer key, gpointer value, gpointer unused)
{
    (void)key;
    (void)unused;
    account_add_lease((nfs4_lease *)value);
}

static void enter_session(gpointer key, gpointer value, gpointer unused)
{
    (void)key;
    (void)unused;
    account_add_session((nfs4_session *)value);
}

/* It may have a place now that the ids tell one. */
static void enter_late(gpointer key, gpointer value, gpointer unused)
{
    nfs4_lease *lease = (nfs4_lease *)value;
    (void)key;
    (void)unused;
    if (lease->confirmed)
        judge_enter(lease);
}

void judge_layout_known(nfs4_server *server)
{
    wmem_map_foreach(server->leases, enter_lease, NULL);
    wmem_map_foreach(server->sessions, enter_session, NULL);
    wmem_map_foreach(server->owners, reorder_owner, NULL);
    wmem_map_foreach(server->leases, enter_late, NULL);
}

static void recount_owner(gpointer key, gpointer value, gpointer unused)
{
    nfs4_owner *owner = (nfs4_owner *)value;
    (void)key;
    (void)unused;
    for (nfs4_lease *lease = owner->first_loss; lease != NULL; lease = lease->next_loss)
        review_loss(lease);
    if (owner->first_loss != NULL)
        conclude(owner);
}

void judge_recount(nfs4_server *server, uint64_t budget)
{
    nfs4_account *account = account_of(server);
    if (server->counted == account->changes)
        return;
    uint64_t cost = server->losses + wmem_map_size(server->owners);
    if (budget != JUDGE_UNLIMITED && account->work + cost > budget)
        return;
    server->counted = account->changes;
    account->work += cost;
    wmem_map_foreach(server->owners, recount_owner, NULL);
}

void judge_race(nfs4_lease *lease, const nfs4_lease *rival)
{
    if (lease->rival != NULL)
        return;
    lease->rival = rival;
    evidence_add(lease->owner, EVIDENCE_RACE, lease);
    conclude(lease->owner);
}

void judge_newcomer_refused(nfs4_lease *holder, const nfs4_instance *newcomer,
                            const nfs4_moment *refused)
{
    if (holder->newcomer == NULL)
        evidence_add(holder->owner, EVIDENCE_CLID_INUSE, holder);
    if (!holder->newcomer_outlived) {
        holder->newcomer = newcomer;
        holder->newcomer_refused = *refused;
    }
    conclude(holder->owner);
}

void judge_newcomer_outlived(nfs4_lease *holder)
{
    if (holder->newcomer_outlived)
        return;
    holder->newcomer_outlived = true;
    holder->owner->newcomers_beside_holder++;
    conclude(holder->owner);
}

void judge_holder_named(nfs4_lease *refused)
{
    refused->owner->holders_named++;
    conclude(refused->owner);
}

void judge_clone(nfs4_lease *lease, const nfs4_lease *newer, uint32_t frame)
{
    if (lease->clone_in != 0)
        return;
    lease->clone_in = frame;
    lease->clone_lease = newer;
    evidence_add(lease->owner, EVIDENCE_CLONE, lease);
    conclude(lease->owner);
}

void judge_shared_session(nfs4_lease *lease, uint32_t frame)
{
    if (lease->shared_in != 0)
        return;
    lease->shared_in = frame;
    evidence_add(lease->owner, EVIDENCE_SHARED_SESSION, lease);
    conclude(lease->owner);
}

void judge_turn(nfs4_owner *owner, const nfs4_lease *lease)
{
    owner->invalidations++;
    evidence_add(owner, EVIDENCE_TURNS, lease);
    conclude(owner);
}
