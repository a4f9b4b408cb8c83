/* wording_frame.c - what is said of one frame, in the packet list and in its details
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "wording.h"
#include "wording_frame.h"

#include "model/judge/causes.h"
#include "model/judge/verdict.h"

#define HOSTS_NAMED 4

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

char *wording_way_back(wmem_allocator_t *scope, const nfs4_chain *chain, uint32_t index)
{
    const nfs4_step *step = (const nfs4_step *)wmem_array_index(chain->steps, index);
    const nfs4_step *first = (const nfs4_step *)wmem_array_index(chain->steps, 0);
    uint32_t count = wmem_array_get_count(chain->steps) + chain->steps_dropped;
    if (index == 0)
        return wmem_strdup_printf(scope, "Step 1 of %u on the client's way back: %s", count,
                                  wording_step(step->kind));
    return wmem_strdup_printf(scope,
                              "Step %u of %u on the client's way back from the refusal in "
                              "frame %u: %s",
                              index + 1, count, first->frame, wording_step(step->kind));
}

const char *wording_loss(wmem_allocator_t *scope, const nfs4_chain *chain, nfs4_cause cause)
{
    switch (cause) {
    case CAUSE_DUPLICATE_OWNER:
        if (cause_culprit(chain) == NULL)
            return "lease lost, to a client not captured";
        return wmem_strdup_printf(scope, "lease lost to %s", wording_culprit(scope, chain));
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
