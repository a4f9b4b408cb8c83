/* finding_colors.c - the frames of findings in Wireshark's colours for conversations
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark has ten slots for colours that nobody saves; the lower number wins. Whether findings
 * are painted is what the slots hold, and nothing that is kept here: people can reset them by
 * View > Colorize Conversation > Reset Colorization, and they outlive a window and a capture.
 */
#include "compat.h"

#include <epan/color_filters.h>
#include <wsutil/report_message.h>

#include "finding_colors.h"

static const char *const filters[] = {"nfs4sess.state.lost", "nfs4sess.chain.step in {1, 2, 3}",
                                      "nfs4sess.collision", "nfs4sess.chain"};

/* What a person had in these slots before; NULL for nothing. */
static char *before[G_N_ELEMENTS(filters)];

static uint8_t slot_of(size_t place)
{
    return (uint8_t)(place + 1);
}

static bool are_painted(void)
{
    bool painted = false;
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        char *filter = color_filters_get_tmp(slot_of(i));
        painted |= g_strcmp0(filter, filters[i]) == 0;
        g_free(filter);
    }
    return painted;
}

/* An empty slot holds the filter "frame" and must be disabled, as Wireshark itself does it: the
 * function that windows of text have for it leaves it enabled, and paints every packet. */
static void fill_slot(size_t place, const char *filter)
{
    char *error = NULL;
    if (!color_filters_set_tmp(slot_of(place), filter, filter == NULL, &error)) {
        report_failure("%s", error);
        g_free(error);
    }
}

static void paint(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_free(before[i]);
        before[i] = color_filters_get_tmp(slot_of(i));
        fill_slot(i, filters[i]);
    }
}

static void give_back(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        fill_slot(i, before[i]);
        g_free(before[i]);
        before[i] = NULL;
    }
}

void finding_colors_switch(void)
{
    if (are_painted())
        give_back();
    else
        paint();
}
