/* cures_others.c - the cures for clients other than Linux, and what holds for all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "cure.h"

#include <string.h>

#include "model/know/owner.h"

/* ---- predicates ----------------------------------------------------------- */

static bool is_freebsd(const patient *facts)
{
    return owner_form_is_freebsd(facts->owner->form.kind);
}

static bool is_solaris(const patient *facts)
{
    return facts->owner->form.kind == OWNER_FORM_SOLARIS;
}

static bool is_macos(const patient *facts)
{
    return facts->owner->form.kind == OWNER_FORM_MACOS;
}

static bool is_libnfs(const patient *facts)
{
    return facts->owner->form.kind == OWNER_FORM_LIBNFS;
}

static bool is_ganesha_proxy(const patient *facts)
{
    return facts->owner->form.kind == OWNER_FORM_GANESHA_PROXY;
}

static bool is_nfs4j(const patient *facts)
{
    return facts->owner->form.kind == OWNER_FORM_NFS4J;
}

static bool is_pynfs(const patient *facts)
{
    return facts->owner->form.kind == OWNER_FORM_PYNFS;
}

static bool is_unknown_form(const patient *facts)
{
    return facts->owner->form.kind == OWNER_FORM_UNKNOWN;
}

static bool is_windows(const patient *facts)
{
    return is_unknown_form(facts) && g_strcmp0(facts->software, OWNER_SOFTWARE_WINDOWS) == 0;
}

static bool is_cut(const patient *facts)
{
    return facts->owner->is_cut;
}

static bool is_unknown(const patient *facts)
{
    return is_unknown_form(facts) && !is_windows(facts) && !is_cut(facts) && facts->maker == NULL;
}

static bool is_known_by_its_maker(const patient *facts)
{
    return is_unknown_form(facts) && !is_windows(facts) && !is_cut(facts) && facts->maker != NULL;
}

static bool is_copy(const patient *facts)
{
    return facts->is_copy;
}

static bool may_be_one(const patient *facts)
{
    return facts->may_be_one;
}

static bool is_refused(const patient *facts)
{
    return facts->is_refused;
}

static bool always(const patient *facts)
{
    (void)facts;
    return true;
}

static bool is_linux_server(const patient *facts)
{
    nfs4_layout layout = facts->owner->server->layout;
    return layout == LAYOUT_KNFSD_LE || layout == LAYOUT_KNFSD_BE;
}

static bool is_made_by(nfs4_bytes domain, const char *maker)
{
    return domain.len == strlen(maker) &&
           g_ascii_strncasecmp((const char *)domain.data, maker, domain.len) == 0;
}

static bool is_ontap(const patient *facts)
{
    return is_made_by(facts->owner->server->domain, "netapp.com");
}

/* ---- other clients -------------------------------------------------------- */

#define OF_ITS_OWN                                                                                 \
    "give each host a client owner of its own (NFSv4 client identifier in the client's "           \
    "documentation), then mount again"

static const cure others[] = {
    {.name = "freebsd-uuid",
     .part = CURE_ONE_OF,
     .fits = is_freebsd,
     .first = "give @one@ another host UUID (/etc/hostid; in a jail host.hostuuid), then unmount "
              "all of this server on @it@ and mount again",
     .steps = {{"FreeBSD makes the owner of the host's UUID, in /etc/hostid. Write a new one on "
                "@one@; the last line shows it. (service hostid reset is no cure where the machine "
                "was copied: it takes the UUID of SMBIOS first, which the copy may have, too.)",
                "uuidgen >/etc/hostid\n"
                "service hostid start\n"
                "sysctl -n kern.hostuuid"},
               {"Then unmount all of this server there, and mount again what is in /etc/fstab:",
                "umount -h @server@\n"
                "mount -a -t nfs"},
               {"In a jail that mounts by itself, set host.hostuuid in jail.conf instead, another "
                "one for each.",
                NULL}},
     .source = "sys/fs/nfsclient/nfs_clport.c, nfscl_fillclid; libexec/rc/rc.d/hostid"},

    {.name = "solaris-name",
     .part = CURE_ONE_OF,
     .fits = is_solaris,
     .first = "give each host a node name of its own, then mount again",
     .steps = {{"The owner is made of the node name. Give each host its own: on illumos in "
                "/etc/nodename, on Solaris 11 as config/nodename of svc:/system/identity:node. "
                "Then unmount all of this server and mount again. This shows it:",
                "uname -n"}},
     .source = "usr/src/uts/common/fs/nfs/nfs4_vfsops.c, new_nfs4_server"},

    {.name = "macos-address",
     .part = CURE_ONE_OF,
     .fits = is_macos,
     .first = "give each machine's first network interface an address of its own, then mount "
              "again",
     .steps =
         {{"macOS makes one owner for each mount, of the hardware address of en0, the server's "
           "address, what is mounted and where: give en0 of each (virtual) machine an address "
           "of its own, or mount in different folders. Then mount again. This shows it:",
           "ifconfig en0 ether"}},
     .source = "kext/nfs4_subs.c, nfs4_init_clientid"},

    {.name = "windows-address",
     .part = CURE_ONE_OF,
     .fits = is_windows,
     .first = "give the network adapters of each Windows machine hardware addresses of their own"
              "@adapters@, then reboot it",
     .steps =
         {{"The client is ms-nfs41-client on Windows, by its implementation id. It makes the "
           "owner of the hardware addresses of the network adapters, which copies of a virtual "
           "machine can have in common: give the adapters of each machine addresses of their "
           "own, and reboot it. In PowerShell, this shows them:",
           "Get-NetAdapter | Format-List Name, MacAddress"}},
     .source = "daemon/nfs41_client.c, nfs41_client_owner"},

    {.name = "libnfs-name",
     .part = CURE_ONE_OF,
     .fits = is_libnfs,
     .first = "call nfs4_set_client_name() with a unique name in each program, or use a later "
              "libnfs",
     .steps = {{"libnfs makes the owner of process number and second, which containers that start "
                "together have in common. In the program, call nfs4_set_client_name() with a name "
                "that no other process has, before it mounts; or use a libnfs whose own name is "
                "unique (sahlberg/libnfs#599). Then start the program anew.",
                NULL}},
     .source = "lib/libnfs.c, nfs_init_context; sahlberg/libnfs#599"},

    {.name = "ganesha-proxy",
     .part = CURE_ONE_OF,
     .fits = is_ganesha_proxy,
     .first = "give each Ganesha that passes this server on an address or an Export_Id of its own, "
              "then start it anew",
     .steps = {{"Ganesha, passing on another server's files (PROXY_V4), makes the owner of its own "
                "address, its process number and its Export_Id. Containers have the number 1, and "
                "may have the same inner address: give each another address, or the export another "
                "Export_Id, and start it anew.",
                NULL}},
     .source = "FSAL_PROXY_V4/handle.c"},

    {.name = "nfs4j-name",
     .part = CURE_ONE_OF,
     .fits = is_nfs4j,
     .first = "run each nfs4j client on a host, or in a container, with a name of its own",
     .steps = {{"The client of nfs4j makes the owner of user, process number and host name: give "
                "each host or container a name of its own, and start the program anew.",
                NULL}},
     .source = "org.dcache.nfs.v4.client.Main"},

    {.name = "pynfs",
     .part = CURE_ONE_OF,
     .fits = is_pynfs,
     .first = "nothing, unless two runs of pynfs were not meant to meet: then run them one after "
              "the other",
     .steps = {{"The owner is that of a test of pynfs, which plays two clients on purpose. If two "
                "runs met, run them one after the other.",
                NULL}},
     .source = "nfs4.1/server41tests/environment.py"},

    {.name = "unknown-software",
     .part = CURE_ONE_OF,
     .fits = is_known_by_its_maker,
     .first = OF_ITS_OWN,
     .steps =
         {{"The client is @maker@, by its implementation id. Look in its documentation for the "
           "NFSv4 client identifier (client owner, nfs_client_id4) and give each host its own. "
           "If there is no such setting, what hosts do not have in common is mostly their "
           "name, their hardware addresses and the UUID of the machine.",
           NULL}},
     .source = "RFC 8881 section 2.4"},

    {.name = "unknown-software",
     .part = CURE_ONE_OF,
     .fits = is_cut,
     .first = "a capture of whole packets (tcpdump -s 0) shows the client owner, and so what "
              "cures it",
     .steps = {{"The capture cut off the client owner, and with it what tells which software the "
                "clients run. Capture whole packets (tcpdump -s 0): the report on these names the "
                "cure. On Linux, it is mostly the host names that are the same.",
                NULL}},
     .source = "RFC 8881 section 2.4"},

    {.name = "unknown-software",
     .part = CURE_ONE_OF,
     .fits = is_unknown,
     .first = OF_ITS_OWN,
     .steps = {{"The form of this owner does not tell which software it is, so the setting is not "
                "known here. Look in its documentation for the NFSv4 client identifier (client "
                "owner, nfs_client_id4) and give each host its own. If there is no such setting, "
                "what hosts do not have in common is mostly their name, their hardware addresses "
                "and the UUID of the machine.",
                NULL}},
     .source = "RFC 8881 section 2.4"},
};

cure_table cures_of_others(void)
{
    return (cure_table){others, G_N_ELEMENTS(others)};
}

/* ---- all clients ---------------------------------------------------------- */

static const cure all[] = {
    {.name = "copies",
     .part = CURE_FIRST,
     .fits = is_copy,
     .first = "unmount this server on all copies but one, by force if need be, or reboot them",
     .steps =
         {{"The hosts are copies of one machine with its memory, and share a lease or a "
           "session: files can be damaged. Unmount this server on all copies but one, by force "
           "if need be, or reboot them.",
           NULL}},
     .source = "RFC 8881 section 2.10.6"},

    {.name = "one-host",
     .part = CURE_FIRST,
     .fits = may_be_one,
     .steps =
         {{"Make sure that there are two hosts: the verdict is probable, not proven. If it is one "
           "after all (the row Or says how that can be), none of this cures it, and nothing has to "
           "be changed: unmount all of this server and mount again, or restart it.",
           NULL}},
     .source = "nfs4dup-verdicts(7)"},

    {.name = "compare",
     .part = CURE_CHECK,
     .fits = always,
     .steps = {{"Capture once more in the same place, beginning after the unmount or restart and "
                "before the next mount. With this capture as BEFORE and the new one as AFTER, this "
                "says whether the client owners are apart now, and the old one gone:",
                "nfs4dup --after BEFORE AFTER"}},
     .source = "nfs4dup(1)"},

    {.name = "refused",
     .part = CURE_LATER,
     .fits = is_refused,
     .steps =
         {{"The server refuses the second one instead of dropping what the first holds: it "
           "knows them by different credentials or, as some servers do, by their addresses. If "
           "both are one host, whose keytab or address is new, or which got Kerberos only now, "
           "nothing has to be changed: it gets in once its own old lease has ended.",
           NULL}},
     .source = "RFC 8881 section 18.35.4"},

    {.name = "linux-server",
     .part = CURE_CHECK,
     .fits = is_linux_server,
     .steps = {{"Or ask the server, which runs Linux, as its clientids show: each client has its "
                "own name "
                "there (kernels from 5.3 on):",
                "grep -e '^name' -e '^address' /proc/fs/nfsd/clients/*/info"}},
     .source = "fs/nfsd/nfs4state.c, client_info_show"},

    {.name = "ontap-server",
     .part = CURE_CHECK,
     .fits = is_ontap,
     .steps =
         {{"ONTAP says so itself: the EMS message Nblade.NewClientIdMismatch, which names both "
           "addresses, must not come again:",
           "event log show -message-name Nblade.NewClientIdMismatch"}},
     .source = "EMS reference, nblade.newClientIdMismatch"},
};

cure_table cures_of_all(void)
{
    return (cure_table){all, G_N_ELEMENTS(all)};
}
