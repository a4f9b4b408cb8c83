/* wording_refused.c - identifications that a server refused: how often, and what it may mean
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sources: RFC 8881 sections 18.35.4 and 15.1.13.2; RFC 7530 section 16.33.5.
 */
#include "compat.h"

#include "wording.h"

char *wording_refused(wmem_allocator_t *scope, const nfs4_instance *instance)
{
    const nfs4_rejections *refused = &instance->rejections;
    nstime_t span;
    if (refused->count == 0)
        return NULL;
    nstime_delta(&span, &refused->last, &refused->first);
    const char *in =
        refused->count == 1
            ? ""
            : wmem_strdup_printf(scope, " in %.*f s", span.secs == 0 ? 3 : 0, nstime_to_sec(&span));
    return wmem_strdup_printf(scope, "%u time%s%s with %s", refused->count,
                              refused->count == 1 ? "" : "s", in,
                              wording_status(scope, refused->status));
}

static bool held_it_before(const nfs4_instance *instance)
{
    for (const nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
        if (lease->use.confirmed && lease->confirm.reply < instance->rejections.first_frame)
            return true;
    return false;
}

static const char *why_in_use(const nfs4_instance *instance)
{
    if (held_it_before(instance))
        return "the server holds the owner with other credentials; unless another host took it "
               "meanwhile, this client's own principal has changed since it held it (a keytab, a "
               "machine account, another security flavor)";
    if (instance->owner->instance_count > 1)
        return "the server holds the owner for somebody else, by credentials or, on some "
               "servers, by address";
    return "the server holds the owner with other credentials: those of this client before its "
           "principal changed, or those of another host. The server's administrator can tell: its "
           "list of clients (/proc/fs/nfsd/clients on Linux) names the holder's address";
}

const char *wording_refused_why(const nfs4_instance *instance)
{
    switch (instance->rejections.status) {
    case NFS4ERR_CLID_INUSE:
        return why_in_use(instance);
    case NFS4ERR_MINOR_VERS_MISMATCH:
        return "the server does not speak this minor version: mount with another one (vers=)";
    default:
        return NULL;
    }
}
