/* wording.h - every sentence that people read, written once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Findings are data; here they become text for tree, expert items, report and JSON.
 * All strings are UTF-8, free of control characters, and live in `scope`.
 */
#ifndef NFS4SESS_WORDING_H
#define NFS4SESS_WORDING_H

#include "model/model.h"
#include "model/judge/causes.h"

/* Bytes of the wire as printable ASCII: a backslash becomes \\, every other byte
 * outside 0x20 to 0x7e becomes \xNN. */
char *wording_bytes(wmem_allocator_t *scope, nfs4_bytes bytes);

/* The bytes of an owner, the same way; says so where the capture cut them off. */
char *wording_owner(wmem_allocator_t *scope, const nfs4_owner *owner);

/* "10.0.0.1:2049", "[fe80::1]:2049" */
char *wording_endpoint(wmem_allocator_t *scope, const nfs4_endpoint_entry *endpoint);
char *wording_address(wmem_allocator_t *scope, const address *addr);

/* The addresses of an instance, ", " between them; ", and more" stands for those that
 * were not kept. */
char *wording_instance_hosts(wmem_allocator_t *scope, const nfs4_instance *instance);

/* The addresses of all instances of an owner, each once; those of hosts beyond
 * `limit` are summed up. */
char *wording_owner_hosts(wmem_allocator_t *scope, const nfs4_owner *owner, uint32_t limit);

/* A point in time, ISO 8601 in UTC with nanoseconds. */
char *wording_time(wmem_allocator_t *scope, const nstime_t *when);

/* The same in milliseconds, to compare with logs. */
char *wording_clock(wmem_allocator_t *scope, const nstime_t *when);

/* Of a point in time as near as this one to `base`: "10:48:50.614", with the day in front
 * where that is another one. */
char *wording_hour(wmem_allocator_t *scope, const nstime_t *when, const nstime_t *base);

/* The same of what is counted in whole seconds: "10:48:50". */
char *wording_second(wmem_allocator_t *scope, const nstime_t *when, const nstime_t *base);

/* "NFS4ERR_BADSESSION"; the number where it has no name here. */
char *wording_status(wmem_allocator_t *scope, uint32_t status);

/* interface: nfs4sess.chain.step. Static. */
const char *wording_step(nfs4_step_kind kind);

/* What a client held and did not get back, as "1 open, 2 locks"; NULL where the capture
 * shows no such loss. */
char *wording_lost(wmem_allocator_t *scope, const nfs4_chain *chain);

/* "works again after 0.111 s", "recovered after 0.033 s, then idle for 6.1 s", or "works again" where
 * the time is not known; the chain has resumed */
char *wording_resumed(wmem_allocator_t *scope, const nfs4_chain *chain);

/* How a chain ended: resumed, idle (nothing was asked for since), refused-again,
 * unmounted, stuck (recovery is not even tried), unfinished. Static. */
const char *wording_ending(const nfs4_chain *chain);

/* The hosts to which a chain's lease was lost (cause_culprit); NULL for none known. */
char *wording_culprit(wmem_allocator_t *scope, const nfs4_chain *chain);

/* "instance 2 (10.0.0.12)" */
char *wording_instance(wmem_allocator_t *scope, const nfs4_instance *instance);

/* What tells the hosts of an owner apart where room is short. */
typedef enum {
    NAMES_INSTANCE,  /* "instance 2": several have one address */
    NAMES_ADDRESS,   /* "10.0.0.12" */
    NAMES_LAST_BYTE, /* ".12": the IPv4 addresses differ in nothing else */
} wording_names;

/* An address of the instance that no other instance of its owner has; NULL for none. */
const address *wording_own_address(const nfs4_instance *instance);

wording_names wording_names_of(const nfs4_owner *owner);
char *wording_name(wmem_allocator_t *scope, wording_names names, const nfs4_instance *instance);

/* The identifications of an instance that were refused: "12 times in 55 s with
 * NFS4ERR_CLID_INUSE"; NULL for none. */
char *wording_refused(wmem_allocator_t *scope, const nfs4_instance *instance);

/* What that means, and who can tell more; NULL where the status says no more than its name. */
const char *wording_refused_why(const nfs4_instance *instance);

/* When a lease was confirmed: "in frame 44". */
char *wording_confirm(wmem_allocator_t *scope, const nfs4_lease *lease);

/* One case of a kind of evidence, as one sentence; see nfs4_case for the lease. */
char *wording_case(wmem_allocator_t *scope, nfs4_evidence_kind kind, const nfs4_lease *lease);

/* When that was, by the capture's clock; zero where nothing tells. */
nstime_t wording_case_time(nfs4_evidence_kind kind, const nfs4_lease *lease);

/* One piece of evidence: how often, and the first case of it with its frames. NULL
 * where the owner has none of this kind. */
char *wording_evidence(wmem_allocator_t *scope, const nfs4_owner *owner, nfs4_evidence_kind kind);

/* One frame of a case, and what it shows. A time of zero is not known. */
typedef struct {
    uint32_t frame;
    nstime_t when;
    const char *text;
} wording_line;

#define WORDING_LINES_MAX 3

/* The same case as one line for each frame that shows it, ascending. Returns how many. */
uint32_t wording_proof(wmem_allocator_t *scope, nfs4_evidence_kind kind, const nfs4_lease *lease,
                       wording_line lines[WORDING_LINES_MAX]);

/* The confirms with which an instance took its first leases, likewise. */
uint32_t wording_confirms(wmem_allocator_t *scope, const nfs4_instance *instance,
                          wording_line lines[WORDING_LINES_MAX]);

/* The address from which an instance identified itself first; NULL where none was seen. */
const address *wording_presenter(const nfs4_instance *instance);

/* What an instance presented from each of its addresses, or what it did there else, behind `count`
 * lines that are there. Returns how many there are then. */
uint32_t wording_presented(wmem_allocator_t *scope, const nfs4_instance *instance, uint32_t count,
                           wording_line lines[WORDING_LINES_MAX]);

#define WORDING_CASES_MAX 8
#define WORDING_FRAMES_MAX (3 * WORDING_CASES_MAX)

/* The frames of that evidence, ascending, each once. Returns how many. */
uint32_t wording_evidence_frames(const nfs4_owner *owner, nfs4_evidence_kind kind,
                                 uint32_t frames[WORDING_FRAMES_MAX]);

/* Why the holder of a chain's lease was refused, as one sentence. */
char *wording_chain(wmem_allocator_t *scope, const nfs4_chain *chain);

/* Why an owner collides by itself (owner_form_is_weak). */
char *wording_weak_owner(wmem_allocator_t *scope, const nfs4_owner *owner);

/* What a hint says: the two hosts, and what happens when they meet. */
char *wording_hint(wmem_allocator_t *scope, const nfs4_hint *hint);

#endif
