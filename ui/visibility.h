/* visibility.h - what a capture holds of NFSv4 and nobody can read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * "No duplicate was found" means little where nothing could be seen, so every report
 * counts what it could not look into. It counts only where a report is asked for:
 * without one, the taps below are not listened to and cost nothing.
 */
#ifndef NFS4SESS_VISIBILITY_H
#define NFS4SESS_VISIBILITY_H

#include <stdbool.h>
#include <stdint.h>

#include "nfs4sess.h"

typedef struct {
    uint64_t count;
    uint32_t first_frame; /* 0 where there is none */
} visibility_gap;

/* No connection of which all could be read is counted. */
typedef struct {
    visibility_gap compounds; /* COMPOUNDs encrypted by RPCSEC_GSS (krb5p) */
    visibility_gap cut;       /* messages of which the snap length left too little */
    visibility_gap tls;       /* TCP connections that went on with TLS (RFC 9289) */
    visibility_gap undecoded; /* TCP connections to port 2049 without any RPC on them */
    visibility_gap replies;   /* RPC replies on those of them that hold no call */
    visibility_gap unclaimed; /* TCP connections, whatever the port, that hold calls of NFSv4
                               * and on which nobody recognised RPC */
    uint16_t unclaimed_port;  /* of the server on the first of those */
} visibility_gaps;

typedef struct visibility visibility;

/* Listens from now on, to all packets whatever the filter of the report is. Each listener
 * costs every packet 0.1 % of tshark -q: who hears every frame of the tap nfs4dup anyhow sets
 * `is_told_frames`, and hands them to visibility_see_decrypted(). */
visibility *visibility_new(bool is_told_frames);
void visibility_see_decrypted(visibility *seen, const nfs4sess_frame *frame);

/* Listens no more. Where Wireshark ends all taps by itself, that is not needed. */
void visibility_stop(visibility *seen);

/* Not before Wireshark has ended its taps. */
void visibility_free(visibility *seen);

/* By itself, and with what extracts say that they were made of. */
visibility_gaps visibility_seen(const visibility *seen);
visibility_gaps visibility_sum(const visibility *seen);

#endif
