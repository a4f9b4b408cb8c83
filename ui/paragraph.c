/* paragraph.c - text for a terminal: paragraphs, wrapped
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "paragraph.h"

#include <string.h>

#define COMMAND_INDENT 10
#define WORD_SHOWN 255 /* characters of a word; the JSON document has owners and names whole */

void paragraph(GString *text, const char *head, const char *words)
{
    size_t indent = strlen(head), column = indent;
    g_string_append(text, head);
    for (const char *word = words; *word != '\0';) {
        size_t length = strcspn(word, " ");
        if (column > indent && column + 1 + length > PARAGRAPH_WIDTH) {
            g_string_append_printf(text, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            g_string_append_c(text, ' ');
            column++;
        }
        g_string_append_len(text, word, (gssize)MIN(length, WORD_SHOWN));
        if (length > WORD_SHOWN)
            g_string_append(text, "...");
        column += length;
        word += length;
        word += strspn(word, " ");
    }
    g_string_append_c(text, '\n');
}

void paragraph_f(GString *text, const char *head, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    paragraph(text, head, words);
    g_free(words);
}

void paragraph_command(GString *text, const char *command)
{
    g_string_append_printf(text, "%*s%s\n", COMMAND_INDENT, "", command);
}
