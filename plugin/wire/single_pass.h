/* single_pass.h - whether a frame is dissected once and never again
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_SINGLE_PASS_H
#define NFS4SESS_SINGLE_PASS_H

#include "compat.h"

/* Returns true if the program keeps no frame that it has read, as tshark without -2, so that
 * it cannot dissect one again. Wireshark, sharkd and tshark -2 keep those that their filters let pass. To be called for
 * frames in the order of the file; false for the first two of them at least. */
bool single_pass_is_certain(const packet_info *pinfo);

/* Forgets what was found of the last file. To be called before each. */
void single_pass_reset(void);

#endif
