/* words_copy.c - what is said of two hosts that have one verifier
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "words.h"

static bool is_refused_in_turn(const nfs4_lease *lease)
{
    return lease->seldom->turned_back.reply == lease->refused.reply;
}

static char *say_address_turns(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "%s confirmed the same owner in frame %u, and %s %s in frame %u: two hosts that booted in "
        "the same second",
        wording_address(scope, lease->seldom->turned_from), lease->seldom->turned_in,
        wording_address(scope, lease->seldom->turned_to),
        is_refused_in_turn(lease) ? "was refused" : "went on", lease->seldom->turned_back.reply);
}

/* The frame in which that address presented the owner. */
static uint32_t presented_in(const nfs4_lease *lease, const address *addr)
{
    const nfs4_mark *mark = lease->instance->addresses;
    while (mark != NULL && !addresses_equal(&mark->addr, addr))
        mark = mark->next;
    return mark != NULL ? mark->presented.call : 0;
}

static void prove_address_turns(proof *told, const nfs4_lease *lease)
{
    const address *from = lease->seldom->turned_from, *to = lease->seldom->turned_to;
    proof_line(told, lease->seldom->turned_in, &lease->seldom->turned_at,
               "%s confirms the owner, same verifier%s", wording_address(told->scope, from),
               proof_identified(told, presented_in(lease, from)));
    proof_line(told, lease->seldom->turned_back.reply, &lease->seldom->turned_back.when, "%s %s",
               wording_address(told->scope, to),
               is_refused_in_turn(lease) ? "is refused" : "goes on, with a session of its own");
}

const rule_words words_address_turns = {say_address_turns, prove_address_turns};

static char *say_cloned(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "two hosts have the owner and the verifier of %s: frame %u still asks for a clientid "
        "that %s replaced %s",
        wording_instance(scope, lease->instance), lease->seldom->clone_in,
        wording_address(scope, lease->seldom->clone_lease->use.confirmed_from),
        wording_confirm(scope, lease->seldom->clone_lease));
}

static void prove_cloned(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *newer = lease->seldom->clone_lease;
    proof_line(told, newer->confirm.reply, &newer->confirm.when,
               "%s replaces the clientid, with the verifier that it has in common with the other%s",
               wording_address(told->scope, newer->use.confirmed_from),
               proof_identified(told, newer->issued.call));
    proof_line(told, lease->seldom->clone_in, &lease->seldom->clone_at,
               "a host still asks with the clientid that was replaced");
}

const rule_words words_cloned = {say_cloned, prove_cloned};

static char *say_shared_session(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "two addresses of %s use one session in turns and upset its slots (frame %u): copies "
        "of one machine, which can damage each other's files",
        wording_instance(scope, lease->instance), lease->seldom->shared_in);
}

static void prove_shared_session(proof *told, const nfs4_lease *lease)
{
    proof_line(told, lease->seldom->shared_in, &lease->seldom->shared_at,
               "two addresses use one session in turns and upset its slots");
}

const rule_words words_shared_session = {say_shared_session, prove_shared_session};
