/* mutate.c - a main() for fuzz targets where there is no libFuzzer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   TARGET COUNT FOLDER
 *
 * runs the target on each file of the folder and on COUNT mutations of them, the same ones every
 * time: bits turned, bytes replaced, pieces left out, doubled, or taken from another file.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GByteArray *read_file(const char *path)
{
    char *contents;
    gsize length;
    if (!g_file_get_contents(path, &contents, &length, NULL)) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    return g_byte_array_new_take((guint8 *)contents, length);
}

static guint below(GRand *random, guint limit)
{
    return limit > 0 ? (guint)g_rand_int_range(random, 0, (gint32)limit) : 0;
}

static void change(GByteArray *data, GRand *random, const GByteArray *other)
{
    guint at = below(random, data->len), length = below(random, 64);
    guint from = below(random, other->len);
    if (data->len == 0)
        return;
    length = MIN(length, data->len - at);
    switch (below(random, 5)) {
    case 0:
        data->data[at] ^= (guint8)(1 << below(random, 8));
        break;
    case 1:
        data->data[at] = (guint8)below(random, 256);
        break;
    case 2:
        g_byte_array_remove_range(data, at, length);
        break;
    case 3:
        g_byte_array_append(data, other->data + from, MIN(other->len - from, 4096));
        break;
    default:
        length = MIN(length, other->len - from);
        memcpy(data->data + at, other->data + from, length);
        break;
    }
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The contents of the files in a folder, by name. */
static GPtrArray *read_folder(const char *path)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *files = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    GDir *folder = g_dir_open(path, 0, NULL);
    const char *name;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL)
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++)
        g_ptr_array_add(files, read_file((const char *)names->pdata[i]));
    if (folder != NULL)
        g_dir_close(folder);
    g_ptr_array_unref(names);
    return files;
}

static GByteArray *mutation_of(const GPtrArray *files, GRand *random)
{
    const GByteArray *seed = (const GByteArray *)files->pdata[below(random, files->len)];
    GByteArray *data = g_byte_array_append(g_byte_array_new(), seed->data, seed->len);
    for (guint changes = 1 + below(random, 8); changes > 0; changes--)
        change(data, random, (const GByteArray *)files->pdata[below(random, files->len)]);
    return data;
}

int main(int argc, char **argv)
{
    GPtrArray *files = argc == 3 ? read_folder(argv[2]) : g_ptr_array_new();
    if (files->len == 0) {
        fprintf(stderr, "usage: TARGET COUNT FOLDER (with files)\n");
        return 2;
    }
    GRand *random = g_rand_new_with_seed(1);
    for (guint i = 0; i < files->len; i++) {
        const GByteArray *file = (const GByteArray *)files->pdata[i];
        LLVMFuzzerTestOneInput(file->data, file->len);
    }
    const long count = strtol(argv[1], NULL, 10);
    for (long i = 0; i < count; i++) {
        GByteArray *data = mutation_of(files, random);
        LLVMFuzzerTestOneInput(data->data, data->len);
        g_byte_array_unref(data);
    }
    printf("%u files and %s mutations of them, without a find\n", files->len, argv[1]);
    g_ptr_array_unref(files);
    g_rand_free(random);
    return 0;
}
