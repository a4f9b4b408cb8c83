/* plugin.c - the door: what Wireshark looks for when it loads the plugin
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define WS_BUILD_DLL /* on Windows, this file exports what it says is public */
#include "compat.h"

#include <epan/proto.h>
#include <epan/tap.h>

#include "extract_tap.h"
#include "flow.h"
#include "nfs4sess.h"
#include "chain_stat.h"
#include "report_tap.h"
#include "stat_table.h"
#include "show/menu.h"

WS_DLL_PUBLIC const char plugin_version[];
WS_DLL_PUBLIC const int plugin_want_major;
WS_DLL_PUBLIC const int plugin_want_minor;
WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

WS_DLL_PUBLIC_DEF const char plugin_version[] = NFS4SESS_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

static const menu_view views[] = {
    {"Session Report",
     "The whole answer: which hosts, which frames prove it, what it cost, the cure",
     report_tap_open_report},
    {"Invalidation Chains", "Every lost lease or session, and the way back from it",
     report_tap_open_chains},
    {"Flow of Collisions", "Filters for them, and says how Statistics > Flow Graph draws the duel",
     report_tap_open_flow},
};

static void register_protocols(void)
{
    nfs4sess_register();
    menu_register(views, sizeof views / sizeof *views);
    stat_table_register();
    chain_stat_register();
    flow_register();
}

static void register_taps(void)
{
    report_tap_register();
    extract_tap_register();
}

void plugin_register(void)
{
    static proto_plugin dissector;
    static tap_plugin taps;

    dissector.register_protoinfo = register_protocols;
    dissector.register_handoff = nfs4sess_handoff;
    proto_register_plugin(&dissector);
    taps.register_tap_listener = register_taps;
    tap_register_plugin(&taps);
}

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER;
}
