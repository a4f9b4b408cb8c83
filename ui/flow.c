/* flow.c - the kind of flow "NFSv4 Sessions" of Wireshark's Flow Graph
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/packet.h>
#if __has_include(<epan/sequence_analysis.h>)
#include <epan/sequence_analysis.h>
#else
#include "missing/sequence_analysis.h"
#endif

#include "flow.h"

#include "nfs4sess.h"

/* Whom Wireshark draws each packet for, as an arrow with its Info. */
#define ALL_FLOWS "any"

/* A hint alone is no event. */
static bool is_drawn_for(const nfs4_note *note)
{
    return note != NULL && (note->flags != 0 || note->trouble != NULL);
}

static bool is_drawn(const nfs4sess_frame *frame)
{
    for (uint32_t i = 0; i < frame->count; i++)
        if (is_drawn_for(frame->messages[i].note))
            return true;
    return false;
}

static tap_packet_status draw_frame(void *graph, packet_info *pinfo, epan_dissect_t *edt,
                                    const void *data, tap_flags_t flags)
{
    register_analysis_t *all = sequence_analysis_find_by_name(ALL_FLOWS);
    if (all == NULL || !is_drawn((const nfs4sess_frame *)data))
        return TAP_PACKET_DONT_REDRAW;
    return sequence_analysis_get_packet_func(all)(graph, pinfo, edt, NULL, flags);
}

void flow_register(void)
{
    register_seq_analysis("nfs4sess", "NFSv4 Sessions", proto_get_id_by_filter_name("nfs4sess"),
                          "nfs4dup", TL_REQUIRES_COLUMNS, draw_frame);
}
