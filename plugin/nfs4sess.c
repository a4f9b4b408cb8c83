/* nfs4sess.c - the conductor: messages to the model, findings to show and tap
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The hook hands over each COMPOUND of a frame. On the first pass the model takes
 * it; on every pass the model is asked whose it is, and at the end of the frame the
 * answers are shown and queued for the taps.
 */
#include "compat.h"

#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <epan/tap.h>
#include <wsutil/wslog.h>

#include "nfs4sess.h"

#include "extract/extract.h"
#include "wire/callback_hook.h"
#include "wire/compound_hook.h"
#include "show/fields.h"
#include "show/menu.h"
#include "wire/nfs_port.h"
#include "wire/single_pass.h"
#include "show/show.h"

#include "model/judge/clock.h"
#include "model/judge/verdict.h"

static int tap_nfs4dup = -1;
static int tap_expert; /* Wireshark's own, which is there when a file is opened */
static const protocol_t *protocol;
static bool enabled; /* for this file */
static dissector_handle_t postdissector;
static bool joined; /* the post-dissector is registered */

static ws_bool pref_reserved_ports = TRUE;
static ws_bool pref_info_suffix = TRUE;
static unsigned pref_clock_margin = CLOCK_MARGIN;
static unsigned pref_records = MODEL_LIMIT;

static nfs4_model *model;
static nfs4sess_frame frame;
static uint32_t frame_number;
static uint32_t read_last;                   /* number of the frame with the last message */
static uint32_t first_of_file, last_of_file; /* of those with messages, on the first pass */
static packet_info *awaited;                 /* the frame's, if its end will be told; else NULL */
static bool tls_requested; /* in a frame of this file, which then has the mark below */
static void (*before_cleanup[NFS4SESS_FORGETTERS])(void);
static uint32_t forgetters; /* of them */
static bool first_pass;     /* the message before this one was seen for the first time */

const nfs4_model *nfs4sess_settle(void)
{
    if (model != NULL)
        model_settle(model);
    return model;
}

bool nfs4sess_has_read(uint32_t number)
{
    return read_last == number;
}

/* On the first pass the model takes the message; later passes see the whole of it.
 * Returns true if the message is one of note. */
static bool take(packet_info *pinfo, const nfs4_message *message)
{
    bool visited = PINFO_FD_VISITED(pinfo);
    bool is_wanted = extract_is_wanted();
    if (visited && first_pass)
        model_settle(model);
    first_pass = !visited;
    if (visited) {
        if (is_wanted)
            extract_again(pinfo, message);
        return model_is_of_note(model, message);
    }
    last_of_file = pinfo->num;
    if (first_of_file == 0)
        first_of_file = pinfo->num;
    if (!model->notes.is_brief && single_pass_is_certain(pinfo) && !have_filtering_tap_listeners())
        model_be_brief(model);
    if (!is_wanted)
        return model_observe(model, message);
    extract_before(model, message);
    bool of_note = model_observe(model, message);
    extract_after(pinfo, model, message);
    return of_note;
}

/* A message out of an extract: it was another frame of another capture. */
static void trace_back(const packet_info *pinfo, nfs4_message *message)
{
    static extract_origin origin;
    static address link;
    if (!extract_origin_of(pinfo, &origin))
        return;
    if (origin.has_link) {
        set_address(&link, AT_ETHER, ORIGIN_LINK_SIZE, origin.link);
        message->client_link = &link;
    }
    message->stands_for = origin.stands_for;
    if (!PINFO_FD_VISITED(pinfo))
        origin_remember(pinfo->num, &origin);
}

/* The source of the message has a server of the model's in it. */
static void note_source(const packet_info *pinfo, const nfs4_message *message)
{
    const extract_origin *origin = origin_find(pinfo->num);
    const nfs4_endpoint_entry *endpoint =
        origin != NULL ? server_endpoint_find(&model->servers, &message->server) : NULL;
    if (endpoint != NULL)
        totals_see(origin->name, endpoint);
}

/* A frame in which a client asks for TLS is marked. It speaks for its connection, of which
 * little else can be read. */
#define TLS_REQUEST_KEY 0

static bool has_tls_request(packet_info *pinfo)
{
    return tls_requested &&
           p_get_proto_data(wmem_file_scope(), pinfo, proto_nfs4sess, TLS_REQUEST_KEY) != NULL;
}

/* ---- the end of a frame --------------------------------------------------- */

/* Without a tree, a column or the expert information nobody reads what is shown: tshark -q.
 * Saves 2.4 % of a capture of takeovers, nothing of others. */
static bool is_read(const packet_info *pinfo, const proto_tree *tree)
{
    return tree != NULL || pinfo->cinfo != NULL || have_tap_listener(tap_expert);
}

/* The frame stays as it is until the next message: the taps read it after this. */
static int end_frame(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    pinfo->current_proto = proto_get_protocol_short_name(protocol); /* of expert information */
    if (has_tls_request(pinfo))
        show_tls_request(tvb, pinfo, tree);
    if (frame_number != pinfo->num)
        return 0;
    frame_number = 0;
    if (PINFO_FD_VISITED(pinfo) && pinfo->num == last_of_file && extract_is_wanted())
        extract_end_of_last_frame(pinfo);
    if (frame.count == 0)
        return 0;
    if (is_read(pinfo, tree))
        show_frame(&frame, tvb, pinfo, tree, pref_info_suffix);
    if (tree != NULL)
        menu_remember(pinfo, &frame);
    tap_queue_packet(tap_nfs4dup, pinfo, &frame);
    return tvb != NULL ? (int)tvb_captured_length(tvb) : 0;
}

/* Nobody catches what is thrown here; without a tree nothing throws. */
static void end_frame_without_tree(void)
{
    if (!joined) /* since it was asked for */
        end_frame(NULL, awaited, NULL, NULL);
}

/* A post-dissector costs every packet of every capture something. It joins when there is
 * a tree to write to, early enough for this frame; where there is none, the few frames
 * that have something to say ask for their end to be told, which saves 0.5 % of the
 * instructions of tshark -q on metadata. */
static void join(void)
{
    if (!joined)
        register_postdissector(postdissector);
    joined = true;
}

static void await_end(packet_info *pinfo)
{
    if (joined || awaited != NULL)
        return;
    awaited = pinfo;
    ws_register_frame_end_routine(pinfo, end_frame_without_tree);
}

/* ---- what the hooks tell -------------------------------------------------- */

static void make_model(void)
{
    if (model != NULL)
        return;
    model = model_new(wmem_file_scope());
    model_set_limit(model, pref_records);
}

static void receive_text(packet_info *pinfo, const extract_text *text)
{
    extract_origin origin;
    if (!enabled)
        return;
    if (extract_origin_of(pinfo, &origin))
        origin_remember(pinfo->num, &origin);
    totals_add(text, pinfo->num);
    if (text->kind != TEXT_LEFT_OUT)
        return;
    make_model();
    model_left_out(model, text->calls, text->exchanges);
}

/* What is shown of messages that are not of note is for eyes, for filters and columns that name a
 * field of ours, and for statistics of the frames that a filter chooses. The tree that colours the
 * packet list of Wireshark's window is for none of them: each packet of the window would cost 3 %
 * more. */
static bool is_asked_for(proto_tree *tree)
{
    return proto_field_is_referenced(tree, proto_nfs4sess) ||
           (tree != NULL && have_filtering_tap_listeners());
}

static void take_compound(packet_info *pinfo, proto_tree *tree, nfs4_message *message)
{
    make_model();
    if (frame_number != pinfo->num) {
        frame_number = read_last = pinfo->num;
        awaited = NULL;
        frame.model = model;
        frame.count = 0;
        frame.decrypted = 0;
    }
    trace_back(pinfo, message);
    frame.decrypted += message->decrypted;
    bool of_note = take(pinfo, message) || pinfo->num == first_of_file;
    if (origin_is_known())
        note_source(pinfo, message);
    if (!of_note && !message->decrypted && !is_asked_for(tree))
        return;
    if (frame.count < NFS4SESS_MESSAGES_KEPT)
        frame.messages[frame.count++] = model_context(model, message);
    if (tree != NULL)
        join();
    else
        await_end(pinfo);
}

/* In tshark -q that is asked for statistics alone, nobody reads what the NFS dissector says, now
 * or later. Not to call it then saves 20 % on metadata. Of RDMA that dissector tells Wireshark
 * how a message is put together. */
static bool is_dissected(const packet_info *pinfo, const proto_tree *tree)
{
    return is_read(pinfo, tree) || pinfo->ptype != PT_TCP || !single_pass_is_certain(pinfo) ||
           !have_tap_listener(tap_nfs4dup);
}

static bool receive_compound(packet_info *pinfo, proto_tree *tree, nfs4_message *message)
{
    if (enabled)
        take_compound(pinfo, tree, message);
    return !enabled || is_dissected(pinfo, tree);
}

static void receive_callback(packet_info *pinfo, const nfs4_callback *callback)
{
    extract_origin origin;
    if (!enabled || model == NULL)
        return;
    if (!PINFO_FD_VISITED(pinfo)) {
        if (extract_origin_of(pinfo, &origin))
            origin_remember(pinfo->num, &origin);
        model_observe_callback(model, callback);
    }
    if (extract_is_wanted())
        extract_callback(pinfo, callback);
}

static void receive_tls_request(packet_info *pinfo)
{
    join(); /* on later passes nobody tells */
    tls_requested = true;
    if (p_get_proto_data(wmem_file_scope(), pinfo, proto_nfs4sess, TLS_REQUEST_KEY) == NULL)
        p_add_proto_data(wmem_file_scope(), pinfo, proto_nfs4sess, TLS_REQUEST_KEY,
                         (void *)protocol);
}

static void init_file(void)
{
    enabled = proto_is_protocol_enabled(protocol);
    tap_expert = find_tap_id("expert");
    clock_set_margin(pref_clock_margin);
    nfs_port_claim(pref_reserved_ports);
    compound_hook_reset();
    single_pass_reset();
    extract_reset();
    tls_requested = false;
    frame.count = 0;
    frame_number = read_last = first_of_file = last_of_file = 0;
    awaited = NULL;
}

void nfs4sess_before_cleanup(void (*forget)(void))
{
    g_return_if_fail(forgetters < NFS4SESS_FORGETTERS);
    before_cleanup[forgetters++] = forget;
}

static void cleanup_file(void)
{
    compound_hook_reset();
    extract_reset();
    for (uint32_t i = 0; i < forgetters; i++)
        before_cleanup[i]();
    if (model == NULL)
        return;
    model_free(model);
    model = NULL;
}

static void register_preferences(void)
{
    module_t *module = prefs_register_protocol(proto_nfs4sess, NULL);
    prefs_register_bool_preference(
        module, "reserved_ports", "Find NFS on client ports that other protocols own",
        "Linux clients use source ports 665 to 1023; a connection from, say, 853 or 995 is "
        "otherwise taken for another protocol, and its NFS stays invisible. Takes effect "
        "unless TCP port 2049 was given to a protocol by hand.",
        &pref_reserved_ports);
    prefs_register_bool_preference(
        module, "info_suffix", "Add findings to the Info column",
        "Frames of a takeover or a lost session get a short note in square brackets.",
        &pref_info_suffix);
    prefs_register_uint_preference(
        module, "clock_margin", "Clock margin (seconds)",
        "How far the start of a second client must lie before the last success of the first, by "
        "its own clock, to be evidence that the two were alive together. Raise it where clocks "
        "are not set well.",
        10, &pref_clock_margin);
    prefs_register_uint_preference(
        module, "records", "Records kept",
        "How many records are kept (connections, identifications, lost leases, opens and what "
        "belongs to them), at 1 KiB each, so that a hostile capture cannot fill the memory. What "
        "lies beyond is counted, and the report says so. 0 keeps everything.",
        10, &pref_records);
}

void nfs4sess_register(void)
{
    fields_register(
        proto_register_protocol("NFSv4 Session Analysis", "NFSv4 Sessions", "nfs4sess"));
    protocol = find_protocol_by_id(proto_nfs4sess);
    /* In name only, as its parent is called: Wireshark then keeps no book of the layer, which
     * every packet would pay for. Enabled and disabled with its parent. */
    int pino =
        proto_register_protocol_in_name_only("NFSv4 Session Analysis Frame", "NFSv4 Sessions",
                                             "nfs4sess.frame", proto_nfs4sess, FT_PROTOCOL);
    register_preferences();
    register_init_routine(init_file);
    register_cleanup_routine(cleanup_file);
    tap_nfs4dup = register_tap("nfs4dup");
    compound_hook_register();
    nfs_port_register();
    extract_register(receive_text);
    postdissector = create_dissector_handle_with_name(end_frame, pino, "nfs4sess");
}

void nfs4sess_handoff(void)
{
    if (!compound_hook_install(receive_compound))
        ws_warning("nfs4sess: this Wireshark has no NFSv4 COMPOUND to stand in front of");
    callback_hook_install(receive_callback);
    nfs_port_install(receive_tls_request);
}
