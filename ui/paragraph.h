/* paragraph.h - text for a terminal: paragraphs, wrapped
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_PARAGRAPH_H
#define NFS4SESS_PARAGRAPH_H

#include <glib.h>

#define PARAGRAPH_WIDTH 70 /* what a text window of Wireshark shows when it opens */

/* Appends `words`, ASCII, wrapped at PARAGRAPH_WIDTH: the first line after `head`, the
 * others indented by as many columns as `head` has. A word that is longer than a line
 * stands on its own. */
void paragraph(GString *text, const char *head, const char *words);

/* The same for a printf format. */
void paragraph_f(GString *text, const char *head, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* A command that people copy: one line, never wrapped, indented. */
void paragraph_command(GString *text, const char *command);

#endif
