/* wording_origin.h - frames of an extract under the number and capture that they had first
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sentences name frames of the file that is open. Where that is an extract, nobody but
 * nfs4dup may have that file, and people look the frames up in the captures that it was made
 * of.
 */
#ifndef NFS4SESS_WORDING_ORIGIN_H
#define NFS4SESS_WORDING_ORIGIN_H

#include "wording.h"

/* "62"; of an extract "93 of server.pcap". */
char *wording_frame_number(wmem_allocator_t *scope, uint32_t frame);

/* From one frame to another one: "62-93"; of an extract "93-117 of server.pcap". */
char *wording_frame_range(wmem_allocator_t *scope, uint32_t first, uint32_t last);

/* The sentence, with each "frame 62" that stands outside of quotes (owners do inside) as
 * "frame 93 of server.pcap". Returns `text` itself where the open file is no extract. */
const char *wording_traced(wmem_allocator_t *scope, const char *text);

/* Calls `named` with each of these frames, by its number in the file that is open. */
void wording_frames(const char *text, void (*named)(uint32_t frame, void *data), void *data);

#endif
