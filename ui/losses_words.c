/* losses_words.c - what lost leases cost, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "losses_words.h"

#include "show/wording.h"

#define NAME_TOLD 40 /* characters of a file's name, of which hosts may choose 255 */

static void append(wmem_strbuf_t *text, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void append(wmem_strbuf_t *text, const char *format, ...)
{
    va_list arguments;
    if (wmem_strbuf_get_len(text) > 0)
        wmem_strbuf_append(text, ", ");
    va_start(arguments, format);
    wmem_strbuf_append_vprintf(text, format, arguments);
    va_end(arguments);
}

/* One that is taken again can be lost again: then the number of losses is not the number
 * of locks. */
static void append_most(wmem_strbuf_t *text, uint32_t count, uint32_t most)
{
    if (most < count)
        wmem_strbuf_append_printf(text, " (never more than %u at a time)", most);
}

char *losses_files(wmem_allocator_t *scope, const losses *sum)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    for (uint32_t i = 0; i < sum->file_count; i++) {
        bool last = i + 1 == sum->file_count && !sum->more_files;
        const char *name = wording_bytes(scope, sum->files[i]);
        const char *cut = strlen(name) > NAME_TOLD ? "..." : "";
        wmem_strbuf_append_printf(text, "%s'%.*s%s'",
                                  i == 0 ? " on "
                                  : last ? " and "
                                         : ", ",
                                  NAME_TOLD, name, cut);
    }
    if (sum->more_files)
        wmem_strbuf_append(text, " and others");
    return wmem_strbuf_finalize(text);
}

char *losses_outage(wmem_allocator_t *scope, const losses *sum)
{
    if (sum->outages == 0)
        return wmem_strdup(scope, "");
    if (sum->timed == 0)
        return wmem_strdup(scope, "outage not measurable: no client is seen to work again");
    const char *longest = sum->timed > 1
                              ? wmem_strdup_printf(scope, " in all, %.3f s at the longest",
                                                   nstime_to_sec(&sum->longest))
                              : "";
    const char *part =
        sum->timed < sum->outages
            ? wmem_strdup_printf(scope, " (%u interruptions, of which %u could be timed)",
                                 sum->outages, sum->timed)
            : "";
    return wmem_strdup_printf(scope, "outage %.3f s%s%s", nstime_to_sec(&sum->outage), longest,
                              part);
}

char *losses_words(wmem_allocator_t *scope, const losses *sum)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    uint32_t failed = sum->reads_failed + sum->writes_failed;
    const char *outage = losses_outage(scope, sum);
    if (sum->opens > 0)
        append(text, "%u open%s lost", sum->opens, sum->opens == 1 ? "" : "s");
    append_most(text, sum->opens, sum->most_opens);
    if (sum->locks > 0)
        append(text, "%u lock%s lost%s", sum->locks, sum->locks == 1 ? "" : "s",
               losses_files(scope, sum));
    append_most(text, sum->locks, sum->most_locks);
    if (sum->opens + sum->locks == 0 && sum->leases > 0)
        append(text, "%s",
               sum->unknown == 0 ? "no open or lock lost" : "no open or lock seen to be lost");
    if (failed > 0)
        append(text, "%u READ or WRITE request%s failed for want of state", failed,
               failed == 1 ? "" : "s");
    if (sum->layouts_failed > 0)
        append(text, "%u layout request%s failed", sum->layouts_failed,
               sum->layouts_failed == 1 ? "" : "s");
    if (sum->refused > 0)
        append(text, "%u request%s refused", sum->refused, sum->refused == 1 ? "" : "s");
    if (outage[0] != '\0')
        append(text, "%s", outage);
    return wmem_strbuf_finalize(text);
}
