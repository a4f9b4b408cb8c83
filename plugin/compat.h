/* compat.h - what differs between the Wireshark release lines
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The only file that asks for the version.
 */
#ifndef NFS4SESS_COMPAT_H
#define NFS4SESS_COMPAT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <ws_version.h>
#include <epan/packet.h>

#define NFS4SESS_WIRESHARK_AT_LEAST(major, minor)                                                  \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* Booleans of callbacks and preferences: gboolean, which is an int, until 4.2. */
#if NFS4SESS_WIRESHARK_AT_LEAST(4, 4)
typedef bool ws_bool;
#else
typedef gboolean ws_bool;
#endif

/* stat_tap_ui.tap_init_cb returns from 4.6 on whether it succeeded; its last statement. Before
 * that, it ends the program if it did not, as those of tshark do. */
#if NFS4SESS_WIRESHARK_AT_LEAST(4, 6)
typedef bool ws_stat_init_result;
#define WS_STAT_INIT_RETURN(succeeded) return (succeeded)
#else
typedef void ws_stat_init_result;
#define WS_STAT_INIT_RETURN(succeeded)                                                             \
    do {                                                                                           \
        if (!(succeeded))                                                                          \
            exit(1);                                                                               \
    } while (false)
#endif

/* A conversation filter's callbacks get the user data of its registration from 4.2 on;
 * ours need none. */
#if NFS4SESS_WIRESHARK_AT_LEAST(4, 2)
#define WS_CONVERSATION_ARGUMENTS packet_info *pinfo, void *user_data _U_
#define ws_register_conversation_filter(protocol, name, is_valid, build)                           \
    register_conversation_filter(protocol, name, is_valid, build, NULL)
#else
#define WS_CONVERSATION_ARGUMENTS packet_info *pinfo
#define ws_register_conversation_filter register_conversation_filter
#endif

/* A handle whose place in a table another one had: RPC shows its name until 4.0, and
 * its description, which is the protocol's unless it is given, from 4.2 on. */
static inline dissector_handle_t ws_create_handle_like(dissector_handle_t original,
                                                       dissector_t dissector, int proto)
{
    const char *name = dissector_handle_get_dissector_name(original);
#if NFS4SESS_WIRESHARK_AT_LEAST(4, 2)
    return create_dissector_handle_with_name_and_description(
        dissector, proto, name, dissector_handle_get_description(original));
#else
    return create_dissector_handle_with_name(dissector, proto, name);
#endif
}

/* What register_frame_end_routine() does, which the library does not export. */
static inline void ws_register_frame_end_routine(packet_info *pinfo, void (*routine)(void))
{
    pinfo->frame_end_routines = g_slist_append(pinfo->frame_end_routines, (gpointer)routine);
}

/* Windows has these under names of its own. */
#ifdef _WIN32
#include <io.h>
#define ws_dup _dup
#define ws_fdopen _fdopen
#else
#include <unistd.h>
#define ws_dup dup
#define ws_fdopen fdopen
#endif

/* plugin_describe() and its answer are in no header of the -dev packages. */
#define WS_PLUGIN_DESC_DISSECTOR (1u << 0)
#define WS_PLUGIN_DESC_TAP_LISTENER (1u << 4)

#endif
