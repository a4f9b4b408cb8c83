/* judge.h - keeps the order of an owner's leases, and the judgement, up to date
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The work per event does not grow with the capture: a lease is compared with its
 * neighbours only, and the owner's verdict follows from counters.
 */
#ifndef NFS4SESS_JUDGE_H
#define NFS4SESS_JUDGE_H

#include "types.h"

/* Enters a confirmed lease whose instance is known into its owner's order and
 * judges the changes around it. */
void judge_enter(nfs4_lease *lease);

/* Something that a judgement rests on has changed at this lease: judges the changes
 * from its predecessor and to its successor again. Nothing happens to a lease that
 * is not in order yet. */
void judge_review(nfs4_lease *lease);

/* The lease, or the number of its session, is new: it may be what ended one of those
 * around it. */
void judge_nearby(const nfs4_lease *lease);

/* The server's layout has become known: enters its leases and sessions into its
 * counters, and puts the leases of all its owners into the server's order. */
void judge_layout_known(nfs4_server *server);

/* Asks every rule about every lease of the server's owners, whether it is in order or not. */
void judge_all_again(nfs4_server *server);

/* `lease` was never confirmed because `rival`, of another instance, replaced it,
 * and its instance tried to confirm it all the same: both were alive. */
void judge_race(nfs4_lease *lease, const nfs4_lease *rival);

/* A newcomer with the same owner was refused with NFS4ERR_CLID_INUSE while `holder` was the
 * confirmed lease. _outlived: the holder worked on after that, so that the two are two hosts. */
void judge_newcomer_refused(nfs4_lease *holder, const nfs4_instance *newcomer,
                            const nfs4_moment *refused);
void judge_newcomer_outlived(nfs4_lease *holder);

/* The holder of the lease was called after `challenger` had been given out, and worked. It had
 * worked before at `since`. */
void judge_outlived(nfs4_lease *holder, const nfs4_lease *challenger, const nfs4_moment *worked,
                    const nstime_t *since);

/* The reply shows that a second host has the verifier of this lease's instance: its
 * holder does not know of `newer`, which the instance was given at another address. */
void judge_clone(nfs4_lease *lease, const nfs4_lease *newer, const nfs4_moment *shown);

/* Another instance of the same owner was confirmed at another address before the lease was
 * refused; NULL where none was, as far as is known by now. */
void judge_elsewhere(nfs4_lease *lease, const nfs4_lease *taker);

/* The reply shows that two hosts use one session of this lease. */
void judge_shared_session(nfs4_lease *lease, const nfs4_moment *shown);

/* The lease was refused in its turn; its owner is one that the capture cut off. */
void judge_turn(nfs4_lease *lease);

/* The identification of the lease follows that of `before`, of another instance, and not both
 * were seen confirmed; NULL where it does not. */
void judge_alternation(nfs4_lease *lease, const nfs4_lease *before);

/* The instance of the lease confirmed from another address, `from`, and the first address, `to`,
 * went on with its own in `back`, or was refused. */
void judge_address_turns(nfs4_lease *lease, const nfs4_moment *turned, const address *from,
                         const nfs4_moment *back, const address *to);

/* How long somebody has been silent tells more as time passes: judges what rests on that
 * again, for all owners of the server. */
void judge_silence(nfs4_server *server);

#define JUDGE_UNLIMITED UINT64_MAX

/* Where ids became known that lie among older ones (counters->changes):
 * counts again what the gaps of all losses at this server say. The work grows with
 * their number, so that all such work on a server stays within `budget`; it is put
 * off where it would not. */
void judge_recount(nfs4_server *server, uint64_t budget);

#endif
