/* wording_evidence.c - what a piece of evidence says, and its frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "wording.h"

#include "model/know/counters.h"
#include "model/know/lease.h"
#include "model/judge/cases.h"

/* The server acts between a call and its reply, so that a refusal may stand before the
 * reply to the confirm that caused it. */
static char *say_refused(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    const nfs4_lease *killer = lease->judgement.taker;
    char *when = wording_confirm(scope, killer);
    const char *had = "had confirmed";
    if (killer->confirm.reply > lease->refused.reply) {
        had = "was confirming";
        when = wmem_strdup_printf(scope, "(called in frame %u, answered in frame %u)",
                                  killer->confirm.call, killer->confirm.reply);
    }
    return wmem_strdup_printf(scope,
                              "%s was refused in frame %u (%s) because %s %s the same owner %s",
                              wording_instance(scope, lease->instance), lease->refused.reply,
                              wording_status(scope, lease->loss.status),
                              wording_instance(scope, killer->instance), had, when);
}

static char *say_gap(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    counters_gap gap = counters_gap_after(lease);
    return wmem_strdup_printf(
        scope,
        "%s lost its lease in frame %u while it was fresh, and before it was given the next "
        "clientid in frame %u, the server gave %" G_GINT64_FORMAT
        " clientid%s to clients that the capture does not show",
        wording_instance(scope, lease->instance), lease->refused.reply,
        lease->links.next_of_instance->issued.reply, gap.ids, gap.ids == 1 ? "" : "s");
}

static char *say_repeated_loss(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "%s lost its lease in frame %u while it was fresh, and was given a new clientid in frame "
        "%u; this server's ids do not tell who else was given one",
        wording_instance(scope, lease->instance), lease->refused.reply,
        lease->links.next_of_instance->issued.reply);
}

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

static char *say_race(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "%s identified itself in frame %u, but %s did so in frame %u before the first was "
        "confirmed, and the first was refused",
        wording_instance(scope, lease->instance), lease->issued.call,
        wording_instance(scope, lease->filed.race_rival->instance),
        lease->filed.race_rival->issued.call);
}

static char *say_outlived(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "%s identified itself in frame %u, and a request that %s sent after that worked (frame "
        "%u): a host that restarts sends none",
        wording_instance(scope, lease->filed.outlived->instance),
        lease->filed.outlived->issued.reply, wording_instance(scope, lease->instance),
        lease->filed.outlived_by.reply);
}

static char *say_clid_inuse(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    if (lease->filed.named_holder.len > 0)
        return wmem_strdup_printf(
            scope,
            "%s was refused with NFS4ERR_CLID_INUSE in frame %u, and the server says that "
            "another host holds the owner: %s (the last two numbers are its port)",
            wording_instance(scope, lease->filed.newcomer), lease->filed.newcomer_refused.reply,
            wording_bytes(scope, lease->filed.named_holder));
    if (lease->instance == lease->filed.newcomer)
        return wmem_strdup_printf(
            scope,
            "%s was refused with NFS4ERR_CLID_INUSE in frame %u: the server holds the owner with "
            "other credentials, those of another host or its own earlier ones",
            wording_instance(scope, lease->filed.newcomer), lease->filed.newcomer_refused.reply);
    return wmem_strdup_printf(
        scope, "%s was refused with NFS4ERR_CLID_INUSE in frame %u because %s holds the owner%s",
        wording_instance(scope, lease->filed.newcomer), lease->filed.newcomer_refused.reply,
        wording_instance(scope, lease->instance),
        lease->filed.newcomer_outlived ? ", and it went on working after that"
                                       : "; nothing tells a restart with other credentials from a "
                                         "second host");
}

static char *say_turns(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "the capture cut the client owners off, but %s was refused in frame %u after another "
        "host was given a clientid in frame %u, and the two do this to each other in turns",
        wording_instance(scope, lease->instance), lease->refused.reply,
        lease->filed.turn_rival->issued.reply);
}

static char *say_clone(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "two hosts have the owner and the verifier of %s: frame %u still asks for a clientid "
        "that %s replaced %s",
        wording_instance(scope, lease->instance), lease->filed.clone_in,
        wording_address(scope, lease->filed.clone_lease->use.confirmed_from),
        wording_confirm(scope, lease->filed.clone_lease));
}

static char *say_shared(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "two addresses of %s use one session in turns and upset its slots (frame %u): copies "
        "of one machine, which can damage each other's files",
        wording_instance(scope, lease->instance), lease->filed.shared_in);
}

static char *say_return(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    const nfs4_lease *before = lease_before(lease);
    return wmem_strdup_printf(
        scope, "%s came back with its old verifier %s after %s had taken its place %s",
        wording_instance(scope, lease->instance), wording_confirm(scope, lease),
        wording_instance(scope, before->instance), wording_confirm(scope, before));
}

static char *say_alternation(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    const nfs4_lease *before = lease->filed.call_before;
    bool again = rule_alternation.strength(lease) > 0;
    return wmem_strdup_printf(
        scope,
        "%s identified itself %sin frame %u, after %s had done so with another verifier in "
        "frame %u; %s",
        wording_instance(scope, lease->instance), again ? "again " : "", lease->issued.call,
        wording_instance(scope, before->instance), before->issued.call,
        again ? "not every answer was captured, but the calls show both"
              : "nothing tells a restart from a second host");
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

static char *say_change(wmem_allocator_t *scope, const nfs4_lease *lease, const char *meaning)
{
    const nfs4_lease *next = lease_after(lease);
    return wmem_strdup_printf(
        scope, "%s took the place of %s %s: %s", wording_instance(scope, next->instance),
        wording_instance(scope, lease->instance), wording_confirm(scope, next), meaning);
}

char *wording_case(wmem_allocator_t *scope, nfs4_evidence_kind kind, const nfs4_lease *lease)
{
    switch (kind) {
    case EVIDENCE_TAKEOVER_REFUSED:
        return say_refused(scope, lease);
    case EVIDENCE_RECURRENCE:
        return say_return(scope, lease);
    case EVIDENCE_ALTERNATION:
        return say_alternation(scope, lease);
    case EVIDENCE_CLOCK_OVERLAP:
        return say_start(scope, lease, "long before");
    case EVIDENCE_COUNTER_GAP:
        return say_gap(scope, lease);
    case EVIDENCE_REPEATED_LOSS:
        return say_repeated_loss(scope, lease);
    case EVIDENCE_ADDRESS_TURNS:
        return say_address_turns(scope, lease);
    case EVIDENCE_RACE:
        return say_race(scope, lease);
    case EVIDENCE_OUTLIVED:
        return say_outlived(scope, lease);
    case EVIDENCE_CLID_INUSE:
        return say_clid_inuse(scope, lease);
    case EVIDENCE_TURNS:
        return say_turns(scope, lease);
    case EVIDENCE_CLONE:
        return say_clone(scope, lease);
    case EVIDENCE_SHARED_SESSION:
        return say_shared(scope, lease);
    case EVIDENCE_RESTART:
        return say_start(scope, lease, "after");
    case EVIDENCE_SAME_PROGRAM:
        return say_change(scope, lease, "both speak on one connection, so one program plays both");
    case EVIDENCE_SELF_COLLISION:
        return say_change(scope, lease,
                          "an old Linux client at two addresses of one server, "
                          "which collides with itself");
    case EVIDENCE_CHANGE:
        return say_change(scope, lease, "nothing tells a restart from a second host");
    default:
        return NULL;
    }
}

nstime_t wording_case_time(nfs4_evidence_kind kind, const nfs4_lease *lease)
{
    const nfs4_rule *rule = rule_at(kind);
    return rule->time != NULL ? *rule->time(lease) : lease_after(lease)->confirm.time;
}

char *wording_evidence(wmem_allocator_t *scope, const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    if (cases_first(owner, kind) == NULL)
        return NULL;
    char *first = wording_case(scope, kind, cases_first(owner, kind)->lease);
    uint32_t count = cases_count(owner, kind, 0);
    return count == 1 ? first : wmem_strdup_printf(scope, "%s; %u times in all", first, count);
}

/* The frames of one case: who was there, who came, and what shows it. */
static void case_frames(const nfs4_rule *rule, const nfs4_lease *lease, uint32_t frames[3])
{
    if (rule->frames != NULL) {
        rule->frames(lease, frames);
        return;
    }
    frames[0] = lease->confirm.reply;
    frames[1] = lease_after(lease)->confirm.reply;
    frames[2] = lease->last_ok.reply;
}

static int compare_frames(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

uint32_t wording_evidence_frames(const nfs4_owner *owner, nfs4_evidence_kind kind,
                                 uint32_t frames[WORDING_FRAMES_MAX])
{
    const nfs4_case *one = cases_first(owner, kind);
    uint32_t count = 0, kept = 0;
    for (; one != NULL && count < WORDING_FRAMES_MAX; one = cases_next(one), count += 3)
        case_frames(rule_at(kind), one->lease, frames + count);
    qsort(frames, count, sizeof *frames, compare_frames);
    for (uint32_t i = 0; i < count; i++)
        if (frames[i] != 0 && (kept == 0 || frames[kept - 1] != frames[i]))
            frames[kept++] = frames[i];
    return kept;
}
