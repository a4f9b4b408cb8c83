/* pdu_tap.c - hands packets to Wireshark's taps that export PDUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pdu_tap.h"

#include <epan/exported_pdu.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>

/* Wireshark's tap takes time, comment and data of a packet from where it finds those of the
 * frame that it is read in: here is one that says those of the packet. */
static packet_info *stand_in(packet_info *at_hand, const extract_packet *packet)
{
    packet_info *pinfo = wmem_memdup(at_hand->pool, at_hand, sizeof *at_hand);
    wtap_rec *record = wmem_memdup(at_hand->pool, at_hand->rec, sizeof *at_hand->rec);
    frame_data *frame = wmem_memdup(at_hand->pool, at_hand->fd, sizeof *at_hand->fd);
    char *comment = extract_packet_comment(packet);
    record->block = wtap_block_create(WTAP_BLOCK_PACKET);
    if (comment != NULL)
        wtap_block_add_string_option(record->block, OPT_COMMENT, comment, strlen(comment));
    g_free(comment);
    frame->has_modified_block = 0;
    pinfo->abs_ts = packet->when;
    pinfo->rec = record;
    pinfo->fd = frame;
    return pinfo;
}

void pdu_tap_queue(int tap, packet_info *at_hand, const extract_packet *packet)
{
    exp_pdu_data_t *data = wmem_new0(at_hand->pool, exp_pdu_data_t);
    const GByteArray *payload = packet->payload;
    guint8 *bytes = (guint8 *)wmem_memdup(at_hand->pool, payload->data, payload->len);
    data->tlv_buffer_len = packet->tags->len;
    data->tlv_buffer = g_memdup2(packet->tags->data, packet->tags->len); /* which the tap frees */
    data->tvb_captured_length = payload->len;
    data->tvb_reported_length = payload->len + packet->missing;
    data->pdu_tvb = tvb_new_real_data(bytes, payload->len, (gint)payload->len);
    tap_queue_packet(tap, stand_in(at_hand, packet), data);
}
