/* state_book.h - which exchanges what a client holds goes back to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An open that is closed again before anything happens to its lease tells nothing: neither of
 * the two is needed. What is still held when the lease is lost is.
 */
#ifndef NFS4SESS_EXTRACT_STATE_BOOK_H
#define NFS4SESS_EXTRACT_STATE_BOOK_H

#include "queue.h"

#include "know/pending.h"
#include "model/model.h"

typedef struct extract_states extract_states;

extract_states *extract_states_new(void);
void extract_states_free(extract_states *states);

/* Takes an exchange of `lease` that the model took: what it was given, and what it gave up.
 * `had` is what the lease held before. */
void extract_states_observe(extract_states *states, const nfs4_lease *lease, const nfs4_held *had,
                            const nfs4_call *call, const nfs4_compound *reply,
                            extract_exchange *exchange);

/* What the lease holds is needed. */
void extract_states_keep(extract_states *states, const nfs4_lease *lease);

/* What anybody holds is. */
void extract_states_keep_all(extract_states *states);

#endif
