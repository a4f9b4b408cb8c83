/* words.h - what is said of the cases of each rule of evidence
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_WORDS_H
#define NFS4SESS_WORDS_H

#include "proof.h"

/* The words of a rule. Its row is in wording_evidence.c. Both are asked about a lease that is a
 * case of the rule (nfs4_case). */
typedef struct {
    char *(*say)(wmem_allocator_t *scope, const nfs4_lease *lease); /* in one sentence */
    void (*prove)(proof *told, const nfs4_lease *lease);            /* frame by frame */
} rule_words;

extern const rule_words words_takeover_refused, words_recurrence, words_alternation,
    words_clock_overlap, words_counter_gap, words_repeated_loss, words_identification_race,
    words_outlived, words_clid_inuse, words_lost_in_turns, words_address_turns, words_cloned,
    words_shared_session, words_confirmed_elsewhere, words_restart, words_same_program,
    words_self_collision, words_change;

#endif
