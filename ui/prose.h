/* prose.h - nfs4dup,report: the findings for a person
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PROSE_H
#define NFS4SESS_PROSE_H

#include "page.h"
#include "report.h"

#define PROSE_FINDINGS_TOLD 10 /* of one kind, the worst */

typedef enum {
    PROSE_BRIEF,  /* the heads of the findings alone */
    PROSE_REPORT, /* and how to cure each, step by step */
    PROSE_FULL    /* and everything else that is known of each */
} prose_depth;

/* Appends the report: in one sentence what was found, then a head for each finding, which
 * is an owner that is accused, undecided, or innocent for a reason that is worth a word, or
 * an event that cost leases for another cause; then the details. Arguments as for
 * report_json(). */
void prose_report(page *out, const nfs4_model *model, const report_facts *facts, prose_depth depth,
                  report_chooser chooses, void *data);

#endif
