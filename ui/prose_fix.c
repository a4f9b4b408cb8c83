/* prose_fix.c - what to do about a duplicate, for the system that its clients run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sources: Documentation/filesystems/nfs/client-identifier.rst of the Linux kernel and
 * fs/nfs/nfs4proc.c; sys/fs/nfsclient/nfs_clrpcops.c of FreeBSD.
 */
#include "compat.h"

#include "prose_fix.h"

#include "show/wording.h"

#include "model/judge/verdict.h"

#define STEP "      - "

static void fix_linux(page *out)
{
    page_words(out, STEP, "Give each host a name of its own:");
    page_command(out, "hostnamectl set-hostname <unique name>");
    page_words(out, STEP,
               "Or keep the names and give each host a uniquifier (at most 63 characters), then "
               "reboot; where nfs is in the initramfs, rebuild that first:");
    page_command(out, "echo \"options nfs nfs4_unique_id=$(uuidgen)\" > "
                      "/etc/modprobe.d/nfsclient.conf");
    page_words(out, STEP,
               "Containers that mount by themselves: once per network namespace, before its first "
               "mount (kernels from about 5.10 on):");
    page_command(out, "cat /proc/sys/kernel/random/uuid > "
                      "/sys/fs/nfs/net/nfs_client/identifier");
    page_words(out, STEP,
               "A client keeps its owner until its last mount of this server is gone: unmount all "
               "of them, or reboot, before a new name counts. In images, let the first boot set "
               "the host name; cloned images share /etc/machine-id as well.");
}

static void fix_old_linux(page *out)
{
    page_words(
        out, STEP,
        "This kernel builds the owner from its own address: two hosts behind one address, or "
        "one host with several, cannot be told apart by the server. Update the kernel, or "
        "set nfs4_unique_id for the module nfs where it has that parameter.");
}

static void fix_by_software(page *out, const nfs4_owner *owner)
{
    switch (owner->form.kind) {
    case OWNER_FORM_LINUX:
        fix_linux(out);
        break;
    case OWNER_FORM_LINUX_ADDRESS:
    case OWNER_FORM_LINUX_OLD:
        fix_old_linux(out);
        break;
    case OWNER_FORM_FREEBSD:
    case OWNER_FORM_FREEBSD_RANDOM:
        page_words(out, STEP,
                   "FreeBSD builds the owner from the host's UUID: give each host its own (sysctl "
                   "kern.hostuuid shows it), then unmount and mount again:");
        page_command(out, "service hostid reset");
        page_words(out, STEP, "In a jail, set host.hostuuid in jail.conf.");
        break;
    case OWNER_FORM_SOLARIS:
        page_words(out, STEP, "Give each host a node name of its own, then mount again.");
        break;
    case OWNER_FORM_MACOS:
        page_words(out, STEP,
                   "macOS builds the owner from the address of its first network interface: give "
                   "each (virtual) machine its own, then mount again.");
        break;
    case OWNER_FORM_LIBNFS:
        page_words(out, STEP,
                   "libnfs builds the owner from process number and time, which containers that "
                   "start together share: call nfs4_set_client_name() with a unique name, or use a "
                   "later libnfs.");
        break;
    default:
        page_words(out, STEP,
                   "The form of this owner does not tell which software it is, so the setting is "
                   "not known here: look in its documentation for the NFSv4 client identifier "
                   "(client owner, nfs_client_id4) and give each host its own.");
        break;
    }
}

void prose_fix(page *out, const nfs4_owner *owner)
{
    if (g_strcmp0(verdict_kind_name(owner), "cloned-instance") == 0) {
        page_words(out, STEP,
                   "The hosts are copies of one machine with its memory, and share a lease or a "
                   "session: files can be damaged. Unmount this server on all copies but one, by "
                   "force if need be, or reboot them.");
        page_words(out, STEP, "So that it does not happen again:");
    }
    fix_by_software(out, owner);
    page_words(out, STEP, "Nothing has to be changed on the server, and nothing there cures it.");
}

void prose_capture_next(page *out, const nfs4_owner *owner)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_endpoint_entry *endpoint = owner->server->endpoints;
    page_words_f(out, STEP,
                 "Capture on the server%s%s, with whole packets, for some minutes and at least one "
                 "lease time:",
                 endpoint != NULL ? " " : "",
                 endpoint != NULL ? wording_endpoint(scope, endpoint) : "");
    char *command = wmem_strdup_printf(scope, "tcpdump -i any -s 0 -w server.pcap 'port %u'",
                                       endpoint != NULL ? endpoint->port : 2049);
    page_command(out, command);
    page_words(out, STEP,
               "An instance that comes back after another took its place, or is refused while "
               "another holds the owner, is a second host; one that stays silent has restarted.");
    wmem_destroy_allocator(scope);
}
