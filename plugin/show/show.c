/* show.c - what is known of a message to the fields of its tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "show.h"

#include <epan/expert.h>

#include "fields.h"
#include "say.h"
#include "show_target.h"
#include "wording.h"
#include "wording_frame.h"

#include "model/watch/chain.h"
#include "model/watch/cost.h"
#include "model/watch/lost_files.h"
#include "model/judge/causes.h"
#include "model/judge/rules.h"
#include "model/judge/taker.h"
#include "model/judge/verdict.h"

void show_string(const show_target *target, int field, const char *text)
{
    if (text != NULL)
        proto_item_set_generated(
            proto_tree_add_string(target->tree, field, target->tvb, 0, 0, text));
}

static void show_uint(const show_target *target, int field, uint32_t value)
{
    proto_item_set_generated(proto_tree_add_uint(target->tree, field, target->tvb, 0, 0, value));
}

static void show_frame_link(const show_target *target, int field, uint32_t number)
{
    if (number != 0)
        show_uint(target, field, number);
}

static void show_u64(const show_target *target, int field, uint64_t value)
{
    proto_item_set_generated(proto_tree_add_uint64(target->tree, field, target->tvb, 0, 0, value));
}

static void show_bytes(const show_target *target, int field, nfs4_bytes bytes)
{
    if (bytes.len > 0)
        show_string(target, field, wording_bytes(target->pinfo->pool, bytes));
}

/* A group of lines, which is a line itself. */
static proto_tree *add_group(const show_target *target, int *ett, const char *words)
{
    proto_item *item;
    proto_tree *group = proto_tree_add_subtree(target->tree, target->tvb, 0, 0, *ett, &item, words);
    proto_item_set_generated(item);
    return group;
}

/* Nobody sees the lines, and their words need not be found. */
static bool is_unseen(const show_target *target)
{
    return target->tree == NULL || !PTREE_DATA(target->tree)->visible;
}

/* ---- whose message -------------------------------------------------------- */

static void show_owner(const show_target *target, const nfs4_owner *owner)
{
    show_bytes(target, hf_owner, owner->bytes);
    show_uint(target, hf_owner_number, owner->number);
    show_string(target, hf_owner_software, owner_software(owner));
    show_bytes(target, hf_owner_host, owner->form.host);
    show_bytes(target, hf_owner_uniquifier, owner->form.uniquifier);
}

static void show_instance(const show_target *target, const nfs4_instance *instance)
{
    show_uint(target, hf_instance, instance->number);
    if (instance->has_start)
        proto_item_set_generated(proto_tree_add_time(target->tree, hf_instance_start, target->tvb,
                                                     0, 0, &instance->start));
    if (instance->has_verifier)
        show_u64(target, hf_verifier, instance->verifier);
}

static void show_lease(const show_target *target, const nfs4_lease *lease)
{
    if (lease->clientid != 0)
        show_u64(target, hf_clientid, lease->clientid);
    if (target->message->session != NULL)
        proto_item_set_generated(proto_tree_add_bytes_with_length(
            target->tree, hf_sessionid, target->tvb, 0, 0, target->message->session->sessionid,
            NFS4_SESSIONID_SIZE));
    show_frame_link(target, hf_identified_in, lease->issued.call);
    show_frame_link(target, hf_confirmed_in, lease->confirm.reply);
}

static const char *identity_words(const show_target *target)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    const nfs4_context *message = target->message;
    const char *client = wording_address(scope, &message->client);
    if (is_unseen(target))
        return "";
    if (message->owner == NULL)
        return wmem_strdup_printf(scope, "Identity: %s", client);
    return wmem_strdup_printf(scope, "Identity: %s, client owner #%u %s", client,
                              message->owner->number, wording_short_owner(scope, message->owner));
}

static void show_refused_identification(const show_target *target, const nfs4_note *note)
{
    if (note != NULL && (note->flags & NOTE_IDENTIFY) && note->status != NFS4_OK)
        show_string(target, hf_identification_refused,
                    wording_status(target->pinfo->pool, note->status));
}

static void show_identity(show_target target)
{
    const nfs4_context *message = target.message;
    target.tree = add_group(&target, &ett_identity, identity_words(&target));
    show_string(&target, hf_server, wording_endpoint(target.pinfo->pool, message->endpoint));
    show_string(&target, hf_client, wording_address(target.pinfo->pool, &message->client));
    if (message->owner != NULL)
        show_owner(&target, message->owner);
    if (message->instance != NULL)
        show_instance(&target, message->instance);
    if (message->lease != NULL)
        show_lease(&target, message->lease);
    show_refused_identification(&target, target.message->note);
}

/* ---- collisions ----------------------------------------------------------- */

/* The frame is that of the moment's call or reply. */
static bool is_at(const nfs4_note *note, const nfs4_moment *moment)
{
    return note->key.frame == (note->key.is_reply ? moment->reply : moment->call);
}

bool show_takes_over(const nfs4_note *note)
{
    const nfs4_lease *lease = note->lease, *victim = lease != NULL ? lease->judgement.victim : NULL;
    if (victim == NULL || taker_named(victim) == NULL)
        return false;
    return ((note->flags & NOTE_IDENTIFY) && is_at(note, &lease->issued)) ||
           ((note->flags & NOTE_CONFIRM) && is_at(note, &lease->confirm));
}

const nfs4_lease *show_taken_lease(const nfs4_note *note)
{
    const nfs4_lease *lease = show_takes_over(note) ? note->lease->judgement.victim : NULL;
    if ((note->flags & NOTE_REFUSED) && note->key.frame >= note->lease->refused.call)
        lease = note->lease;
    if (lease == NULL)
        return NULL;
    return verdict_is_collision(lease) || verdict_is_loss_to_unseen(lease) ? lease : NULL;
}

bool show_is_restart(const nfs4_lease *taken)
{
    return taken->judgement.change == &rule_restart ||
           taken->judgement.change == &rule_same_program;
}

bool show_has_moved(const nfs4_context *message)
{
    const nfs4_instance *instance = message->instance;
    return message->owner != NULL && message->owner->verdict <= VERDICT_RESTARTED &&
           instance != NULL && instance->addresses != NULL && instance->addresses->next != NULL &&
           !addresses_equal(&instance->addresses->addr, &message->client);
}

bool show_is_evidence(const nfs4_context *message)
{
    return (message->note->flags & NOTE_EVIDENCE) && message->owner != NULL &&
           verdict_accuses(message->owner->verdict);
}

static char *evidence_names(const show_target *target, const nfs4_owner *owner)
{
    wmem_strbuf_t *names = wmem_strbuf_new(target->pinfo->pool, "Evidence: ");
    bool is_first = true;
    for (int kind = 0; kind < EVIDENCE_KINDS && !is_unseen(target); kind++) {
        if (!verdict_rests_on(owner, (nfs4_evidence_kind)kind))
            continue;
        wmem_strbuf_append_printf(names, "%s%s", is_first ? "" : ", ",
                                  verdict_evidence_name((nfs4_evidence_kind)kind));
        is_first = false;
    }
    return wmem_strbuf_finalize(names);
}

static void show_evidence(show_target target, const nfs4_owner *owner)
{
    if (!proto_field_is_referenced(target.tree, hf_collision_evidence))
        return;
    target.tree = add_group(&target, &ett_evidence, evidence_names(&target, owner));
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        if (verdict_rests_on(owner, (nfs4_evidence_kind)kind))
            show_string(&target, hf_collision_evidence,
                        wording_evidence(target.pinfo->pool, owner, (nfs4_evidence_kind)kind));
}

static uint32_t proving_frame(const nfs4_lease *taken, const nfs4_note *note)
{
    if (taken->judgement.taker == NULL)
        return taken->links.next_of_instance->issued.reply;
    if (note->flags & NOTE_REFUSED)
        return taken->judgement.taker->confirm.reply;
    return taken->refused.reply != 0 ? taken->refused.reply : taken->judgement.taker->confirm.reply;
}

/* In the group "Finding", which there is where somebody reads it. */
static show_target in_finding(const show_target *target)
{
    show_target inner = *target;
    if (target->finding != NULL)
        inner.tree = target->finding;
    return inner;
}

static void show_collision(const show_target *target, const nfs4_owner *owner,
                           const nfs4_instance *other, uint32_t proof)
{
    show_target inner = in_finding(target);
    show_uint(&inner, hf_collision, (uint32_t)(owner->verdict - VERDICT_SUSPECTED + 1));
    if (other != NULL)
        show_string(&inner, hf_collision_with, wording_instance_hosts(target->pinfo->pool, other));
    show_frame_link(&inner, hf_collision_frame, proof);
}

/* As the one who takes, or as one who is refused. */
static void show_part_in_takeover(const show_target *target, const nfs4_note *note,
                                  const nfs4_lease *taken)
{
    const nfs4_lease *other = note->flags & NOTE_REFUSED ? taker_named(taken) : taken;
    show_collision(target, taken->owner, other != NULL ? other->instance : NULL,
                   proving_frame(taken, note));
}

/* ---- chains --------------------------------------------------------------- */

static uint32_t step_frame(const nfs4_chain *chain, uint32_t place)
{
    if (place >= wmem_array_get_count(chain->steps))
        return 0;
    return ((const nfs4_step *)wmem_array_index(chain->steps, place))->frame;
}

const nfs4_step *show_step(const nfs4_note *note)
{
    if (note->step >= wmem_array_get_count(note->chain->steps))
        return NULL;
    return (const nfs4_step *)wmem_array_index(note->chain->steps, note->step);
}

static void show_lost(const show_target *target, const nfs4_chain *chain)
{
    nfs4_bytes names[NFS4_LOST_FILES];
    uint32_t count;
    if (cost_lost_opens(chain, &count))
        show_uint(target, hf_lost_opens, count);
    if (cost_lost_locks(chain, &count))
        show_uint(target, hf_lost_locks, count);
    if (cost_lost_delegations(chain, &count))
        show_uint(target, hf_lost_delegations, count);
    count = lost_files_names(chain, names, NFS4_LOST_FILES);
    for (uint32_t i = 0; i < count; i++)
        show_bytes(target, hf_lost_file, names[i]);
}

static void show_place_in_chain(const show_target *target, const nfs4_note *note,
                                const nfs4_step *step)
{
    const nfs4_chain *chain = note->chain;
    show_uint(target, hf_chain_step, step->kind);
    if (note->step > 0)
        show_frame_link(target, hf_chain_prev, step_frame(chain, note->step - 1));
    show_frame_link(target, hf_chain_next, step_frame(chain, note->step + 1));
    nstime_t outage;
    if (note->key.is_reply && step->kind == STEP_RESUMED && chain_outage(chain, &outage))
        proto_item_set_generated(
            proto_tree_add_time(target->tree, hf_chain_outage, target->tvb, 0, 0, &outage));
    if (note->key.is_reply && note->step + 1 == wmem_array_get_count(chain->steps))
        show_lost(target, chain);
}

static const char *chain_words(const show_target *target, const nfs4_note *note)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    if (is_unseen(target))
        return "";
    if (show_step(note) == NULL)
        return wmem_strdup_printf(scope, "Invalidation chain: %u", note->chain->number);
    return wmem_strdup_printf(scope, "Invalidation chain: %u, %s", note->chain->number,
                              wording_way_back(scope, note->chain, note->step));
}

static void show_chain(show_target target, const nfs4_note *note)
{
    const nfs4_chain *chain = note->chain;
    const nfs4_step *step = show_step(note);
    nfs4_verdict grade;
    const nfs4_lease *culprit = cause_culprit(chain);
    proto_item *item = proto_tree_add_uint_format(target.tree, hf_chain, target.tvb, 0, 0,
                                                  chain->number, "%s", chain_words(&target, note));
    proto_item_set_generated(item);

    target.tree = proto_item_add_subtree(item, ett_chain);
    if (culprit != NULL)
        show_frame_link(&target, hf_chain_culprit, culprit->confirm.reply);
    show_uint(&target, hf_chain_cause, cause_of_chain(chain, &grade));
    show_frame_link(&target, hf_chain_first, step_frame(chain, 0));
    if (step != NULL)
        show_place_in_chain(&target, note, step);
}

/* ---- trouble -------------------------------------------------------------- */

static void show_trouble(const show_target *target, const nfs4_trouble *trouble)
{
    show_uint(target, hf_trouble, trouble->kind);
    show_uint(target, hf_trouble_number, trouble->number);
    show_frame_link(target, hf_trouble_first, trouble->first_frame);
}

/* ---- a message, a frame --------------------------------------------------- */

static void show_note(const show_target *target, const nfs4_note *note)
{
    const nfs4_lease *taken = show_taken_lease(note);
    bool is_evidence = taken == NULL && show_is_evidence(target->message);
    if (taken != NULL)
        show_part_in_takeover(target, note, taken);
    else if (is_evidence)
        show_collision(target, target->message->owner, note->other, 0);
    if ((note->flags & NOTE_CONFIRM) && show_takes_over(note)) {
        show_target inner = in_finding(target);
        show_frame_link(&inner, hf_takeover, note->lease->judgement.victim->confirm.reply);
    }
    if (taken != NULL || is_evidence)
        show_evidence(*target, taken != NULL ? taken->owner : target->message->owner);
    if (note->chain != NULL)
        show_chain(*target, note);
    if (note->trouble != NULL)
        show_trouble(target, note->trouble);
}

/* A frame with expert information of ours: for filters, and not to be read. */
static void show_has_expert(proto_tree *tree, tvbuff_t *tvb)
{
    proto_item *item = proto_tree_add_boolean(tree, hf_expert, tvb, 0, 0, TRUE);
    proto_item_set_generated(item);
    proto_item_set_hidden(item);
}

/* What is found first, then why, then whose message it is. */
static void show_message(show_target *target)
{
    if (!is_unseen(target))
        show_headline(target);
    say_message(target);
    if (!proto_field_is_referenced(target->tree, proto_nfs4sess))
        return;
    if (target->message->note != NULL)
        show_note(target, target->message->note);
    show_identity(*target);
    if (target->has_expert)
        show_has_expert(target->tree, target->tvb);
}

void show_frame(const nfs4sess_frame *frame, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                bool info_suffix)
{
    for (uint32_t i = 0; i < frame->count; i++) {
        show_target target = {
            .message = &frame->messages[i], .tvb = tvb, .pinfo = pinfo, .info_suffix = info_suffix};
        if (target.message->endpoint == NULL || (tree == NULL && target.message->note == NULL))
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
    show_has_expert(proto_item_add_subtree(item, ett_nfs4sess), tvb);
}
