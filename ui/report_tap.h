/* report_tap.h - what is drawn at the end of a capture: -z commands, and windows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_REPORT_TAP_H
#define NFS4SESS_REPORT_TAP_H

/* Registers -z nfs4dup,json, nfs4dup,chains and nfs4dup,report, each with [,filter], and
 * the two windows of Wireshark's menu Statistics that show the same as the last two. For
 * tap_plugin.register_tap_listener. */
void report_tap_register(void);

#endif
