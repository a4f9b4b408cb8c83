/* wording_trouble.h - clients that do not get on: what, why, and what to do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_WORDING_TROUBLE_H
#define NFS4SESS_WORDING_TROUBLE_H

#include "model/model.h"

/* "OPEN", "NFS4ERR_DELAY", as Wireshark names them; a number where it has no name. */
char *wording_operation(wmem_allocator_t *scope, uint32_t operation);
char *wording_any_status(wmem_allocator_t *scope, uint32_t status);
char *wording_trouble_status(wmem_allocator_t *scope, const nfs4_trouble *trouble);

/* "SEQUENCE was refused 40 times in 78 s with NFS4ERR_SEQ_MISORDERED"; what is no loop of
 * refusals is a sentence of its own. */
char *wording_trouble(wmem_allocator_t *scope, const nfs4_trouble *trouble);

/* What is behind it and what follows from it, and what to do: no full stop at the end of the
 * first, one at the end of the second. */
char *wording_trouble_reason(wmem_allocator_t *scope, const nfs4_trouble *trouble);
const char *wording_trouble_advice(const nfs4_trouble *trouble);

/* "client", "server"; NULL where packets do not tell. Static. */
const char *wording_blame(nfs4_blame blame);

#endif
