/* report_tap.c - the -z commands that draw at the end of a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <stdio.h>

#include <epan/epan.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "report_tap.h"

#include "nfs4sess.h"
#include "report.h"
#include "visibility.h"

/* One -z command: the owners that frames which pass its filter belong to. */
typedef struct {
    bool filtered;
    GHashTable *owners; /* set of nfs4_owner */
    visibility *seen;   /* whatever the filter */
} report_tap;

static void tap_reset(void *data)
{
    g_hash_table_remove_all(((report_tap *)data)->owners);
}

static tap_packet_status tap_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                    const void *data, tap_flags_t flags)
{
    report_tap *tap = (report_tap *)tapdata;
    const nfs4sess_frame *frame = (const nfs4sess_frame *)data;
    (void)pinfo, (void)edt, (void)flags;
    for (uint32_t i = 0; tap->filtered && i < frame->count; i++)
        if (frame->messages[i].owner != NULL)
            g_hash_table_add(tap->owners, (void *)frame->messages[i].owner);
    return TAP_PACKET_REDRAW;
}

static bool is_chosen(const nfs4_owner *owner, void *data)
{
    return g_hash_table_contains(((report_tap *)data)->owners, owner);
}

static void tap_draw(void *data)
{
    report_tap *tap = (report_tap *)data;
    GString *text = g_string_new(NULL);
    report_facts facts = {.wireshark = epan_get_version(), .gaps = visibility_sum(tap->seen)};
    report_json(text, nfs4sess_model(), &facts, tap->filtered ? is_chosen : NULL, tap);
    fputs(text->str, stdout);
    fputc('\n', stdout);
    g_string_free(text, TRUE);
}

static void tap_finish(void *data)
{
    report_tap *tap = (report_tap *)data;
    g_hash_table_destroy(tap->owners);
    if (tap->seen != NULL)
        visibility_free(tap->seen);
    g_free(tap);
}

/* "nfs4dup,json" or "nfs4dup,json,<display filter>" */
static void start_json(const char *argument, void *unused)
{
    static const char command[] = "nfs4dup,json,";
    const char *filter = NULL;
    report_tap *tap = g_new0(report_tap, 1);
    (void)unused;

    if (g_str_has_prefix(argument, command) && argument[sizeof command - 1] != '\0')
        filter = argument + sizeof command - 1;
    tap->filtered = filter != NULL;
    tap->owners = g_hash_table_new(g_direct_hash, g_direct_equal);
    GString *error = register_tap_listener("nfs4dup", tap, filter, TL_REQUIRES_NOTHING, tap_reset,
                                           tap_packet, tap_draw, tap_finish);
    if (error == NULL) {
        tap->seen = visibility_new();
        return;
    }
    report_failure("nfs4dup,json: %s", error->str);
    g_string_free(error, TRUE);
    tap_finish(tap);
}

void report_tap_register(void)
{
    static stat_tap_ui json = {.group = REGISTER_STAT_GROUP_GENERIC,
                               .title = NULL,
                               .cli_string = "nfs4dup,json",
                               .tap_init_cb = start_json};
    register_stat_tap_ui(&json, NULL);
}
