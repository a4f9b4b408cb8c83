/* named.c - the frames and filters that a text names, finding by finding
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "named.h"

#include "show/wording_origin.h"

static void free_finding(gpointer data)
{
    named_finding *finding = (named_finding *)data;
    g_array_free(finding->frames, TRUE);
    g_free(finding->filter);
    g_free(finding);
}

GPtrArray *named_new(void)
{
    return g_ptr_array_new_with_free_func(free_finding);
}

static named_finding *finding_at(const GPtrArray *named, guint place)
{
    return (named_finding *)g_ptr_array_index(named, place);
}

/* The one that is being told; NULL for none. */
static named_finding *last_of(const GPtrArray *named)
{
    return named != NULL && named->len > 0 ? finding_at(named, named->len - 1) : NULL;
}

bool named_is_empty(const named_finding *finding)
{
    return finding->frames->len == 0 && finding->filter == NULL;
}

void named_begin(GPtrArray *named)
{
    const named_finding *last = last_of(named);
    if (named == NULL || (last != NULL && named_is_empty(last)))
        return;
    named_finding *finding = g_new0(named_finding, 1);
    finding->frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_ptr_array_add(named, finding);
}

void named_frame(GPtrArray *named, uint32_t frame)
{
    named_finding *finding = last_of(named);
    if (finding == NULL || frame == 0)
        return;
    guint place = 0;
    while (place < finding->frames->len && g_array_index(finding->frames, uint32_t, place) < frame)
        place++;
    bool is_there =
        place < finding->frames->len && g_array_index(finding->frames, uint32_t, place) == frame;
    if (!is_there)
        g_array_insert_val(finding->frames, place, frame);
}

static void add_frame(uint32_t frame, void *named)
{
    named_frame((GPtrArray *)named, frame);
}

void named_sentence(GPtrArray *named, const char *sentence)
{
    if (last_of(named) != NULL)
        wording_frames(sentence, add_frame, named);
}

void named_filter(GPtrArray *named, const char *filter)
{
    named_finding *finding = last_of(named);
    if (finding == NULL)
        return;
    g_free(finding->filter);
    finding->filter = g_strdup(filter);
}

const named_finding *named_at(const GPtrArray *named, guint place, uint32_t *frame)
{
    for (guint i = 0; i < named->len; i++) {
        const named_finding *finding = finding_at(named, i);
        if (place < finding->frames->len) {
            *frame = g_array_index(finding->frames, uint32_t, place);
            return finding;
        }
        place -= finding->frames->len;
    }
    return NULL;
}

bool named_begin_alike(const GPtrArray *a, const GPtrArray *b, guint count)
{
    for (guint place = 0; place < count; place++) {
        uint32_t left = 0, right = 0;
        if (named_at(a, place, &left) == NULL || named_at(b, place, &right) == NULL ||
            left != right)
            return false;
    }
    return true;
}
