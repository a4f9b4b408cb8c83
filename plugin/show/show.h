/* show.h - findings to tree, expert information and Info column
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * It reads the model and changes nothing, so a frame can be shown as often as
 * Wireshark likes. The fields themselves are in fields.h.
 */
#ifndef NFS4SESS_SHOW_H
#define NFS4SESS_SHOW_H

#include "compat.h"

#include "nfs4sess.h"

/* Shows the messages of a frame. `tree` may be NULL. `info_suffix`: findings go to
 * the Info column too. */
void show_frame(const nfs4sess_frame *frame, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                bool info_suffix);

/* Notes of a frame in which a client asks for TLS what that hides. `tree` may be NULL. */
void show_tls_request(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
