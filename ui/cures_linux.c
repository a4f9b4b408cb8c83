/* cures_linux.c - the cures for clients of Linux
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Shell lines are POSIX, need root, use the kernel's own files rather than tools that may be
 * missing, and have at most 72 characters, or a window of text wraps them. captures/lab/cure plays
 * them.
 */
#include "compat.h"

#include "cure.h"

#define RELEASE_IDENTIFIER 5010 /* reads the identifier of a network namespace */

#define KERNEL_DOCUMENT "Documentation/filesystems/nfs/client-identifier.rst"

#define REMOUNT "then unmount all of this server on @it@ and mount again"

#define PARAMETER "/sys/module/nfs/parameters/nfs4_unique_id"
#define IDENTIFIER "/sys/fs/nfs/net/nfs_client/identifier"

/* Whoever writes the parameter leaves the newline out: it would become part of the owner. */
#define PARAMETER_NOW "printf %s \"$(cat /etc/nfs4_unique_id)\" \\\n  >" PARAMETER
#define PARAMETER_FOR_GOOD                                                                         \
    "echo \"options nfs nfs4_unique_id=$(cat /etc/nfs4_unique_id)\" \\\n"                          \
    "  >/etc/modprobe.d/nfs4_unique_id.conf"

/* ---- predicates ----------------------------------------------------------- */

static bool is_linux(const patient *facts)
{
    return facts->owner->form.kind == OWNER_FORM_LINUX;
}

/* Kernels of 3.7 to 4.4 at least, and RHEL 7, with 4.0. */
static bool is_by_address(const patient *facts)
{
    return facts->owner->form.kind == OWNER_FORM_LINUX_ADDRESS;
}

static bool is_old(const patient *facts)
{
    return facts->owner->form.kind == OWNER_FORM_LINUX_OLD;
}

static bool is_any_linux(const patient *facts)
{
    return is_linux(facts) || is_by_address(facts) || is_old(facts);
}

static bool is_nameless(const patient *facts)
{
    return is_linux(facts) && facts->is_nameless;
}

static bool has_a_name(const patient *facts)
{
    return is_linux(facts) && !facts->is_nameless;
}

static bool has_the_image_s_name(const patient *facts)
{
    return has_a_name(facts) && owner_form_is_weak(&facts->owner->form);
}

static bool has_a_copied_uniquifier(const patient *facts)
{
    return has_a_name(facts) && facts->has_uniquifier;
}

static bool has_a_name_alone(const patient *facts)
{
    return has_a_name(facts) && !facts->has_uniquifier;
}

static bool has_a_name_of_its_own(const patient *facts)
{
    return has_a_name_alone(facts) && !has_the_image_s_name(facts);
}

static bool may_be_containers(const patient *facts)
{
    return has_a_name(facts) && facts->is_one_address;
}

static bool has_identifiers(const patient *facts)
{
    return may_be_containers(facts) &&
           (facts->release == 0 || facts->release >= RELEASE_IDENTIFIER);
}

static bool has_an_old_name(const patient *facts)
{
    return is_old(facts) && facts->owner->form.host.len > 0;
}

static bool needs_an_address(const patient *facts)
{
    return is_by_address(facts) || is_old(facts);
}

static bool can_remount(const patient *facts)
{
    return is_any_linux(facts) && !facts->is_nameless;
}

static bool has_principals(const patient *facts)
{
    return is_any_linux(facts) && facts->is_kerberos && !facts->is_refused;
}

/* ---- the rows ------------------------------------------------------------- */

static const cure rows[] = {
    {.name = "kernel-command-line",
     .part = CURE_ONE_OF,
     .fits = is_nameless,
     .first = "give each host a uniquifier of its own on its kernel command line "
              "(nfs.nfs4_unique_id=ID), then reboot it",
     .steps = {{"These hosts mount before they have a name. Put on the kernel command line of each "
                "a uniquifier that no other has:",
                "nfs.nfs4_unique_id=ID"},
               {"A boot loader can fill in what is the node's own: iPXE knows it as ${uuid} or "
                "${net0/mac:hexhyp}. A file in the image that the nodes share, or in its "
                "initramfs, gives all of them the same one. Reboot each node, and look there:",
                "cat " PARAMETER}},
     .source = "Documentation/admin-guide/nfs/nfs-client.rst"},

    {.name = "host-name",
     .part = CURE_ONE_OF,
     .fits = has_a_name_of_its_own,
     .first = "rename @one@ (hostnamectl set-hostname NAME), " REMOUNT,
     .steps = {{"Give @one@ another name, that nobody else has:",
                "hostnamectl set-hostname NAME || \\\n"
                "  { echo NAME >/proc/sys/kernel/hostname && echo NAME >/etc/hostname; }\n"
                "uname -n"}},
     .source = KERNEL_DOCUMENT},

    {.name = "host-name",
     .part = CURE_ONE_OF,
     .fits = has_the_image_s_name,
     .first = "give each host a name of its own (hostnamectl set-hostname NAME), then unmount all "
              "of this server on it and mount again",
     .steps = {{"These hosts have the name that their image came with, and so has the next copy. "
                "Give each a name of its own:",
                "hostnamectl set-hostname NAME || \\\n"
                "  { echo NAME >/proc/sys/kernel/hostname && echo NAME >/etc/hostname; }\n"
                "uname -n"}},
     .source = KERNEL_DOCUMENT},

    {.name = "uniquifier",
     .part = CURE_ONE_OF,
     .fits = has_a_name_alone,
     .steps =
         {{"Keep the name, and give @one@ a uniquifier, made once and kept in a file. (Not in a "
           "container: those of one host share it, and nfs4dup-cures(7) has an entry for them.) "
           "The second line sets it now, the third for the next start (where nfs is in the "
           "initramfs, rebuild that of this host afterwards), the last shows it:",
           "[ -s /etc/nfs4_unique_id ] || \\\n  cat /proc/sys/kernel/random/uuid "
           ">/etc/nfs4_unique_id\n" PARAMETER_NOW "\n" PARAMETER_FOR_GOOD "\ncat " PARAMETER}},
     .source = "Documentation/admin-guide/nfs/nfs-client.rst"},

    {.name = "copied-uniquifier",
     .part = CURE_ONE_OF,
     .fits = has_a_copied_uniquifier,
     .first = "give @one@ another uniquifier, as theirs is the same, copied with the image "
              "(nfs4_unique_id), " REMOUNT,
     .steps =
         {{"The uniquifier of these hosts is the same: it was copied with an image. Find where "
           "it is set, and take it out there:",
           "grep -rs nfs4_unique_id /etc/modprobe.d /usr/lib/modprobe.d \\\n"
           "  /etc/udev/rules.d /etc/nfs.conf /etc/nfs.conf.d /proc/cmdline || \\\n"
           "  echo not set in any of these"},
          {"Then make one for @one@. The first line writes it anew, so run it once:",
           "cat /proc/sys/kernel/random/uuid >/etc/nfs4_unique_id\n" PARAMETER_NOW
           "\n[ ! -e " IDENTIFIER " ] || \\\n"
           "  cat /etc/nfs4_unique_id >" IDENTIFIER "\n" PARAMETER_FOR_GOOD "\ncat " PARAMETER}},
     .source = "fs/nfs/nfs4proc.c, nfs4_get_uniquifier"},

    {.name = "container",
     .part = CURE_ONE_OF,
     .fits = has_identifiers,
     .steps =
         {{"All of them come from one address. If they are containers with a network namespace "
           "each, give each an identifier, made once and kept on a volume of its own (here "
           "/data), at every start before its first mount (Linux 5.10 and later; the shell "
           "says if the file is not there):",
           "[ -s /data/nfs4_unique_id ] || \\\n  cat /proc/sys/kernel/random/uuid "
           ">/data/nfs4_unique_id\n"
           "cat /data/nfs4_unique_id >" IDENTIFIER "\n"
           "cat " IDENTIFIER}},
     .source = KERNEL_DOCUMENT},

    {.name = "container-name",
     .part = CURE_ONE_OF,
     .fits = may_be_containers,
     .steps = {{"Or give each container a name of its own: docker or podman run --hostname NAME, "
                "spec.hostname of a pod. The volumes of Kubernetes are mounted by its nodes, as a "
                "rule: there the nodes need the names.",
                NULL}},
     .source = "docker run, --hostname; Kubernetes, Pod.spec.hostname"},

    {.name = "nfs-version",
     .part = CURE_ONE_OF,
     .fits = is_by_address,
     .first = "mount with vers=4.1 or later, and a name or uniquifier of its own for each host; "
              "where it has to be 4.0, with clientaddr=ADDRESS, a different one on each, as this "
              "kernel builds the owner from that address",
     .steps = {{"With NFSv4.0 this kernel makes the owner of the client's own address, which hosts "
                "behind one address, and containers, have in common; nfs4_unique_id does not count "
                "there. Mount with vers=4.1 or later (in /etc/fstab, or where the mount is "
                "described); the owner is made of name and uniquifier then. These have to be each "
                "host's own, too:",
                "uname -n\n"
                "cat " PARAMETER}},
     .source = "fs/nfs/nfs4proc.c, nfs4_init_uniform_client_string"},

    {.name = "migration-option",
     .part = CURE_ONE_OF,
     .fits = is_by_address,
     .steps = {{"Or stay with 4.0 and mount with the option migration: the owner is made of name "
                "and uniquifier then, as with 4.1.",
                NULL}},
     .source = "nfs(5), migration"},

    {.name = "old-kernel",
     .part = CURE_ONE_OF,
     .fits = is_old,
     .first = "update the kernel, which makes the owner of an address and is older than 3.7; "
              "until then mount with clientaddr=ADDRESS, a different one on each host",
     .steps = {{"This kernel is older than 3.7 and makes the owner of its own address: two hosts "
                "behind one address have the same one, and one host with several mounts can "
                "collide with itself. Update it.",
                NULL}},
     .source = "Linux commit f092075dd33e"},

    {.name = "host-name",
     .part = CURE_ONE_OF,
     .fits = has_an_old_name,
     .steps = {{"Until then, as the name is part of the owner, give each host its own:",
                "hostnamectl set-hostname NAME || \\\n"
                "  { echo NAME >/proc/sys/kernel/hostname && echo NAME >/etc/hostname; }\n"
                "uname -n"}},
     .source = "fs/nfs/nfs4proc.c, nfs4_proc_exchange_id of Linux 3.6"},

    {.name = "client-address",
     .part = CURE_ONE_OF,
     .fits = needs_an_address,
     .steps = {{"Or give each host another address to call itself by, with the mount option "
                "clientaddr=ADDRESS. To an address at which it does not reach the client, a server "
                "grants no delegations; nothing else depends on it.",
                NULL}},
     .source = "nfs(5), clientaddr"},

    {.name = "remount",
     .part = CURE_THEN,
     .fits = can_remount,
     .steps =
         {{"The owner is kept until the last mount of this server is gone. Unmount all of them; "
           "see that the server is in no line with v4 any more; mount again what is in "
           "/etc/fstab. Where a mount is busy and cannot be freed, reboot instead:",
           "umount -a -t nfs4 -O addr=@server@\n"
           "cat /proc/fs/nfsfs/servers\n"
           "mount -a -t nfs,nfs4"}},
     .source = "fs/nfs/nfs4client.c, nfs4_init_client"},

    {.name = "image",
     .part = CURE_LATER,
     .fits = can_remount,
     .steps = {{"An image holds neither a name nor a uniquifier, nor does its initramfs: the first "
                "boot of each copy makes them.",
                NULL}},
     .source = KERNEL_DOCUMENT},

    {.name = "kerberos",
     .part = CURE_LATER,
     .fits = has_principals,
     .steps = {{"These hosts identify themselves with Kerberos. Give each a principal and a keytab "
                "of its own, too: a copied keytab lets them pass for one client. With different "
                "principals the server refuses the second one (NFS4ERR_CLID_INUSE) and the first "
                "keeps its state.",
                NULL}},
     .source = KERNEL_DOCUMENT},

};

cure_table cures_of_linux(void)
{
    return (cure_table){rows, G_N_ELEMENTS(rows)};
}
