/* pdu_tap.h - hands packets to Wireshark's taps that export PDUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_EXTRACT_PDU_TAP_H
#define NFS4SESS_EXTRACT_PDU_TAP_H

#include "packet.h"

/* While this frame is dissected. The packet stays the caller's. */
void pdu_tap_queue(int tap, packet_info *at_hand, const extract_packet *packet);

#endif
