/* source.c - the capture that is read while its extract is made
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "source.h"

static extract_source source; /* that is read */
static uint32_t begins;       /* behind this frame */
static GArray *starts;        /* source_start, by frame */

typedef struct {
    uint32_t frame;
    const char *name;
} source_start;

void source_begin(const char *name, uint32_t frame)
{
    source = (extract_source){.name = name};
    begins = frame;
    source_start start = {frame, name};
    if (starts == NULL)
        starts = g_array_new(FALSE, TRUE, sizeof start);
    g_array_append_val(starts, start);
}

void source_count(uint32_t frame, const nstime_t *when)
{
    if (frame == begins)
        return;
    if (source.frames++ == 0)
        source.first = *when;
    source.last = *when;
}

void source_goes_to(const nstime_t *when)
{
    source.last = *when;
}

const extract_source *source_read(void)
{
    return &source;
}

extract_origin source_origin(uint32_t frame)
{
    extract_origin origin = {.frame = frame};
    guint low = 0, high = starts != NULL ? starts->len : 0;
    while (low < high) { /* the first source that does not begin before the frame */
        guint middle = low + (high - low) / 2;
        if (g_array_index(starts, source_start, middle).frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0) {
        const source_start *start = &g_array_index(starts, source_start, low - 1);
        origin.name = start->name;
        origin.frame -= start->frame;
    }
    return origin;
}

void source_reset(void)
{
    if (starts != NULL)
        g_array_free(starts, TRUE);
    starts = NULL;
    source = (extract_source){0};
    begins = 0;
}
