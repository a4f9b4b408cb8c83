/* prose.h - nfs4dup,report: the findings for a person
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PROSE_H
#define NFS4SESS_PROSE_H

#include "report.h"

/* Appends the report to `text`: per finding who, the proof in frames, why it is nothing
 * else, what it cost, the cure, and what to capture where that is needed; one sentence
 * where there is no finding. ASCII, wrapped. Arguments as for report_json(). */
void prose_report(GString *text, const nfs4_model *model, const report_facts *facts,
                  report_chooser chooses, void *data);

#endif
