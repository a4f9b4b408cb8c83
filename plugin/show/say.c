/* say.c - findings as sentences: expert information, Info column, first lines of the tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "say.h"

#include <epan/expert.h>

#include "fields.h"
#include "wording.h"
#include "wording_frame.h"

#include "model/watch/cost.h"
#include "model/know/hint.h"
#include "model/judge/rules.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"

/* A line of the tree that is a sentence by itself, without a name in front. */
static proto_item *add_sentence(const show_target *target, const char *text)
{
    if (text == NULL)
        return NULL;
    proto_item *item =
        proto_tree_add_string_format(target->tree, hf_finding, target->tvb, 0, 0, text, "%s", text);
    proto_item_set_generated(item);
    return item;
}

/* A sentence that goes to the expert information, too. It hangs there and not on the root
 * of our tree, of which Wireshark would otherwise forget whether it is open. */
G_GNUC_PRINTF(3, 4)
static void add_finding(const show_target *target, expert_field *expert, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = wmem_strdup_vprintf(target->pinfo->pool, format, arguments);
    va_end(arguments);
    expert_add_info_format(target->pinfo, add_sentence(target, text), expert, "%s", text);
}

/* A short note at the end of the Info column, as TCP analysis does. */
static void add_suffix(const show_target *target, const char *text)
{
    if (target->info_suffix)
        col_append_fstr(target->pinfo->cinfo, COL_INFO, " [%s]", text);
}

/* ---- collisions ----------------------------------------------------------- */

static expert_field *collision_expert(nfs4_verdict verdict)
{
    if (verdict == VERDICT_PROVEN)
        return &ei_collision_proven;
    return verdict == VERDICT_PROBABLE ? &ei_collision_probable : &ei_collision_suspected;
}

static void say_taken_over(const show_target *target, const nfs4_lease *taken)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    const nfs4_owner *owner = taken->owner;
    char *from = wording_instance_hosts(scope, taken->instance);
    add_finding(target, collision_expert(owner->verdict),
                "Client owner '%s' taken over from %s: two clients present it to this server (%s)",
                wording_owner(scope, owner), from, verdict_name(owner->verdict));
    add_suffix(target, wmem_strdup_printf(scope, "client owner taken over from %s", from));
}

/* Refusals are said where their chain is. */
static void say_collision(const show_target *target, const nfs4_note *note, const nfs4_lease *taken)
{
    if ((note->flags & NOTE_CONFIRM) && note->key.is_reply)
        say_taken_over(target, taken);
    else if (show_takes_over(note) && proto_field_is_referenced(target->tree, hf_finding))
        add_sentence(target, wording_takeover_begins(target->pinfo->pool, taken, note->lease));
}

static void say_restart(const show_target *target, const nfs4_note *note)
{
    const nfs4_lease *victim = note->lease->judgement.victim;
    if (note->key.is_reply && !verdict_is_collision(victim) &&
        victim->judgement.change == &rule_restart)
        add_suffix(target, "client restarted");
}

static void say_own_evidence(const show_target *target, const nfs4_owner *owner)
{
    if (!target->message->note->key.is_reply)
        return;
    add_finding(target, collision_expert(owner->verdict),
                "Client owner '%s' is presented by two clients (%s)",
                wording_owner(target->pinfo->pool, owner), verdict_name(owner->verdict));
    add_suffix(target, "second client with this owner");
}

/* ---- chains --------------------------------------------------------------- */

static void say_refusal(const show_target *target, const nfs4_chain *chain)
{
    nfs4_verdict grade;
    nfs4_cause cause = cause_of_chain(chain, &grade);
    const char *what = chain->lease->minorversion == 0 ? "Lease" : "Session";
    char *reason = wording_chain(target->pinfo->pool, chain);
    if (cause == CAUSE_SERVER_RESTART)
        add_finding(target, &ei_server_restarted, "Server restarted: %s", reason);
    if (cause == CAUSE_LEASE_EXPIRED)
        add_finding(target, &ei_lease_expired, "Lease expired: %s", reason);
    if (cause == CAUSE_SERVER_RESTART || cause == CAUSE_LEASE_EXPIRED)
        reason = (char *)cause_name(cause);
    add_finding(target, &ei_session_invalidated, "%s invalidated: %s", what, reason);
    add_suffix(target, wording_loss(target->pinfo->pool, chain, cause));
}

static void say_resumed(const show_target *target, const nfs4_chain *chain)
{
    double seconds = nstime_to_sec(&chain->outage);
    const char *lost = wording_lost(target->pinfo->pool, chain);
    add_finding(target, &ei_session_recovered,
                "Recovered: operations work again %.6f s after the first refusal", seconds);
    add_suffix(target,
               wmem_strdup_printf(target->pinfo->pool, "recovered after %.3f s%s%s", seconds,
                                  lost != NULL ? "; lost " : "", lost != NULL ? lost : ""));
}

/* What the client held and has not got back, at the end of its way. */
static void say_lost(const show_target *target, const nfs4_chain *chain)
{
    char *lost = wording_lost(target->pinfo->pool, chain);
    uint32_t count;
    bool opens = cost_lost_opens(chain, &count) && count > 0;
    bool locks = cost_lost_locks(chain, &count) && count > 0;
    if (lost != NULL && !opens && !locks) /* delegations alone cost nobody anything */
        add_sentence(target, wmem_strdup_printf(target->pinfo->pool,
                                                "The client has not got back %s", lost));
    else if (lost != NULL)
        add_finding(target, &ei_state_lost, "State lost: the client has not got back %s", lost);
}

/* Steps that say by themselves that state is gone. */
static void say_refused_reclaim(const show_target *target, const nfs4_step *step)
{
    if (step->kind == STEP_RECLAIM && step->status != NFS4_OK && step->status != NFS4ERR_GRACE &&
        step->status != NFS4ERR_DELAY)
        add_finding(target, &ei_state_lost, "State lost: the server refuses the reclaim with %s",
                    wording_status(target->pinfo->pool, step->status));
}

static void say_step(const show_target *target, const nfs4_note *note)
{
    const nfs4_chain *chain = note->chain;
    const nfs4_step *step = show_step(note);
    if (step == NULL)
        return;
    if (note->key.is_reply) {
        if (step->kind == STEP_REFUSED)
            say_refusal(target, chain);
        say_refused_reclaim(target, step);
        if (step->kind == STEP_RESUMED)
            say_resumed(target, chain);
        if (note->step + 1 == wmem_array_get_count(chain->steps))
            say_lost(target, chain);
    }
    if (proto_field_is_referenced(target->tree, hf_finding))
        add_sentence(target, wording_way_back(target->pinfo->pool, chain, note->step));
}

/* ---- a message ------------------------------------------------------------ */

static void say_hint(const show_target *target, const nfs4_hint *hint)
{
    expert_field *expert = hint->kind == HINT_SAME_NAME ? &ei_name_shared : &ei_owner_two_servers;
    add_finding(target, expert, "%s", wording_hint(target->pinfo->pool, hint));
}

static void say_note(const show_target *target, const nfs4_note *note)
{
    const nfs4_lease *taken = show_taken_lease(note);
    if (taken != NULL)
        say_collision(target, note, taken);
    else if (show_is_evidence(target->message))
        say_own_evidence(target, target->message->owner);
    if ((note->flags & NOTE_CONFIRM) && show_takes_over(note))
        say_restart(target, note);
    if (note->chain != NULL)
        say_step(target, note);
    if ((note->flags & NOTE_IDENTIFY) && !note->key.is_reply && note->owner != NULL &&
        owner_form_is_weak(&note->owner->form))
        add_finding(target, &ei_owner_weak, "%s",
                    wording_weak_owner(target->pinfo->pool, note->owner));
    if (note->hint != NULL && hint_holds(note->hint))
        say_hint(target, note->hint);
}

void say_message(const show_target *target)
{
    const nfs4_context *message = target->message;
    if (message->note != NULL)
        say_note(target, message->note);
    if (message->owner != NULL && proto_field_is_referenced(target->tree, hf_finding))
        add_sentence(target, wording_standing(target->pinfo->pool, message->owner));
}
