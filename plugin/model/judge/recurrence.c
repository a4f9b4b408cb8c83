/* recurrence.c - an instance came back after another had taken its place
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "facts.h"
#include "rules.h"

#include "know/lease.h"

/* The instance held the owner before `before` did, in the same life of the server. */
static bool held_before(const nfs4_lease *lease, const nfs4_lease *before)
{
    const nfs4_lease *first = lease->instance->first_in_order;
    const nfs4_lease *previous = lease->links.previous_of_instance;
    if (first != lease && lease_same_life(first, lease))
        return true;
    return previous != NULL && previous->links.position != NULL &&
           lease_same_life(previous, lease) && lease_compare(previous, before, NULL) < 0;
}

/* By frames it is no A, B, A, whatever the ids say: A was not heard any more when B came, or B
 * when A first came. If A was refused because another one had confirmed, clocks disagree. */
static bool never_met(const nfs4_lease *lease, const nfs4_lease *before)
{
    const nfs4_lease *first = lease->instance->first_in_order;
    const nfs4_lease *lost = lease->links.previous_of_instance;
    if (lost != NULL && lost->judgement.refused_for_taker)
        return false;
    return facts_had_left(lease, before) ||
           (first->issued.call != 0 && facts_had_left(before, first));
}

/* A, B, A: the lease follows one of another instance, and its own instance held the owner
 * before that. Not where one program plays both, nor across lives of the server, whose order
 * is not that of time where several servers answer in turns. */
static bool holds(const nfs4_lease *lease)
{
    const nfs4_lease *before = lease->links.position != NULL ? lease_before(lease) : NULL;
    return before != NULL && before->instance != lease->instance &&
           before->judgement.change != &rule_same_program &&
           before->judgement.change != &rule_self_collision && lease_same_life(before, lease) &&
           !lease->server->alternates && held_before(lease, before) && !never_met(lease, before);
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->instance->first_in_order->confirm.reply;
    frames[1] = lease_before(lease)->confirm.reply;
    frames[2] = lease->confirm.reply;
}

static const nstime_t *time_of(const nfs4_lease *lease)
{
    return &lease->confirm.when;
}

/* Once may be a virtual machine that was set back; it comes back twice only if both live. */
const nfs4_rule rule_recurrence = {
    .name = "recurrence",
    .kind = "duplicate-owner",
    .grades = {{0, 2, VERDICT_PROVEN}, {0, 1, VERDICT_PROBABLE}},
    .holds = holds,
    .frames = frames,
    .time = time_of,
};
