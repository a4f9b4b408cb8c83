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

/* The length of what joins one number to another, in "frames 62 to 93" or "frames 62, 93 and 103";
 * what follows one "frame 62, " is a time, or a count. */
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

/* What is done with a sentence: with its frames, and with the text between. */
typedef struct {
    void (*frame)(uint32_t frame, void *data);
    void (*between)(const char *text, size_t length, void *data);
    void *data;
} sentence_reader;

/* The numbers at the beginning of a text, or the number; returns what follows. */
static const char *read_numbers(const sentence_reader *reader, const char *text, bool several)
{
    for (;;) {
        char *end;
        reader->frame((uint32_t)strtoul(text, &end, 10), reader->data);
        size_t length = several ? joint(end) : 0;
        if (length == 0)
            return end;
        reader->between(end, length, reader->data);
        text = end + length;
    }
}

/* A quotation begins or ends here; the apostrophe of "host's" does neither. */
static bool is_quote(const char *text, char before, bool is_quoted)
{
    return *text == '\'' && (is_quoted || !g_ascii_isalnum(before));
}

static void read_sentence(const sentence_reader *reader, const char *text)
{
    bool is_quoted = false;
    char before = ' ';
    while (*text != '\0') {
        size_t length = is_quoted ? 0 : frame_word(text);
        if (length > 0) {
            reader->between(text, length, reader->data);
            text = read_numbers(reader, text + length, text[length - 2] == 's');
            continue;
        }
        if (is_quote(text, before, is_quoted))
            is_quoted = !is_quoted;
        reader->between(text, 1, reader->data);
        before = *text++;
    }
}

static void append_frame(uint32_t frame, void *traced)
{
    char *named = wording_frame_number(NULL, frame);
    wmem_strbuf_append((wmem_strbuf_t *)traced, named);
    wmem_free(NULL, named);
}

static void append_text(const char *text, size_t length, void *traced)
{
    wmem_strbuf_append_len((wmem_strbuf_t *)traced, text, length);
}

const char *wording_traced(wmem_allocator_t *scope, const char *text)
{
    if (!origin_is_known() || text == NULL)
        return text;
    wmem_strbuf_t *traced = wmem_strbuf_new(scope, NULL);
    sentence_reader reader = {append_frame, append_text, traced};
    read_sentence(&reader, text);
    return wmem_strbuf_finalize(traced);
}

static void skip_text(const char *text, size_t length, void *data)
{
    (void)text, (void)length, (void)data;
}

void wording_frames(const char *text, void (*named)(uint32_t frame, void *data), void *data)
{
    sentence_reader reader = {named, skip_text, data};
    read_sentence(&reader, text);
}
