/* prose_fix.c - what to do about a duplicate, for the system that its clients run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sources: Documentation/filesystems/nfs/client-identifier.rst of the Linux kernel and
 * fs/nfs/nfs4proc.c; sys/fs/nfsclient/nfs_clrpcops.c of FreeBSD; daemon/nfs41_client.c of
 * ms-nfs41-client.
 */
#include "compat.h"

#include "prose_fix.h"

#include "show/wording.h"

#include "model/know/owner.h"
#include "model/judge/verdict.h"

#define STEP "      - "

/* Hosts that start from the network have no name when they mount their root, and /etc comes too
 * late for it. */
static void fix_nameless_linux(page *out)
{
    page_words(out, STEP,
               "These hosts mount before they have a name. Give each a uniquifier of its own as a "
               "boot parameter, on its kernel command line:");
    page_command(out, "nfs.nfs4_unique_id=<unique per node, as its MAC address>");
    page_words(out, STEP,
               "A file in the image that they share, or in its initramfs, gives all of them the "
               "same one. Reboot each node after that.");
}

/* As some distributions and images write it. */
static void fix_copied_uniquifier(page *out)
{
    page_words(
        out, STEP,
        "The uniquifier of these hosts is the same: it was copied with the image. A new name "
        "for one host tells these two apart, and the next copy collides again. Find where "
        "the uniquifier is set:");
    page_command(out, "grep -r nfs4_unique_id /etc/modprobe.d /proc/cmdline /etc/nfs.conf*");
    page_words(out, STEP,
               "On each host that is there, replace it by one of its own and reboot; where nfs is "
               "in the initramfs, rebuild that first:");
    page_command(out, "echo \"options nfs nfs4_unique_id=$(uuidgen)\" > "
                      "/etc/modprobe.d/nfsclient.conf");
    page_words(out, STEP,
               "In the image, remove it, and have the first boot make it, before the first mount.");
}

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

static void fix_linux_by_form(page *out, const owner_form *form)
{
    if (owner_form_is_nameless(form))
        fix_nameless_linux(out);
    else if (form->uniquifier.len > 0)
        fix_copied_uniquifier(out);
    else
        fix_linux(out);
}

/* Kernels of 3.7 to 4.4, and RHEL 7. */
static void fix_linux_address(page *out)
{
    page_words(out, STEP,
               "With NFSv4.0 this kernel builds the owner from the client's own address, which "
               "hosts behind one address, and containers, have in common; nfs4_unique_id does not "
               "count there. Mount with vers=4.1 or later, and see that each host has a name or a "
               "uniquifier of its own:");
    page_command(out, "mount -o vers=4.1 <server>:<path> <directory>");
    page_words(out, STEP,
               "Or stay with 4.0: with -o migration the owner is made of the host's name and "
               "uniquifier, or give each host another address to call itself by:");
    page_command(out, "mount -o vers=4.0,clientaddr=<unique address> <server>:<path> <directory>");
}

static void fix_old_linux(page *out)
{
    page_words(
        out, STEP,
        "This kernel builds the owner from its own address: two hosts behind one address, or "
        "one host with several, cannot be told apart by the server. Update the kernel, or "
        "set nfs4_unique_id for the module nfs where it has that parameter.");
}

/* nfs41_client_owner: a digest of user, server and the adapters' addresses. */
static void fix_windows(page *out)
{
    page_words(out, STEP,
               "The client is ms-nfs41-client on Windows, by its implementation id. It builds the "
               "owner from the hardware addresses of the network adapters, which copies of a "
               "virtual machine can have in common: give the adapters of each machine addresses of "
               "their own, and reboot it. This shows them:");
    page_command(out, "Get-NetAdapter | Format-List Name, MacAddress");
}

/* Neither the owner's form nor its maker's domain is known here. */
static void fix_unknown(page *out, const nfs4_owner *owner)
{
    const nfs4_instance *instance = owner->first_instance;
    const char *software = owner_software(owner);
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    if (software == NULL && instance != NULL && instance->implementation.len > 0)
        software =
            wmem_strdup_printf(scope, "'%s'", wording_bytes(scope, instance->implementation));
    if (software != NULL)
        page_words_f(out, STEP,
                     "The client is %s, by its implementation id. Look in its documentation for "
                     "the NFSv4 client identifier (client owner, nfs_client_id4) and give each "
                     "host its own.",
                     software);
    else
        page_words(out, STEP,
                   "The form of this owner does not tell which software it is, so the setting is "
                   "not known here: look in its documentation for the NFSv4 client identifier "
                   "(client owner, nfs_client_id4) and give each host its own.");
    wmem_destroy_allocator(scope);
}

static void fix_by_maker(page *out, const nfs4_owner *owner)
{
    if (g_strcmp0(owner_software(owner), OWNER_SOFTWARE_WINDOWS) == 0)
        fix_windows(out);
    else
        fix_unknown(out, owner);
}

static void fix_by_software(page *out, const nfs4_owner *owner)
{
    switch (owner->form.kind) {
    case OWNER_FORM_LINUX:
        fix_linux_by_form(out, &owner->form);
        break;
    case OWNER_FORM_LINUX_ADDRESS:
        fix_linux_address(out);
        break;
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
        fix_by_maker(out, owner);
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
