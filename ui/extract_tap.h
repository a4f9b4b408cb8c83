/* extract_tap.h - -z nfs4dup,extract: the extract of a capture, written as a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_EXTRACT_TAP_H
#define NFS4SESS_EXTRACT_TAP_H

/* Registers it. It writes pcapng to standard output, or where NFS4DUP_FD_extract says; the
 * capture is called what NFS4DUP_SOURCE holds. For tap_plugin.register_tap_listener. */
void extract_tap_register(void);

#endif
