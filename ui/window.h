/* window.h - a text window of Wireshark that shows a view, with buttons that lead to its frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_WINDOW_H
#define NFS4SESS_WINDOW_H

#include <glib.h>

typedef struct window window;

/* Opens one, which says that the capture is being read until window_show is called. `closed` is
 * called with `data` when a person closes it; it has to call window_free. */
window *window_open(const char *title, void (*closed)(void *data), void *data);

/* Shows the text below a line that names the capture; or that none is open. Takes what the text
 * names, see named.h, for the buttons. */
void window_show(window *shown, const char *text, GPtrArray *named);

/* As if a person closed it: `closed` is called. */
void window_close(window *shown);

void window_free(window *shown);

#endif
