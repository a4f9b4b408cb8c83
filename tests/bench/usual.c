/* usual.c - the usual way in C: a post-dissector that wants fields
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark then builds the tree of every frame, so that these fields can be found in it.
 * A tenth of what the plugin does, to compare with.
 */
#include "compat.h"

#include <epan/packet.h>
#include <epan/proto.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED extern const char plugin_version[];
EXPORTED extern const int plugin_want_major, plugin_want_minor;
EXPORTED void plugin_register(void);
EXPORTED uint32_t plugin_describe(void);

const char plugin_version[] = "0";
const int plugin_want_major = WIRESHARK_VERSION_MAJOR, plugin_want_minor = WIRESHARK_VERSION_MINOR;

static const char *const names[] = {"nfs.opcode", "nfs.nfsstat4", "nfs.verifier4", "nfs.clientid",
                                    "nfs.session_id4"};
static int fields[G_N_ELEMENTS(names)];
static int proto_usual = -1;
static dissector_handle_t handle;
static uint64_t seen[G_N_ELEMENTS(names)];

static int look(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)pinfo, (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const GPtrArray *found = proto_get_finfo_ptr_array(tree, fields[i]);
        seen[i] += found != NULL ? found->len : 0;
    }
    return (int)tvb_captured_length(tvb);
}

static void register_protocol(void)
{
    proto_usual = proto_register_protocol("Client owners, the usual way", "Usual", "usual");
    handle = create_dissector_handle(look, proto_usual);
    register_postdissector(handle);
}

static void register_wishes(void)
{
    GArray *wanted = g_array_new(FALSE, FALSE, sizeof(int));
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        fields[i] = proto_registrar_get_id_byname(names[i]);
        g_array_append_val(wanted, fields[i]);
    }
    set_postdissector_wanted_hfids(handle, wanted);
}

void plugin_register(void)
{
    static proto_plugin plugin;
    plugin.register_protoinfo = register_protocol;
    plugin.register_handoff = register_wishes;
    proto_register_plugin(&plugin);
}

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR;
}
