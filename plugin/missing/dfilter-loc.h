/* dfilter-loc.h - a header that Wireshark 4.2's dfilter.h includes and its development files lack
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing of the plugin looks into what it declares.
 */
#ifndef NFS4SESS_DFILTER_LOC_H
#define NFS4SESS_DFILTER_LOC_H

#include <stddef.h>

typedef struct {
    long col_start;
    size_t col_len;
} df_loc_t;

#endif
