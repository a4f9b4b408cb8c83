/* ask.h - everything that the model is asked when a capture is over
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For the fuzz targets. The answers are added up, so that no compiler leaves them out.
 */
#ifndef NFS4SESS_FUZZ_ASK_H
#define NFS4SESS_FUZZ_ASK_H

#include "model/watch/cost.h"
#include "model/know/hint.h"
#include "model/model.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"

static inline uint64_t ask_owner(const nfs4_owner *owner)
{
    uint64_t sum = owner_form_is_weak(&owner->form) + (verdict_kind_name(owner) != NULL);
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        sum += verdict_rests_on(owner, (nfs4_evidence_kind)kind);
    for (const nfs4_instance *one = owner->first_instance; one != NULL; one = one->next)
        for (const nfs4_lease *lease = one->first_lease; lease != NULL; lease = lease->links.next)
            sum += verdict_is_collision(lease) + verdict_is_loss_to_unseen(lease);
    return sum;
}

static inline uint64_t ask_chain(const nfs4_chain *chain)
{
    nfs4_verdict grade;
    uint32_t lost;
    return (uint64_t)cause_of_chain(chain, &grade) + (uint64_t)chain_ending(chain) +
           (cause_culprit(chain) != NULL) + cost_lost_opens(chain, &lost) +
           cost_lost_locks(chain, &lost) + cost_lost_delegations(chain, &lost);
}

static inline uint64_t ask(nfs4_model *model)
{
    uint64_t sum = 0;
    model_settle(model);
    for (const nfs4_owner *owner = model->owners.first; owner != NULL; owner = owner->next)
        sum += ask_owner(owner);
    for (const nfs4_chain *chain = model->chains.first; chain != NULL; chain = chain->next)
        sum += ask_chain(chain);
    for (const nfs4_hint *hint = model->hints.first; hint != NULL; hint = hint->next)
        sum += hint_holds(hint);
    return sum;
}

#endif
