/* page.h - text that people read: for a terminal or a window, wrapped, or as Markdown
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Words are ASCII. In Markdown, whatever would mean something there is escaped, so that
 * no name from the wire becomes a link, a heading or an address in a ticket.
 */
#ifndef NFS4SESS_PAGE_H
#define NFS4SESS_PAGE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define PAGE_TERMINAL 80 /* columns */
#define PAGE_MARKDOWN 0  /* a width that stands for it */
#define PAGE_WINDOW 79   /* what a text window of Wireshark shows when it opens, in any style */

typedef struct {
    GString *text;
    size_t width;     /* columns, or PAGE_MARKDOWN */
    GPtrArray *named; /* what the words name, see named.h; NULL where nobody asks */
} page;

static inline bool page_is_markdown(const page *out)
{
    return out->width == PAGE_MARKDOWN;
}

/* Its readers have menus, and no command line. */
static inline bool page_is_window(const page *out)
{
    return out->width == PAGE_WINDOW;
}

/* Appends `words`, wrapped: the first line after `head`, the others indented by as many
 * columns as `head` has. A word that is longer than a line stands on its own. In
 * Markdown, a paragraph; an item where `head` ends with "- ". */
void page_words(page *out, const char *head, const char *words);

/* The same for a printf format. */
void page_words_f(page *out, const char *head, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* A command that people copy: one line, never wrapped, indented. */
void page_command(page *out, const char *command);

/* Several of them, one below the other, with a newline between them. Below an item. */
void page_commands(page *out, const char *commands);

/* An empty line between what belongs together. */
void page_gap(page *out);

/* What follows is another finding: its frames and its filter are kept apart in `named`. */
void page_finding(page *out);

/* What a finding begins with, after an empty line. */
void page_title(page *out, const char *words);

/* A heading, below which stand items. */
void page_heading(page *out, const char *words);

/* A row of a finding: a label of at most six letters, and words. An empty label goes on
 * with the row before. */
void page_row(page *out, const char *label, const char *words);
void page_row_f(page *out, const char *label, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* A row that people copy: never wrapped. */
void page_row_command(page *out, const char *label, const char *command);

/* The display filter of a finding, which ends it. */
void page_row_filter(page *out, const char *filter);

/* One of several rows with one label, which the first of them carries. It begins with what is
 * never wrapped: "frame 117 10:48:50.614 ". `frame` is the one that it shows; those that its words
 * name only tell more of that one. */
void page_row_at(page *out, const char *label, uint32_t frame, const char *place,
                 const char *words);

#endif
