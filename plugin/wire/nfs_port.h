/* nfs_port.h - takes TCP port 2049 for RPC
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RPC on port 2049 is only a heuristic of Wireshark's, and it loses against the
 * dissectors that own some client ports below 1024. Naming the port decides it.
 */
#ifndef NFS4SESS_NFS_PORT_H
#define NFS4SESS_NFS_PORT_H

#include "compat.h"

/* Receives the frame of a NULL call with which a client asks the server to go on with
 * TLS (RFC 9289). To be called once for each such frame or more often, on the first
 * pass at least; not at all where the port is not taken. */
typedef void (*nfs_port_receiver)(packet_info *pinfo);

/* Registers the protocol that the port's handle belongs to. To be called while
 * protocols are registered, after the built-in ones. */
void nfs_port_register(void);

/* Finds the RPC dissector. To be called in the handoff. */
void nfs_port_install(nfs_port_receiver receiver);

/* Takes the port, or gives it back. To be called before each file: what is done in the
 * handoff is undone. A port that was given to a protocol by hand is left alone. */
void nfs_port_claim(bool wanted);

#endif
