/* report_tap.c - the -z commands that draw at the end of a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <stdio.h>

#include <epan/dissectors/packet-rpc.h>
#include <epan/epan.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "report_tap.h"

#include "nfs4sess.h"
#include "report.h"

#define NFS_PROGRAM 100003
#define NFS_V4 4
#define NFSPROC4_COMPOUND 1

/* One -z command: the owners that frames which pass its filter belong to. */
typedef struct {
    bool filtered;
    GHashTable *owners; /* set of nfs4_owner */
    uint64_t hidden;    /* COMPOUNDs that RPC announced as encrypted */
    uint64_t decrypted; /* those of them that could be read all the same */
} report_tap;

static void tap_reset(void *data)
{
    report_tap *tap = (report_tap *)data;
    g_hash_table_remove_all(tap->owners);
    tap->hidden = tap->decrypted = 0;
}

/* The body is encrypted (krb5p), or it is not known whether it is. */
static bool is_hidden(const rpc_call_info_value *rpc)
{
    if (rpc->flavor == FLAVOR_GSSAPI)
        return rpc->gss_proc == RPCSEC_GSS_DATA && rpc->gss_svc == RPCSEC_GSS_SVC_PRIVACY;
    return rpc->flavor == FLAVOR_GSSAPI_NO_INFO;
}

/* Of the tap "rpc": "nothing found" must not be said of what could not be seen. */
static tap_packet_status count_hidden(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                      const void *data, tap_flags_t flags)
{
    const rpc_call_info_value *rpc = (const rpc_call_info_value *)data;
    (void)pinfo, (void)edt, (void)flags;
    if (rpc->prog == NFS_PROGRAM && rpc->vers == NFS_V4 && rpc->proc == NFSPROC4_COMPOUND)
        ((report_tap *)tapdata)->hidden += is_hidden(rpc);
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status tap_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                    const void *data, tap_flags_t flags)
{
    report_tap *tap = (report_tap *)tapdata;
    const nfs4sess_frame *frame = (const nfs4sess_frame *)data;
    (void)pinfo, (void)edt, (void)flags;
    tap->decrypted += frame->decrypted;
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
    report_facts facts = {.wireshark = epan_get_version(),
                          .invisible = tap->hidden - MIN(tap->hidden, tap->decrypted)};
    report_json(text, nfs4sess_model(), &facts, tap->filtered ? is_chosen : NULL, tap);
    fputs(text->str, stdout);
    fputc('\n', stdout);
    g_string_free(text, TRUE);
}

static void tap_finish(void *data)
{
    g_hash_table_destroy(((report_tap *)data)->owners);
    g_free(data);
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
    if (error == NULL)
        error = register_tap_listener("rpc", tap, NULL, TL_REQUIRES_NOTHING, NULL, count_hidden,
                                      NULL, NULL);
    if (error != NULL) {
        report_failure("nfs4dup,json: %s", error->str);
        g_string_free(error, TRUE);
        tap_finish(tap);
    }
}

void report_tap_register(void)
{
    static stat_tap_ui json = {.group = REGISTER_STAT_GROUP_GENERIC,
                               .title = NULL,
                               .cli_string = "nfs4dup,json",
                               .tap_init_cb = start_json};
    register_stat_tap_ui(&json, NULL);
}
