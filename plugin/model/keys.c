/* keys.c - the random numbers behind the hashes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "keys.h"

uint64_t keys_random[KEYS_WORDS + 1];

void keys_init(void)
{
    static bool drawn;
    if (drawn)
        return;
    drawn = true;
    for (unsigned i = 0; i <= KEYS_WORDS; i++)
        keys_random[i] = (uint64_t)g_random_int() << 32 | g_random_int();
}
