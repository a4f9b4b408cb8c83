/* wording_origin.c - frames of an extract under the number and capture that they had first
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "wording_origin.h"

#include <stdlib.h>
#include <string.h>

#include "extract/origin.h"

char *wording_frame_number(wmem_allocator_t *scope, uint32_t frame)
{
    const extract_origin *origin = origin_find(frame);
    return origin != NULL ? wmem_strdup_printf(scope, "%u of %s", origin->frame, origin->name)
                          : wmem_strdup_printf(scope, "%u", frame);
}

char *wording_frame_range(wmem_allocator_t *scope, uint32_t first, uint32_t last)
{
    const extract_origin *a = origin_find(first), *b = origin_find(last);
    if (a == NULL || b == NULL)
        return wmem_strdup_printf(scope, "%u-%u", first, last);
    if (a->name == b->name)
        return wmem_strdup_printf(scope, "%u-%u of %s", a->frame, b->frame, a->name);
    return wmem_strdup_printf(scope, "%u of %s - %u of %s", a->frame, a->name, b->frame, b->name);
}

/* The length of what stands before the number in "frame 62" or "frames 62", 0 for neither. */
static size_t frame_word(const char *text)
{
    static const char *const words[] = {"frame ", "frames "};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        size_t length = strlen(words[i]);
        if (strncmp(text, words[i], length) == 0 && g_ascii_isdigit(text[length]))
            return length;
    }
    return 0;
}

/* The length of what joins one number to another, in "62 to 93" or "62, 93 and 103". */
static size_t joint(const char *text)
{
    static const char *const words[] = {" to ", ", ", " and ", "-"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        size_t length = strlen(words[i]);
        if (strncmp(text, words[i], length) == 0 && g_ascii_isdigit(text[length]))
            return length;
    }
    return 0;
}

/* The numbers at the beginning of a text; returns what follows them. */
static const char *trace_numbers(wmem_strbuf_t *traced, const char *text)
{
    for (;;) {
        char *end;
        unsigned long number = strtoul(text, &end, 10);
        char *named = wording_frame_number(NULL, (uint32_t)number);
        wmem_strbuf_append(traced, named);
        wmem_free(NULL, named);
        size_t length = joint(end);
        if (length == 0)
            return end;
        wmem_strbuf_append_printf(traced, "%.*s", (int)length, end);
        text = end + length;
    }
}

/* A quotation begins or ends here; the apostrophe of "host's" does neither. */
static bool is_quote(const char *text, char before, bool is_quoted)
{
    return *text == '\'' && (is_quoted || !g_ascii_isalnum(before));
}

const char *wording_traced(wmem_allocator_t *scope, const char *text)
{
    bool is_quoted = false;
    char before = ' ';
    if (!origin_is_known() || text == NULL)
        return text;
    wmem_strbuf_t *traced = wmem_strbuf_new(scope, NULL);
    while (*text != '\0') {
        size_t length = is_quoted ? 0 : frame_word(text);
        if (length > 0) {
            wmem_strbuf_append_printf(traced, "%.*s", (int)length, text);
            text = trace_numbers(traced, text + length);
            continue;
        }
        if (is_quote(text, before, is_quoted))
            is_quoted = !is_quoted;
        before = *text++;
        wmem_strbuf_append_c(traced, before);
    }
    return wmem_strbuf_finalize(traced);
}
