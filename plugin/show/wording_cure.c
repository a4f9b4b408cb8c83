/* wording_cure.c - what cures a duplicate first, for the software that its clients run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sources: Documentation/filesystems/nfs/client-identifier.rst of the Linux kernel and
 * fs/nfs/nfs4proc.c; sys/fs/nfsclient/nfs_clrpcops.c of FreeBSD; daemon/nfs41_client.c of
 * ms-nfs41-client.
 */
#include "compat.h"

#include "wording.h"

#include "model/know/owner.h"
#include "model/judge/verdict.h"

static const char *step_for_linux(const nfs4_owner *owner)
{
    if (owner_form_is_nameless(&owner->form))
        return "give each host a uniquifier on its kernel command line "
               "(nfs.nfs4_unique_id=ID), then reboot it";
    if (owner->form.uniquifier.len > 0)
        return "give each host another uniquifier, as theirs was copied with the image: have it "
               "made at the first boot (nfs4_unique_id), then reboot";
    if (owner->instance_count > 2)
        return "rename all hosts but one (hostnamectl set-hostname NAME), then unmount all of "
               "this server on them, or reboot them";
    return "rename one host (hostnamectl set-hostname NAME), then unmount all of this server "
           "on it, or reboot it";
}

static const char *step_of(const nfs4_owner *owner)
{
    switch (owner->form.kind) {
    case OWNER_FORM_LINUX:
        return step_for_linux(owner);
    case OWNER_FORM_LINUX_ADDRESS:
        return "mount with vers=4.1 or later, and a name or uniquifier of its own for each host; "
               "where it has to be 4.0, with clientaddr=ADDRESS, a different one on each, as this "
               "kernel makes the owner of that address";
    case OWNER_FORM_LINUX_OLD:
        return "update the kernel, which makes the owner of an address and is older than 3.7";
    case OWNER_FORM_FREEBSD:
    case OWNER_FORM_FREEBSD_RANDOM:
        return "give each host a UUID of its own (service hostid reset; in a jail "
               "host.hostuuid), then unmount and mount again";
    case OWNER_FORM_SOLARIS:
        return "give each host a node name of its own, then mount again";
    case OWNER_FORM_MACOS:
        return "give each machine's first network interface an address of its own, then mount "
               "again";
    case OWNER_FORM_LIBNFS:
        return "call nfs4_set_client_name() with a unique name in each program, or use a later "
               "libnfs";
    default:
        if (g_strcmp0(owner_software(owner), OWNER_SOFTWARE_WINDOWS) == 0)
            return "give the network adapters of each Windows machine hardware addresses of their "
                   "own, then reboot it";
        return "give each host a client owner of its own (NFSv4 client identifier in the "
               "client's documentation), then mount again";
    }
}

char *wording_first_step(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    if (g_strcmp0(verdict_kind_name(owner), "cloned-instance") == 0)
        return wmem_strdup_printf(
            scope,
            "unmount this server on all copies but one, by force if need be, or reboot "
            "them; then %s",
            step_of(owner));
    return wmem_strdup(scope, step_of(owner));
}
