/* owner.h - client owners at a server and their instances
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_OWNER_H
#define NFS4SESS_OWNER_H

#include "types.h"

typedef struct {
    nfs4_store *store;
    nfs4_owner *first, *last; /* by number */
    wmem_map_t *by_bytes;     /* nfs4_bytes -> the nfs4_owner seen last, at whatever server */
    uint32_t count;
} nfs4_owners;

/* Prepares an empty room in `store`, which must outlive it. */
void owner_init(nfs4_owners *owners, nfs4_store *store);

/* Frees what the owners keep outside the room's allocator. */
void owner_cleanup(nfs4_owners *owners);

/* The owner of these bytes at a server, or NULL. */
nfs4_owner *owner_find(const nfs4_server *server, nfs4_bytes bytes);

/* The same; where it is not there it is created with the next number, `order`
 * empty, first seen in `frame` with this minor version. */
nfs4_owner *owner_get(nfs4_owners *owners, nfs4_server *server, nfs4_bytes bytes,
                      uint32_t minorversion, uint32_t frame);

/* The owner of these bytes that was seen last, at whatever server, or NULL; its namesakes are
 * those at other servers. */
nfs4_owner *owner_first_of(const nfs4_owners *owners, nfs4_bytes bytes);

/* The owner is another one's now: nobody finds it any more. Its server's map still has it. */
void owner_remove(nfs4_owners *owners, nfs4_owner *owner);

/* The owner that has by now what this one had: mostly itself. NULL for NULL. */
nfs4_owner *owner_now(const nfs4_owner *owner);

/* A new owner whose bytes the capture cut off. owner_find never gives it. */
nfs4_owner *owner_new_cut(nfs4_owners *owners, nfs4_server *server, uint32_t frame);

/* A new instance of it, without a verifier. */
nfs4_instance *owner_add_nameless_instance(nfs4_owners *owners, nfs4_owner *owner, uint32_t frame);

/* The instance of an owner that has this verifier, or NULL; NULL also for the
 * purge verifier, which is nobody's (owner_form.h). */
nfs4_instance *owner_find_instance(const nfs4_owner *owner, uint64_t verifier);

/* The same; where it is not there it is created with the next number. Returns NULL
 * only for the purge verifier. `now` and `frame` are those of the identification. */
nfs4_instance *owner_get_instance(nfs4_owners *owners, nfs4_owner *owner, uint64_t verifier,
                                  const nstime_t *now, uint32_t frame);

/* The instance spoke from this address, or called itself by this name. Each is
 * kept once, at most NFS4_MARKS_KEPT of either. `link` is the hardware address that the
 * address had, of type AT_NONE for none; the first one of each address is kept. */
void owner_add_address(nfs4_owners *owners, nfs4_instance *instance, const address *addr,
                       const address *link);

/* It used a lease of its own from an address that is kept; the first time counts. */
void owner_note_used(nfs4_instance *instance, const address *addr, const nfs4_moment *used);

/* The same, where it identified itself. */
void owner_note_presented(nfs4_instance *instance, const address *addr,
                          const nfs4_moment *presented, const nfs4_endpoint_entry *at);
void owner_add_name(nfs4_owners *owners, nfs4_instance *instance, nfs4_bytes name);

/* true if it did, or may have: of more than NFS4_MARKS_KEPT addresses not all are known */
bool owner_has_address(const nfs4_instance *instance, const address *addr);

/* What its implementation id says, which counts once. */
void owner_add_software(nfs4_owners *owners, nfs4_instance *instance, nfs4_bytes domain,
                        nfs4_bytes name);

/* The name that people give to the client software, by the form of the owner or, where that
 * does not tell, by the domain of the implementation id; NULL for unknown. Static string. */
const char *owner_software(const nfs4_owner *owner);

#define OWNER_SOFTWARE_WINDOWS "Windows (ms-nfs41-client)"

#endif
