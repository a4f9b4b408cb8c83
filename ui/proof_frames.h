/* proof_frames.h - the frames that the report and the table of chains name, to step through
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PROOF_FRAMES_H
#define NFS4SESS_PROOF_FRAMES_H

#include "model/model.h"

/* A frame that shows a finding, and the number of the owner that it is about; 0 for unknown. */
typedef struct {
    uint32_t frame, owner;
} proof_frame;

/* Those that the heads of the report name, finding by finding, in the order of the report; of
 * lost leases the confirm that took them, where one did, and the first refusal. `model` may be
 * NULL. To be freed with g_array_free. */
GArray *proof_frames_of_report(const nfs4_model *model);

/* The same of every chain, by number. */
GArray *proof_frames_of_chains(const nfs4_model *model);

#endif
