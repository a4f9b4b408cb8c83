/* effect.h - whether a message changed the model, beyond the times that every message moves
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Looks at the model before and after it takes a message. What every request moves (the last
 * success, what a slot carried) is no effect, nor are opens and locks: selection.h and
 * state_book.h follow those.
 */
#ifndef NFS4SESS_EXTRACT_EFFECT_H
#define NFS4SESS_EXTRACT_EFFECT_H

#include "model/model.h"

/* What there was before the message. Pointers are borrowed from the model. */
typedef struct {
    const nfs4_connection *known; /* NULL where the message opens its connection */
    nfs4_connection connection;
    const nfs4_server *server;
    nfs4_layout layout;
    uint32_t epoch, generation, identities, jumped_back_in;
    uint64_t bytes, notes;
    uint64_t facts;          /* of trouble */
    nfs4_held held;          /* by the connection's lease */
    bool said_expired;       /* of it */
    const nfs4_chain *chain; /* under way; NULL for none */
    nfs4_chain chain_before;
    const nfs4_session *session; /* of the reply's SEQUENCE; NULL for none that is known */
    uint32_t address_changes;
    bool was_interleaved;
    bool had_stranger;
    bool slot_troubled;
    uint32_t turns; /* of the connection's lease, see nfs4_lease_seldom */
    uint32_t loops; /* refusals of the client, again and again, that no success has ended */
} extract_before;

extract_before extract_before_message(const nfs4_model *model, const nfs4_message *message);

/* true where the message, which the model took since, has to be kept for what it did. */
bool extract_has_effect(const extract_before *before, const nfs4_model *model,
                        const nfs4_message *message);

#endif
