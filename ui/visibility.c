/* visibility.c - what a capture holds of NFSv4 and nobody can read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Three of Wireshark's taps are put together. Of one frame, they come in this order:
 *
 *   tcp      which connection the frame belongs to, whether it carries data, and whether
 *            that looks like RPC
 *   rpc      each RPC message that was recognised, encrypted or not
 *   nfs4dup  how many of those that RPC announced as encrypted could be read
 *
 * NFSv4 does not run over UDP (RFC 7530 section 3.1), so TCP is enough.
 */
#include "compat.h"

#include <string.h>

#include <epan/dissectors/packet-rpc.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/epan_dissect.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "visibility.h"

#include "nfs4sess.h"
#include "rpc_look.h"

#include "extract/totals.h"
#include "wire/nfs_program.h"

#define KEEPALIVE_SIZE 1 /* bytes that a keep-alive may carry; they mean nothing */

/* A TCP connection to port 2049, one that went on with TLS, or one that holds a call of
 * NFSv4. */
typedef struct {
    uint32_t data_frame;  /* the first frame with data to or from port 2049, 0 for none */
    uint32_t tls_frame;   /* the call that asked for TLS; 0 if none did, or if the server
                           * refused, or if what followed could be read all the same */
    uint32_t call_frame;  /* the first call of NFSv4 by its bytes, 0 for none */
    uint32_t reply_frame; /* the first reply by its bytes, 0 for none */
    uint32_t replies;
    uint16_t server_port; /* by that call */
    bool has_rpc;         /* an RPC message was recognised on it */
    bool is_client_port;  /* it is a client that has port 2049 */
    bool is_other;        /* calls of it are not of NFSv4 */
} tcp_stream;

struct visibility {
    visibility_gap compounds; /* encrypted ones */
    visibility_gap cut;
    GByteArray *looks;      /* Wireshark's number of a TCP connection to another port than
                             * 2049 -> how often its bytes were looked at */
    GPtrArray *connections; /* Wireshark's number of a TCP connection, which counts from 0
                             * -> tcp_stream, NULL for none; a map costs 0.4 % of tshark -q */
    uint32_t frame, stream; /* the TCP segment seen last, and its connection */
    uint32_t listeners;
};

/* ---- connections ---------------------------------------------------------- */

static tcp_stream *stream_find(const visibility *seen, uint32_t stream)
{
    return stream < seen->connections->len
               ? (tcp_stream *)g_ptr_array_index(seen->connections, stream)
               : NULL;
}

static tcp_stream *stream_get(visibility *seen, uint32_t stream)
{
    tcp_stream *found = stream_find(seen, stream);
    if (found != NULL)
        return found;
    if (stream >= seen->connections->len)
        g_ptr_array_set_size(seen->connections, (gint)stream + 1);
    found = g_new0(tcp_stream, 1);
    g_ptr_array_index(seen->connections, stream) = found;
    return found;
}

static void add(visibility_gap *gap, uint32_t frame)
{
    if (gap->count++ == 0 || frame < gap->first_frame)
        gap->first_frame = frame;
}

/* ---- bytes ---------------------------------------------------------------- */

static void see_call(tcp_stream *found, uint32_t frame, uint16_t server_port)
{
    if (found->call_frame == 0) {
        found->call_frame = frame;
        found->server_port = server_port;
    }
}

/* A message was cut so short that RPC, if it recognised it, found nothing to hand on. */
static void see_cut(visibility *seen, tcp_stream *found, uint32_t frame)
{
    found->has_rpc = true;
    if (!found->is_other && !nfs4sess_has_read(frame))
        add(&seen->cut, frame);
}

/* A segment of a connection to port 2049. */
static void see_data(visibility *seen, tcp_stream *found, epan_dissect_t *edt,
                     const packet_info *pinfo, const tcp_info_t *tcp)
{
    bool is_short;
    if (found->has_rpc && pinfo->fd->cap_len == pinfo->fd->pkt_len)
        return;
    rpc_look is = rpc_look_into(edt, tcp, &is_short);
    if (tcp->th_dport == NFS_PORT) {
        found->is_other |= is == RPC_LOOKS_OTHER;
        if (is == RPC_LOOKS_CALL || is == RPC_LOOKS_NULL)
            see_call(found, pinfo->num, tcp->th_dport);
    } else if (is == RPC_LOOKS_REPLY && found->replies++ == 0) {
        found->reply_frame = pinfo->num;
    }
    if (is_short && (is == RPC_LOOKS_CALL || is == RPC_LOOKS_REPLY))
        see_cut(seen, found, pinfo->num);
}

#define LOOKS_MAX 16

/* A segment of a connection to another port. What nobody looks for costs little: the first
 * segments of each connection alone are looked at. */
static void see_elsewhere(visibility *seen, epan_dissect_t *edt, const packet_info *pinfo,
                          const tcp_info_t *tcp)
{
    bool is_short;
    guint known = seen->looks->len;
    if (tcp->th_stream >= known) {
        g_byte_array_set_size(seen->looks, tcp->th_stream + 1);
        memset(seen->looks->data + known, 0, seen->looks->len - known);
    }
    if (seen->looks->data[tcp->th_stream]++ >= LOOKS_MAX) {
        seen->looks->data[tcp->th_stream] = LOOKS_MAX;
        return;
    }
    if (rpc_look_into(edt, tcp, &is_short) == RPC_LOOKS_CALL)
        see_call(stream_get(seen, tcp->th_stream), pinfo->num, tcp->th_dport);
}

/* ---- segments ------------------------------------------------------------- */

static tap_packet_status see_segment(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                     const void *data, tap_flags_t flags)
{
    visibility *seen = (visibility *)tapdata;
    const tcp_info_t *tcp = (const tcp_info_t *)data;
    bool has_data = tcp->th_have_seglen && tcp->th_seglen > KEEPALIVE_SIZE;
    (void)flags;

    seen->frame = pinfo->num;
    seen->stream = tcp->th_stream;
    if (tcp->th_sport != NFS_PORT && tcp->th_dport != NFS_PORT) {
        if (has_data)
            see_elsewhere(seen, edt, pinfo, tcp);
        return TAP_PACKET_DONT_REDRAW;
    }
    bool opens = (tcp->th_flags & (TH_SYN | TH_ACK)) == TH_SYN;
    if (opens && tcp->th_dport != NFS_PORT)
        stream_get(seen, tcp->th_stream)->is_client_port = true;
    if (has_data) {
        tcp_stream *found = stream_get(seen, tcp->th_stream);
        if (found->data_frame == 0)
            found->data_frame = pinfo->num;
        see_data(seen, found, edt, pinfo, tcp);
    }
    return TAP_PACKET_DONT_REDRAW;
}

/* ---- messages ------------------------------------------------------------- */

/* The body is encrypted (krb5p), or it is not known whether it is. */
static bool is_encrypted(const rpc_call_info_value *rpc)
{
    if (rpc->flavor == FLAVOR_GSSAPI)
        return rpc->gss_proc == RPCSEC_GSS_DATA && rpc->gss_svc == RPCSEC_GSS_SVC_PRIVACY;
    return rpc->flavor == FLAVOR_GSSAPI_NO_INFO;
}

/* The bytes hold the reply with which a server agrees to go on with TLS (RFC 9289
 * section 4.1): REPLY, accepted, an AUTH_NONE verifier of these eight letters, SUCCESS. */
static bool has_starttls(const uint8_t *bytes, size_t length)
{
    static const uint8_t reply[28] = {[3] = 1, [15] = 8, 'S', 'T', 'A', 'R', 'T', 'T', 'L', 'S'};
    for (size_t at = 0; at + sizeof reply <= length; at++)
        if (memcmp(bytes + at, reply, sizeof reply) == 0)
            return true;
    return false;
}

/* RPC's tap does not tell the verifier, and a NULL has no body that a dissector would
 * be called for. A NULL is rare, so its frame is searched. */
static bool is_starttls(const packet_info *pinfo)
{
    for (const GSList *source = pinfo->data_src; source != NULL; source = source->next) {
        tvbuff_t *tvb = get_data_source_tvb((const struct data_source *)source->data);
        int length = (int)tvb_captured_length(tvb);
        if (length > 0 && has_starttls(tvb_get_ptr(tvb, 0, length), (size_t)length))
            return true;
    }
    return false;
}

static void see_compound(visibility *seen, tcp_stream *found, const packet_info *pinfo,
                         const rpc_call_info_value *rpc)
{
    if (found != NULL)
        found->tls_frame = 0; /* Wireshark has the keys of it */
    if (!is_encrypted(rpc))
        return;
    if (seen->compounds.count++ == 0)
        seen->compounds.first_frame = pinfo->num;
}

static tap_packet_status see_message(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                     const void *data, tap_flags_t flags)
{
    visibility *seen = (visibility *)tapdata;
    const rpc_call_info_value *rpc = (const rpc_call_info_value *)data;
    bool is_tcp = seen->frame == pinfo->num;
    tcp_stream *found = is_tcp ? stream_find(seen, seen->stream) : NULL;
    (void)edt, (void)flags;

    if (found != NULL)
        found->has_rpc = true;
    if (rpc->prog != NFS_PROGRAM || rpc->vers != NFS_V4)
        return TAP_PACKET_DONT_REDRAW;
    if (rpc->proc == NFSPROC4_COMPOUND)
        see_compound(seen, found, pinfo, rpc);
    else if (rpc->proc == NFSPROC4_NULL && is_tcp && is_starttls(pinfo))
        stream_get(seen, seen->stream)->tls_frame = rpc->req_num;
    return TAP_PACKET_DONT_REDRAW;
}

/* Wireshark had the keys of the COMPOUNDs in this frame. */
void visibility_see_decrypted(visibility *seen, const nfs4sess_frame *frame)
{
    visibility_gap *encrypted = &seen->compounds;
    encrypted->count -= MIN(encrypted->count, frame->decrypted);
    if (encrypted->count == 0)
        encrypted->first_frame = 0;
}

static tap_packet_status see_decrypted(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                       const void *data, tap_flags_t flags)
{
    (void)pinfo, (void)edt, (void)flags;
    visibility_see_decrypted((visibility *)tapdata, (const nfs4sess_frame *)data);
    return TAP_PACKET_DONT_REDRAW;
}

/* ---- from the beginning to the sum ---------------------------------------- */

static void visibility_reset(void *tapdata)
{
    visibility *seen = (visibility *)tapdata;
    g_ptr_array_set_size(seen->connections, 0);
    g_byte_array_set_size(seen->looks, 0);
    seen->compounds = seen->cut = (visibility_gap){0};
    seen->frame = 0;
}

static void listen_to(visibility *seen, const char *tap, tap_reset_cb reset, tap_packet_cb packet)
{
    GString *error =
        register_tap_listener(tap, seen, NULL, TL_REQUIRES_NOTHING, reset, packet, NULL, NULL);
    if (error != NULL) {
        report_failure("nfs4dup: what cannot be seen is not counted: %s", error->str);
        g_string_free(error, TRUE);
        return;
    }
    seen->listeners++;
}

visibility *visibility_new(bool is_told_frames)
{
    visibility *seen = g_new0(visibility, 1);
    seen->connections = g_ptr_array_new_with_free_func(g_free);
    seen->looks = g_byte_array_new();
    listen_to(seen, "tcp", visibility_reset, see_segment);
    listen_to(seen, "rpc", NULL, see_message);
    if (!is_told_frames)
        listen_to(seen, "nfs4dup", NULL, see_decrypted);
    return seen;
}

void visibility_stop(visibility *seen)
{
    for (; seen->listeners > 0; seen->listeners--)
        remove_tap_listener(seen);
}

void visibility_free(visibility *seen)
{
    g_ptr_array_free(seen->connections, TRUE);
    g_byte_array_free(seen->looks, TRUE);
    g_free(seen);
}

/* A connection is undecoded if all of the following are true: it carried data; RPC
 * recognised none of it; as far as the capture shows, port 2049 is the server's. */
static bool is_undecoded(const tcp_stream *found)
{
    return found->data_frame != 0 && !found->has_rpc && !found->is_client_port;
}

/* A connection of which nothing was recognised as RPC. */
static void add_unread(visibility_gaps *gaps, const tcp_stream *found)
{
    if (is_undecoded(found))
        add(&gaps->undecoded, found->data_frame);
    if (found->call_frame != 0) {
        if (gaps->unclaimed.count == 0 || found->call_frame < gaps->unclaimed.first_frame)
            gaps->unclaimed_port = found->server_port;
        add(&gaps->unclaimed, found->call_frame);
    } else if (found->replies > 0 && is_undecoded(found)) {
        add(&gaps->replies, found->reply_frame);
        gaps->replies.count += found->replies - 1;
    }
}

visibility_gaps visibility_seen(const visibility *seen)
{
    visibility_gaps gaps = {.compounds = seen->compounds, .cut = seen->cut};
    for (uint32_t stream = 0; stream < seen->connections->len; stream++) {
        const tcp_stream *found = stream_find(seen, stream);
        if (found == NULL)
            continue;
        if (found->tls_frame != 0)
            add(&gaps.tls, found->tls_frame);
        else if (!found->has_rpc)
            add_unread(&gaps, found);
    }
    return gaps;
}

static void add_told(visibility_gap *gap, const extract_gap *told)
{
    if (gap->count == 0)
        gap->first_frame = told->first_frame;
    gap->count += told->count;
}

visibility_gaps visibility_sum(const visibility *seen)
{
    visibility_gaps gaps = visibility_seen(seen);
    const extract_totals *told = totals_get();
    if (gaps.unclaimed.count == 0)
        gaps.unclaimed_port = told->unclaimed_port;
    add_told(&gaps.compounds, &told->gaps[GAP_INVISIBLE]);
    add_told(&gaps.tls, &told->gaps[GAP_TLS]);
    add_told(&gaps.undecoded, &told->gaps[GAP_UNDECODED]);
    add_told(&gaps.replies, &told->gaps[GAP_REPLIES]);
    add_told(&gaps.cut, &told->gaps[GAP_CUT]);
    add_told(&gaps.unclaimed, &told->gaps[GAP_UNCLAIMED]);
    return gaps;
}
