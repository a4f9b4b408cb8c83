/* finding_colors.h - the frames of findings in Wireshark's colours for conversations
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_FINDING_COLORS_H
#define NFS4SESS_FINDING_COLORS_H

/* Paints them, or, where they are painted, gives back the colours that were there before.
 * Wireshark shows it once it dissects the packets again. */
void finding_colors_switch(void);

#endif
