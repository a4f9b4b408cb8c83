/* packet.h - a message as a packet of exported PDUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The form is Wireshark's own (link type 252, wsutil/exported_pdu_tlvs.h): tags that say who
 * dissects it, where it came from and which frame it was, then one RPC message.
 */
#ifndef NFS4SESS_EXTRACT_PACKET_H
#define NFS4SESS_EXTRACT_PACKET_H

#include "compat.h"

#include "model/model.h"
#include "alias.h"
#include "origin.h"
#include "totals.h"

typedef struct {
    nstime_t when; /* of the frame */
    extract_origin origin;
    GByteArray *tags, *payload;
    uint32_t missing; /* bytes that followed in the capture; how many is not known, 0 for none */
    bool is_reply;    /* to a call that waited for it */
    bool is_made_up;  /* it was no message that the model took */
    const nfs4_lease *lease; /* that its connection speaks for, NULL for none */
} extract_packet;

/* The packet of a message of this frame, without what is private in it. `origin` says where
 * the frame came from first. Names and addresses are those of `aliases`, NULL for their own.
 * Owned by the caller. */
extract_packet *extract_packet_of(const packet_info *pinfo, const nfs4_message *message,
                                  const extract_origin *origin, alias_book *aliases);

/* The packet of a callback of this frame, with no more than is read of it. */
extract_packet *extract_packet_of_callback(const packet_info *pinfo, const nfs4_callback *callback,
                                           const extract_origin *origin, alias_book *aliases);

/* The packet of the call that the reply in this frame answers, of which so little was captured
 * that nobody could read it: its header as far as RPC needs it to read the reply. */
extract_packet *extract_packet_of_lost_call(const packet_info *pinfo, uint32_t xid,
                                            const extract_origin *origin, alias_book *aliases);

/* A packet that holds a text for the dissector "nfs4sess.source". */
extract_packet *extract_packet_of_text(const nstime_t *when, const extract_origin *origin,
                                       const extract_text *text, alias_book *aliases);

void extract_packet_free(void *packet);

/* What the packet's comment says: its origin, and how many others it stands for. NULL where
 * neither is known. Owned by the caller. */
char *extract_packet_comment(const extract_packet *packet);

#define EXTRACT_SOURCE_DISSECTOR "nfs4sess.source"

#endif
