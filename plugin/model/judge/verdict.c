/* verdict.c - what the cases of an owner add up to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "verdict.h"

#include "cases.h"

nfs4_verdict verdict_of_owner(const nfs4_owner *owner)
{
    nfs4_verdict verdict = VERDICT_SINGLE;
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        verdict = MAX(verdict, cases_verdict(owner, (nfs4_evidence_kind)kind));
    return verdict;
}

bool verdict_is_harmful(const nfs4_owner *owner)
{
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        if (rule_at((nfs4_evidence_kind)kind)->is_harmful &&
            cases_first(owner, (nfs4_evidence_kind)kind) != NULL)
            return true;
    return false;
}

/* A rule may be able to make a verdict that accuses and one that does not. */
static bool accuses(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    const nfs4_rule *rule = rule_at(kind);
    nfs4_verdict least = VERDICT_PROVEN;
    for (int i = 0; i < RULE_GRADES && rule->grades[i].cases > 0; i++)
        least = rule->grades[i].makes;
    return verdict_accuses(least) || verdict_accuses(cases_verdict(owner, kind));
}

bool verdict_rests_on(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    return cases_first(owner, kind) != NULL &&
           accuses(owner, kind) == verdict_accuses(owner->verdict);
}

bool verdict_is_collision(const nfs4_lease *lease)
{
    const nfs4_owner *owner = lease->owner;
    if (lease->judgement.taker == NULL || !verdict_accuses(owner->verdict))
        return false;
    if (lease->judgement.change == &rule_same_program ||
        lease->judgement.change == &rule_self_collision)
        return false;
    return lease->judgement.change != &rule_restart ||
           cases_first(owner, EVIDENCE_RECURRENCE) != NULL;
}

bool verdict_is_loss_to_unseen(const nfs4_lease *lease)
{
    return lease->owner != NULL && verdict_accuses(lease->owner->verdict) &&
           (rule_counter_gap.holds(lease) || rule_repeated_loss.holds(lease));
}

const char *verdict_name(nfs4_verdict verdict)
{
    static const char *const names[] = {
        [VERDICT_SINGLE] = "single",       [VERDICT_RESTARTED] = "restarted",
        [VERDICT_UNDECIDED] = "undecided", [VERDICT_SUSPECTED] = "suspected",
        [VERDICT_PROBABLE] = "probable",   [VERDICT_PROVEN] = "proven",
    };
    return names[verdict];
}

/* A lease that one host takes from another tells more than one that they share. */
const char *verdict_kind_name(const nfs4_owner *owner)
{
    const char *name = NULL;
    for (int kind = EVIDENCE_KINDS - 1; verdict_accuses(owner->verdict) && kind >= 0; kind--)
        if (verdict_rests_on(owner, (nfs4_evidence_kind)kind))
            name = rule_at((nfs4_evidence_kind)kind)->kind;
    return name;
}

const char *verdict_evidence_name(nfs4_evidence_kind kind)
{
    return rule_at(kind)->name;
}
