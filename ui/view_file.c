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

FILE *view_open(const char *command)
{
    char *variable = g_strconcat("NFS4DUP_FD_", strchr(command, ',') + 1, NULL);
    const char *descriptor = g_getenv(variable);
    FILE *out = stdout;
    if (descriptor != NULL) {
        int32_t number;
        bool is_number = ws_strtoi32(descriptor, NULL, &number);
        int copy = is_number ? ws_dup(number) : -1; /* so that it can be closed */
        out = copy < 0 ? NULL : ws_fdopen(copy, "wb");
    }
    g_free(variable);
    return out;
}

bool view_close(FILE *out)
{
    if (out == stdout)
        return true;
    bool failed = ferror(out) != 0;
    return fclose(out) == 0 && !failed;
}
