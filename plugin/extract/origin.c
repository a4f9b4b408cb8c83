/* origin.c - where a packet came from first: which frame of which capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "origin.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "model/keys.h"

#define FRAME "frame "
#define OF " of "
#define STANDS_FOR ", stands for "
#define MORE " more"
#define CLIENT ", client "
#define NAMES_MAX 100000

static GHashTable *names;  /* a set */
static GArray *remembered; /* extract_origin, by frame */

const char *origin_name(const char *name)
{
    char printable[ORIGIN_NAME_MAX + 1];
    size_t length = 0;
    for (; name[length] != '\0' && length < ORIGIN_NAME_MAX; length++)
        printable[length] = g_ascii_isprint(name[length]) ? name[length] : '?';
    printable[length] = '\0';
    if (names == NULL) {
        keys_init();
        names = g_hash_table_new_full(key_string_hash, g_str_equal, g_free, NULL);
    }
    gpointer known;
    if (!g_hash_table_lookup_extended(names, printable, &known, NULL)) {
        if (g_hash_table_size(names) >= NAMES_MAX)
            return "another capture";
        known = g_strdup(printable);
        g_hash_table_add(names, known);
    }
    return (const char *)known;
}

/* A decimal number with nothing before it; *text then stands behind it. */
static bool read_number(const char **text, uint32_t *number)
{
    char *end;
    if (!g_ascii_isdigit(**text))
        return false;
    guint64 value = g_ascii_strtoull(*text, &end, 10);
    *text = end;
    *number = (uint32_t)value;
    return value <= UINT32_MAX;
}

static bool skip(const char **text, const char *word)
{
    if (!g_str_has_prefix(*text, word))
        return false;
    *text += strlen(word);
    return true;
}

/* Takes ", client 52:54:00:12:34:56" off the end of a name. */
static bool take_link(char *name, uint8_t link[ORIGIN_LINK_SIZE])
{
    char *found = g_strrstr(name, CLIENT);
    unsigned bytes[ORIGIN_LINK_SIZE];
    int end = 0;
    if (found == NULL ||
        sscanf(found + strlen(CLIENT), "%2x:%2x:%2x:%2x:%2x:%2x%n", &bytes[0], &bytes[1], &bytes[2],
               &bytes[3], &bytes[4], &bytes[5], &end) != ORIGIN_LINK_SIZE ||
        found[strlen(CLIENT) + (size_t)end] != '\0')
        return false;
    for (int i = 0; i < ORIGIN_LINK_SIZE; i++)
        link[i] = (uint8_t)bytes[i];
    *found = '\0';
    return true;
}

/* Takes ", stands for 40 more" off the end of a name. */
static uint32_t take_stands_for(char *name)
{
    char *found = g_strrstr(name, STANDS_FOR);
    const char *rest = found;
    uint32_t number;
    if (found == NULL || !skip(&rest, STANDS_FOR) || !read_number(&rest, &number) ||
        strcmp(rest, MORE) != 0)
        return 0;
    *found = '\0';
    return number;
}

bool origin_read(const char *comment, extract_origin *origin)
{
    const char *rest = comment;
    *origin = (extract_origin){0};
    if (!skip(&rest, FRAME) || !read_number(&rest, &origin->frame) || !skip(&rest, OF) ||
        *rest == '\0')
        return false;
    char *name = g_strdup(rest);
    origin->has_link = take_link(name, origin->link);
    origin->stands_for = take_stands_for(name);
    origin->name = origin_name(name);
    g_free(name);
    return true;
}

void origin_remember(uint32_t frame, const extract_origin *origin)
{
    if (remembered == NULL)
        remembered = g_array_new(FALSE, TRUE, sizeof *origin);
    if (frame >= remembered->len)
        g_array_set_size(remembered, frame + 1);
    g_array_index(remembered, extract_origin, frame) = *origin;
}

const extract_origin *origin_find(uint32_t frame)
{
    if (remembered == NULL || frame >= remembered->len)
        return NULL;
    const extract_origin *found = &g_array_index(remembered, extract_origin, frame);
    return found->name != NULL ? found : NULL;
}

bool origin_is_known(void)
{
    return remembered != NULL;
}

void origin_forget(void)
{
    if (remembered != NULL)
        g_array_free(remembered, TRUE);
    remembered = NULL;
}
