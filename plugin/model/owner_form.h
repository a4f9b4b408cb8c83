/* owner_form.h - what an owner string or a verifier tells by its form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure functions over bytes. They know the clients of the field (Linux, FreeBSD,
 * libnfs, ...) and nothing of leases or verdicts.
 */
#ifndef NFS4SESS_OWNER_FORM_H
#define NFS4SESS_OWNER_FORM_H

#include "event.h"

typedef enum {
    OWNER_FORM_UNKNOWN,
    OWNER_FORM_LINUX,         /* "Linux NFSv4.<minor> ...": host and perhaps uniquifier */
    OWNER_FORM_LINUX_ADDRESS, /* "Linux NFSv4.0 <client>/<server> tcp": kernels of 3.7 to 4.4 */
    OWNER_FORM_LINUX_OLD,     /* "<client>/<host>/<flavor>" and the like: kernels up to 3.6 */
    OWNER_FORM_FREEBSD,       /* 8 bytes of file system id, then 36 of host UUID */
    OWNER_FORM_LIBNFS,        /* "Libnfs pid:<pid> <time>" */
    OWNER_FORM_GANESHA_PROXY, /* "<ip>(<pid>, <export>) - GANESHA NFSv4 Proxy" */
    OWNER_FORM_NFS4J          /* "org.dcache.nfs.v4.client.Main: <user>-<pid>@<host>" */
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

/* true if this is the verifier with which Linux discards its own old state
 * (fs/nfs/nfs4proc.c, nfs4_init_boot_verifier): a wildcard, not an instance. */
bool owner_form_is_purge_verifier(owner_form_kind kind, uint64_t verifier);

/* The part of a verifier that stays the same during one life of the client.
 * FreeBSD counts the low half up at every recovery (nfsrpc_setclient); everybody
 * else keeps all 64 bits. */
uint64_t owner_form_instance_key(owner_form_kind kind, uint64_t verifier);

/* Decodes the moment at which the instance began, where the form is known to put
 * a clock into its verifier and the result is plausible: from 2005 to a day after
 * `now`. Returns false where it tells nothing. */
bool owner_form_start(owner_form_kind kind, uint64_t verifier, const nstime_t *now,
                      nstime_t *start);

#endif
