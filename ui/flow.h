/* flow.h - the kind of flow "NFSv4 Sessions" of Wireshark's Flow Graph
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_FLOW_H
#define NFS4SESS_FLOW_H

/* Registers it, for Statistics > Flow Graph and for -z flow,nfs4sess: identifications, confirms,
 * refusals, recoveries and what else shows a finding. Messages are noted when they are answered: on
 * a first pass (tshark without -2) the answers are drawn, and a call without an answer never is. To
 * be called once, after nfs4sess_register. */
void flow_register(void);

#endif
