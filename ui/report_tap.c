/* report_tap.c - what is drawn at the end of a capture: -z commands, and windows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <stdio.h>

#include <epan/epan.h>
#include <epan/funnel.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "report_tap.h"

#include "chain_table.h"
#include "nfs4sess.h"
#include "prose.h"
#include "report.h"
#include "view_file.h"

typedef struct report_tap report_tap;

/* "nfs4dup,<name>" or "nfs4dup,<name>,<display filter>" */
typedef struct {
    const char *command;
    const char *title; /* in the menu Statistics, NULL for no window */
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
    GHashTable *chains; /* set of nfs4_chain */
    visibility *seen;   /* whatever the filter */
    FILE *out;          /* while a view is drawn that has no window */
    funnel_text_window_t *window; /* NULL for such a view */
    GString *shown;               /* in the window */
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
    return tap->window != NULL ? PAGE_WINDOW : PAGE_TERMINAL;
}

static void draw_prose(GString *text, report_tap *tap, prose_depth depth, size_t width)
{
    report_facts facts = {.wireshark = epan_get_version(), .gaps = visibility_sum(tap->seen)};
    page out = {.text = text, .width = width};
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

static void choose_chain(gpointer key, gpointer value, gpointer data)
{
    report_tap *tap = (report_tap *)data;
    const nfs4_note *note = (const nfs4_note *)value;
    (void)key;
    if (note->chain != NULL &&
        g_hash_table_contains(tap->frames, GUINT_TO_POINTER(note->key.frame)))
        g_hash_table_add(tap->chains, note->chain);
}

static void draw_chains(GString *text, report_tap *tap)
{
    const nfs4_model *model = nfs4sess_settle();
    if (tap->window != NULL) {
        page out = {.text = text, .width = PAGE_WINDOW};
        chain_list(&out, model);
        return;
    }
    g_hash_table_remove_all(tap->chains);
    if (tap->filtered && model != NULL)
        wmem_map_foreach(model->notes, choose_chain, tap);
    chain_table(text, model, tap->filtered ? chain_is_chosen : NULL, tap);
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

static void draw_window(GString *text, report_tap *tap)
{
    tap->command->draw(text, tap);
    if (!g_string_equal(text, tap->shown)) { /* or the window scrolls to its top */
        funnel_get_funnel_ops()->set_text(tap->window, text->str);
        g_string_assign(tap->shown, text->str);
    }
}

static void tap_draw(void *data)
{
    report_tap *tap = (report_tap *)data;
    GString *text = g_string_new(NULL);
    if (tap->window == NULL)
        draw_file(text, tap);
    else
        draw_window(text, tap);
    g_string_free(text, TRUE);
}

static void tap_finish(void *data)
{
    report_tap *tap = (report_tap *)data;
    g_hash_table_destroy(tap->owners);
    g_hash_table_destroy(tap->frames);
    g_hash_table_destroy(tap->chains);
    g_string_free(tap->shown, TRUE);
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
    tap->shown = g_string_new(NULL);
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

static void close_window(void *data)
{
    report_tap *tap = (report_tap *)data;
    visibility_stop(tap->seen);
    remove_tap_listener(tap);
}

static void open_window(void *data)
{
    const report_command *command = (const report_command *)data;
    const funnel_ops_t *window_system = funnel_get_funnel_ops();
    report_tap *tap = tap_new(command, NULL);
    if (tap == NULL)
        return;
    tap->window = window_system->new_text_window(window_system->ops_id, command->title);
    window_system->set_close_cb(tap->window, close_window, tap);
    window_system->retap_packets(window_system->ops_id);
}

void report_tap_register(void)
{
    static const report_command commands[] = {
        {"nfs4dup,json", NULL, draw_json},
        {"nfs4dup,chains", "NFSv4 Invalidation Chains", draw_chains},
        {"nfs4dup,report", "NFSv4 Session Report", draw_report},
        {"nfs4dup,brief", NULL, draw_brief},
        {"nfs4dup,full", NULL, draw_full},
        {"nfs4dup,markdown", NULL, draw_markdown}};
    static stat_tap_ui uis[G_N_ELEMENTS(commands)];
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        uis[i] = (stat_tap_ui){.group = REGISTER_STAT_GROUP_GENERIC,
                               .cli_string = commands[i].command,
                               .tap_init_cb = start_tap};
        register_stat_tap_ui(&uis[i], (void *)&commands[i]);
        if (commands[i].title != NULL)
            funnel_register_menu(commands[i].title, REGISTER_PACKET_STAT_GROUP_UNSORTED,
                                 open_window, (void *)&commands[i], NULL, TRUE);
    }
}
