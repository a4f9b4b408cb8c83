/* rules.c - the table of the rules of evidence
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules.h"

#include "facts.h"

static const nfs4_rule *const rules[EVIDENCE_KINDS] = {
    [EVIDENCE_TAKEOVER_REFUSED] = &rule_takeover_refused,
    [EVIDENCE_RECURRENCE] = &rule_recurrence,
    [EVIDENCE_ALTERNATION] = &rule_alternation,
    [EVIDENCE_CLOCK_OVERLAP] = &rule_clock_overlap,
    [EVIDENCE_COUNTER_GAP] = &rule_counter_gap,
    [EVIDENCE_REPEATED_LOSS] = &rule_repeated_loss,
    [EVIDENCE_RACE] = &rule_identification_race,
    [EVIDENCE_OUTLIVED] = &rule_outlived,
    [EVIDENCE_CLID_INUSE] = &rule_clid_inuse,
    [EVIDENCE_TURNS] = &rule_lost_in_turns,
    [EVIDENCE_ADDRESS_TURNS] = &rule_address_turns,
    [EVIDENCE_CLONE] = &rule_cloned,
    [EVIDENCE_SHARED_SESSION] = &rule_shared_session,
    [EVIDENCE_ELSEWHERE] = &rule_confirmed_elsewhere,
    [EVIDENCE_RESTART] = &rule_restart,
    [EVIDENCE_SAME_PROGRAM] = &rule_same_program,
    [EVIDENCE_SELF_COLLISION] = &rule_self_collision,
    [EVIDENCE_CHANGE] = &rule_change,
};

/* In the order in which they are asked. The last one explains whatever is left. */
static const nfs4_rule *const explanations[] = {&rule_same_program, &rule_self_collision,
                                                &rule_restart, &rule_clock_overlap, &rule_change};

const nfs4_rule *rule_at(nfs4_evidence_kind kind)
{
    return rules[kind];
}

bool rule_holds(const nfs4_rule *rule, const nfs4_lease *lease)
{
    return rule->explains != NULL ? lease->judgement.change == rule : rule->holds(lease);
}

bool rule_closes(const nfs4_lease *lease, const nfs4_lease *next)
{
    return rule_same_program.explains(lease, next) || rule_self_collision.explains(lease, next);
}

const nfs4_rule *rule_of_change(const nfs4_lease *lease)
{
    const nfs4_lease *next = facts_change(lease);
    const nfs4_rule *const *rule = explanations;
    if (rule_takeover_refused.holds(lease))
        return &rule_takeover_refused;
    while (next != NULL && !(*rule)->explains(lease, next))
        rule++;
    return next != NULL ? *rule : NULL;
}

const nstime_t *rule_time_of_refusal(const nfs4_lease *lease)
{
    return &lease->refused.when;
}

void rule_frames_of_loss(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->issued.reply;
    frames[1] = lease->refused.reply;
    frames[2] = lease->links.next_of_instance->issued.reply;
}
