/* callback_hook.h - stands in front of the NFS dissector's callbacks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_CALLBACK_HOOK_H
#define NFS4SESS_CALLBACK_HOOK_H

#include "compat.h"

#include "callback.h"

/* Receives every callback of a pass, in order. `callback` is borrowed for the time of the call. */
typedef void (*callback_hook_receiver)(packet_info *pinfo, const nfs4_callback *callback);

/* Puts the hook in front of that dissector, for calls and replies, where it is there. To be
 * called in the handoff, behind compound_hook_install. */
void callback_hook_install(callback_hook_receiver receiver);

#endif
