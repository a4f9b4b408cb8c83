/* sequence_analysis.h - what Wireshark's header of that name declares, as far as it is called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * libwireshark exports these functions, the same from 4.0 to 4.6; the header is in its source tree
 * alone, and no distribution's development files have it.
 */
#ifndef NFS4SESS_SEQUENCE_ANALYSIS_H
#define NFS4SESS_SEQUENCE_ANALYSIS_H

#include <epan/tap.h>
#include <wireshark.h>

typedef struct register_analysis register_analysis_t;

/* A kind of flow, by `name` for -z flow and sequence_analysis_find_by_name, by `ui_name` for the
 * Flow Graph; both stay the caller's, and have to last. `draw` is a listener of the tap `tap`, or
 * of the protocol's where that is NULL, and is handed the graph as its own data. */
WS_DLL_PUBLIC void register_seq_analysis(const char *name, const char *ui_name, const int protocol,
                                         const char *tap, unsigned tap_flags, tap_packet_cb draw);

/* NULL where there is none; libwireshark's. */
WS_DLL_PUBLIC register_analysis_t *sequence_analysis_find_by_name(const char *name);

WS_DLL_PUBLIC tap_packet_cb sequence_analysis_get_packet_func(register_analysis_t *analysis);

#endif
