/* view_file.c - the file that a view is written to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _POSIX_C_SOURCE 200809L /* fdopen */
#include "view_file.h"

#include <glib.h>
#include <string.h>
#include <wsutil/strtoi.h>

#include "compat.h"

/* Returns false where the environment names none. */
static bool open_named(const char *name, const char *mode, FILE **file)
{
    char *variable = g_strconcat("NFS4DUP_FD_", name, NULL);
    const char *descriptor = g_getenv(variable);
    g_free(variable);
    if (descriptor == NULL)
        return false;
    int32_t number;
    bool is_number = ws_strtoi32(descriptor, NULL, &number);
    int copy = is_number ? ws_dup(number) : -1; /* so that it can be closed */
    *file = copy < 0 ? NULL : ws_fdopen(copy, mode);
    return true;
}

FILE *view_open(const char *command)
{
    FILE *out = stdout;
    open_named(strchr(command, ',') + 1, "wb", &out);
    return out;
}

FILE *view_input(const char *name, bool *failed)
{
    FILE *in = NULL;
    *failed = open_named(name, "rb", &in) && in == NULL;
    return in;
}

bool view_close(FILE *out)
{
    if (out == stdout)
        return true;
    bool failed = ferror(out) != 0;
    return fclose(out) == 0 && !failed;
}
