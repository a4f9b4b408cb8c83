/* window.h - a text window of Wireshark that shows a view, with buttons that lead to its frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_WINDOW_H
#define NFS4SESS_WINDOW_H

#include <glib.h>

#include "model/model.h"

typedef struct window window;

/* What a window shows. */
typedef struct {
    const char *title;
    GArray *(*frames)(const nfs4_model *model); /* proof_frame, to step through */
} window_kind;

/* Opens one, which says that the capture is being read until window_show is called. `closed` is
 * called with `data` when a person closes it; it has to call window_free. */
window *window_open(const window_kind *kind, void (*closed)(void *data), void *data);

/* Shows the text below a line that names the capture; or that none is open. */
void window_show(window *shown, const char *text);

void window_free(window *shown);

#endif
