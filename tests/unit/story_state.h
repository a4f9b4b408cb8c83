/* story_state.h - what hosts of a story hold: opens, locks and delegations
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Verbs with stateids, for 4.0 as for 4.1 and later, and what chains are asked about.
 * A stateid begins with the clientid, as knfsd builds it; that names its lease in 4.0.
 */
#ifndef NFS4SESS_STORY_STATE_H
#define NFS4SESS_STORY_STATE_H

#include "model/watch/chain.h"
#include "model/watch/cost.h"
#include "story_verbs.h"
#include "model/judge/causes.h"

/* A file, and the stateids that its holder was given last. */
typedef struct {
    uint32_t name; /* stands for its filehandle */
    nfs4_stateid open, lock, delegation;
} story_file;

/* One of the hosts that are all named web01. */
story_host *new_twin(story *world, uint8_t number, uint32_t minor);
nfs4_stateid new_stateid(const story_host *host);

/* SEQUENCE where there are sessions, and PUTFH. */
nfs4_message begins_work(story_host *host, const story_file *file);

/* Sends the call. Where the server knows its lease, its last operation gets `status`,
 * and `result` is what it has to say, NULL for nothing. Returns what the client gets. */
uint32_t ends_work(story_host *host, nfs4_message *call, uint32_t status, const nfs4_event *result);

/* LOOKUP and GETFH: the server tells the file's handle. */
uint32_t looks_up(story_host *host, const story_file *file, const char *name);

/* ---- opens ---------------------------------------------------------------- */

uint32_t sends_open(story_host *host, story_file *file, uint32_t claim, uint32_t delegation,
                    uint32_t status);
uint32_t opens(story_host *host, story_file *file);
uint32_t opens_with_delegation(story_host *host, story_file *file);
uint32_t reclaims(story_host *host, story_file *file, uint32_t status);
uint32_t reopens(story_host *host, story_file *file);

/* 4.0: an open-owner that the server did not know is confirmed. */
uint32_t confirms_open(story_host *host, const story_file *file);
uint32_t closes(story_host *host, const story_file *file);

/* ---- locks ---------------------------------------------------------------- */

/* All locks of a file have one stateid, as long as they are under one lease. */
uint32_t sends_lock(story_host *host, story_file *file, bool reclaim, uint32_t status);
uint32_t locks(story_host *host, story_file *file);
uint32_t unlocks(story_host *host, const story_file *file, uint64_t offset, uint64_t length);

/* ---- the rest ------------------------------------------------------------- */

uint32_t returns_delegation(story_host *host, const story_file *file, uint32_t status);
uint32_t frees_stateid(story_host *host, const nfs4_stateid *stateid, uint32_t status);
uint32_t tests_stateids(story_host *host, uint32_t count, uint32_t bad);

/* READ, WRITE, LAYOUTGET and whatever else names the open file. */
uint32_t uses(story_host *host, const story_file *file, uint32_t opcode, uint32_t status);

/* ---- chains --------------------------------------------------------------- */

const nfs4_chain *chain_of(const story *world, uint32_t number);
const nfs4_step *step_of(const nfs4_chain *chain, guint index);

/* The steps' names, each followed by a space. */
char *told(const nfs4_chain *chain);

#define assert_told(chain, expected)                                                               \
    do {                                                                                           \
        g_autofree char *steps = told(chain);                                                      \
        g_assert_cmpstr(steps, ==, expected);                                                      \
    } while (0)

#define assert_chains(world, expected) g_assert_cmpuint((world)->model->chains.count, ==, expected)

#define assert_ending(number, expected)                                                            \
    g_assert_cmpint(chain_ending(chain_of(world, number)), ==, expected)

void assert_seconds(const nstime_t *time, double seconds);

/* How long a client was held up for which the chain is the last one, zero where nobody knows; the
 * sum of an owner, and the longest. Each is there until the next question. */
const nstime_t *whole_outage(const nfs4_chain *chain);
const nstime_t *outage_of(const nfs4_owner *owner);
const nstime_t *longest_outage(const nfs4_owner *owner);

#define assert_cause_is(chain, expected)                                                           \
    do {                                                                                           \
        nfs4_verdict found;                                                                        \
        model_settle(world->model);                                                                \
        g_assert_cmpstr(cause_name(cause_of_chain(chain, &found)), ==, cause_name(expected));      \
    } while (0)

/* It is known what was lost, and it is this. */
void assert_lost(const nfs4_chain *chain, uint32_t lost_opens, uint32_t lost_locks,
                 uint32_t lost_delegations);
void assert_loss_unknown(const nfs4_chain *chain);

/* The way back of Linux as far as its new lease; what it reclaims comes next. */
void gets_new_lease(story_host *host);

/* Another host of the same name takes the lease, and the holder is refused. */
void is_thrown_out(story_host *host, story_host *by);

#endif
