/* menu.h - the menus of Wireshark's window: what they offer are display filters
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tools > NFSv4 Sessions applies filters that are always the same; Analyze >
 * Conversation Filter builds one from the packet that is selected. Without a window,
 * as in tshark, all of this is registered and never called.
 */
#ifndef NFS4SESS_MENU_H
#define NFS4SESS_MENU_H

#include "compat.h"

#include "nfs4sess.h"

/* Registers both. The fields must have been registered before. */
void menu_register(void);

/* Keeps with the packet whose it is, for as long as it is the selected one. To be called
 * for packets that are dissected with a tree, as the selected one is. */
void menu_remember(packet_info *pinfo, const nfs4sess_frame *frame);

#endif
