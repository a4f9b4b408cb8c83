/* totals.h - what an extract says of what is not in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Texts, a line for each thing, behind a line that says what they are:
 *
 *   nfs4sess 1
 *   begin server.pcap                              the packets behind this are of server.pcap
 *   source server.pcap                             a capture that the extract was made of,
 *   frames 1042 1763895600.000000000 1763895699.5   its frames, the first and the last
 *   left-out 12 40                                 calls without replies, and exchanges
 *   gap invisible 5                                a kind of thing that could not be read
 *   gap unclaimed 5 20490                          and the port that goes with it
 */
#ifndef NFS4SESS_EXTRACT_TOTALS_H
#define NFS4SESS_EXTRACT_TOTALS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include <wsutil/nstime.h>

typedef enum {
    GAP_INVISIBLE,
    GAP_TLS,
    GAP_UNDECODED,
    GAP_REPLIES,
    GAP_CUT,
    GAP_UNCLAIMED,
    GAP_KINDS
} extract_gap_kind;

typedef struct {
    uint64_t count;
    uint32_t first_frame; /* of the file that is open; 0 for none */
} extract_gap;

typedef struct {
    extract_gap gaps[GAP_KINDS];
    uint16_t unclaimed_port;
    uint64_t calls, exchanges; /* left out */
} extract_totals;

typedef struct {
    const char *name; /* lives until Wireshark ends */
    uint64_t frames;
    nstime_t first, last;
    GPtrArray *endpoints; /* of servers that spoke in it, each as the model has it; NULL for none */
} extract_source;

/* What one text says. Which of it is there, `kind` says. */
typedef struct {
    enum { TEXT_BEGIN, TEXT_SOURCE, TEXT_LEFT_OUT, TEXT_GAP } kind;
    extract_source source; /* of TEXT_BEGIN the name alone */
    uint64_t calls, exchanges;
    extract_gap_kind gap;
    uint64_t count;
    uint16_t port;
} extract_text;

/* Owned by the caller. */
char *extract_text_write(const extract_text *text);

/* Returns false where the text is none of ours. */
bool extract_text_read(const char *text, extract_text *read);

/* Of the open file. */
void totals_add(const extract_text *text, uint32_t frame);
const extract_totals *totals_get(void);
const GPtrArray *totals_sources(void); /* extract_source, in order; NULL for none */

/* A packet of this capture speaks of that endpoint. */
void totals_see(const char *name, const void *endpoint);
void totals_reset(void);

#endif
