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
    bool explains_change;           /* it reads the change from a lease to the next one */

    /* true if the lease is a case */
    bool (*holds)(const nfs4_lease *lease);
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

extern const nfs4_rule rule_takeover_refused, rule_recurrence, rule_alternation, rule_clock_overlap,
    rule_counter_gap, rule_repeated_loss, rule_identification_race, rule_outlived, rule_clid_inuse,
    rule_lost_in_turns, rule_address_turns, rule_cloned, rule_shared_session,
    rule_confirmed_elsewhere, rule_restart, rule_same_program, rule_self_collision, rule_change;

#endif
