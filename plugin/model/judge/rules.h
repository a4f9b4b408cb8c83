/* rules.h - the rules of evidence: what a case is, what it is worth, what shows it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * plugin/RULES.md is the law book; a rule's file has its conditions. The order of the table
 * (rules.c) is the order in which evidence is told. A rule is asked about one lease, and
 * reads facts only: what the watchers filed and what the order of the leases says.
 */
#ifndef NFS4SESS_RULES_H
#define NFS4SESS_RULES_H

#include "types.h"

/* Cases of at least this strength, at least so many of them, make this verdict. */
typedef struct {
    unsigned strength;
    uint32_t cases;
    nfs4_verdict makes;
} nfs4_grade;

#define RULE_GRADES 4

struct nfs4_rule {
    const char *name; /* the word of the manual, of JSON and of nfs4sess.collision.evidence */
    const char *kind; /* of the finding; NULL for a rule that accuses nobody by itself */
    nfs4_grade grades[RULE_GRADES]; /* the best one first; unused ones have no cases */
    bool is_harmful;                /* a lease that was in use ended */
    bool tells_weaker; /* weaker cases than its grade asks for say the same, and are told, too */

    /* true if the lease is a case; NULL for a rule that explains changes */
    bool (*holds)(const nfs4_lease *lease);
    /* true if the rule explains why another instance holds the next lease in order, where no
     * rule does that is asked before it (rules.c); else NULL */
    bool (*explains)(const nfs4_lease *lease, const nfs4_lease *next);
    /* of a case, below NFS4_STRENGTHS; NULL where all are alike (0) */
    unsigned (*strength)(const nfs4_lease *lease);
    /* The frames of a case: who was there, who came, what shows it; 0 where unknown. NULL: those
     * of a change. */
    void (*frames)(const nfs4_lease *lease, uint32_t frames[3]);
    /* when it showed; NULL: when the next lease in order was confirmed */
    const nstime_t *(*time)(const nfs4_lease *lease);
};

/* For rules of leases that were refused: when that was, and for those whose instance was given
 * another id then, the frames in which the one was given out, lost, and the next given out. */
const nstime_t *rule_time_of_refusal(const nfs4_lease *lease);
void rule_frames_of_loss(const nfs4_lease *lease, uint32_t frames[3]);

/* A rule, by its place in the table. Static. */
const nfs4_rule *rule_at(nfs4_evidence_kind kind);

/* true if the lease is a case of the rule; of a rule that explains changes, by the judge's last
 * review of the lease */
bool rule_holds(const nfs4_rule *rule, const nfs4_lease *lease);

/* true if the change to `next` has one host behind it for certain: one program, or one old Linux
 * client. Refusals are no sign of a taker there. */
bool rule_closes(const nfs4_lease *lease, const nfs4_lease *next);

/* The one rule that explains the change from the lease to the next one in order; NULL where the
 * holder is the same. Static. */
const nfs4_rule *rule_of_change(const nfs4_lease *lease);

extern const nfs4_rule rule_takeover_refused, rule_recurrence, rule_alternation, rule_clock_overlap,
    rule_counter_gap, rule_repeated_loss, rule_identification_race, rule_outlived, rule_clid_inuse,
    rule_lost_in_turns, rule_address_turns, rule_cloned, rule_shared_session,
    rule_confirmed_elsewhere, rule_restart, rule_same_program, rule_self_collision, rule_change;

#endif
