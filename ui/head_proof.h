/* head_proof.h - frames that show a finding, a row for each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_HEAD_PROOF_H
#define NFS4SESS_HEAD_PROOF_H

#include "page.h"
#include "show/wording.h"

/* Appends `count` lines; `base` is the time as near to which theirs are told. */
void head_proof(page *out, wmem_allocator_t *scope, const char *label, const wording_line *lines,
                uint32_t count, const nstime_t *base);

#endif
