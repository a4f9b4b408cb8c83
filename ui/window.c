/* window.c - a text window of Wireshark that shows a view, with buttons that lead to its frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/frame_data.h>
#include <epan/funnel.h>
#include <epan/plugin_if.h>

#include "window.h"

#include "finding_colors.h"
#include "nfs4sess.h"
#include "proof_frames.h"

#define BUTTONS 5
#define FRAMES_SHOWN 100 /* in one filter */

#define PROFILE                                                                                    \
    "Columns, colours and filters for this: Edit > Configuration Profiles, \"NFSv4 sessions\".\n"

struct window {
    const window_kind *kind;
    funnel_text_window_t *place;
    funnel_bt_t buttons[BUTTONS];
    GString *text; /* as it is shown */
    guint next;    /* of the frames to step through */
};

static const funnel_ops_t *gui(void)
{
    return funnel_get_funnel_ops();
}

/* ---- the capture ---------------------------------------------------------- */

typedef struct {
    file_state state;
    char *name;       /* NULL where nothing is open */
    uint32_t current; /* number of the frame that is selected, 0 for none */
} open_capture;

static void *look_at(capture_file *file, void *data)
{
    open_capture *found = (open_capture *)data;
    if (file == NULL || file->state == FILE_CLOSED)
        return NULL;
    found->state = file->state;
    found->name =
        file->filename != NULL ? g_path_get_basename(file->filename) : g_strdup("the capture");
    found->current = file->current_frame != NULL ? file->current_frame->num : 0;
    return NULL;
}

/* `name` is to be freed. */
static open_capture look(void)
{
    open_capture found = {.state = FILE_CLOSED};
    plugin_if_get_capture_file(look_at, &found);
    return found;
}

/* ---- buttons -------------------------------------------------------------- */

static GArray *frames_of(const window *shown)
{
    return shown->kind->frames(nfs4sess_settle());
}

/* The frame that the last press on the first button led to, the first one before any; NULL for
 * no frame at all. */
static const proof_frame *current_frame(const window *shown, const GArray *frames)
{
    if (frames->len == 0)
        return NULL;
    guint place = shown->next > 0 && shown->next <= frames->len ? shown->next - 1 : 0;
    return &g_array_index(frames, proof_frame, place);
}

static bool is_selected(uint32_t frame)
{
    open_capture capture = look();
    g_free(capture.name);
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
    GArray *frames = frames_of(shown);
    (void)place;
    if (shown->next >= frames->len)
        shown->next = 0;
    if (frames->len > 0)
        go_to(g_array_index(frames, proof_frame, shown->next++).frame);
    g_array_free(frames, TRUE);
    return TRUE;
}

/* The frames that show the finding at which the window is. */
static char *filter_of_frames(const window *shown, const GArray *frames)
{
    const proof_frame *current = current_frame(shown, frames);
    GString *filter = g_string_new("frame.number in {");
    guint told = 0;
    for (guint i = 0; i < frames->len && told < FRAMES_SHOWN; i++) {
        const proof_frame *proof = &g_array_index(frames, proof_frame, i);
        if (proof->owner == current->owner)
            g_string_append_printf(filter, "%s%u", told++ > 0 ? ", " : "", proof->frame);
    }
    g_string_append_c(filter, '}');
    return g_string_free(filter, FALSE);
}

static ws_bool show_frames(funnel_text_window_t *place, void *data)
{
    GArray *frames = frames_of((window *)data);
    (void)place;
    if (frames->len > 0) {
        char *filter = filter_of_frames((window *)data, frames);
        plugin_if_apply_filter(filter, TRUE);
        g_free(filter);
    }
    g_array_free(frames, TRUE);
    return TRUE;
}

static ws_bool filter_owner(funnel_text_window_t *place, void *data)
{
    GArray *frames = frames_of((window *)data);
    const proof_frame *current = current_frame((window *)data, frames);
    (void)place;
    if (current != NULL && current->owner != 0) {
        char *filter = g_strdup_printf("nfs4sess.owner.number == %u", current->owner);
        plugin_if_apply_filter(filter, TRUE);
        g_free(filter);
    }
    g_array_free(frames, TRUE);
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
    gui()->copy_to_clipboard(((window *)data)->text);
    return TRUE;
}

static void add_buttons(window *shown)
{
    static const struct {
        const char *label;
        funnel_bt_cb_t press;
    } buttons[BUTTONS] = {{"Next proof frame", next_frame},
                          {"Show these frames", show_frames},
                          {"Filter this owner", filter_owner},
                          {"Colour findings", color_findings},
                          {"Copy", copy}};
    for (size_t i = 0; i < BUTTONS; i++) {
        shown->buttons[i] =
            (funnel_bt_t){.tw = shown->place, .func = buttons[i].press, .data = shown};
        gui()->add_button(shown->place, &shown->buttons[i], buttons[i].label);
    }
}

/* ---- the window ----------------------------------------------------------- */

static void set_text(window *shown, GString *text)
{
    if (!g_string_equal(text, shown->text)) { /* or the window scrolls to its top */
        gui()->set_text(shown->place, text->str);
        g_string_assign(shown->text, text->str);
    }
    g_string_free(text, TRUE);
}

static void say_reading(window *shown)
{
    open_capture capture = look();
    GString *text = g_string_new(NULL);
    if (capture.name == NULL)
        g_string_append(text, "No capture is open.\n");
    else
        g_string_append_printf(text, "Reading %s …\n", capture.name);
    set_text(shown, text);
    g_free(capture.name);
}

window *window_open(const window_kind *kind, void (*closed)(void *data), void *data)
{
    window *shown = g_new0(window, 1);
    shown->kind = kind;
    shown->text = g_string_new(NULL);
    shown->place = gui()->new_text_window(gui()->ops_id, kind->title);
    gui()->set_close_cb(shown->place, closed, data);
    add_buttons(shown);
    say_reading(shown);
    return shown;
}

void window_show(window *shown, const char *text)
{
    open_capture capture = look();
    if (capture.name == NULL) {
        shown->next = 0;
        set_text(shown, g_string_new("No capture is open.\n"));
        return;
    }
    GString *whole = g_string_new(NULL);
    bool reading = capture.state == FILE_READ_IN_PROGRESS;
    g_string_append_printf(whole, "%s%s%s\n%s\n" PROFILE, reading ? "Reading " : "", capture.name,
                           reading ? " …" : "", text);
    set_text(shown, whole);
    g_free(capture.name);
}

void window_free(window *shown)
{
    g_string_free(shown->text, TRUE);
    g_free(shown);
}
