/* takeover_refused.c - the holder was refused because another instance had confirmed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "takeover_refused.h"

#include "facts.h"

#include "know/lease.h"
#include "know/server.h"

/* The server is known to count anew, and neither was there while the other was. */
static bool never_met(const nfs4_lease *lease, const nfs4_lease *next)
{
    return lease->server->generation > 0 &&
           (facts_had_left(lease, next) || facts_had_left(next, lease));
}

static bool counter_of(const nfs4_lease *lease, uint32_t *counter)
{
    uint32_t epoch;
    return server_clientid_parts(lease->server, lease->clientid, &epoch, counter);
}

/* The server's own order: the taker's id lies between the victim's id and the one that the
 * victim was given next. It holds whatever the order of the frames, as in captures merged
 * with clocks that disagree. */
static bool counters_prove(const nfs4_lease *lease, const nfs4_lease *next)
{
    uint32_t counter, next_counter, after_counter;
    const nfs4_lease *after = lease->links.next_of_instance;

    return after != NULL && lease_same_life(lease, after) && !never_met(lease, next) &&
           counter_of(lease, &counter) && counter_of(next, &next_counter) &&
           counter_of(after, &after_counter) && (int32_t)(next_counter - counter) > 0 &&
           (int32_t)(after_counter - next_counter) > 0;
}

/* The order of the frames: the taker identified itself before the refused call, was
 * confirmed before the refusal, and nothing that the victim called after that confirm
 * worked. A lease that is known to have run out may have been refused for that, so that
 * frames alone prove nothing. */
static bool frames_prove(const nfs4_lease *lease, const nfs4_lease *next)
{
    return next->issued.call != 0 && next->issued.call < lease->refused.call &&
           next->confirm.reply != 0 && next->confirm.call < lease->refused.reply &&
           lease->last_ok.call <= next->confirm.reply &&
           (lease_time(lease) == 0 || !facts_ran_out(lease));
}

/* The lease ran out and was refused before the taker had even identified itself: the taker
 * came to a lease that was gone. Frames of one capture tell; in merged ones an expiry beside
 * a takeover is rare enough. */
static bool came_too_late(const nfs4_lease *lease, const nfs4_lease *next)
{
    return next->issued.call > lease->refused.reply && facts_ran_out(lease);
}

/* The first had been silent for a lease time when the second confirmed for the first time,
 * and the second began after that silence had: as when a virtual machine is set back with its
 * memory, asks on with its old session and is refused. Two hosts that are alive renew. */
static bool had_ended(const nfs4_lease *lease, const nfs4_lease *next)
{
    nstime_t silence;
    if (next->instance->first_in_order != next || nstime_is_zero(&lease->use.last_heard) ||
        nstime_cmp(&next->instance->start, &lease->use.last_heard) <= 0)
        return false;
    nstime_delta(&silence, &next->confirm.when, &lease->use.last_heard);
    return silence.secs >= facts_lease_time(lease);
}

/* The first was silent for a lease time around the confirm of the second, and asked on: a
 * machine that was set back with its memory, or one that slept. Two hosts that are awake
 * renew. Where the clock was set back meanwhile, nothing tells that it was awake. */
static bool was_asleep(const nfs4_lease *lease, const nfs4_lease *next)
{
    int64_t enough = (lease_time(lease) != 0 ? 1 : 2) * (int64_t)facts_lease_time(lease);
    return lease->last_ok.call < next->confirm.reply &&
           (facts_idle_time(lease) >= enough || lease->loss.is_set_back);
}

bool takeover_refused_by(const nfs4_lease *lease, const nfs4_lease *next)
{
    return facts_is_takeover(lease, next) && lease->refused.reply != 0 &&
           !came_too_late(lease, next) && !had_ended(lease, next) && !was_asleep(lease, next) &&
           (counters_prove(lease, next) || frames_prove(lease, next));
}

bool takeover_refused_by_frames(const nfs4_lease *lease, const nfs4_lease *other)
{
    return facts_is_takeover(lease, other) && lease->confirm.reply != 0 &&
           other->confirm.call > lease->confirm.call && frames_prove(lease, other) &&
           !had_ended(lease, other) && !was_asleep(lease, other) &&
           !lease_shares_connection(lease, other) &&
           lease->owner->form.kind != OWNER_FORM_LINUX_OLD;
}

static bool holds(const nfs4_lease *lease)
{
    return lease->judgement.refused_for_taker;
}

static void frames(const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    frames[1] = lease->judgement.taker->confirm.reply;
    frames[2] = lease->refused.reply;
}

const nfs4_rule rule_takeover_refused = {
    .name = "takeover-refused",
    .kind = "duplicate-owner",
    .grades = {{0, 1, VERDICT_PROVEN}},
    .is_harmful = true,
    .holds = holds,
    .frames = frames,
    .time = rule_time_of_refusal,
};
