/* json_frames.c - frames in a JSON document, and where those of an extract are from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <string.h>

#include "json_writer.h"

#include "show/wording_origin.h"

#include "extract/origin.h"

/* `member` with `ending` in the place of "frame". */
static const char *beside(json_writer *writer, const char *member, const char *ending)
{
    size_t stem = strlen(member) - strlen("frame");
    return wmem_strdup_printf(writer->scope, "%.*s%s", (int)stem, member, ending);
}

void json_put_frame(json_writer *writer, const char *member, uint32_t frame)
{
    const extract_origin *origin = origin_find(frame);
    if (frame != 0)
        json_put_uint(writer, member, frame);
    else
        json_put_null(writer, member);
    if (origin == NULL)
        return;
    json_put_string(writer, beside(writer, member, "source"), origin->name);
    json_put_uint(writer, beside(writer, member, "source_frame"), origin->frame);
}

void json_put_frames(json_writer *writer, const uint32_t *frames, uint32_t count)
{
    json_begin_array(writer, "frames");
    for (uint32_t i = 0; i < count; i++)
        json_value_uint(writer, frames[i]);
    json_end_array(writer);
    if (!origin_is_known())
        return;
    json_begin_array(writer, "source");
    for (uint32_t i = 0; i < count; i++) {
        const extract_origin *origin = origin_find(frames[i]);
        json_value_string(writer, origin != NULL ? origin->name : "");
    }
    json_end_array(writer);
    json_begin_array(writer, "source_frame");
    for (uint32_t i = 0; i < count; i++) {
        const extract_origin *origin = origin_find(frames[i]);
        json_value_uint(writer, origin != NULL ? origin->frame : 0);
    }
    json_end_array(writer);
}

void json_put_sentence(json_writer *writer, const char *member, const char *text)
{
    json_put_string(writer, member, wording_traced(writer->scope, text));
}
