/* view_file.h - the file that a view is written to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_VIEW_FILE_H
#define NFS4SESS_VIEW_FILE_H

#include <stdbool.h>
#include <stdio.h>

/* Where the view of -z COMMAND ("nfs4dup,NAME") goes: to standard output, or to the file
 * descriptor that the environment variable NFS4DUP_FD_NAME holds, as nfs4dup reads each view
 * from a file of its own. NULL where it cannot be written. */
FILE *view_open(const char *command);

/* What the file descriptor in NFS4DUP_FD_NAME holds; NULL where there is none. *failed says whether
 * there is one that cannot be read. */
FILE *view_input(const char *name, bool *failed);

/* Says whether all of it was written; what standard output did not take, tshark says. */
bool view_close(FILE *out);

#endif
