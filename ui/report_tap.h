/* report_tap.h - what is drawn at the end of a capture: -z commands, and windows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_REPORT_TAP_H
#define NFS4SESS_REPORT_TAP_H

/* Registers -z nfs4dup,json, nfs4dup,chains, nfs4dup,report and others, each with [,filter].
 * For tap_plugin.register_tap_listener. */
void report_tap_register(void);

/* Open windows of Wireshark that show the report, and the chains by number. Each takes the place
 * of the one that was open, and follows the capture that is open until it is closed. */
void report_tap_open_report(void);
void report_tap_open_chains(void);

/* Limits the packet list to the takeovers and refusals of a collision, and says in a window how
 * Wireshark draws them. */
void report_tap_open_flow(void);

#endif
