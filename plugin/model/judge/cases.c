/* cases.c - the cases of each rule that an owner has, kept up to date
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cases.h"

G_STATIC_ASSERT(EVIDENCE_KINDS <= 32); /* bits of judgement.kinds */

/* The lease is a case. */
static nfs4_case **find(nfs4_lease *lease, nfs4_evidence_kind kind)
{
    nfs4_case **place = &lease->judgement.cases;
    while ((*place)->kind != kind)
        place = &(*place)->next_of_lease;
    return place;
}

/* Counts a case once for each strength that it has. */
static void count(nfs4_cases *cases, unsigned strength, int step)
{
    for (unsigned i = 0; i <= strength; i++)
        cases->count[i] += (uint32_t)step;
}

static void add(nfs4_lease *lease, nfs4_evidence_kind kind)
{
    nfs4_cases *cases = &lease->owner->cases[kind];
    nfs4_case *one = store_new(lease->server->store, nfs4_case);
    one->kind = kind;
    one->lease = lease;
    one->next_of_lease = lease->judgement.cases;
    lease->judgement.cases = one;
    lease->judgement.kinds |= UINT32_C(1) << kind;
    one->previous = cases->last;
    *(cases->last != NULL ? &cases->last->next : &cases->first) = one;
    cases->last = one;
}

static void take_out(nfs4_case **place)
{
    nfs4_case *one = *place;
    nfs4_cases *cases = &one->lease->owner->cases[one->kind];
    *(one->previous != NULL ? &one->previous->next : &cases->first) = one->next;
    *(one->next != NULL ? &one->next->previous : &cases->last) = one->previous;
    *place = one->next_of_lease;
    one->lease->judgement.kinds &= ~(UINT32_C(1) << one->kind);
    store_free(one->lease->server->store, one, sizeof *one);
}

void cases_review(nfs4_lease *lease, nfs4_evidence_kind kind)
{
    const nfs4_rule *rule = rule_at(kind);
    nfs4_cases *cases = &lease->owner->cases[kind];
    bool holds = rule_holds(rule, lease);
    bool was_case = (lease->judgement.kinds >> kind & 1) != 0;
    if (!holds && !was_case)
        return;
    if (!was_case)
        add(lease, kind);
    nfs4_case **place = find(lease, kind), *one = *place;
    if (was_case)
        count(cases, one->strength, -1);
    if (holds) {
        one->strength = rule->strength != NULL ? rule->strength(lease) : 0;
        count(cases, one->strength, 1);
    } else {
        take_out(place);
    }
}

void cases_forget(nfs4_lease *lease)
{
    while (lease->judgement.cases != NULL) {
        count(&lease->owner->cases[lease->judgement.cases->kind], lease->judgement.cases->strength,
              -1);
        take_out(&lease->judgement.cases);
    }
}

uint32_t cases_count(const nfs4_owner *owner, nfs4_evidence_kind kind, unsigned strength)
{
    return owner->cases[kind].count[strength];
}

const nfs4_case *cases_first(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    return owner->cases[kind].first;
}

/* The best grade that the cases of the owner reach, or NULL. */
static const nfs4_grade *grade_of(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    const nfs4_grade *grades = rule_at(kind)->grades;
    if (cases_first(owner, kind) == NULL)
        return NULL;
    for (int i = 0; i < RULE_GRADES && grades[i].cases > 0; i++)
        if (cases_count(owner, kind, grades[i].strength) >= grades[i].cases)
            return &grades[i];
    return NULL;
}

nfs4_verdict cases_verdict(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    const nfs4_grade *grade = grade_of(owner, kind);
    return grade != NULL ? grade->makes : VERDICT_SINGLE;
}

unsigned cases_strength_told(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    const nfs4_grade *grade = grade_of(owner, kind);
    return grade != NULL && !rule_at(kind)->tells_weaker ? grade->strength : 0;
}

const nfs4_case *cases_first_told(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    unsigned strength = cases_strength_told(owner, kind);
    const nfs4_case *one = cases_first(owner, kind);
    while (one != NULL && one->strength < strength)
        one = cases_next(one);
    return one;
}

uint32_t cases_count_told(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    return cases_count(owner, kind, cases_strength_told(owner, kind));
}

const nfs4_case *cases_next(const nfs4_case *one)
{
    return one->next;
}
