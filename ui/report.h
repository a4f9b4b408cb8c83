/* report.h - the model as one JSON document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reads the model and nothing else, so that it says the same whatever pass it is
 * asked in.
 */
#ifndef NFS4SESS_REPORT_H
#define NFS4SESS_REPORT_H

#include <stdio.h>

#include "visibility.h"

#include "model/model.h"

/* Chooses what a report speaks of; NULL for everything. */
typedef bool (*report_chooser)(const nfs4_owner *owner, void *data);

/* What the model cannot know: the version of Wireshark, and what it never saw. */
typedef struct {
    const char *wireshark;
    visibility_gaps gaps;
} report_facts;

/* Writes the JSON document of schema "nfs4dup/1". `model` may be NULL, for a capture
 * without NFSv4. */
void report_json(FILE *out, const nfs4_model *model, const report_facts *facts,
                 report_chooser chooses, void *data);

#endif
