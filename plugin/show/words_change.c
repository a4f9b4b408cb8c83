/* words_change.c - what is said of a change from one instance to the next, and of its return
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "words.h"

#include "model/judge/rules.h"
#include "model/judge/taker.h"
#include "model/know/lease.h"

/* The server acts between a call and its reply, so that a refusal may stand before the
 * reply to the confirm that caused it. */
static char *say_takeover_refused(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    const nfs4_lease *taker = taker_named(lease);
    if (taker == NULL)
        return wmem_strdup_printf(scope,
                                  "%s was refused in frame %u (%s) because another one had "
                                  "confirmed the same owner; the capture does not show which",
                                  wording_instance(scope, lease->instance), lease->refused.reply,
                                  wording_status(scope, lease->loss.status));
    char *when = wording_confirm(scope, taker);
    const char *had = "had confirmed";
    if (taker->confirm.reply > lease->refused.reply) {
        had = "was confirming";
        when = wmem_strdup_printf(scope, "(called in frame %u, answered in frame %u)",
                                  taker->confirm.call, taker->confirm.reply);
    }
    return wmem_strdup_printf(scope,
                              "%s was refused in frame %u (%s) because %s %s the same owner %s",
                              wording_instance(scope, lease->instance), lease->refused.reply,
                              wording_status(scope, lease->loss.status),
                              wording_instance(scope, taker->instance), had, when);
}

static void prove_takeover_refused(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->links.next_of_instance, *taker = lease->judgement.taker;
    if (taker->confirm.reply > lease->refused.reply)
        proof_line(told, taker->confirm.call, &taker->confirm.called,
                   "%s asks to confirm the same owner%s", proof_name(told, taker),
                   proof_identified(told, taker->issued.call));
    else
        proof_confirm(told, taker);
    proof_refusal(told, lease);
    if (next != NULL && rule_at(EVIDENCE_RECURRENCE)->holds(next))
        proof_return(told, next);
}

const rule_words words_takeover_refused = {say_takeover_refused, prove_takeover_refused};

static char *say_recurrence(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    const nfs4_lease *before = lease_before(lease);
    return wmem_strdup_printf(
        scope, "%s came back with its old verifier %s after %s had taken its place %s",
        wording_instance(scope, lease->instance), wording_confirm(scope, lease),
        wording_instance(scope, before->instance), wording_confirm(scope, before));
}

static void prove_recurrence(proof *told, const nfs4_lease *lease)
{
    proof_confirm(told, lease->instance->first_in_order);
    proof_confirm(told, lease_before(lease));
    proof_return(told, lease);
}

const rule_words words_recurrence = {say_recurrence, prove_recurrence};

/* ---- changes that no refusal tells of --------------------------------------- */

static void prove_change(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *next = lease_after(lease);
    const char *start = "";
    if (next->instance->has_start)
        start = wmem_strdup_printf(
            told->scope, "; its verifier dates from %s",
            wording_hour(told->scope, &next->instance->start, &next->confirm.when));
    proof_line(told, lease->last_ok.reply, &lease->last_ok.when, "last success of %s",
               proof_name(told, lease));
    proof_line(told, next->confirm.reply, &next->confirm.when, "%s confirms the owner%s%s",
               proof_name(told, next), proof_identified(told, next->issued.call), start);
}

static char *say_start(wmem_allocator_t *scope, const nfs4_lease *lease, const char *relation)
{
    const nfs4_lease *next = lease_after(lease);
    return wmem_strdup_printf(scope, "%s began at %s, %s the last success of %s at %s",
                              wording_instance(scope, next->instance),
                              wording_time(scope, &next->instance->start), relation,
                              wording_instance(scope, lease->instance),
                              wording_time(scope, &lease->use.last_heard));
}

static char *say_clock_overlap(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return say_start(scope, lease, "long before");
}

const rule_words words_clock_overlap = {say_clock_overlap, prove_change};

static char *say_restart(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return say_start(scope, lease, "after");
}

const rule_words words_restart = {say_restart, prove_change};

static char *say_place_taken(wmem_allocator_t *scope, const nfs4_lease *lease, const char *meaning)
{
    const nfs4_lease *next = lease_after(lease);
    return wmem_strdup_printf(
        scope, "%s took the place of %s %s: %s", wording_instance(scope, next->instance),
        wording_instance(scope, lease->instance), wording_confirm(scope, next), meaning);
}

static char *say_same_program(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return say_place_taken(scope, lease, "both speak on one connection, so one program plays both");
}

const rule_words words_same_program = {say_same_program, prove_change};

static char *say_self_collision(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return say_place_taken(
        scope, lease,
        "an old Linux client at two addresses of one server, which collides with itself");
}

const rule_words words_self_collision = {say_self_collision, prove_change};

static char *say_change(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return say_place_taken(scope, lease, "nothing tells a restart from a second host");
}

const rule_words words_change = {say_change, prove_change};
