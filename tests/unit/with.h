/* with.h - one fact is another for a moment
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_TESTS_WITH_H
#define NFS4SESS_TESTS_WITH_H

/* The fact has another value for as long as `says` is asked, which may be another WITH. */
#pragma GCC diagnostic ignored "-Wshadow"
#define WITH(field, value, says)                                                                   \
    do {                                                                                           \
        __typeof__(field) saved = (field);                                                         \
        (field) = (value);                                                                         \
        says;                                                                                      \
        (field) = saved;                                                                           \
    } while (0)

#endif
