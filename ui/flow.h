/* flow.h - the kind of flow "NFSv4 Sessions" of Wireshark's Flow Graph
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_FLOW_H
#define NFS4SESS_FLOW_H

/* Registers it, for Statistics > Flow Graph and for -z flow,nfs4sess: identifications, confirms,
 * refusals and recoveries. To be called once, after nfs4sess_register. */
void flow_register(void);

#endif
