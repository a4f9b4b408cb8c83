/* prose_sum.h - what a report begins with: in one sentence, and what could not be seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PROSE_SUM_H
#define NFS4SESS_PROSE_SUM_H

#include "page.h"
#include "report.h"

typedef struct {
    GPtrArray *accused; /* nfs4_owner, worst first */
    GPtrArray *undecided;
    GPtrArray *innocent; /* of those that are worth a word */
    uint32_t owners;
    uint32_t verdicts[VERDICT_PROVEN + 1]; /* owners, by verdict */
    uint32_t unexplained;                  /* lost leases of which nothing tells the cause */
} prose_sum;

prose_sum prose_sum_up(const nfs4_model *model, report_chooser chooses, void *data);
void prose_sum_free(prose_sum *sum);

/* "3 proven, 1 probable": the verdicts of these owners, without the first ones. */
char *prose_verdicts(const GPtrArray *owners, guint from);

/* Appends when, and the sum. `model` may be NULL. `troubles` is how many the report tells. */
void prose_sum_say(page *out, const nfs4_model *model, const report_facts *facts,
                   const prose_sum *sum, uint32_t troubles, bool filtered);

#endif
