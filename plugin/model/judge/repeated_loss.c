/* repeated_loss.c - fresh leases are lost again and again at a server whose ids tell nothing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Services that can be captured at the client only are like that. Each time the client is
 * given a new id, so that the server had forgotten the old one.
 */
#include "facts.h"
#include "rules.h"

#include "know/server.h"

/* FreeBSD's verifier changes with each identification, which gives it a new id by itself. */
static bool was_forgotten(const nfs4_lease *lease)
{
    return facts_is_gone(lease) || !owner_form_is_freebsd(lease->owner->form.kind);
}

static bool tells_nothing(const nfs4_lease *lease)
{
    uint32_t start, counter;
    return !server_clientid_parts(lease->server, lease->clientid, &start, &counter);
}

/* On a new connection another server may answer, and so it may where the name changed. */
static bool may_be_another_server(const nfs4_lease *lease)
{
    return lease->loss.at_once || lease->identity != lease->links.next_of_instance->identity;
}

static bool is_lost_again(const nfs4_lease *lease)
{
    return tells_nothing(lease) && facts_is_fresh_loss(lease) && was_forgotten(lease) &&
           !may_be_another_server(lease);
}

#define IN_A_ROW 3 /* once or twice may be an administrator, or a server that lost its memory */
#define IN_A_ROW_LATE 6 /* a second host that comes and goes, as a job does */

/* The instance lost this lease and those before it. */
static bool holds(const nfs4_lease *lease)
{
    const nfs4_lease *one = lease;
    int lost = 0, soon = 0;
    for (; lost < IN_A_ROW_LATE && one != NULL && is_lost_again(one);
         one = one->links.previous_of_instance)
        if (lost++ == soon && facts_was_soon(one))
            soon++;
    return soon >= IN_A_ROW || lost == IN_A_ROW_LATE;
}

const nfs4_rule rule_repeated_loss = {
    .name = "repeated-loss",
    .kind = "duplicate-owner",
    .grades = {{0, 1, VERDICT_SUSPECTED}},
    .holds = holds,
    .frames = rule_frames_of_loss,
    .time = rule_time_of_refusal,
};
