/* wording_frame.c - what is said of one frame, in the packet list and in its details
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "wording.h"
#include "wording_frame.h"

#include "model/know/lease.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"

#define HOSTS_NAMED 4
#define OWNER_SHOWN 48 /* characters of an owner where much stands behind it */

char *wording_standing(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    if (!verdict_accuses(owner->verdict))
        return NULL;
    char *hosts = wording_owner_hosts(scope, owner, HOSTS_NAMED);
    if (owner->verdict == VERDICT_SUSPECTED)
        return wmem_strdup_printf(scope,
                                  "It is suspected that a second client presents this owner to "
                                  "this server; the capture shows %s",
                                  hosts);
    return wmem_strdup_printf(
        scope, "It is %s that more than one client presents this owner to this server: %s",
        verdict_name(owner->verdict), hosts);
}

char *wording_takeover_begins(wmem_allocator_t *scope, const nfs4_lease *taken,
                              const nfs4_lease *by)
{
    return wmem_strdup_printf(scope, "The client is taking this owner over from %s; it succeeds %s",
                              wording_instance_hosts(scope, taken->instance),
                              wording_confirm(scope, by));
}

char *wording_way_back(wmem_allocator_t *scope, const nfs4_chain *chain, uint32_t place)
{
    const nfs4_step *step = (const nfs4_step *)wmem_array_index(chain->steps, place);
    const nfs4_step *first = (const nfs4_step *)wmem_array_index(chain->steps, 0);
    uint32_t count = wmem_array_get_count(chain->steps) + chain->steps_dropped;
    if (place == 0)
        return wmem_strdup_printf(scope, "step 1 of %u on the client's way back: %s", count,
                                  wording_step(step->kind));
    return wmem_strdup_printf(scope,
                              "step %u of %u on the client's way back from the refusal in "
                              "frame %u: %s",
                              place + 1, count, first->frame, wording_step(step->kind));
}

const char *wording_loss(wmem_allocator_t *scope, const nfs4_chain *chain, nfs4_cause cause)
{
    switch (cause) {
    case CAUSE_DUPLICATE_OWNER:
        if (cause_culprit(chain) != NULL)
            return wmem_strdup_printf(scope, "lease lost to %s", wording_culprit(scope, chain));
        return chain->lease->judgement.taker != NULL ? "lease lost to another client"
                                                     : "lease lost, to a client not captured";
    case CAUSE_CLIENT_RESTART:
        return "lease lost: client restarted";
    case CAUSE_SERVER_RESTART:
        return "lease lost: server restarted";
    case CAUSE_FAILOVER:
        return "lease lost: another server";
    case CAUSE_LEASE_EXPIRED:
        return "lease expired";
    case CAUSE_ADMIN_REVOKED:
        return "state revoked";
    case CAUSE_REMOVED_BY_SERVER:
        return "lease removed by the server";
    case CAUSE_SESSION_ONLY:
        return "session lost";
    default:
        return "lease lost";
    }
}

/* ---- one line ------------------------------------------------------------- */

char *wording_short_owner(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    if (owner == NULL)
        return wmem_strdup(scope, "A client");
    char *text = wording_owner(scope, owner);
    if (strlen(text) > OWNER_SHOWN)
        memcpy(text + OWNER_SHOWN - 3, "...", 4);
    return text;
}

char *wording_quoted_owner(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    const char *text = wording_owner(scope, owner);
    return wmem_strdup_printf(scope, "'%.*s%s'", OWNER_SHOWN, text,
                              strlen(text) > OWNER_SHOWN ? "..." : "");
}

/* The first of its addresses, and how many more there are. */
static char *short_hosts(wmem_allocator_t *scope, const nfs4_instance *instance)
{
    uint32_t more = 0;
    const nfs4_mark *mark = instance->addresses;
    if (mark == NULL)
        return wording_instance(scope, instance);
    for (const nfs4_mark *next = mark->next; next != NULL; next = next->next)
        more++;
    char *first = wording_address(scope, &mark->addr);
    return more > 0 ? wmem_strdup_printf(scope, "%s (+%u)", first, more) : first;
}

/* The host to which a lease was lost. */
static char *taker_of(wmem_allocator_t *scope, const nfs4_lease *lease, const nfs4_lease *taker)
{
    if (taker == NULL)
        return wmem_strdup(scope,
                           lease->judgement.taker != NULL ? "another host" : "a host not captured");
    if (taker->instance == lease->instance && taker->use.confirmed_from != NULL)
        return wording_address(scope, taker->use.confirmed_from);
    return short_hosts(scope, taker->instance);
}

static char *frame_of(wmem_allocator_t *scope, const nfs4_lease *taker)
{
    return taker != NULL && taker->confirm.reply != 0
               ? wmem_strdup_printf(scope, "frame %u", taker->confirm.reply)
               : NULL;
}

char *wording_loser(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    nfs4_verdict grade;
    const nfs4_lease *taker = cause_culprit(chain);
    char *owner = wording_short_owner(scope, chain->lease->owner);
    if (cause_of_chain(chain, &grade) != CAUSE_DUPLICATE_OWNER)
        return wmem_strdup_printf(scope, "%s of %s", owner, wording_address(scope, chain->client));
    const char *frame = frame_of(scope, taker);
    return wmem_strdup_printf(scope, "%s lost to %s%s%s", owner,
                              taker_of(scope, chain->lease, taker), frame != NULL ? " in " : "",
                              frame != NULL ? frame : "");
}

char *wording_invalidated(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    nfs4_verdict grade;
    nfs4_cause cause = cause_of_chain(chain, &grade);
    const char *what = chain->lease->minorversion == 0 ? "lease" : "session";
    if (cause == CAUSE_UNKNOWN)
        return wmem_strdup_printf(scope, "%s invalidated, the capture does not show why", what);
    return wmem_strdup_printf(scope, "%s invalidated (%s, %s)", what, cause_name(cause),
                              verdict_name(grade));
}

char *wording_one_client(wmem_allocator_t *scope, const nfs4_instance *instance)
{
    return wmem_strdup_printf(scope,
                              "%s present the same client owner with one verifier: one client with "
                              "several addresses, as far as the capture shows",
                              wording_instance_hosts(scope, instance));
}

char *wording_short_hint(wmem_allocator_t *scope, const nfs4_hint *hint)
{
    if (hint->kind == HINT_SAME_NAME)
        return wmem_strdup_printf(scope, "'%s' is the machine name of %s and of %s",
                                  wording_bytes(scope, hint->name),
                                  wording_address(scope, &hint->first->client),
                                  wording_address(scope, &hint->second->client));
    return wmem_strdup_printf(scope, "%s is presented by %s, and to another server by %s",
                              wording_short_owner(scope, hint->owner),
                              wording_owner_hosts(scope, hint->owner, 1),
                              wording_owner_hosts(scope, hint->other, 1));
}

/* ---- the line that stands for a message while it is collapsed -------------- */

#define DUPLICATE "DUPLICATE OWNER, "

char *wording_head_of_takeover(wmem_allocator_t *scope, const nfs4_lease *taken)
{
    const char *hosts = short_hosts(scope, taken->instance);
    const char *grade = verdict_name(taken->owner->verdict);
    if (taken->refused.reply == 0)
        return wmem_strdup_printf(scope, DUPLICATE "evicts %s (%s)", hosts, grade);
    return wmem_strdup_printf(scope, DUPLICATE "evicts %s (%s), who is refused in frame %u", hosts,
                              grade, taken->refused.reply);
}

char *wording_head_of_owner(wmem_allocator_t *scope, const nfs4_owner *owner,
                            const nfs4_instance *other)
{
    const char *grade = verdict_name(owner->verdict);
    if (other != NULL)
        return wmem_strdup_printf(scope, DUPLICATE "beside %s (%s)", short_hosts(scope, other),
                                  grade);
    return wmem_strdup_printf(scope, DUPLICATE "%s %s (%s)",
                              owner->verdict == VERDICT_SUSPECTED ? "seen at" : "hosts",
                              wording_owner_hosts(scope, owner, 2), grade);
}

/* "lost to 10.0.0.12 (proven, frame 62)" */
static char *head_of_lost_chain(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    nfs4_verdict grade;
    nfs4_cause cause = cause_of_chain(chain, &grade);
    const nfs4_lease *culprit = cause_culprit(chain);
    const char *frame = frame_of(scope, culprit);
    if (cause == CAUSE_UNKNOWN)
        return wmem_strdup(scope, "lease lost, the capture does not show why");
    if (cause != CAUSE_DUPLICATE_OWNER)
        return wmem_strdup_printf(scope, "%s (%s)", wording_loss(scope, chain, cause),
                                  verdict_name(grade));
    return wmem_strdup_printf(scope, DUPLICATE "lost to %s (%s%s%s)",
                              taker_of(scope, chain->lease, culprit), verdict_name(grade),
                              frame != NULL ? ", " : "", frame != NULL ? frame : "");
}

char *wording_head_of_chain(wmem_allocator_t *scope, const nfs4_chain *chain, bool resumed)
{
    char *head = head_of_lost_chain(scope, chain);
    return resumed ? wmem_strdup_printf(scope, "%s, %s", head, wording_resumed(scope, chain))
                   : head;
}

char *wording_head_of_change(wmem_allocator_t *scope, const nfs4_lease *taken, bool restarted)
{
    const char *hosts = short_hosts(scope, taken->instance);
    const nfs4_lease *next = lease_after(taken);
    if (restarted && next != NULL && strcmp(short_hosts(scope, next->instance), hosts) == 0)
        return wmem_strdup(scope, "client restarted");
    return restarted
               ? wmem_strdup_printf(scope, "client restarted, was %s", hosts)
               : wmem_strdup_printf(scope, "UNDECIDED, a restart of %s or a second host", hosts);
}

char *wording_head_of_moved(wmem_allocator_t *scope, const nfs4_instance *instance)
{
    return wmem_strdup_printf(scope, "one client, also at %s",
                              wording_address(scope, &instance->addresses->addr));
}
