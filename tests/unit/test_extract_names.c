/* test_extract_names.c - the names of the captures that an extract was made of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "extract/origin.h"
#include "suite.h"

#define MORE_THAN_KEPT 100001

/* Those that are known stay what they are. */
static void test_more_names_than_are_kept(void)
{
    const char *first = origin_name("ring-0.pcap");
    for (uint32_t i = 0; i < MORE_THAN_KEPT; i++) {
        g_autofree char *name = g_strdup_printf("ring-%u.pcap", i);
        origin_name(name);
    }
    g_assert_cmpstr(origin_name("one-more.pcap"), ==, "another capture");
    g_assert_true(origin_name("ring-0.pcap") == first);
}

SUITE(test_extract_names)
{
    g_test_add_func("/extract/more_names_than_are_kept", test_more_names_than_are_kept);
}
