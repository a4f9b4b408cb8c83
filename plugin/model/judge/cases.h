/* cases.h - the cases of each rule that an owner has, kept up to date
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_CASES_H
#define NFS4SESS_CASES_H

#include "rules.h"

/* Asks the rule about the lease, and enters the lease as a case of the rule or takes it out. The
 * work does not grow with the number of cases. */
void cases_review(nfs4_lease *lease, nfs4_evidence_kind kind);

/* The lease is no case of any rule, until it is reviewed again. */
void cases_forget(nfs4_lease *lease);

/* The verdict that the cases of one rule make; VERDICT_SINGLE for none. */
nfs4_verdict cases_verdict(const nfs4_owner *owner, nfs4_evidence_kind kind);

/* How many cases of the rule the owner has; of at least this strength. */
uint32_t cases_count(const nfs4_owner *owner, nfs4_evidence_kind kind, unsigned strength);

/* The first case in the order in which they were found, and the one after; NULL for none. */
const nfs4_case *cases_first(const nfs4_owner *owner, nfs4_evidence_kind kind);
const nfs4_case *cases_next(const nfs4_case *one);

/* The strength of the cases that are told as evidence: those that make the rule's verdict, and
 * not weaker ones, which may say less. 0 for none. */
unsigned cases_strength_told(const nfs4_owner *owner, nfs4_evidence_kind kind);

/* The first of them, NULL for none, and how many they are. */
const nfs4_case *cases_first_told(const nfs4_owner *owner, nfs4_evidence_kind kind);
uint32_t cases_count_told(const nfs4_owner *owner, nfs4_evidence_kind kind);

#endif
