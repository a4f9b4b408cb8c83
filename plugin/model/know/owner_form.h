/* owner_form.h - what an owner string or a verifier tells by its form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure functions over bytes. They know the clients of the field (Linux, FreeBSD,
 * macOS, ...) and nothing of leases or verdicts.
 *
 * A form is recognised where its bytes can hardly be anybody else's: a wrong name
 * is worse than none. So these stay unknown, and their verifiers compare raw:
 *   ms-nfs41-client (daemon/nfs41_client.c nfs41_client_owner): an MD5 of 16 bytes.
 *     Nothing but the length marks it. Its verifier counts milliseconds since the
 *     machine started, which is no time of day.
 *   nodename, NUL, socket address: no public source makes it, and any program could.
 *   "client1_pid<pid>" of pynfs for 4.0, and names that callers choose.
 */
#ifndef NFS4SESS_OWNER_FORM_H
#define NFS4SESS_OWNER_FORM_H

#include "wire/event.h"

typedef enum {
    OWNER_FORM_UNKNOWN,
    /* "Linux NFSv4.<minor> ...": host and perhaps uniquifier (fs/nfs/nfs4proc.c
     * nfs4_init_uniform_client_string, nfs4_init_nonuniform_client_string) */
    OWNER_FORM_LINUX,
    /* "Linux NFSv4.0 <client>/<server> tcp": kernels of 3.7 to 4.4 (the same
     * functions then); the host is the client's address */
    OWNER_FORM_LINUX_ADDRESS,
    /* "<client>/<host>/<flavor>" and "<client>/<server> tcp <flavor> <n>": kernels up
     * to 3.6 (fs/nfs/nfs4proc.c nfs4_proc_exchange_id, nfs4_proc_setclientid) */
    OWNER_FORM_LINUX_OLD,
    /* 8 bytes, then 36 of host UUID (sys/fs/nfsclient/nfs_clport.c nfscl_fillclid).
     * The 8 are the boot second plus the number of the mount (nfs_clvfsops.c mountnfs) */
    OWNER_FORM_FREEBSD,
    /* the same 8 bytes, then 16 random ones: a FreeBSD without host UUID */
    OWNER_FORM_FREEBSD_RANDOM,
    /* "Libnfs pid:<pid> <time>" (lib/libnfs.c nfs_init_context). The time belongs to
     * the owner and so to all its instances: it tells none from another */
    OWNER_FORM_LIBNFS,
    /* "<ip>(<pid>, <export>) - GANESHA NFSv4 Proxy" (FSAL_PROXY_V4/handle.c) */
    OWNER_FORM_GANESHA_PROXY,
    /* "org.dcache.nfs.v4.client.Main: <user>-<pid>@<host>" (the class of that name) */
    OWNER_FORM_NFS4J,
    /* u32, hardware address of en0, socket address of the server, what is mounted, NUL,
     * where, NUL (kext/nfs4_subs.c nfs4_init_clientid). It names no host */
    OWNER_FORM_MACOS,
    /* "Solaris: <nodename>, NFSv4 kernel client[ +referrals]", NUL, socket address of
     * the server (usr/src/uts/common/fs/nfs/nfs4_vfsops.c new_nfs4_server) */
    OWNER_FORM_SOLARIS,
    /* "<code of the test>_<time of the run>" (nfs4.1/server41tests/environment.py
     * testname): a test program, which plays several clients */
    OWNER_FORM_PYNFS
} owner_form_kind;

/* What an owner's bytes say. host and uniquifier point into the owner; len 0
 * where the form has none. */
typedef struct {
    owner_form_kind kind;
    nfs4_bytes host;
    nfs4_bytes uniquifier;
} owner_form;

/* Recognises the form of a client owner (co_ownerid or nfs_client_id4.id). */
owner_form owner_form_parse(nfs4_bytes owner);

/* The name that people give to the client software: "Linux", "FreeBSD", ...;
 * NULL for OWNER_FORM_UNKNOWN. Static string. */
const char *owner_form_software(owner_form_kind kind);

/* true if the host part is a name that images ship with ("localhost", "ubuntu",
 * ...) and no uniquifier stands beside it: such owners collide by themselves. */
bool owner_form_is_weak(const owner_form *form);

/* true if the host part is what a kernel calls itself before anybody gave it a name, as at a
 * mount of the root file system over NFS. */
bool owner_form_is_nameless(const owner_form *form);

/* What names are compared with: a name that images ship with, "localhost" and the like; text
 * that can only be an address of IPv4 or IPv6, valid or not, a zone behind it included; a UUID. */
bool owner_form_is_shipped(nfs4_bytes name);
bool owner_form_is_address(nfs4_bytes text);
bool owner_form_is_uuid(nfs4_bytes text);

/* true for the forms of Linux, old and new */
static inline bool owner_form_is_linux(owner_form_kind kind)
{
    return kind == OWNER_FORM_LINUX || kind == OWNER_FORM_LINUX_ADDRESS ||
           kind == OWNER_FORM_LINUX_OLD;
}

/* true for both forms of FreeBSD's client */
static inline bool owner_form_is_freebsd(owner_form_kind kind)
{
    return kind == OWNER_FORM_FREEBSD || kind == OWNER_FORM_FREEBSD_RANDOM;
}

#endif
