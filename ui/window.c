/* window.c - a text window of Wireshark that shows a view, with buttons that lead to its frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/frame_data.h>
#include <epan/funnel.h>
#include <epan/plugin_if.h>
#include <wsutil/filesystem.h>

#include "window.h"

#include "finding_colors.h"
#include "named.h"
#include "nfs4sess.h"

#define BUTTONS 5
#define FRAMES_SHOWN 100 /* in one filter */

#define PROFILE "NFSv4 sessions"

struct window {
    funnel_text_window_t *place;
    funnel_bt_t buttons[BUTTONS];
    GString *text;    /* the view */
    GString *shows;   /* the same, as it is shown */
    GPtrArray *named; /* by the view, see named.h */
    guint next;       /* of its frames, to step through */
    char *capture;    /* its path, of which they are; NULL for none */
    const char *note; /* why the last button did nothing, in a line; or "" */
};

static const funnel_ops_t *gui(void)
{
    return funnel_get_funnel_ops();
}

/* ---- the capture ---------------------------------------------------------- */

typedef struct {
    file_state state;
    char *path;       /* NULL where nothing is open */
    uint32_t current; /* number of the frame that is selected, 0 for none */
} open_capture;

static void *look_at(capture_file *file, void *data)
{
    open_capture *found = (open_capture *)data;
    if (file == NULL || file->state == FILE_CLOSED)
        return NULL;
    found->state = file->state;
    found->path = g_strdup(file->filename != NULL ? file->filename : "the capture");
    found->current = file->current_frame != NULL ? file->current_frame->num : 0;
    return NULL;
}

/* `path` is to be freed. */
static open_capture look(void)
{
    open_capture found = {.state = FILE_CLOSED};
    plugin_if_get_capture_file(look_at, &found);
    return found;
}

/* ---- text ----------------------------------------------------------------- */

static void set_text(window *shown, GString *text)
{
    if (!g_string_equal(text, shown->shows)) { /* or the window scrolls to its top */
        gui()->set_text(shown->place, text->str);
        g_string_assign(shown->shows, text->str);
    }
    g_string_free(text, TRUE);
}

static bool has_nfs(void)
{
    const nfs4_model *model = nfs4sess_settle();
    return model != NULL && model->compounds > 0;
}

static bool has_profile(void)
{
    return profile_exists(PROFILE, FALSE) || profile_exists(PROFILE, TRUE);
}

/* Before anything was drawn, there is no text. */
static GString *whole_text(const window *shown, const open_capture *capture)
{
    GString *whole = g_string_new(NULL);
    bool drawn = shown->text->len > 0;
    bool reading = !drawn || capture->state == FILE_READ_IN_PROGRESS;
    char *name = g_path_get_basename(capture->path);
    g_string_append_printf(whole, "%s%s%s\n%s", reading ? "Reading " : "", name,
                           reading ? " …" : "", shown->note);
    if (drawn)
        g_string_append_printf(whole, "\n%s", shown->text->str);
    if (drawn && has_nfs() && has_profile())
        g_string_append(whole, "\nColumns, colours and filters for this:\n"
                               "Edit > Configuration Profiles, \"" PROFILE "\".\n");
    g_free(name);
    return whole;
}

static void show_all(window *shown)
{
    open_capture capture = look();
    set_text(shown, capture.path != NULL ? whole_text(shown, &capture)
                                         : g_string_new("No capture is open.\n"));
    g_free(capture.path);
}

/* ---- buttons -------------------------------------------------------------- */

/* Says below the name of the capture why a button does nothing, or nothing any more. */
static void say(window *shown, const char *note)
{
    shown->note = note;
    show_all(shown);
}

/* The finding of the frame to which the first button led last; before that the first one. NULL
 * for none. */
static const named_finding *current_finding(const window *shown)
{
    uint32_t frame;
    if (shown->next > 0)
        return named_at(shown->named, shown->next - 1, &frame);
    if (shown->named->len == 0)
        return NULL;
    const named_finding *first = (const named_finding *)g_ptr_array_index(shown->named, 0);
    return named_is_empty(first) ? NULL : first;
}

static bool is_selected(uint32_t frame)
{
    open_capture capture = look();
    g_free(capture.path);
    return capture.current == frame;
}

/* A display filter may hide the frame; then it has to go. */
static void go_to(uint32_t frame)
{
    plugin_if_goto_frame(frame);
    if (is_selected(frame))
        return;
    plugin_if_apply_filter("", TRUE);
    plugin_if_goto_frame(frame);
}

static ws_bool next_frame(funnel_text_window_t *place, void *data)
{
    window *shown = (window *)data;
    uint32_t frame;
    (void)place;
    if (named_at(shown->named, shown->next, &frame) == NULL)
        shown->next = 0;
    if (named_at(shown->named, shown->next, &frame) == NULL) {
        say(shown, "(There is no frame to go to.)\n");
        return TRUE;
    }
    say(shown, "");
    shown->next++;
    go_to(frame);
    return TRUE;
}

static char *filter_of_frames(const named_finding *finding)
{
    GString *filter = g_string_new("frame.number in {");
    for (guint i = 0; i < MIN(finding->frames->len, FRAMES_SHOWN); i++)
        g_string_append_printf(filter, "%s%u", i > 0 ? ", " : "",
                               g_array_index(finding->frames, uint32_t, i));
    g_string_append_c(filter, '}');
    return g_string_free(filter, FALSE);
}

static ws_bool show_frames(funnel_text_window_t *place, void *data)
{
    window *shown = (window *)data;
    const named_finding *finding = current_finding(shown);
    (void)place;
    if (finding == NULL || finding->frames->len == 0) {
        say(shown, "(There is no frame to show.)\n");
        return TRUE;
    }
    say(shown, "");
    char *filter = filter_of_frames(finding);
    plugin_if_apply_filter(filter, TRUE);
    g_free(filter);
    return TRUE;
}

static ws_bool filter_finding(funnel_text_window_t *place, void *data)
{
    window *shown = (window *)data;
    const named_finding *finding = current_finding(shown);
    (void)place;
    if (finding == NULL || finding->filter == NULL) {
        say(shown, finding == NULL ? "(There is no finding to filter by.)\n"
                                   : "(This finding has no filter: Show these frames.)\n");
        return TRUE;
    }
    say(shown, "");
    plugin_if_apply_filter(finding->filter, TRUE);
    return TRUE;
}

static ws_bool color_findings(funnel_text_window_t *place, void *data)
{
    (void)place, (void)data;
    finding_colors_switch();
    gui()->redissect_packets(gui()->ops_id);
    return TRUE;
}

static ws_bool copy(funnel_text_window_t *place, void *data)
{
    (void)place;
    gui()->copy_to_clipboard(((window *)data)->shows);
    return TRUE;
}

static void add_buttons(window *shown)
{
    static const struct {
        const char *label;
        funnel_bt_cb_t press;
    } buttons[BUTTONS] = {{"Next proof frame", next_frame},
                          {"Show these frames", show_frames},
                          {"Filter this owner", filter_finding},
                          {"Colour findings", color_findings},
                          {"Copy", copy}};
    for (size_t i = 0; i < BUTTONS; i++) {
        shown->buttons[i] =
            (funnel_bt_t){.tw = shown->place, .func = buttons[i].press, .data = shown};
        gui()->add_button(shown->place, &shown->buttons[i], buttons[i].label);
    }
}

/* ---- the window ----------------------------------------------------------- */

window *window_open(const char *title, void (*closed)(void *data), void *data)
{
    window *shown = g_new0(window, 1);
    shown->text = g_string_new(NULL);
    shown->shows = g_string_new(NULL);
    shown->named = named_new();
    shown->note = "";
    shown->place = gui()->new_text_window(gui()->ops_id, title);
    gui()->set_close_cb(shown->place, closed, data);
    add_buttons(shown);
    show_all(shown);
    return shown;
}

/* Another capture, or another list of frames, is stepped through from its beginning. */
static void take_named(window *shown, GPtrArray *named)
{
    open_capture capture = look();
    bool goes_on = capture.path != NULL && g_strcmp0(capture.path, shown->capture) == 0 &&
                   named_begin_alike(shown->named, named, shown->next);
    if (!goes_on) {
        shown->next = 0;
        shown->note = "";
    }
    g_ptr_array_free(shown->named, TRUE);
    shown->named = named;
    g_free(shown->capture);
    shown->capture = capture.path;
}

void window_show(window *shown, const char *text, GPtrArray *named)
{
    take_named(shown, named);
    g_string_assign(shown->text, text);
    show_all(shown);
}

void window_close(window *shown)
{
    gui()->destroy_text_window(shown->place);
}

void window_free(window *shown)
{
    g_string_free(shown->text, TRUE);
    g_string_free(shown->shows, TRUE);
    g_ptr_array_free(shown->named, TRUE);
    g_free(shown->capture);
    g_free(shown);
}
