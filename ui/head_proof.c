/* head_proof.c - frames that show a finding, a row for each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "head_proof.h"

#include "extract/origin.h"

/* A frame that has a capture's name with it stands behind the words, which would have no room
 * beside it. */
static void tell_traced_line(page *out, wmem_allocator_t *scope, const wording_line *line,
                             const char *label, const char *hour)
{
    page_row_at(out, label, line->frame, wmem_strdup_printf(scope, "%s ", hour),
                wmem_strdup_printf(scope, "%s, in frame %u", line->text, line->frame));
}

/* As wide for each line of one finding. */
void head_proof(page *out, wmem_allocator_t *scope, const char *label, const wording_line *lines,
                uint32_t count, const nstime_t *base)
{
    int width = 0;
    for (uint32_t i = 0; i < count; i++)
        width = MAX(width, snprintf(NULL, 0, "%u", lines[i].frame));
    for (uint32_t i = 0; i < count; i++) {
        const wording_line *line = &lines[i];
        const char *hour =
            nstime_is_zero(&line->when) ? "            " : wording_hour(scope, &line->when, base);
        if (origin_is_known())
            tell_traced_line(out, scope, line, i == 0 ? label : "", hour);
        else
            page_row_at(out, i == 0 ? label : "", line->frame,
                        wmem_strdup_printf(scope, "frame %-*u %s ", width, line->frame, hour),
                        line->text);
    }
}
