/* compound_hook.h - stands in front of the NFS dissector's COMPOUND
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A post-dissector that wants NFS fields would make Wireshark build a protocol
 * tree for every packet of every capture. Standing in front of the COMPOUND
 * procedure costs nothing where there is no NFSv4, and hands over exactly one
 * COMPOUND body, reassembled and without its GSS wrapping.
 */
#ifndef NFS4SESS_COMPOUND_HOOK_H
#define NFS4SESS_COMPOUND_HOOK_H

#include "compat.h"

#include <epan/dissectors/packet-rpc.h>

#include "event.h"

/* Receives every COMPOUND of a pass, in order, before the NFS dissector shows it in
 * `tree`, which may be NULL. `message` is borrowed for the time of the call, and is the
 * receiver's to complete. Returns false if nobody reads what that dissector says, which then
 * is not called. */
typedef bool (*compound_hook_receiver)(packet_info *pinfo, proto_tree *tree,
                                       nfs4_message *message);

/* Registers the protocol that the hook's handles belong to. To be called while
 * protocols are registered, after the built-in ones. Returns false where this
 * Wireshark has no NFS dissector. */
bool compound_hook_register(void);

/* Puts the hook in front of the NFS dissector, for calls and replies, or on the lists where
 * that dissector offers them (upstream/packet-nfs.patch). To be called in the handoff. Returns
 * false where there is no COMPOUND to stand in front of. */
bool compound_hook_install(compound_hook_receiver receiver);

/* Puts `hook` in the place of what dissects a procedure, in the table "rpc.call" or "rpc.reply".
 * Returns that; NULL where nothing does. */
dissector_handle_t compound_hook_replace(const char *table, rpc_proc_info_key key,
                                         dissector_t hook);

/* Forgets what was kept of the last file. To be called before each file, and when it
 * is closed. */
void compound_hook_reset(void);

#endif
