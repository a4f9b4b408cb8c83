/* origin.h - where a packet came from first: which frame of which capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An extract says it in the comment of each packet, so that it outlives mergecap, and people
 * can read it: "frame 93 of server.pcap", and where the packet stands for others that were
 * left out, "frame 93 of server.pcap, stands for 40 more". The first packet of a connection
 * also has the hardware address of the client: "frame 9 of server.pcap, client
 * 52:54:00:12:34:56".
 */
#ifndef NFS4SESS_EXTRACT_ORIGIN_H
#define NFS4SESS_EXTRACT_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#define ORIGIN_NAME_MAX 255 /* characters */
#define ORIGIN_LINK_SIZE 6

typedef struct {
    const char *name;    /* of the capture; NULL for unknown. Lives until Wireshark ends. */
    uint32_t frame;      /* 0 for unknown */
    uint32_t stands_for; /* exchanges like it that were left out */
    bool has_link;
    uint8_t link[ORIGIN_LINK_SIZE]; /* hardware address on the client's side */
} extract_origin;

/* The one string that stands for all that equal this one; what is not printable becomes "?". */
const char *origin_name(const char *name);

/* Reads a comment. Returns false where it is none of ours. */
bool origin_read(const char *comment, extract_origin *origin);

/* Of the open capture: remembers where a frame came from, and finds it again. _find returns
 * NULL for a frame that came from nowhere else. */
void origin_remember(uint32_t frame, const extract_origin *origin);
const extract_origin *origin_find(uint32_t frame);
void origin_forget(void);

/* true where any was remembered */
bool origin_is_known(void);

#endif
