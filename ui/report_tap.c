/* report_tap.c - what is drawn at the end of a capture: -z commands, and windows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <stdio.h>

#include <epan/epan.h>
#include <epan/funnel.h>
#include <epan/plugin_if.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "report_tap.h"

#include "chain_table.h"
#include "nfs4sess.h"
#include "named.h"
#include "prose.h"
#include "report.h"
#include "trouble_table.h"
#include "view_file.h"
#include "window.h"

#include "model/know/note.h"

typedef struct report_tap report_tap;

/* "nfs4dup,<name>" or "nfs4dup,<name>,<display filter>" */
typedef struct {
    const char *command;
    void (*draw)(GString *text, report_tap *tap);
} report_command;

/* One -z command or one window: the owners and chains that frames which pass its filter belong to.
 */
struct report_tap {
    const report_command *command;
    bool filtered;
    GHashTable *owners; /* set of nfs4_owner */
    GHashTable *frames; /* set of frame numbers, in which chains are looked for at the end:
                           on a first pass a call does not know yet what it will mean */
    GHashTable *chains; /* set of nfs4_chain, or of nfs4_trouble */
    visibility *seen;   /* whatever the filter */
    FILE *out;          /* while a view is drawn that has no window */
    window *place;      /* NULL for such a view */
    bool is_told;       /* the packets that were there when the window was opened */
    GPtrArray *named;   /* while a window is drawn; see named.h */
};

static void tap_reset(void *data)
{
    report_tap *tap = (report_tap *)data;
    g_hash_table_remove_all(tap->owners);
    g_hash_table_remove_all(tap->frames);
}

static tap_packet_status tap_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                    const void *data, tap_flags_t flags)
{
    report_tap *tap = (report_tap *)tapdata;
    const nfs4sess_frame *frame = (const nfs4sess_frame *)data;
    (void)edt, (void)flags;
    if (!tap->filtered) {
        visibility_see_decrypted(tap->seen, frame);
        return TAP_PACKET_REDRAW;
    }
    for (uint32_t i = 0; i < frame->count; i++) {
        if (frame->messages[i].owner != NULL)
            g_hash_table_add(tap->owners, (void *)frame->messages[i].owner);
    }
    g_hash_table_add(tap->frames, GUINT_TO_POINTER(pinfo->num));
    return TAP_PACKET_REDRAW;
}

static bool owner_is_chosen(const nfs4_owner *owner, void *data)
{
    return g_hash_table_contains(((report_tap *)data)->owners, owner);
}

static bool chain_is_chosen(const nfs4_chain *chain, void *data)
{
    return g_hash_table_contains(((report_tap *)data)->chains, chain);
}

/* It has no window, so that nobody needs the whole text at once. */
static void draw_json(GString *text, report_tap *tap)
{
    (void)text;
    report_facts facts = {.wireshark = epan_get_version(), .gaps = visibility_sum(tap->seen)};
    report_json(tap->out, nfs4sess_settle(), &facts, tap->filtered ? owner_is_chosen : NULL, tap);
}

static size_t width_of(const report_tap *tap)
{
    return tap->place != NULL ? PAGE_WINDOW : PAGE_TERMINAL;
}

static void draw_prose(GString *text, report_tap *tap, prose_depth depth, size_t width)
{
    report_facts facts = {.wireshark = epan_get_version(), .gaps = visibility_sum(tap->seen)};
    page out = {.text = text, .width = width, .named = tap->named};
    prose_report(&out, nfs4sess_settle(), &facts, depth, tap->filtered ? owner_is_chosen : NULL,
                 tap);
}

static void draw_brief(GString *text, report_tap *tap)
{
    draw_prose(text, tap, PROSE_BRIEF, width_of(tap));
}

static void draw_report(GString *text, report_tap *tap)
{
    draw_prose(text, tap, PROSE_REPORT, width_of(tap));
}

static void draw_full(GString *text, report_tap *tap)
{
    draw_prose(text, tap, PROSE_FULL, width_of(tap));
}

static void draw_markdown(GString *text, report_tap *tap)
{
    draw_prose(text, tap, PROSE_REPORT, PAGE_MARKDOWN);
}

/* A filter chooses; a blank one leaves out nothing. */
static bool has_choice(const report_tap *tap, const nfs4_model *model)
{
    g_hash_table_remove_all(tap->chains);
    return tap->filtered && model != NULL && note_are_whole(model);
}

static void choose_chain(nfs4_note *note, void *data)
{
    report_tap *tap = (report_tap *)data;
    if (note->chain != NULL &&
        g_hash_table_contains(tap->frames, GUINT_TO_POINTER(note->key.frame)))
        g_hash_table_add(tap->chains, note->chain);
}

static void draw_chains(GString *text, report_tap *tap)
{
    const nfs4_model *model = nfs4sess_settle();
    if (tap->place != NULL) {
        page out = {.text = text, .width = PAGE_WINDOW, .named = tap->named};
        chain_list(&out, model);
        return;
    }
    bool chooses = has_choice(tap, model);
    if (chooses)
        note_each(model, choose_chain, tap);
    chain_table(text, model, chooses ? chain_is_chosen : NULL, tap);
}

static bool trouble_is_chosen(const nfs4_trouble *trouble, void *data)
{
    return g_hash_table_contains(((report_tap *)data)->chains, trouble);
}

static void choose_trouble(nfs4_note *note, void *data)
{
    report_tap *tap = (report_tap *)data;
    if (note->trouble != NULL &&
        g_hash_table_contains(tap->frames, GUINT_TO_POINTER(note->key.frame)))
        g_hash_table_add(tap->chains, (void *)note->trouble);
}

static void draw_trouble(GString *text, report_tap *tap)
{
    const nfs4_model *model = nfs4sess_settle();
    bool chooses = has_choice(tap, model);
    if (chooses)
        note_each(model, choose_trouble, tap);
    trouble_table(text, model, chooses ? trouble_is_chosen : NULL, tap);
}

static void draw_file(GString *text, report_tap *tap)
{
    const char *view = tap->command->command;
    tap->out = view_open(tap->command->command);
    if (tap->out != NULL) {
        tap->command->draw(text, tap);
        fputs(text->str, tap->out);
    }
    if (tap->out == NULL || !view_close(tap->out))
        report_failure("-z %s cannot be written to the file descriptor that NFS4DUP_FD_%s holds",
                       view, strchr(view, ',') + 1);
}

static void tap_draw(void *data)
{
    report_tap *tap = (report_tap *)data;
    GString *text = g_string_new(NULL);
    if (tap->place == NULL) {
        draw_file(text, tap);
    } else if (tap->is_told) {
        tap->named = named_new();
        tap->command->draw(text, tap);
        window_show(tap->place, text->str, tap->named);
        tap->named = NULL;
    }
    g_string_free(text, TRUE);
}

static void tap_finish(void *data)
{
    report_tap *tap = (report_tap *)data;
    g_hash_table_destroy(tap->owners);
    g_hash_table_destroy(tap->frames);
    g_hash_table_destroy(tap->chains);
    if (tap->place != NULL)
        window_free(tap->place);
    if (tap->seen != NULL)
        visibility_free(tap->seen);
    g_free(tap);
}

/* What stands behind the command and a comma, NULL for nothing. Wireshark compares no
 * more than the beginning of an argument: false where it goes on in another way. */
static bool filter_in(const char *argument, const report_command *command, const char **filter)
{
    const char *rest = argument + strlen(command->command);
    *filter = rest[0] == ',' && rest[1] != '\0' ? rest + 1 : NULL;
    return rest[0] == ',' || rest[0] == '\0';
}

/* Returns NULL, and says why, where the filter is none. */
static report_tap *tap_new(const report_command *command, const char *filter)
{
    report_tap *tap = g_new0(report_tap, 1);
    tap->command = command;
    tap->filtered = filter != NULL;
    tap->owners = g_hash_table_new(g_direct_hash, g_direct_equal);
    tap->frames = g_hash_table_new(g_direct_hash, g_direct_equal);
    tap->chains = g_hash_table_new(g_direct_hash, g_direct_equal);
    GString *error = register_tap_listener("nfs4dup", tap, filter, TL_REQUIRES_NOTHING, tap_reset,
                                           tap_packet, tap_draw, tap_finish);
    if (error == NULL) {
        tap->seen = visibility_new(!tap->filtered);
        return tap;
    }
    report_failure("%s: %s", tap->command->command, error->str);
    g_string_free(error, TRUE);
    tap_finish(tap);
    return NULL;
}

static ws_stat_init_result start_tap(const char *argument, void *data)
{
    const report_command *command = (const report_command *)data;
    const char *filter;
    bool is_known = filter_in(argument, command, &filter);
    if (!is_known)
        report_failure("there is no -z %s, but %s[,filter]", argument, command->command);
    WS_STAT_INIT_RETURN(is_known && tap_new(command, filter) != NULL);
}

/* ---- windows -------------------------------------------------------------- */

enum {
    COMMAND_JSON,
    COMMAND_CHAINS,
    COMMAND_REPORT,
    COMMAND_BRIEF,
    COMMAND_FULL,
    COMMAND_MARKDOWN,
    COMMAND_TROUBLE
};

static const report_command commands[] = {[COMMAND_JSON] = {"nfs4dup,json", draw_json},
                                          [COMMAND_CHAINS] = {"nfs4dup,chains", draw_chains},
                                          [COMMAND_REPORT] = {"nfs4dup,report", draw_report},
                                          [COMMAND_BRIEF] = {"nfs4dup,brief", draw_brief},
                                          [COMMAND_FULL] = {"nfs4dup,full", draw_full},
                                          [COMMAND_MARKDOWN] = {"nfs4dup,markdown", draw_markdown},
                                          [COMMAND_TROUBLE] = {"nfs4dup,trouble", draw_trouble}};

static report_tap *windows[G_N_ELEMENTS(commands)]; /* those that are open */

static void close_window(void *data)
{
    report_tap *tap = (report_tap *)data;
    windows[tap->command - commands] = NULL;
    visibility_stop(tap->seen);
    remove_tap_listener(tap);
}

/* One of each kind. Nothing raises a window that lies below others: it is opened anew. It can be
 * closed while Wireshark hands out the packets, and says nothing before it was told all of them. */
static void open_window(const report_command *command, const char *title)
{
    if (windows[command - commands] != NULL)
        window_close(windows[command - commands]->place);
    report_tap *tap = tap_new(command, NULL);
    if (tap == NULL)
        return;
    windows[command - commands] = tap;
    tap->place = window_open(title, close_window, tap);
    funnel_get_funnel_ops()->retap_packets(funnel_get_funnel_ops()->ops_id);
    if (windows[command - commands] != tap)
        return;
    tap->is_told = true;
    tap_draw(tap);
}

void report_tap_open_report(void)
{
    open_window(&commands[COMMAND_REPORT], "NFSv4 Session Report");
}

void report_tap_open_chains(void)
{
    open_window(&commands[COMMAND_CHAINS], "NFSv4 Invalidation Chains");
}

static void forget_window(void *place)
{
    *(funnel_text_window_t **)place = NULL;
}

/* No view opens the Flow Graph itself: no function does that. */
void report_tap_open_flow(void)
{
    static funnel_text_window_t *place;
    const funnel_ops_t *gui = funnel_get_funnel_ops();
    plugin_if_apply_filter("nfs4sess.collision && rpc.msgtyp == 1", TRUE);
    if (place != NULL)
        gui->destroy_text_window(place);
    place = gui->new_text_window(gui->ops_id, "NFSv4 Flow of Collisions");
    gui->set_close_cb(place, forget_window, &place);
    gui->set_text(place,
                  "The packet list now shows takeovers, and the refusals that they caused.\n\n"
                  "To see the hosts throw each other out, as arrows between columns:\n\n"
                  "  1. Statistics > Flow Graph\n"
                  "  2. tick \"Limit to display filter\", unless it is\n\n"
                  "An empty packet list means that no two hosts collide in this capture.\n\n"
                  "Flow type \"NFSv4 Sessions\", without that tick, draws all identifications,\n"
                  "confirms, refusals and recoveries of the capture.\n");
}

void report_tap_register(void)
{
    static stat_tap_ui uis[G_N_ELEMENTS(commands)];
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        uis[i] = (stat_tap_ui){.group = REGISTER_STAT_GROUP_GENERIC,
                               .cli_string = commands[i].command,
                               .tap_init_cb = start_tap};
        register_stat_tap_ui(&uis[i], (void *)&commands[i]);
    }
}
