/* unanswered.c - identifications whose answers were not captured
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "unanswered.h"

#include "identity.h"
#include "speaker.h"

#include "judge/facts.h"
#include "judge/judge.h"
#include "know/counters.h"
#include "know/lease.h"

void unanswered_observe(nfs4_model *model, nfs4_call *call)
{
    if (!call->has_identity || call->stand_in != NULL || store_is_full(&model->store))
        return;
    if (call->refused_with != 0) {
        identity_refused_before(model, call);
        call->has_identity = false; /* once */
        return;
    }
    nfs4_instance *instance = speaker_of_call(model, call);
    if (instance == NULL)
        return;
    nfs4_lease *lease =
        lease_get(instance->owner->server, 0, call->minorversion, call->frame, &model->store);
    lease->memory.is_unanswered = true;
    lease->issued = (nfs4_moment){call->frame, 0, call->when, call->when};
    lease_set_instance(lease, instance);
    call->stand_in = lease;
    instance->owner->has_unanswered = instance->owner->is_unsettled = true;
    /* It explains a gap of the counters only if it cannot be what took a lease. */
    if (instance->owner->instance_count > 1)
        counters_answered(counters_of(instance->owner->server), call->frame);
}

void unanswered_withdraw(nfs4_lease *stand_in)
{
    stand_in->issued = (nfs4_moment){0};
    stand_in->instance->owner->is_unsettled = true;
}

void unanswered_review(nfs4_owner *owner)
{
    owner->is_unsettled |= owner->has_unanswered;
}

static gint compare_calls(gconstpointer a, gconstpointer b)
{
    const nfs4_lease *left = *(const nfs4_lease *const *)a, *right = *(const nfs4_lease *const *)b;
    uint32_t first = facts_called_in(left), second = facts_called_in(right);
    return first < second ? -1 : first > second;
}

/* Those by which it was given a lease, or its first one where it had a lease before that. */
static void add_identifications(GPtrArray *calls, const nfs4_instance *instance)
{
    guint before = calls->len;
    for (nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
        if (lease->issued.call != 0)
            g_ptr_array_add(calls, lease);
    if (calls->len == before && instance->first_lease != NULL)
        g_ptr_array_add(calls, instance->first_lease);
}

/* Every identification of the owner, by its call. */
static GPtrArray *identifications(const nfs4_owner *owner)
{
    GPtrArray *calls = g_ptr_array_new();
    for (nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        add_identifications(calls, instance);
    g_ptr_array_sort(calls, compare_calls);
    return calls;
}

/* The identification follows one of another instance, and not both were seen confirmed: else
 * the order of leases tells. */
static bool is_open_change(const nfs4_lease *lease, const nfs4_lease *before)
{
    return before->instance != lease->instance &&
           (lease->links.position == NULL || before->links.position == NULL);
}

static void judge_calls(const GPtrArray *calls)
{
    for (guint i = 0; i < calls->len; i++) {
        nfs4_lease *lease = (nfs4_lease *)g_ptr_array_index(calls, i);
        const nfs4_lease *before = i > 0 ? (nfs4_lease *)g_ptr_array_index(calls, i - 1) : NULL;
        judge_alternation(lease, before != NULL && is_open_change(lease, before) ? before : NULL);
    }
}

/* An identification of another instance that was sent after the last success of the lease, and
 * before it was refused; the last one. */
static const nfs4_lease *rival_of(const GPtrArray *calls, const nfs4_lease *lost)
{
    guint low = 0, high = calls->len;
    while (low < high) { /* the first one behind the refusal */
        guint middle = low + (high - low) / 2;
        const nfs4_lease *one = (const nfs4_lease *)g_ptr_array_index(calls, middle);
        if (facts_called_in(one) < lost->refused.reply)
            low = middle + 1;
        else
            high = middle;
    }
    const nfs4_lease *last = low > 0 ? (nfs4_lease *)g_ptr_array_index(calls, low - 1) : NULL;
    bool fits = last != NULL && last->memory.is_unanswered && last->instance != lost->instance &&
                last->issued.call > lost->last_ok.call;
    return fits ? last : NULL;
}

static void judge_owner(nfs4_owner *owner)
{
    GPtrArray *calls = identifications(owner);
    judge_calls(calls);
    for (nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        for (nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
            if (lease->refused.reply != 0 && lease->judgement.taker == NULL)
                lease->filed.call_rival = rival_of(calls, lease);
    g_ptr_array_free(calls, TRUE);
    owner->is_unsettled = false;
}

/* Somebody presented another verifier, and no lease tells how that is to be read. */
static bool is_unexplained(const nfs4_owner *owner)
{
    return owner->instance_count > 1 && owner->verdict == VERDICT_SINGLE;
}

void unanswered_settle(nfs4_model *model)
{
    for (nfs4_owner *owner = model->owners.first; owner != NULL; owner = owner->next)
        if (owner->is_unsettled || is_unexplained(owner))
            judge_owner(owner);
}
