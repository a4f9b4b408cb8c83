/* words_copy.c - what is said of two hosts that have one verifier
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "words.h"

static char *say_address_turns(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "%s confirmed the same owner in frame %u, and another address %s in frame %u: two hosts "
        "that booted in the same second",
        wording_address(scope, lease->filed.turned_from), lease->filed.turned_in,
        lease->filed.turned_back.reply == lease->refused.reply ? "was refused" : "went on",
        lease->filed.turned_back.reply);
}

static void prove_address_turns(proof *told, const nfs4_lease *lease)
{
    bool refused = lease->filed.turned_back.reply == lease->refused.reply;
    proof_line(told, lease->filed.turned_in, NULL, "%s confirms the owner",
               wording_address(told->scope, lease->filed.turned_from));
    proof_line(told, lease->filed.turned_back.reply, &lease->filed.turned_back.time,
               "another address %s", refused ? "is refused" : "goes on with a session of its own");
}

const rule_words words_address_turns = {say_address_turns, prove_address_turns};

static char *say_cloned(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "two hosts have the owner and the verifier of %s: frame %u still asks for a clientid "
        "that %s replaced %s",
        wording_instance(scope, lease->instance), lease->filed.clone_in,
        wording_address(scope, lease->filed.clone_lease->use.confirmed_from),
        wording_confirm(scope, lease->filed.clone_lease));
}

static void prove_cloned(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *newer = lease->filed.clone_lease;
    proof_line(told, newer->confirm.reply, &newer->confirm.time,
               "%s replaces the clientid, with the verifier that it has in common with the other",
               wording_address(told->scope, newer->use.confirmed_from));
    proof_line(told, lease->filed.clone_in, NULL,
               "a host still asks with the clientid that was replaced");
}

const rule_words words_cloned = {say_cloned, prove_cloned};

static char *say_shared_session(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "two addresses of %s use one session in turns and upset its slots (frame %u): copies "
        "of one machine, which can damage each other's files",
        wording_instance(scope, lease->instance), lease->filed.shared_in);
}

static void prove_shared_session(proof *told, const nfs4_lease *lease)
{
    proof_line(told, lease->filed.shared_in, NULL,
               "two addresses use one session in turns and upset its slots");
}

const rule_words words_shared_session = {say_shared_session, prove_shared_session};
