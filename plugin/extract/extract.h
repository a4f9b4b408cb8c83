/* extract.h - the extract of a capture: what the judgement rests on, as a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * It leaves in two ways. The export tap "NFSv4 sessions" (File > Export PDUs to File,
 * tshark -U) is Wireshark's, and comes too late to hold anything back on a first pass: there
 * it gives every message, and on later passes those that are needed. A sink (-z
 * nfs4dup,extract) is told when the capture is over, and one pass is enough.
 *
 * It comes back as a capture does: RPC dissects the messages. What is not in them (how much
 * was left out, what was not visible) is a text for a dissector of its own.
 */
#ifndef NFS4SESS_EXTRACT_EXTRACT_H
#define NFS4SESS_EXTRACT_EXTRACT_H

#include "packet.h"
#include "totals.h"

typedef void (*extract_sink)(const extract_packet *packet, void *data);

/* Receives, on the first pass, each text that the file holds about what is not in it. */
typedef void (*extract_receiver)(packet_info *pinfo, const extract_text *text);

/* Registers the tap and the dissector. To be called while protocols are registered, after
 * "nfs4sess". */
void extract_register(extract_receiver receiver);

/* To be called before each file, and when it is closed. */
void extract_reset(void);

/* From now on `sink` is given the extract of the file that is read, in order. `name` is what
 * the capture is called, NULL for unknown; `aliases` what hosts are called instead, NULL for their
 * own names. Owns the aliases. */
void extract_into(extract_sink sink, void *data, const char *name, alias_book *aliases);

/* A frame was read, whatever it holds. For the sink, which learns so how many there were. */
void extract_count_frame(const packet_info *pinfo);

/* The capture is over: the sink is given the rest, and what could not be seen. */
void extract_finish(const extract_totals *unseen);

/* To be called around model_observe on the first pass, and with each message on later ones. */
void extract_before(const nfs4_model *model, const nfs4_message *message);
void extract_after(packet_info *pinfo, const nfs4_model *model, const nfs4_message *message);
void extract_again(packet_info *pinfo, const nfs4_message *message);

/* A callback, on any pass: an extract holds all of them. */
void extract_callback(packet_info *pinfo, const nfs4_callback *callback);

/* The frame with the last message of the capture ends, on a later pass. */
void extract_end_of_last_frame(packet_info *pinfo);

/* true if somebody wants the extract of what is read now */
bool extract_is_wanted(void);

/* Where a frame came from, by its comment; to be called for frames of exported PDUs. */
bool extract_origin_of(const packet_info *pinfo, extract_origin *origin);

#endif
