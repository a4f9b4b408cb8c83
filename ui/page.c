/* page.c - text that people read: for a terminal or a window, wrapped, or as Markdown
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "page.h"

#include "named.h"

#include "show/wording_origin.h"

#include <string.h>

#define COMMAND_INDENT 10
#define LABEL_WIDTH 7
#define WORD_SHOWN 255 /* characters of a word; the JSON document has owners and names whole */

/* ---- Markdown ------------------------------------------------------------- */

/* Punctuation is escaped; what makes a link or calls somebody by itself is taken apart. */
static void escape(GString *text, const char *words, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (words[i] == '@')
            g_string_append(text, "&#64;");
        else if (strncmp(words + i, "://", MIN(3, length - i)) == 0 && length - i >= 3)
            g_string_append(text, "&#58;");
        else if (i >= 3 && words[i] == '.' && g_ascii_strncasecmp(words + i - 3, "www", 3) == 0)
            g_string_append(text, "&#46;");
        else if (strchr("\\`*_[]<>#|~&!$", words[i]) != NULL)
            g_string_append_printf(text, "\\%c", words[i]);
        else
            g_string_append_c(text, words[i]);
    }
}

/* ---- words ---------------------------------------------------------------- */

static void append_word(const page *out, const char *word, size_t length)
{
    size_t shown = MIN(length, WORD_SHOWN);
    if (page_is_markdown(out))
        escape(out->text, word, shown);
    else
        g_string_append_len(out->text, word, (gssize)shown);
    if (length > WORD_SHOWN)
        g_string_append(out->text, "...");
}

/* From `column` on; lines after the first are indented by `indent`. */
static void wrap_words(page *out, const char *sentence, size_t indent)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const char *words = wording_traced(scope, sentence);
    size_t column = indent;
    for (const char *word = words; *word != '\0'; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        if (!page_is_markdown(out) && column > indent && column + 1 + length > out->width) {
            g_string_append_printf(out->text, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            g_string_append_c(out->text, ' ');
            column++;
        }
        append_word(out, word, length);
        column += length;
        word += length;
    }
    wmem_destroy_allocator(scope);
    g_string_append_c(out->text, '\n');
}

/* The same of words that may name frames. */
static void append_words(page *out, const char *sentence, size_t indent)
{
    named_sentence(out->named, sentence);
    wrap_words(out, sentence, indent);
}

void page_words(page *out, const char *head, const char *words)
{
    bool is_item = g_str_has_suffix(head, "- ");
    if (page_is_markdown(out))
        g_string_append(out->text, is_item ? "- " : "\n");
    else
        g_string_append(out->text, head);
    append_words(out, words, strlen(head));
}

void page_words_f(page *out, const char *head, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    page_words(out, head, words);
    g_free(words);
}

void page_command(page *out, const char *command)
{
    if (page_is_markdown(out))
        g_string_append_printf(out->text, "  `%s`\n", command);
    else
        g_string_append_printf(out->text, "%*s%s\n", COMMAND_INDENT, "", command);
}

/* In Markdown a block of code, which keeps its lines and takes every character as it is. */
void page_commands(page *out, const char *commands)
{
    const char *indent = page_is_markdown(out) ? "      " : "          ";
    const char *gap = page_is_markdown(out) ? "\n" : "";
    g_string_append(out->text, gap);
    for (const char *line = commands; line != NULL; line = strchr(line, '\n')) {
        line += line[0] == '\n';
        g_string_append_printf(out->text, "%s%.*s\n", indent, (int)strcspn(line, "\n"), line);
    }
    g_string_append(out->text, gap);
}

/* ---- findings ------------------------------------------------------------- */

void page_gap(page *out)
{
    if (!page_is_markdown(out))
        g_string_append_c(out->text, '\n');
}

void page_finding(page *out)
{
    named_begin(out->named);
}

void page_title(page *out, const char *words)
{
    page_finding(out);
    g_string_append_c(out->text, '\n');
    if (!page_is_markdown(out)) {
        append_words(out, words, 0);
        return;
    }
    g_string_append(out->text, "**");
    append_words(out, words, 0);
    g_string_truncate(out->text, out->text->len - 1);
    g_string_append(out->text, "**\n\n");
}

void page_heading(page *out, const char *words)
{
    g_string_append_printf(out->text, page_is_markdown(out) ? "\n%s:\n\n" : "    %s\n", words);
}

static void begin_row(page *out, const char *label)
{
    if (!page_is_markdown(out))
        g_string_append_printf(out->text, "%-*s", LABEL_WIDTH, label);
    else if (label[0] != '\0')
        g_string_append_printf(out->text, "- **%s:** ", label);
    else
        g_string_append(out->text, "  - ");
}

void page_row(page *out, const char *label, const char *words)
{
    begin_row(out, label);
    append_words(out, words, LABEL_WIDTH);
}

void page_row_f(page *out, const char *label, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    page_row(out, label, words);
    g_free(words);
}

void page_row_command(page *out, const char *label, const char *command)
{
    begin_row(out, label);
    g_string_append_printf(out->text, page_is_markdown(out) ? "`%s`\n" : "%s\n", command);
}

void page_row_filter(page *out, const char *filter)
{
    named_filter(out->named, filter);
    page_row_command(out, "Filter", filter);
}

void page_row_at(page *out, const char *label, uint32_t frame, const char *place, const char *words)
{
    named_frame(out->named, frame);
    bool begins_list = page_is_markdown(out) && label[0] != '\0';
    if (begins_list)
        g_string_append_printf(out->text, "- **%s:**\n", label);
    begin_row(out, begins_list ? "" : label);
    if (page_is_markdown(out)) {
        char *joined = g_strconcat(place, words, NULL); /* nothing is lined up there */
        wrap_words(out, joined, 0);
        g_free(joined);
        return;
    }
    g_string_append(out->text, place);
    wrap_words(out, words, LABEL_WIDTH + strlen(place));
}
