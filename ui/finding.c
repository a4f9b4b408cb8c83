/* finding.c - the facts of one owner at one server that the head of a finding tells
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "finding.h"

#include "duel.h"
#include "finding_client.h"
#include "finding_hosts.h"

#include "model/know/lease.h"
#include "model/know/server.h"
#include "model/judge/cases.h"
#include "model/judge/facts.h"
#include "model/judge/verdict.h"

/* ---- kind ----------------------------------------------------------------- */

static nfs4_evidence_kind strongest_evidence(const nfs4_owner *owner)
{
    int kind = 0;
    while (kind < EVIDENCE_KINDS && !verdict_rests_on(owner, (nfs4_evidence_kind)kind))
        kind++;
    return (nfs4_evidence_kind)kind;
}

static bool has_several_addresses(const nfs4_owner *owner)
{
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        if (instance->addresses != NULL && instance->addresses->next != NULL)
            return true;
    return false;
}

static finding_kind kind_of_accused(const nfs4_owner *owner)
{
    if (owner->verdict == VERDICT_SUSPECTED)
        return FINDING_SUSPECTED;
    if (g_strcmp0(verdict_kind_name(owner), "cloned-instance") == 0)
        return FINDING_CLONED;
    if (strongest_evidence(owner) == EVIDENCE_CLID_INUSE)
        return FINDING_TURNED_AWAY;
    return FINDING_DUPLICATE;
}

static const nfs4_instance *first_refused(const nfs4_owner *owner)
{
    const nfs4_instance *instance = owner->first_instance;
    while (instance != NULL && instance->rejections.count == 0)
        instance = instance->next;
    return instance;
}

finding_kind finding_kind_of(const nfs4_owner *owner)
{
    if (verdict_accuses(owner->verdict))
        return kind_of_accused(owner);
    if (owner->verdict == VERDICT_UNDECIDED)
        return FINDING_UNDECIDED;
    if (owner->verdict == VERDICT_RESTARTED)
        return FINDING_RESTARTED;
    if (owner->instance_count == 1 && first_refused(owner) != NULL)
        return FINDING_REFUSED;
    bool plain = owner->instance_count < 2 && !has_several_addresses(owner);
    return plain ? FINDING_NONE : FINDING_ONE_CLIENT;
}

/* ---- the case ------------------------------------------------------------- */

/* The one that came second in the first case of the evidence. */
static const nfs4_instance *newcomer_of(nfs4_evidence_kind kind, const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->links.position != NULL ? lease_after(lease) : NULL;
    if (kind == EVIDENCE_CLID_INUSE)
        return lease->seldom->newcomer;
    if (kind == EVIDENCE_RACE)
        return lease->filed.race_rival->instance;
    if (kind == EVIDENCE_ALTERNATION)
        return lease->filed.call_before->instance;
    if (kind == EVIDENCE_OUTLIVED)
        return lease->seldom->outlived->instance;
    if (kind == EVIDENCE_TURNS)
        return lease->filed.turn_rival->instance;
    if (kind == EVIDENCE_ELSEWHERE)
        return lease->filed.elsewhere->instance;
    return next != NULL ? next->instance : NULL;
}

static void find_pair(finding *found, wmem_allocator_t *scope, const nfs4_lease *lease)
{
    bool elsewhere = found->evidence == EVIDENCE_ELSEWHERE;
    bool apart = elsewhere || wording_names_of(found->owner) != NAMES_INSTANCE;
    wording_names names = apart ? NAMES_ADDRESS : NAMES_INSTANCE;
    const nfs4_instance *newcomer = newcomer_of(found->evidence, lease);
    found->first = wording_name(scope, names, lease->instance);
    if (newcomer != NULL)
        found->second = wording_name(scope, names, newcomer);
    if (elsewhere)
        found->second_server = finding_server(scope, newcomer->owner->server);
}

/* Of all cases; the last one is the latest. */
static void find_turns(finding *found)
{
    const nfs4_case *one = cases_first(found->owner, EVIDENCE_ADDRESS_TURNS);
    nstime_t span, first = one->lease->seldom->turned_back.when;
    for (; one != NULL; one = cases_next(one)) {
        found->turns += one->lease->seldom->turns;
        nstime_delta(&span, &one->lease->seldom->turned_last, &first);
        found->turn_span = MAX(found->turn_span, nstime_to_sec(&span));
    }
}

static void find_proof(finding *found, wmem_allocator_t *scope)
{
    const nfs4_lease *lease = cases_first_told(found->owner, found->evidence)->lease;
    found->cases = cases_count_told(found->owner, found->evidence);
    found->line_count = wording_proof(scope, found->evidence, lease, found->lines);
    found->lease_time = lease_time(lease);
    find_pair(found, scope, lease);
    if (found->evidence == EVIDENCE_ADDRESS_TURNS)
        find_turns(found);
}

static const nfs4_instance *turned_away(const finding *found)
{
    if (found->evidence != EVIDENCE_CLID_INUSE)
        return first_refused(found->owner);
    return cases_first_told(found->owner, EVIDENCE_CLID_INUSE)->lease->seldom->newcomer;
}

static void find_refused(finding *found, wmem_allocator_t *scope)
{
    const nfs4_instance *instance = turned_away(found);
    if (instance == NULL)
        return;
    found->refused = wording_refused(scope, instance);
    found->mounted = instance->current != NULL;
    if (instance->rejections.status == NFS4ERR_CLID_INUSE)
        found->turned_away = MAX(found->turned_away, instance->rejections.count);
    if (found->evidence == EVIDENCE_CLID_INUSE)
        found->held_unseen =
            cases_first_told(found->owner, EVIDENCE_CLID_INUSE)->lease->instance == instance;
}

/* ---- why nothing else ----------------------------------------------------- */

const nfs4_lease *finding_lost_lease(const nfs4_owner *owner)
{
    static const nfs4_evidence_kind kinds[] = {EVIDENCE_TAKEOVER_REFUSED, EVIDENCE_COUNTER_GAP,
                                               EVIDENCE_TURNS};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (cases_first(owner, kinds[i]) != NULL)
            return cases_first(owner, kinds[i])->lease;
    return NULL;
}

/* The start of the server that the clientids before and after the loss name; false for none. */
static bool start_around(const nfs4_lease *lost, uint32_t *start)
{
    uint32_t counter;
    const nfs4_lease *after = lost->links.next_of_instance;
    return after != NULL && lease_same_life(lost, after) &&
           server_clientid_parts(lost->server, lost->clientid, start, &counter);
}

static bool has_one_life(const nfs4_owner *owner)
{
    const nfs4_lease *first = owner->first_instance->first_lease;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        for (const nfs4_lease *lease = instance->first_lease; lease != NULL;
             lease = lease->links.next)
            if (!lease_same_life(first, lease))
                return false;
    return true;
}

static void find_starts(finding *found, const nfs4_lease *lost)
{
    uint32_t start;
    found->has_start = start_around(lost, &start) && has_one_life(found->owner);
    if (found->has_start)
        found->start = (nstime_t){start, 0};
    for (const nfs4_instance *instance = found->owner->first_instance; instance != NULL;
         instance = instance->next)
        for (const nfs4_lease *lease = instance->first_lease; lease != NULL;
             lease = lease->links.next)
            if (lease->chain != NULL && losses_by_duplicate(lease->chain))
                found->within_start += start_around(lease, &start);
}

/* ---- who took from whom --------------------------------------------------- */

static bool goes_both_ways(const duel *sum)
{
    const duel_pair *first = &g_array_index(sum->pairs, duel_pair, 0);
    for (guint i = 1; i < sum->pairs->len; i++) {
        const duel_pair *pair = &g_array_index(sum->pairs, duel_pair, i);
        if (pair->by == first->of && pair->of == first->by)
            return true;
    }
    return false;
}

static void find_duel(finding *found)
{
    duel sum = duel_of(found->owner);
    nstime_t span;
    nstime_delta(&span, &sum.last, &sum.first);
    found->takeovers = found->owner->takeovers;
    found->takeover_span = nstime_to_sec(&span);
    found->both_ways = sum.pairs->len > 1 && goes_both_ways(&sum);
    duel_free(&sum);
}

/* The one whose place was taken in the first case of the evidence had taken leave before. */
static uint32_t leave_of(const finding *found)
{
    bool changes = found->evidence == EVIDENCE_RESTART || found->evidence == EVIDENCE_CHANGE ||
                   found->evidence == EVIDENCE_CLOCK_OVERLAP;
    if (!changes)
        return 0;
    const nfs4_lease *lease = cases_first(found->owner, found->evidence)->lease;
    const nfs4_lease *next = lease_after(lease);
    return lease->use.ended_in < next->confirm.reply ? lease->use.ended_in : 0;
}

/* How long the capture goes on after the last confirm. */
static void find_rest(finding *found, const nfs4_model *model)
{
    nstime_t rest;
    GSequenceIter *end = g_sequence_get_end_iter(found->owner->order);
    if (g_sequence_iter_is_begin(end))
        return;
    const nfs4_lease *last = (const nfs4_lease *)g_sequence_get(g_sequence_iter_prev(end));
    if (last->confirm.reply == 0)
        return;
    nstime_delta(&rest, &model->last_time, &last->confirm.when);
    found->heard_after = nstime_to_sec(&rest);
}

bool finding_is_told_as_trouble(const nfs4_owner *owner)
{
    if (finding_kind_of(owner) != FINDING_REFUSED)
        return false;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        if (instance->rejections.count > 0 && instance->rejections.trouble == NULL)
            return false;
    return true;
}

finding finding_of(wmem_allocator_t *scope, const nfs4_model *model, const nfs4_owner *owner)
{
    finding found = {.kind = finding_kind_of(owner),
                     .owner = owner,
                     .evidence = strongest_evidence(owner),
                     .proven = owner->verdict == VERDICT_PROVEN,
                     .probable = owner->verdict == VERDICT_PROBABLE,
                     .harmful = owner->harmful,
                     .instances = owner->instance_count,
                     .returns = cases_count(owner, EVIDENCE_RECURRENCE, 0),
                     .comebacks = cases_count_told(owner, EVIDENCE_ALTERNATION),
                     .answered = model->answered > 0,
                     .turned_away = cases_count(owner, EVIDENCE_CLID_INUSE, 0),
                     .base = model->first_time};
    const nfs4_lease *lost = finding_lost_lease(owner);
    finding_find_hosts(&found, scope);
    if (found.evidence != EVIDENCE_KINDS)
        find_proof(&found, scope);
    else if (found.kind == FINDING_ONE_CLIENT && owner->instance_count == 1)
        finding_find_client(&found, scope);
    if (lost != NULL) {
        found.lease_time = lease_time(lost);
        find_starts(&found, lost);
    }
    find_refused(&found, scope);
    found.left_in = leave_of(&found);
    find_duel(&found);
    find_rest(&found, model);
    found.lost = losses_of_owner(owner, losses_by_duplicate);
    if (lost != NULL)
        losses_add_idle(&found.lost, lost);
    return found;
}

bool finding_ends_early(const finding *found)
{
    return found->kind == FINDING_RESTARTED && found->evidence == EVIDENCE_RESTART &&
           found->heard_after < finding_seconds_to_decide(found) / 2;
}

uint32_t finding_seconds_to_decide(const finding *found)
{
    return 2 * (found->lease_time != 0 ? found->lease_time : FACTS_LEASE_TIME_ASSUMED);
}
