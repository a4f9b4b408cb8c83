/* plugin.c - the door: what Wireshark looks for when it loads the plugin
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/proto.h>
#include <epan/tap.h>

#include "extract_tap.h"
#include "nfs4sess.h"
#include "report_tap.h"
#include "stat_table.h"

#define EXPORTED __attribute__((visibility("default")))

EXPORTED extern const char plugin_version[];
EXPORTED extern const int plugin_want_major;
EXPORTED extern const int plugin_want_minor;
EXPORTED void plugin_register(void);
EXPORTED uint32_t plugin_describe(void);

const char plugin_version[] = NFS4SESS_VERSION;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

static void register_protocols(void)
{
    nfs4sess_register();
    stat_table_register();
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
