/* pcapng.h - writes a capture of exported PDUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * wiretap writes captures, too, and each release line of Wireshark by another call; here are
 * the three blocks that an extract needs.
 */
#ifndef NFS4SESS_PCAPNG_H
#define NFS4SESS_PCAPNG_H

#include <stdio.h>

#include "extract/packet.h"

/* A section header, and one interface of link type 252 with times in nanoseconds. */
void pcapng_begin(FILE *out);

void pcapng_put(FILE *out, const extract_packet *packet);

#endif
