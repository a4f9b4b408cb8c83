/* totals.c - what an extract says of what is not in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "totals.h"

#include <stdio.h>
#include <string.h>

#include "origin.h"

#define HEAD "nfs4sess 1\n"

static const char *const gap_names[GAP_KINDS] = {
    [GAP_INVISIBLE] = "invisible", [GAP_TLS] = "tls", [GAP_UNDECODED] = "undecoded",
    [GAP_REPLIES] = "replies",     [GAP_CUT] = "cut", [GAP_UNCLAIMED] = "unclaimed"};

static extract_totals totals;
static GPtrArray *sources;  /* extract_source; NULL for none */
static GHashTable *by_name; /* the same */

/* ---- writing and reading -------------------------------------------------- */

char *extract_text_write(const extract_text *text)
{
    const extract_source *source = &text->source;
    switch (text->kind) {
    case TEXT_BEGIN:
        return g_strdup_printf(HEAD "begin %s\n", source->name);
    case TEXT_SOURCE:
        return g_strdup_printf(HEAD "source %s\nframes %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT
                                    ".%09d %" G_GINT64_FORMAT ".%09d\n",
                               source->name, source->frames, (gint64)source->first.secs,
                               source->first.nsecs, (gint64)source->last.secs, source->last.nsecs);
    case TEXT_LEFT_OUT:
        return g_strdup_printf(HEAD "left-out %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
                               text->calls, text->exchanges);
    case TEXT_GAP:
        return g_strdup_printf(HEAD "gap %s %" G_GUINT64_FORMAT " %u\n", gap_names[text->gap],
                               text->count, text->port);
    }
    return NULL;
}

static bool read_time(const char *text, nstime_t *when)
{
    char *end;
    when->secs = (time_t)g_ascii_strtoll(text, &end, 10);
    if (*end != '.')
        return false;
    when->nsecs = (int)g_ascii_strtoull(end + 1, NULL, 10);
    return when->nsecs >= 0 && when->nsecs < 1000000000;
}

static bool read_frames(char **words, extract_source *source)
{
    if (g_strv_length(words) != 4 || strcmp(words[0], "frames") != 0)
        return false;
    source->frames = g_ascii_strtoull(words[1], NULL, 10);
    return read_time(words[2], &source->first) && read_time(words[3], &source->last);
}

static bool read_source(char **lines, extract_text *read)
{
    if (lines[1] == NULL)
        return false;
    char **words = g_strsplit(lines[1], " ", 5);
    bool fine = read_frames(words, &read->source);
    g_strfreev(words);
    return fine;
}

static bool read_gap(char **words, extract_text *read)
{
    for (int kind = 0; kind < GAP_KINDS; kind++)
        if (strcmp(words[1], gap_names[kind]) == 0) {
            read->gap = (extract_gap_kind)kind;
            read->count = g_ascii_strtoull(words[2], NULL, 10);
            read->port = (uint16_t)g_ascii_strtoull(words[3], NULL, 10);
            return true;
        }
    return false;
}

static bool read_numbers(const char *line, extract_text *read)
{
    char **words = g_strsplit(line, " ", 5);
    guint count = g_strv_length(words);
    bool fine = false;
    if (count == 3 && strcmp(words[0], "left-out") == 0) {
        read->kind = TEXT_LEFT_OUT;
        read->calls = g_ascii_strtoull(words[1], NULL, 10);
        read->exchanges = g_ascii_strtoull(words[2], NULL, 10);
        fine = true;
    } else if (count == 4 && strcmp(words[0], "gap") == 0) {
        read->kind = TEXT_GAP;
        fine = read_gap(words, read);
    }
    g_strfreev(words);
    return fine;
}

static bool read_lines(char **lines, extract_text *read)
{
    if (g_str_has_prefix(lines[0], "begin ")) {
        read->kind = TEXT_BEGIN;
        read->source.name = origin_name(lines[0] + strlen("begin "));
        return true;
    }
    if (g_str_has_prefix(lines[0], "source ")) {
        read->kind = TEXT_SOURCE;
        read->source.name = origin_name(lines[0] + strlen("source "));
        return read_source(lines, read);
    }
    return read_numbers(lines[0], read);
}

bool extract_text_read(const char *text, extract_text *read)
{
    memset(read, 0, sizeof *read);
    if (!g_str_has_prefix(text, HEAD))
        return false;
    char **lines = g_strsplit(text + strlen(HEAD), "\n", 4);
    bool fine = lines[0] != NULL && read_lines(lines, read);
    g_strfreev(lines);
    return fine;
}

/* ---- of the open file ----------------------------------------------------- */

#define ENDPOINTS_KEPT 16

static void free_source(gpointer data)
{
    extract_source *source = (extract_source *)data;
    g_ptr_array_free(source->endpoints, TRUE);
    g_free(source);
}

/* By the name's address: there is one string of each. */
static extract_source *source_get(const char *name)
{
    if (sources == NULL) {
        sources = g_ptr_array_new_with_free_func(free_source);
        by_name = g_hash_table_new(g_direct_hash, g_direct_equal);
    }
    extract_source *source = (extract_source *)g_hash_table_lookup(by_name, name);
    if (source != NULL)
        return source;
    source = g_new0(extract_source, 1);
    source->name = name;
    source->endpoints = g_ptr_array_new();
    g_hash_table_insert(by_name, (gpointer)name, source);
    g_ptr_array_add(sources, source);
    return source;
}

/* Parts of one capture that came by different ways are one source. */
static void add_source(const extract_source *told)
{
    extract_source *source = source_get(told->name);
    source->frames = MAX(source->frames, told->frames);
    source->first = told->first;
    source->last = told->last;
}

void totals_see(const char *name, const void *endpoint)
{
    const extract_source *source = source_get(name);
    if (source->endpoints->len < ENDPOINTS_KEPT &&
        !g_ptr_array_find(source->endpoints, endpoint, NULL))
        g_ptr_array_add(source->endpoints, (gpointer)endpoint);
}

static void add_gap(const extract_text *text, uint32_t frame)
{
    extract_gap *gap = &totals.gaps[text->gap];
    if (text->count == 0)
        return;
    if (gap->count == 0)
        gap->first_frame = frame;
    if (gap->count == 0 && text->gap == GAP_UNCLAIMED)
        totals.unclaimed_port = text->port;
    gap->count += text->count;
}

void totals_add(const extract_text *text, uint32_t frame)
{
    switch (text->kind) {
    case TEXT_BEGIN:
        break;
    case TEXT_SOURCE:
        add_source(&text->source);
        break;
    case TEXT_LEFT_OUT:
        totals.calls += text->calls;
        totals.exchanges += text->exchanges;
        break;
    case TEXT_GAP:
        add_gap(text, frame);
        break;
    }
}

const extract_totals *totals_get(void)
{
    return &totals;
}

const GPtrArray *totals_sources(void)
{
    return sources;
}

void totals_reset(void)
{
    memset(&totals, 0, sizeof totals);
    if (sources == NULL)
        return;
    g_hash_table_destroy(by_name);
    g_ptr_array_free(sources, TRUE);
    sources = NULL;
}
