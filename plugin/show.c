/* show.c - findings to tree, expert information and Info column
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "show.h"

#include <epan/expert.h>

#include "fields.h"
#include "wording.h"

#include "model/cost.h"
#include "model/hint.h"
#include "model/verdict.h"

/* What is shown of one message, and where. */
typedef struct {
    const nfs4_context *message;
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    proto_item *item; /* the root of `tree` */
    bool info_suffix;
} show_target;

static void add_string(const show_target *target, int field, const char *text)
{
    if (text != NULL)
        proto_item_set_generated(
            proto_tree_add_string(target->tree, field, target->tvb, 0, 0, text));
}

static void add_uint(const show_target *target, int field, uint32_t value)
{
    proto_item_set_generated(proto_tree_add_uint(target->tree, field, target->tvb, 0, 0, value));
}

static void add_frame(const show_target *target, int field, uint32_t number)
{
    if (number != 0)
        add_uint(target, field, number);
}

static void add_u64(const show_target *target, int field, uint64_t value)
{
    proto_item_set_generated(proto_tree_add_uint64(target->tree, field, target->tvb, 0, 0, value));
}

static void add_bytes_text(const show_target *target, int field, nfs4_bytes bytes)
{
    if (bytes.len > 0)
        add_string(target, field, wording_bytes(target->pinfo->pool, bytes));
}

/* A short note at the end of the Info column, as TCP analysis does. */
static void add_suffix(const show_target *target, const char *text)
{
    if (target->info_suffix)
        col_append_fstr(target->pinfo->cinfo, COL_INFO, " [%s]", text);
}

/* ---- whose message -------------------------------------------------------- */

static void show_owner(const show_target *target, const nfs4_owner *owner)
{
    add_bytes_text(target, hf_owner, owner->bytes);
    add_uint(target, hf_owner_number, owner->number);
    add_string(target, hf_owner_software, owner_form_software(owner->form.kind));
    add_bytes_text(target, hf_owner_host, owner->form.host);
    add_bytes_text(target, hf_owner_uniquifier, owner->form.uniquifier);
}

static void show_instance(const show_target *target, const nfs4_instance *instance)
{
    add_uint(target, hf_instance, instance->number);
    if (instance->has_start)
        proto_item_set_generated(proto_tree_add_time(target->tree, hf_instance_start, target->tvb,
                                                     0, 0, &instance->start));
    if (instance->has_verifier)
        add_u64(target, hf_verifier, instance->verifier);
}

static void show_lease(const show_target *target, const nfs4_lease *lease)
{
    if (lease->clientid != 0)
        add_u64(target, hf_clientid, lease->clientid);
    if (target->message->session != NULL)
        proto_item_set_generated(proto_tree_add_bytes_with_length(
            target->tree, hf_sessionid, target->tvb, 0, 0, target->message->session->sessionid,
            NFS4_SESSIONID_SIZE));
    add_frame(target, hf_identified_in, lease->issued.call);
    add_frame(target, hf_confirmed_in, lease->confirm.reply);
}

static void show_context(const show_target *target)
{
    const nfs4_context *message = target->message;
    if (message->owner != NULL)
        show_owner(target, message->owner);
    if (message->instance != NULL)
        show_instance(target, message->instance);
    if (message->lease != NULL)
        show_lease(target, message->lease);
}

/* ---- collisions ----------------------------------------------------------- */

/* The frame is that of the moment's call or reply. */
static bool is_at(const nfs4_note *note, const nfs4_moment *moment)
{
    return note->key.frame == (note->key.is_reply ? moment->reply : moment->call);
}

/* The message took a lease over: it is the identification or the confirm of the lease
 * that did, not a later answer that names it again. */
static bool takes_over(const nfs4_note *note)
{
    const nfs4_lease *lease = note->lease;
    if (lease == NULL || lease->victim == NULL)
        return false;
    return ((note->flags & NOTE_IDENTIFY) && is_at(note, &lease->issued)) ||
           ((note->flags & NOTE_CONFIRM) && is_at(note, &lease->confirm));
}

/* The lease that was taken over in the collision that this message is part of: as
 * the one who takes, or as one who is refused. NULL for no collision. */
static const nfs4_lease *taken_lease(const nfs4_note *note)
{
    const nfs4_lease *lease = takes_over(note) ? note->lease->victim : NULL;
    if ((note->flags & NOTE_REFUSED) && note->key.frame >= note->lease->refused.call)
        lease = note->lease;
    if (lease == NULL)
        return NULL;
    return verdict_is_collision(lease) || verdict_is_loss_to_unseen(lease) ? lease : NULL;
}

static expert_field *collision_expert(nfs4_verdict verdict)
{
    if (verdict == VERDICT_PROVEN)
        return &ei_collision_proven;
    return verdict == VERDICT_PROBABLE ? &ei_collision_probable : &ei_collision_suspected;
}

static void show_evidence(const show_target *target, const nfs4_owner *owner)
{
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        if (verdict_rests_on(owner, (nfs4_evidence_kind)kind))
            add_string(target, hf_collision_evidence,
                       wording_evidence(target->pinfo->pool, owner, (nfs4_evidence_kind)kind));
}

static uint32_t proving_frame(const nfs4_lease *taken, const nfs4_note *note)
{
    if (taken->killer == NULL)
        return taken->next_of_instance->issued.reply;
    if (note->flags & NOTE_REFUSED)
        return taken->killer->confirm.reply;
    return taken->refused.reply != 0 ? taken->refused.reply : taken->killer->confirm.reply;
}

static void show_collision(const show_target *target, const nfs4_lease *taken)
{
    const nfs4_note *note = target->message->note;
    const nfs4_owner *owner = taken->owner;
    const nfs4_lease *other = note->flags & NOTE_REFUSED ? taken->killer : taken;
    char *with =
        other != NULL ? wording_instance_hosts(target->pinfo->pool, other->instance) : NULL;

    add_uint(target, hf_collision, (uint32_t)(owner->verdict - VERDICT_SUSPECTED + 1));
    show_evidence(target, owner);
    add_string(target, hf_collision_with, with);
    add_frame(target, hf_collision_frame, proving_frame(taken, note));
    if ((note->flags & NOTE_CONFIRM) && note->key.is_reply) {
        expert_add_info_format(
            target->pinfo, target->item, collision_expert(owner->verdict),
            "Client owner '%s' taken over from %s: two clients present it to this server (%s)",
            wording_owner(target->pinfo->pool, owner), with, verdict_name(owner->verdict));
        add_suffix(target, wmem_strdup_printf(target->pinfo->pool,
                                              "client owner taken over from %s", with));
    }
}

/* The message proves a second host by itself: it lost a race, was refused for the
 * holder's sake, or shows a copy of its host. */
static void show_own_evidence(const show_target *target, const nfs4_note *note,
                              const nfs4_owner *owner)
{
    add_uint(target, hf_collision, (uint32_t)(owner->verdict - VERDICT_SUSPECTED + 1));
    show_evidence(target, owner);
    if (note->other != NULL)
        add_string(target, hf_collision_with,
                   wording_instance_hosts(target->pinfo->pool, note->other));
    if (!note->key.is_reply)
        return;
    expert_add_info_format(target->pinfo, target->item, collision_expert(owner->verdict),
                           "Client owner '%s' is presented by two clients (%s)",
                           wording_owner(target->pinfo->pool, owner), verdict_name(owner->verdict));
    add_suffix(target, "second client with this owner");
}

static void show_takeover(const show_target *target, const nfs4_lease *victim)
{
    const nfs4_note *note = target->message->note;
    add_frame(target, hf_takeover, victim->confirm.reply);
    if (note->key.is_reply && !verdict_is_collision(victim) && victim->change == CHANGE_RESTART)
        add_suffix(target, "client restarted");
}

/* ---- chains --------------------------------------------------------------- */

static uint32_t step_frame(const nfs4_chain *chain, uint32_t index)
{
    if (index >= wmem_array_get_count(chain->steps))
        return 0;
    return ((const nfs4_step *)wmem_array_index(chain->steps, index))->frame;
}

static const char *refusal_suffix(wmem_allocator_t *scope, const nfs4_chain *chain,
                                  nfs4_cause cause)
{
    switch (cause) {
    case CAUSE_DUPLICATE_OWNER:
        if (chain->lease->killer == NULL)
            return "lease lost to a client that is not in the capture";
        return wmem_strdup_printf(scope, "lease lost to %s",
                                  wording_instance_hosts(scope, chain->lease->killer->instance));
    case CAUSE_CLIENT_RESTART:
        return "lease lost: client restarted";
    case CAUSE_SERVER_RESTART:
        return "lease lost: server restarted";
    case CAUSE_FAILOVER:
        return "lease lost: another server";
    case CAUSE_LEASE_EXPIRED:
        return "lease expired";
    case CAUSE_ADMIN_REVOKED:
        return "state revoked";
    case CAUSE_REMOVED_BY_SERVER:
        return "lease removed by the server";
    case CAUSE_SESSION_ONLY:
        return "session lost";
    default:
        return "lease lost";
    }
}

static void show_refusal(const show_target *target, const nfs4_chain *chain)
{
    nfs4_verdict grade;
    nfs4_cause cause = verdict_of_chain(chain, &grade);
    char *reason = wording_chain(target->pinfo->pool, chain);
    expert_add_info_format(target->pinfo, target->item, &ei_session_invalidated,
                           chain->lease->minorversion == 0 ? "Lease invalidated: %s"
                                                           : "Session invalidated: %s",
                           reason);
    if (cause == CAUSE_SERVER_RESTART)
        expert_add_info_format(target->pinfo, target->item, &ei_server_restarted,
                               "Server restarted: %s", reason);
    if (cause == CAUSE_LEASE_EXPIRED)
        expert_add_info_format(target->pinfo, target->item, &ei_lease_expired, "Lease expired: %s",
                               reason);
    add_suffix(target, refusal_suffix(target->pinfo->pool, chain, cause));
}

static void show_resumed(const show_target *target, const nfs4_chain *chain)
{
    double seconds = nstime_to_sec(&chain->outage);
    proto_item_set_generated(
        proto_tree_add_time(target->tree, hf_chain_outage, target->tvb, 0, 0, &chain->outage));
    expert_add_info_format(target->pinfo, target->item, &ei_session_recovered,
                           "Recovered: operations work again %.6f s after the first refusal",
                           seconds);
    add_suffix(target, wmem_strdup_printf(target->pinfo->pool, "recovered after %.3f s", seconds));
}

/* What the client held and has not got back, at the end of its way. */
static void show_lost(const show_target *target, const nfs4_chain *chain)
{
    char *lost = wording_lost(target->pinfo->pool, chain);
    uint32_t count;
    if (cost_lost_opens(chain, &count))
        add_uint(target, hf_lost_opens, count);
    if (cost_lost_locks(chain, &count))
        add_uint(target, hf_lost_locks, count);
    if (cost_lost_delegations(chain, &count))
        add_uint(target, hf_lost_delegations, count);
    if (lost != NULL)
        expert_add_info_format(target->pinfo, target->item, &ei_state_lost,
                               "State lost: the client held %s, and has not got them back", lost);
}

/* Steps that say by themselves that state is gone. */
static void show_refused_reclaim(const show_target *target, const nfs4_step *step)
{
    if (step->kind == STEP_RECLAIM && step->status != NFS4_OK && step->status != NFS4ERR_GRACE &&
        step->status != NFS4ERR_DELAY)
        expert_add_info_format(target->pinfo, target->item, &ei_state_lost,
                               "State lost: the server refuses the reclaim with %s",
                               wording_status(target->pinfo->pool, step->status));
}

static void show_chain(const show_target *target, const nfs4_note *note)
{
    const nfs4_chain *chain = note->chain;
    nfs4_verdict grade;
    nfs4_cause cause = verdict_of_chain(chain, &grade);

    add_uint(target, hf_chain, chain->number);
    add_uint(target, hf_chain_cause, cause);
    add_frame(target, hf_chain_first, step_frame(chain, 0));
    if (cause == CAUSE_DUPLICATE_OWNER && chain->lease->killer != NULL)
        add_frame(target, hf_chain_culprit, chain->lease->killer->confirm.reply);
    if (note->step >= wmem_array_get_count(chain->steps))
        return; /* one of those that were not kept */
    const nfs4_step *step = (const nfs4_step *)wmem_array_index(chain->steps, note->step);
    add_uint(target, hf_chain_step, step->kind);
    if (note->step > 0)
        add_frame(target, hf_chain_prev, step_frame(chain, note->step - 1));
    add_frame(target, hf_chain_next, step_frame(chain, note->step + 1));
    if (!note->key.is_reply)
        return;
    if (step->kind == STEP_REFUSED)
        show_refusal(target, chain);
    show_refused_reclaim(target, step);
    if (step->kind == STEP_RESUMED)
        show_resumed(target, chain);
    if (note->step + 1 == wmem_array_get_count(chain->steps))
        show_lost(target, chain);
}

/* ---- a message, a frame --------------------------------------------------- */

static void show_note(const show_target *target, const nfs4_note *note)
{
    const nfs4_lease *taken = taken_lease(note);
    const nfs4_owner *owner = target->message->owner;
    if (taken != NULL)
        show_collision(target, taken);
    else if ((note->flags & NOTE_EVIDENCE) && owner != NULL && verdict_accuses(owner->verdict))
        show_own_evidence(target, note, owner);
    if ((note->flags & NOTE_CONFIRM) && takes_over(note))
        show_takeover(target, note->lease->victim);
    if (note->chain != NULL)
        show_chain(target, note);
    if ((note->flags & NOTE_IDENTIFY) && !note->key.is_reply && note->owner != NULL &&
        owner_form_is_weak(&note->owner->form))
        expert_add_info_format(target->pinfo, target->item, &ei_owner_weak, "%s",
                               wording_weak_owner(target->pinfo->pool, note->owner));
}

static void show_hint(const show_target *target, const nfs4_hint *hint)
{
    expert_field *expert = hint->kind == HINT_SAME_NAME ? &ei_name_shared : &ei_owner_two_servers;
    expert_add_info_format(target->pinfo, target->item, expert, "%s",
                           wording_hint(target->pinfo->pool, hint));
}

static void show_message(const show_target *target)
{
    const nfs4_context *message = target->message;
    add_string(target, hf_server, wording_endpoint(target->pinfo->pool, message->endpoint));
    add_string(target, hf_client, wording_address(target->pinfo->pool, &message->client));
    if (message->owner != NULL)
        proto_item_append_text(target->item, ", client owner: %s",
                               wording_owner(target->pinfo->pool, message->owner));
    show_context(target);
    if (message->note != NULL)
        show_note(target, message->note);
    if (message->note != NULL && message->note->hint != NULL && hint_holds(message->note->hint))
        show_hint(target, message->note->hint);
}

void show_frame(const nfs4sess_frame *frame, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                bool info_suffix)
{
    for (uint32_t i = 0; i < frame->count; i++) {
        show_target target = {
            .message = &frame->messages[i], .tvb = tvb, .pinfo = pinfo, .info_suffix = info_suffix};
        if (target.message->endpoint == NULL)
            continue;
        if (tree == NULL && target.message->note == NULL)
            continue;
        target.item = proto_tree_add_item(tree, proto_nfs4sess, tvb, 0, 0, ENC_NA);
        proto_item_set_generated(target.item);
        target.tree = proto_item_add_subtree(target.item, ett_nfs4sess);
        show_message(&target);
    }
}

void show_tls_request(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    proto_item *item = proto_tree_add_item(tree, proto_nfs4sess, tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    expert_add_info_format(pinfo, item, &ei_identity_invisible,
                           "The client asks to go on with TLS: if the server agrees, what follows "
                           "on this connection is encrypted, and client owners and sessions on it "
                           "are not visible");
}
