/* extract.c - the extract of a capture: what the judgement rests on, as a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "extract.h"

#include <epan/exported_pdu.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>

#include "infiniband.h"
#include "pdu_tap.h"
#include "selection.h"
#include "source.h"

#include "model/know/session.h"

#define TAP_NAME "NFSv4 sessions"
#define HELD_FOR_TAP 4000   /* packets: a tap takes 5,000 in one frame */
#define HELD_FOR_SINK 65536 /* at half a KiB each */

static int tap = -1;
static extract_receiver receive;
static extract_sink sink; /* NULL for none */
static void *sink_data;
static alias_book *aliases; /* for the sink; NULL for none */

static extract_selection *selection; /* NULL while nobody wants it */
static GHashTable *left_out;         /* nfs4_lease, NULL for none -> exchanges */
static uint64_t calls_left_out;
static bool has_connection; /* the message before model_observe is not the first of its own */
static bool has_call; /* the message before model_observe is none, or answers one that waits */
static packet_info *at_hand; /* the frame that is read */

static nfs4_model *later_model; /* of a later pass; NULL for none */
static uint32_t later_frame;    /* that it has come to */

bool extract_is_wanted(void)
{
    return sink != NULL || have_tap_listener(tap);
}

/* ---- out ------------------------------------------------------------------ */

static void put(const extract_packet *packet)
{
    if (sink != NULL)
        sink(packet, sink_data);
    if (at_hand != NULL && have_tap_listener(tap))
        pdu_tap_queue(tap, at_hand, packet);
}

static guint count_for(const nfs4_lease *lease)
{
    return left_out != NULL ? GPOINTER_TO_UINT(g_hash_table_lookup(left_out, lease)) : 0;
}

static void emit(void *data, void *unused)
{
    extract_packet *packet = (extract_packet *)data;
    (void)unused;
    if (packet->is_reply && packet->lease != NULL) {
        packet->origin.stands_for += count_for(packet->lease);
        g_hash_table_remove(left_out, packet->lease);
    }
    put(packet);
    extract_packet_free(packet);
}

static void drop(void *data)
{
    extract_packet *packet = (extract_packet *)data;
    if (packet->is_reply)
        g_hash_table_insert(
            left_out, (gpointer)packet->lease,
            GUINT_TO_POINTER(count_for(packet->lease) + 1 + packet->origin.stands_for));
    if (!packet->is_made_up)
        calls_left_out += packet->is_reply ? -1 : 1;
    extract_packet_free(packet);
}

/* ---- beginning and end ---------------------------------------------------- */

static void select_anew(uint32_t limit)
{
    left_out = g_hash_table_new(g_direct_hash, g_direct_equal);
    calls_left_out = 0;
    selection = extract_selection_new(limit, emit, drop, NULL);
}

static void select_no_more(void)
{
    if (selection == NULL)
        return;
    extract_selection_free(selection);
    selection = NULL;
    g_hash_table_destroy(left_out);
    left_out = NULL;
}

static void put_text(const extract_text *text, const extract_origin *origin)
{
    extract_packet *packet = extract_packet_of_text(&source_read()->last, origin, text, aliases);
    put(packet);
    extract_packet_free(packet);
}

/* The source that is read ends here. */
static void end_source(void)
{
    const extract_text text = {.kind = TEXT_SOURCE, .source = *source_read()};
    if (text.source.name != NULL && text.source.frames > 0)
        put_text(&text, &(extract_origin){0});
}

static uint64_t sum_left_out(void)
{
    GHashTableIter iter;
    gpointer count;
    uint64_t sum = 0;
    g_hash_table_iter_init(&iter, left_out);
    while (g_hash_table_iter_next(&iter, NULL, &count))
        sum += GPOINTER_TO_UINT(count);
    return sum;
}

static void end_selection(void)
{
    if (selection == NULL)
        return;
    extract_selection_end(selection);
    const extract_text text = {
        .kind = TEXT_LEFT_OUT, .exchanges = sum_left_out(), .calls = calls_left_out};
    if (text.exchanges > 0 || text.calls > 0)
        put_text(&text, &(extract_origin){0});
    select_no_more();
}

/* ---- frames --------------------------------------------------------------- */

bool extract_origin_of(const packet_info *pinfo, extract_origin *origin)
{
    char *comment;
    return pinfo->rec->rec_type == REC_TYPE_PACKET &&
           pinfo->rec->rec_header.packet_header.pkt_encap == WTAP_ENCAP_WIRESHARK_UPPER_PDU &&
           pinfo->rec->block != NULL &&
           wtap_block_get_nth_string_option_value(pinfo->rec->block, OPT_COMMENT, 0, &comment) ==
               WTAP_OPTTYPE_SUCCESS &&
           origin_read(comment, origin);
}

void extract_count_frame(const packet_info *pinfo)
{
    source_count(pinfo->num, &pinfo->abs_ts);
}

/* The first message of a connection tells the client's hardware address, and that once. */
static void add_link(extract_origin *origin, const nfs4_message *message)
{
    const address *link = message->client_link;
    if (has_connection || link == NULL || link->type != AT_ETHER || link->len != ORIGIN_LINK_SIZE)
        return;
    origin->has_link = true;
    memcpy(origin->link, link->data, ORIGIN_LINK_SIZE);
}

static extract_packet *packet_of(const packet_info *pinfo, const nfs4_message *message)
{
    extract_origin origin;
    if (!extract_origin_of(pinfo, &origin)) {
        origin = source_origin(pinfo->num);
        add_link(&origin, message);
    }
    return extract_packet_of(pinfo, message, &origin, aliases);
}

/* A reply of which no call waits: what RPC needs to read it again. */
static void put_lost_call(const packet_info *pinfo, const nfs4_message *reply)
{
    extract_origin origin;
    if (!extract_origin_of(pinfo, &origin))
        origin = source_origin(pinfo->num);
    origin.stands_for = 0;
    extract_packet *packet = extract_packet_of_lost_call(pinfo, reply->xid, &origin, aliases);
    if (selection != NULL)
        extract_selection_call(selection, packet);
    else {
        put(packet);
        extract_packet_free(packet);
    }
}

static const nfs4_lease *lease_of(const nfs4_model *model, const nfs4_message *message)
{
    const nfs4_connection *connection = connection_find(&model->connections, message->connection);
    const nfs4_event *event = nfs4_compound_event(&message->compound, OP_SEQUENCE);
    if (connection == NULL)
        return NULL;
    const nfs4_session *session =
        event != NULL && event->status == NFS4_OK
            ? session_find(connection->endpoint->server, event->u.sequence.sessionid)
            : NULL; /* a copy of a request speaks for its session's lease */
    return session != NULL ? session->lease : connection->lease;
}

/* ---- messages ------------------------------------------------------------- */

void extract_before(const nfs4_model *model, const nfs4_message *message)
{
    if (sink != NULL && selection == NULL)
        select_anew(HELD_FOR_SINK);
    has_connection = connection_find(&model->connections, message->connection) != NULL;
    has_call = selection != NULL
                   ? extract_selection_before(selection, model, message)
                   : !message->compound.is_reply || pending_find(&model->pending, message) != NULL;
}

void extract_after(packet_info *pinfo, const nfs4_model *model, const nfs4_message *message)
{
    at_hand = pinfo;
    if (!has_call)
        put_lost_call(pinfo, message);
    extract_packet *packet = packet_of(pinfo, message);
    packet->lease = lease_of(model, message);
    packet->is_reply &= has_call;
    if (selection != NULL) {
        extract_selection_after(selection, model, message, packet);
        at_hand = NULL;
        return;
    }
    put(packet);
    at_hand = NULL;
    extract_packet_free(packet);
}

/* A model of its own goes through the capture once more. */
void extract_again(packet_info *pinfo, const nfs4_message *message)
{
    if (sink != NULL)
        return;
    if (later_model == NULL || message->frame < later_frame) {
        select_no_more();
        if (later_model != NULL)
            model_free(later_model);
        later_model = model_new(wmem_file_scope());
        select_anew(HELD_FOR_TAP);
    }
    if (selection == NULL)
        return;
    later_frame = message->frame;
    at_hand = pinfo;
    has_connection = connection_find(&later_model->connections, message->connection) != NULL;
    has_call = extract_selection_before(selection, later_model, message);
    if (!has_call)
        put_lost_call(pinfo, message);
    model_observe(later_model, message);
    extract_packet *packet = packet_of(pinfo, message);
    packet->is_reply &= has_call;
    packet->lease = lease_of(later_model, message);
    extract_selection_after(selection, later_model, message, packet);
    at_hand = NULL;
}

void extract_end_of_last_frame(packet_info *pinfo)
{
    if (sink != NULL || later_model == NULL)
        return;
    at_hand = pinfo;
    source_goes_to(&pinfo->abs_ts);
    end_selection();
    at_hand = NULL;
}

/* ---- the door ------------------------------------------------------------- */

void extract_into(extract_sink to, void *data, const char *name, alias_book *others)
{
    sink = to;
    sink_data = data;
    aliases = others;
    if (name != NULL)
        source_begin(origin_name(name), 0);
}

static void put_gaps(const extract_totals *unseen)
{
    for (int kind = 0; kind < GAP_KINDS; kind++) {
        const extract_gap *gap = &unseen->gaps[kind];
        const extract_origin origin = source_origin(gap->first_frame);
        const extract_text text = {.kind = TEXT_GAP,
                                   .gap = (extract_gap_kind)kind,
                                   .count = gap->count,
                                   .port = kind == GAP_UNCLAIMED ? unseen->unclaimed_port : 0};
        if (gap->count > 0)
            put_text(&text, &origin);
    }
}

void extract_finish(const extract_totals *unseen)
{
    at_hand = NULL;
    end_selection();
    put_gaps(unseen);
    end_source();
    sink = NULL;
    alias_book_free(aliases);
    aliases = NULL;
}

void extract_reset(void)
{
    select_no_more();
    if (later_model != NULL)
        model_free(later_model);
    later_model = NULL;
    later_frame = 0;
    source_reset();
    totals_reset();
    origin_forget();
}

/* A packet that is needed whatever it is. Owns it. */
static void pass_packet(packet_info *pinfo, extract_packet *packet)
{
    if (selection != NULL) {
        extract_selection_pass(selection, packet);
        return;
    }
    at_hand = pinfo;
    put(packet);
    at_hand = NULL;
    extract_packet_free(packet);
}

static void pass_on(packet_info *pinfo, const extract_text *text)
{
    extract_origin origin = {0};
    extract_origin_of(pinfo, &origin);
    pass_packet(pinfo, extract_packet_of_text(&pinfo->abs_ts, &origin, text, aliases));
}

void extract_callback(packet_info *pinfo, const nfs4_callback *callback)
{
    extract_origin origin;
    if (PINFO_FD_VISITED(pinfo) && sink != NULL)
        return;
    if (!extract_origin_of(pinfo, &origin))
        origin = source_origin(pinfo->num);
    pass_packet(pinfo, extract_packet_of_callback(pinfo, callback, &origin, aliases));
}

#define TEXT_MAX 1024 /* bytes */

static int dissect_source(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    int length = (int)tvb_captured_length(tvb);
    extract_text read;
    (void)tree, (void)data;
    if (length > TEXT_MAX || PINFO_FD_VISITED(pinfo))
        return length;
    char *text = (char *)tvb_get_string_enc(pinfo->pool, tvb, 0, length, ENC_ASCII);
    if (!extract_text_read(text, &read))
        return length;
    if (read.kind == TEXT_BEGIN) {
        end_source();
        source_begin(read.source.name, pinfo->num);
    } else if (extract_is_wanted()) {
        pass_on(pinfo, &read);
    }
    receive(pinfo, &read);
    return length;
}

void extract_register(extract_receiver receiver)
{
    int parent = proto_get_id_by_filter_name("nfs4sess");
    int pino = proto_register_protocol_in_name_only("NFSv4 Session Analysis Source", "NFSv4 Source",
                                                    "nfs4sess.text", parent, FT_PROTOCOL);
    receive = receiver;
    register_dissector(EXTRACT_SOURCE_DISSECTOR, dissect_source, pino);
    infiniband_register();
    tap = register_export_pdu_tap(TAP_NAME);
}
