/* say.c - findings as sentences: expert information, Info column, first lines of the tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "say.h"

#include <epan/expert.h>

#include "fields.h"
#include "wording.h"
#include "wording_frame.h"
#include "wording_origin.h"
#include "wording_trouble.h"

#include "model/watch/chain.h"
#include "model/watch/cost.h"
#include "model/know/hint.h"
#include "model/judge/rules.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"
#include "model/trouble/kinds.h"

/* The first sentence of a message is the head of its group "Finding"; others stand below. */
static proto_item *add_sentence(show_target *target, const char *text)
{
    text = wording_traced(target->pinfo->pool, text);
    if (text == NULL)
        return NULL;
    bool is_head = target->finding == NULL;
    proto_tree *place = is_head ? target->tree : target->finding;
    proto_item *item = is_head ? proto_tree_add_string(place, hf_finding, target->tvb, 0, 0, text)
                               : proto_tree_add_string_format(place, hf_finding, target->tvb, 0, 0,
                                                              text, "%s", text);
    proto_item_set_generated(item);
    if (is_head)
        target->finding = proto_item_add_subtree(item, ett_finding);
    return item;
}

/* A sentence, and `summary` for the expert information, which begins with the owner and the other
 * host. Expert information makes the sentence a subtree of another kind; Wireshark remembers for
 * each kind whether it is open, so that the head of the group gets its own kind again. */
static void add_finding(show_target *target, expert_field *expert, const char *summary,
                        const char *sentence)
{
    bool is_head = target->finding == NULL;
    proto_item *item = add_sentence(target, sentence);
    expert_add_info_format(target->pinfo, item, expert, "%s",
                           wording_traced(target->pinfo->pool, summary));
    if (is_head && item != NULL)
        target->finding = proto_item_add_subtree(item, ett_finding);
    target->has_expert = true;
}

/* "owner lost to 10.0.0.12 in frame 62" or "owner of 10.0.0.11", a colon, and what there is to
 * say. */
static char *chain_summary(const show_target *target, const nfs4_chain *chain, const char *what)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    return wmem_strdup_printf(scope, "%s: %s", wording_loser(scope, chain), what);
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

static void say_taken_over(show_target *target, const nfs4_lease *taken)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    const nfs4_owner *owner = taken->owner;
    char *from = wording_instance_hosts(scope, taken->instance);
    add_finding(
        target, collision_expert(owner->verdict),
        wmem_strdup_printf(scope, "%s taken over from %s: two clients present this owner (%s)",
                           wording_short_owner(scope, owner), from, verdict_name(owner->verdict)),
        wmem_strdup_printf(scope,
                           "Client owner '%s' taken over from %s: two clients present it to this "
                           "server (%s)",
                           wording_owner(scope, owner), from, verdict_name(owner->verdict)));
    add_suffix(target, wmem_strdup_printf(scope, "client owner taken over from %s", from));
}

/* Refusals are said where their chain is. */
static void say_collision(show_target *target, const nfs4_note *note, const nfs4_lease *taken)
{
    if ((note->flags & NOTE_CONFIRM) && note->key.is_reply)
        say_taken_over(target, taken);
    else if (show_takes_over(note) && proto_field_is_referenced(target->tree, hf_finding))
        add_sentence(target, wording_takeover_begins(target->pinfo->pool, taken, note->lease));
}

/* Another instance, and no collision: what tells that it is a restart, or that nothing does. */
static void say_change(show_target *target, const nfs4_note *note)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    const nfs4_lease *victim = note->lease->judgement.victim;
    const nfs4_rule *change = victim->judgement.change;
    if (!note->key.is_reply || verdict_is_collision(victim))
        return;
    if (show_is_restart(victim)) {
        add_finding(
            target, &ei_client_restarted,
            wmem_strdup_printf(scope, "%s of %s: %s", wording_short_owner(scope, victim->owner),
                               wording_address(scope, &target->message->client),
                               change == &rule_restart ? "the client restarted"
                                                       : "a program began anew"),
            wording_case(scope, change == &rule_restart ? EVIDENCE_RESTART : EVIDENCE_SAME_PROGRAM,
                         victim));
        if (change == &rule_restart)
            add_suffix(target, "client restarted");
    } else if (change == &rule_change && proto_field_is_referenced(target->tree, hf_finding)) {
        add_sentence(target, wording_case(scope, EVIDENCE_CHANGE, victim));
    }
}

/* An identification of a client that is known from another address. */
static void say_address(show_target *target)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    const nfs4_context *message = target->message;
    if (!show_has_moved(message))
        return;
    add_finding(target, &ei_client_addresses,
                wmem_strdup_printf(scope, "%s, also at %s: one client with several addresses",
                                   wording_short_owner(scope, message->owner),
                                   wording_address(scope, &message->instance->addresses->addr)),
                wording_one_client(scope, message->instance));
}

static void say_own_evidence(show_target *target, const nfs4_note *note)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    const nfs4_owner *owner = target->message->owner;
    if (!note->key.is_reply)
        return;
    const char *other = note->other != NULL
                            ? wmem_strdup_printf(scope, " also presented by %s",
                                                 wording_instance_hosts(scope, note->other))
                            : "";
    add_finding(target, collision_expert(owner->verdict),
                wmem_strdup_printf(scope, "%s%s: two clients present this owner (%s)",
                                   wording_short_owner(scope, owner), other,
                                   verdict_name(owner->verdict)),
                wmem_strdup_printf(scope, "Client owner '%s' is presented by two clients (%s)",
                                   wording_owner(scope, owner), verdict_name(owner->verdict)));
    add_suffix(target, "second client with this owner");
}

/* ---- chains --------------------------------------------------------------- */

static void say_refusal(show_target *target, const nfs4_chain *chain)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    nfs4_verdict grade;
    nfs4_cause cause = cause_of_chain(chain, &grade);
    const char *what = chain->lease->minorversion == 0 ? "Lease" : "Session";
    char *reason = wording_chain(scope, chain);
    const char *words = wmem_strdup_printf(scope, "%s invalidated: %s", what, reason);
    if (cause == CAUSE_SERVER_RESTART)
        add_finding(target, &ei_server_restarted, chain_summary(target, chain, reason),
                    wmem_strdup_printf(scope, "Server restarted: %s", reason));
    if (cause == CAUSE_LEASE_EXPIRED)
        add_finding(target, &ei_lease_expired, chain_summary(target, chain, reason),
                    wmem_strdup_printf(scope, "Lease expired: %s", reason));
    if (cause == CAUSE_SERVER_RESTART || cause == CAUSE_LEASE_EXPIRED)
        words = wmem_strdup_printf(scope, "%s invalidated: %s", what, cause_name(cause));
    add_finding(target, &ei_session_invalidated,
                chain_summary(target, chain, wording_invalidated(scope, chain)), words);
    add_suffix(target, wording_loss(scope, chain, cause));
}

static void say_resumed(show_target *target, const nfs4_chain *chain)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    const char *lost = wording_lost(scope, chain), *resumed = wording_resumed(scope, chain);
    nstime_t outage;
    const char *words =
        chain_outage(chain, &outage)
            ? wmem_strdup_printf(scope,
                                 "Recovered: operations work again %.6f s after the first refusal",
                                 nstime_to_sec(&chain->resumed_after))
            : "Recovered: operations work again";
    add_finding(target, &ei_session_recovered, chain_summary(target, chain, resumed), words);
    add_suffix(target, wmem_strdup_printf(scope, "%s%s%s", resumed, lost != NULL ? "; lost " : "",
                                          lost != NULL ? lost : ""));
}

/* What the client held and has not got back, at the end of its way. */
static void say_lost(show_target *target, const nfs4_chain *chain)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    char *lost = wording_lost(scope, chain);
    uint32_t count;
    bool opens = cost_lost_opens(chain, &count) && count > 0;
    bool locks = cost_lost_locks(chain, &count) && count > 0;
    if (lost == NULL)
        return;
    const char *words = wmem_strdup_printf(scope, "The client has not got back %s", lost);
    if (!opens && !locks) /* delegations alone cost nobody anything */
        add_sentence(target, words);
    else
        add_finding(target, &ei_state_lost,
                    chain_summary(target, chain,
                                  wmem_strdup_printf(scope, "state lost, not got back: %s", lost)),
                    words);
}

/* Steps that say by themselves that state is gone. */
static void say_refused_reclaim(show_target *target, const nfs4_chain *chain, const nfs4_step *step)
{
    if (step->kind != STEP_RECLAIM || step->status == NFS4_OK || step->status == NFS4ERR_GRACE ||
        step->status == NFS4ERR_DELAY)
        return;
    wmem_allocator_t *scope = target->pinfo->pool;
    const char *status = wording_status(scope, step->status);
    add_finding(
        target, &ei_state_lost,
        chain_summary(target, chain,
                      wmem_strdup_printf(scope, "state lost, reclaim refused (%s)", status)),
        wmem_strdup_printf(scope, "State lost: the server refuses the reclaim with %s", status));
}

static void say_step(show_target *target, const nfs4_note *note)
{
    const nfs4_chain *chain = note->chain;
    const nfs4_step *step = show_step(note);
    if (step == NULL || !note->key.is_reply)
        return;
    if (step->kind == STEP_REFUSED)
        say_refusal(target, chain);
    say_refused_reclaim(target, chain, step);
    if (step->kind == STEP_RESUMED)
        say_resumed(target, chain);
    if (note->step + 1 == wmem_array_get_count(chain->steps))
        say_lost(target, chain);
}

/* ---- trouble -------------------------------------------------------------- */

/* On the first frame, which is known on later passes; on the first pass where it was found. */
static bool tells_trouble(const show_target *target, const nfs4_note *note)
{
    const nfs4_trouble *trouble = note->trouble;
    bool is_later = PINFO_FD_VISITED(target->pinfo);
    return note->key.is_reply &&
           note->key.frame == (is_later ? trouble->first_frame : trouble->found_in);
}

static void say_trouble(show_target *target, const nfs4_note *note)
{
    const nfs4_trouble *trouble = note->trouble;
    if (!tells_trouble(target, note))
        return;
    wmem_allocator_t *scope = target->pinfo->pool;
    const char *words = wording_trouble(scope, trouble);
    add_finding(
        target, &ei_trouble,
        wmem_strdup_printf(scope, "%s: %s", wording_address(scope, &trouble->asker->addr), words),
        wmem_strdup_printf(scope, "%s (%s): %s",
                           kinds_is_loop(trouble->kind) ? "The client does not get on" : "Trouble",
                           kinds_name(trouble->kind), words));
    add_suffix(target, wmem_strdup_printf(scope, "trouble: %s", kinds_name(trouble->kind)));
}

/* ---- a message ------------------------------------------------------------ */

static void say_hint(show_target *target, const nfs4_hint *hint)
{
    expert_field *expert = hint->kind == HINT_SAME_NAME ? &ei_name_shared : &ei_owner_two_servers;
    add_finding(target, expert, wording_short_hint(target->pinfo->pool, hint),
                wording_hint(target->pinfo->pool, hint));
}

static void say_weak(show_target *target, const nfs4_owner *owner)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    const char *words = wording_weak_owner(scope, owner);
    add_finding(target, &ei_owner_weak,
                wmem_strdup_printf(scope, "%s of %s: every host that is named so collides with it",
                                   wording_short_owner(scope, owner),
                                   wording_address(scope, &target->message->client)),
                words);
}

static void say_identification(show_target *target, const nfs4_note *note)
{
    if (!(note->flags & NOTE_IDENTIFY) || note->owner == NULL)
        return;
    if (!note->key.is_reply && owner_form_is_weak(&note->owner->form))
        say_weak(target, note->owner);
    if (note->key.is_reply)
        say_address(target);
}

static void say_note(show_target *target, const nfs4_note *note)
{
    const nfs4_lease *taken = show_taken_lease(note);
    if (taken != NULL)
        say_collision(target, note, taken);
    else if (show_is_evidence(target->message))
        say_own_evidence(target, note);
    if ((note->flags & NOTE_CONFIRM) && show_takes_over(note))
        say_change(target, note);
    if (note->chain != NULL)
        say_step(target, note);
    if (note->trouble != NULL)
        say_trouble(target, note);
    say_identification(target, note);
    if (note->hint != NULL && hint_holds(note->hint))
        say_hint(target, note->hint);
}

/* What holds for the owner, where there is nothing to say of the message itself. */
static void say_standing(show_target *target)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    const nfs4_context *message = target->message;
    add_sentence(target, wording_standing(scope, message->owner));
    if (show_has_moved(message))
        add_sentence(target, wording_one_client(scope, message->instance));
}

void say_message(show_target *target)
{
    const nfs4_context *message = target->message;
    if (message->note != NULL)
        say_note(target, message->note);
    if (target->finding == NULL && message->owner != NULL &&
        proto_field_is_referenced(target->tree, hf_finding))
        say_standing(target);
}
