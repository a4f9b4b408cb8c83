/* same_random.c - the same "random" numbers in every run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark draws the seeds of its hash tables when it starts, and which keys then meet
 * changes what a run costs by more than the plugin's own changes do. Preloaded, for the
 * benchmark only.
 */
#include <glib.h>

guint32 g_random_int(void)
{
    static guint32 state = 12345;
    return state = state * 1664525u + 1013904223u;
}
