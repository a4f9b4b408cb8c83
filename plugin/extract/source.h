/* source.h - the capture that is read while its extract is made
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The files of a ring are read as one, so one file may hold several captures, one after the
 * other: each frame belongs to the one that began last before it.
 */
#ifndef NFS4SESS_EXTRACT_SOURCE_H
#define NFS4SESS_EXTRACT_SOURCE_H

#include "origin.h"
#include "totals.h"

/* Behind this frame a capture begins; 0 for the first. `name` lives until Wireshark ends. */
void source_begin(const char *name, uint32_t frame);

/* A frame was read. */
void source_count(uint32_t frame, const nstime_t *when);

/* The capture that is read goes on to this time. */
void source_goes_to(const nstime_t *when);

/* What is known of the capture that is read; name NULL for unknown. */
const extract_source *source_read(void);

/* Which frame of which capture a frame of the file is. */
extract_origin source_origin(uint32_t frame);

void source_reset(void);

#endif
