/* menu.h - the menus of Wireshark's window: views, and display filters
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Statistics > NFSv4 Sessions and Tools > NFSv4 Sessions are one menu at the two places where
 * people look: it opens views, and applies filters that are always the same. Analyze >
 * Conversation Filter builds one from the packet that is selected. Without a window,
 * as in tshark, all of this is registered and never called.
 */
#ifndef NFS4SESS_MENU_H
#define NFS4SESS_MENU_H

#include "compat.h"

#include "nfs4sess.h"

/* What a menu opens, beside its filters. */
typedef struct {
    const char *label, *tooltip;
    void (*on_click)(void);
} menu_view;

/* Registers all of it. The fields must have been registered before. `views` have to live as
 * long as the program. */
void menu_register(const menu_view *views, size_t count);

/* Remembers which owner, instance and chain the packet belongs to, for as long as the packet is
 * selected. To be called for packets that are dissected with a tree: the selected one is. */
void menu_remember(packet_info *pinfo, const nfs4sess_frame *frame);

#endif
