/* headline.c - the line that stands for a message while its tree is collapsed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "show_target.h"
#include "wording.h"
#include "wording_frame.h"

#include "model/judge/rules.h"
#include "model/judge/verdict.h"

static char *head_of_takeover(wmem_allocator_t *scope, const nfs4_note *note)
{
    const nfs4_lease *taken = note->lease->judgement.victim;
    if (show_taken_lease(note) == taken)
        return wording_head_of_takeover(scope, taken);
    if (verdict_is_collision(taken))
        return NULL;
    if (show_is_restart(taken))
        return wording_head_of_change(scope, taken, true);
    return taken->judgement.change == &rule_change ? wording_head_of_change(scope, taken, false)
                                                   : NULL;
}

static char *head_of_note(wmem_allocator_t *scope, const nfs4_context *message)
{
    const nfs4_note *note = message->note;
    char *head =
        note->lease != NULL && show_takes_over(note) ? head_of_takeover(scope, note) : NULL;
    if (head != NULL)
        return head;
    if (show_is_evidence(message))
        return wording_head_of_owner(scope, message->owner, note->other);
    const nfs4_step *step = note->chain != NULL ? show_step(note) : NULL;
    if (note->chain != NULL)
        return wording_head_of_chain(scope, note->chain,
                                     step != NULL && step->kind == STEP_RESUMED);
    return NULL;
}

/* What stands for the message while its lines are collapsed; NULL for nothing found. */
static char *headline(const show_target *target)
{
    wmem_allocator_t *scope = target->pinfo->pool;
    const nfs4_context *message = target->message;
    char *head = message->note != NULL ? head_of_note(scope, message) : NULL;
    if (head != NULL || message->owner == NULL)
        return head;
    if (verdict_accuses(message->owner->verdict))
        return wording_head_of_owner(scope, message->owner, NULL);
    return show_has_moved(message) ? wording_head_of_moved(scope, message->instance) : NULL;
}

void show_headline(const show_target *target)
{
    const nfs4_owner *owner = target->message->owner;
    char *found = headline(target);
    if (found != NULL)
        proto_item_append_text(target->item, ": %s", found);
    else if (owner != NULL)
        proto_item_append_text(target->item, ", client owner: %s",
                               wording_owner(target->pinfo->pool, owner));
}
