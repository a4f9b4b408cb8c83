/* words_newcomer.c - what is said of identifications beside a holder or beside each other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "words.h"

#include "model/judge/facts.h"
#include "model/judge/rules.h"

static char *say_alternation(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    const nfs4_lease *before = lease->filed.call_before;
    bool again = rule_alternation.strength(lease) > 0;
    return wmem_strdup_printf(
        scope,
        "%s identified itself %sin frame %u, after %s had done so with another verifier in "
        "frame %u; %s",
        wording_instance(scope, lease->instance), again ? "again " : "", facts_called_in(lease),
        wording_instance(scope, before->instance), facts_called_in(before),
        again ? "not every answer was captured, but the calls show both"
              : "nothing tells a restart from a second host");
}

/* When the call was sent that facts_called_in() names. */
static const nstime_t *called_at(const nfs4_lease *lease)
{
    return lease->issued.call != 0 ? &lease->issued.called : &lease->instance->first_time;
}

/* A, B, A, or A, B: the calls alone, as not every answer was captured. */
static void prove_alternation(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *before = lease->filed.call_before;
    if (rule_alternation.strength(lease) == 0) {
        proof_line(told, facts_called_in(before), called_at(before), "%s presents the owner",
                   proof_name(told, before));
        proof_line(told, facts_called_in(lease), called_at(lease),
                   "%s does so with another verifier", proof_name(told, lease));
        return;
    }
    proof_line(told, lease->instance->first_frame, &lease->instance->first_time,
               "%s presents the owner", proof_name(told, lease));
    proof_line(told, facts_called_in(before), called_at(before), "%s does so with another verifier",
               proof_name(told, before));
    proof_line(told, facts_called_in(lease), called_at(lease),
               "%s returns, same verifier: no reboot", proof_name(told, lease));
}

const rule_words words_alternation = {say_alternation, prove_alternation};

static char *say_identification_race(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "%s identified itself in frame %u, but %s did so in frame %u before the first was "
        "confirmed, and the first was refused",
        wording_instance(scope, lease->instance), lease->issued.call,
        wording_instance(scope, lease->filed.race_rival->instance),
        lease->filed.race_rival->issued.call);
}

static void prove_identification_race(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *rival = lease->filed.race_rival;
    proof_line(told, lease->issued.call, &lease->issued.called, "%s identifies itself",
               proof_name(told, lease));
    proof_line(told, rival->issued.call, &rival->issued.called,
               "%s does so before %s is confirmed, which %s", proof_name(told, rival),
               proof_name(told, lease), "is then refused");
}

const rule_words words_identification_race = {say_identification_race, prove_identification_race};

static char *say_outlived(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "%s identified itself in frame %u, and a request that %s sent after that worked (frame "
        "%u): a host that restarts sends none",
        wording_instance(scope, lease->seldom->outlived->instance),
        lease->seldom->outlived->issued.reply, wording_instance(scope, lease->instance),
        lease->seldom->outlived_by.reply);
}

static void prove_outlived(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *other = lease->seldom->outlived;
    proof_confirm(told, lease);
    proof_line(told, other->issued.reply, &other->issued.when, "%s identifies itself",
               proof_name(told, other));
    proof_line(told, lease->seldom->outlived_by.reply, &lease->seldom->outlived_by.when,
               "a request that %s sent after that works", proof_name(told, lease));
}

const rule_words words_outlived = {say_outlived, prove_outlived};

static char *say_clid_inuse(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    if (lease->seldom->named_holder.len > 0)
        return wmem_strdup_printf(
            scope,
            "%s was refused with NFS4ERR_CLID_INUSE in frame %u, and the server says that "
            "another host holds the owner: %s (the last two numbers are its port)",
            wording_instance(scope, lease->seldom->newcomer), lease->seldom->newcomer_refused.reply,
            wording_bytes(scope, lease->seldom->named_holder));
    if (lease->instance == lease->seldom->newcomer)
        return wmem_strdup_printf(
            scope,
            "%s was refused with NFS4ERR_CLID_INUSE in frame %u: the server holds the owner with "
            "other credentials, those of another host or its own earlier ones",
            wording_instance(scope, lease->seldom->newcomer), lease->seldom->newcomer_refused.reply);
    return wmem_strdup_printf(
        scope, "%s was refused with NFS4ERR_CLID_INUSE in frame %u because %s holds the owner%s",
        wording_instance(scope, lease->seldom->newcomer), lease->seldom->newcomer_refused.reply,
        wording_instance(scope, lease->instance),
        lease->seldom->newcomer_outlived ? ", and it went on working after that"
                                       : "; nothing tells a restart with other credentials from a "
                                         "second host");
}

static void prove_clid_inuse(proof *told, const nfs4_lease *lease)
{
    wmem_allocator_t *scope = told->scope;
    bool named = lease->seldom->named_holder.len > 0;
    if (!named)
        proof_confirm(told, lease);
    proof_line(told, lease->seldom->newcomer_refused.reply, &lease->seldom->newcomer_refused.when,
               "%s is refused (NFS4ERR_CLID_INUSE)%s%s",
               wording_name(scope, told->names, lease->seldom->newcomer),
               named ? "; the server names another holder: " : "",
               named ? wording_bytes(scope, lease->seldom->named_holder) : "");
    if (lease->seldom->newcomer_outlived)
        proof_line(told, lease->last_ok.reply, &lease->last_ok.when, "%s still works",
                   proof_name(told, lease));
}

const rule_words words_clid_inuse = {say_clid_inuse, prove_clid_inuse};

/* ---- beside each other at two addresses ------------------------------------ */

static char *where_confirmed(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    const nfs4_endpoint_entry *there = lease->use.confirmed_at;
    return wording_endpoint(scope, there != NULL ? there : lease->server->endpoints);
}

static char *say_confirmed_elsewhere(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    const nfs4_lease *other = lease->filed.elsewhere;
    return wmem_strdup_printf(
        scope,
        "%s was refused in frame %u (%s) after %s had confirmed the same owner at %s (frame %u), "
        "an "
        "address that names the same server; nothing tells whether it is one server or two",
        wording_instance_hosts(scope, lease->instance), lease->refused.reply,
        wording_status(scope, lease->loss.status), wording_instance_hosts(scope, other->instance),
        where_confirmed(scope, other), other->confirm.reply);
}

static void prove_confirmed_elsewhere(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *other = lease->filed.elsewhere;
    told->names = NAMES_ADDRESS; /* the two are no instances of one owner */
    proof_confirm(told, lease);
    proof_line(told, other->confirm.reply, &other->confirm.when, "%s confirms the owner at %s%s",
               proof_name(told, other), where_confirmed(told->scope, other),
               proof_identified(told, other->issued.call));
    proof_line(told, lease->refused.reply, &lease->refused.when, "%s is refused (%s)",
               proof_name(told, lease), wording_status(told->scope, lease->loss.status));
}

const rule_words words_confirmed_elsewhere = {say_confirmed_elsewhere, prove_confirmed_elsewhere};
