/* words_loss.c - what is said of leases that were lost to somebody who does not show
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "words.h"

#include "model/know/counters.h"

static char *say_counter_gap(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    counters_gap gap = counters_gap_after(lease);
    return wmem_strdup_printf(
        scope,
        "%s lost its lease in frame %u while it was fresh, and before it was given the next "
        "clientid in frame %u, the server gave %" G_GINT64_FORMAT
        " clientid%s to clients whose owner the capture does not show",
        wording_instance(scope, lease->instance), lease->refused.reply,
        lease->links.next_of_instance->issued.reply, gap.ids, gap.ids == 1 ? "" : "s");
}

static void prove_counter_gap(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->links.next_of_instance;
    counters_gap gap = counters_gap_after(lease);
    proof_refusal(told, lease);
    proof_line(told, next->issued.reply, &next->issued.when,
               "its next clientid; %" G_GINT64_FORMAT
               " in between went to somebody whose owner this capture does not show",
               gap.ids);
}

const rule_words words_counter_gap = {say_counter_gap, prove_counter_gap};

static char *say_repeated_loss(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "%s lost its lease in frame %u while it was fresh, and was given a new clientid in frame "
        "%u; this server's ids do not tell who else was given one",
        wording_instance(scope, lease->instance), lease->refused.reply,
        lease->links.next_of_instance->issued.reply);
}

static void prove_repeated_loss(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->links.next_of_instance;
    proof_refusal(told, lease);
    proof_line(told, next->issued.reply, &next->issued.when, "%s is given a new clientid",
               proof_name(told, lease));
}

const rule_words words_repeated_loss = {say_repeated_loss, prove_repeated_loss};

static char *say_lost_in_turns(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "the capture cut the client owners off, but %s was refused in frame %u after another "
        "host was given a clientid in frame %u, and the two do this to each other in turns",
        wording_instance(scope, lease->instance), lease->refused.reply,
        lease->filed.turn_rival->issued.reply);
}

static void prove_lost_in_turns(proof *told, const nfs4_lease *lease)
{
    proof_line(told, lease->issued.reply, &lease->issued.when, "%s is given a clientid",
               proof_name(told, lease));
    proof_line(told, lease->filed.turn_rival->issued.reply, &lease->filed.turn_rival->issued.when,
               "another host is given a clientid");
    proof_refusal(told, lease);
}

const rule_words words_lost_in_turns = {say_lost_in_turns, prove_lost_in_turns};
