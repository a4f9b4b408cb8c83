/* suite.h - how a file of unit tests names its tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SUITE(test_pending) begins the function that adds the tests of test_pending.c. The list
 * of suites that main.c runs comes from the names of the files, so that a file without a
 * suite does not link.
 */
#ifndef NFS4SESS_SUITE_H
#define NFS4SESS_SUITE_H

#include <glib.h>

#define SUITE(name)                                                                                \
    void name(void);                                                                               \
    void name(void)

#endif
