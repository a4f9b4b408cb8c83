/* main.c - the program of all unit tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   unit_tests [OPTION OF GLIB...] [SUITE...]
 *
 * runs the suites that are named, or all of them. Of GLib's options, -l lists the tests,
 * -p PATH runs those below a path, and --tap prints TAP.
 */
#include <stdio.h>

#include <glib.h>

#include "wsutil/wmem/wmem.h"

#define SUITE(name) void name(void);
#include "suites.inc"
#undef SUITE

static const struct {
    const char *name;
    void (*add)(void);
} suites[] = {
#define SUITE(name) {#name, name},
#include "suites.inc"
};

static gboolean add(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(suites); i++)
        if (name == NULL || g_str_equal(name, suites[i].name)) {
            suites[i].add();
            if (name != NULL)
                return TRUE;
        }
    return name == NULL;
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    wmem_init(); /* without it every key of a wmem map falls into one bucket */
    if (argc == 1)
        add(NULL);
    for (int i = 1; i < argc; i++)
        if (!add(argv[i])) {
            fprintf(stderr, "unit_tests: there is no suite %s\n", argv[i]);
            return 2;
        }
    return g_test_run();
}
