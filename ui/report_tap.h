/* report_tap.h - the -z commands that draw at the end of a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_REPORT_TAP_H
#define NFS4SESS_REPORT_TAP_H

/* Registers "-z nfs4dup,json[,filter]". For tap_plugin.register_tap_listener. */
void report_tap_register(void);

#endif
