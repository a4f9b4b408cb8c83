/* proof.h - a case of evidence as one line for each frame that shows it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For the head of a finding, which has room for three of them.
 */
#ifndef NFS4SESS_PROOF_H
#define NFS4SESS_PROOF_H

#include "wording.h"

/* The lines of one case, and how they name hosts. Strings live in `scope`. */
typedef struct {
    wmem_allocator_t *scope;
    wording_names names;
    wording_line *lines; /* room for WORDING_LINES_MAX */
    uint32_t count;
} proof;

/* What a frame shows; `when` is NULL where it is not known. Nothing where the capture does not
 * hold the frame (0), and where there is no room for a line more. */
void proof_line(proof *told, uint32_t frame, const nstime_t *when, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* The name of the host that holds the lease. */
const char *proof_name(const proof *told, const nfs4_lease *lease);

/* The lease is confirmed; its holder is refused; and is back with a verifier from before. */
void proof_confirm(proof *told, const nfs4_lease *lease);

/* " (frame 58)": the frame of the identification, which holds the owner and the verifier; an empty
 * string where the capture does not have it. */
const char *proof_identified(const proof *told, uint32_t frame);
void proof_refusal(proof *told, const nfs4_lease *lease);
void proof_return(proof *told, const nfs4_lease *lease);

#endif
