/* menu.c - the menus of Wireshark's window: views, and display filters
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "menu.h"

#include <epan/conversation_filter.h>
#include <epan/plugin_if.h>
#include <epan/proto_data.h>

#include "fields.h"

/* ---- Statistics, Tools > NFSv4 Sessions ----------------------------------------------- */

/* No label: a separator. */
static const struct {
    const char *label, *tooltip, *filter;
} entries[] = {
    {"Collisions",
     "Takeovers by a second client with the same client owner, and the refusals that they caused",
     "nfs4sess.collision"},
    {"Takeovers", "Confirms that end the lease of another instance, restarts included",
     "nfs4sess.takeover"},
    {"Chains", "What clients go through from a refused request to one that works again",
     "nfs4sess.chain"},
    {"Trouble", "Clients that do not get on for another reason than a lost lease",
     "nfs4sess.trouble"},
    {"Lost State",
     "Opens and locks that a client held and did not get back, as the report counts them",
     "nfs4sess.lost.opens > 0 || nfs4sess.lost.locks > 0"},
    {NULL, NULL, NULL},
    {"Identity Operations",
     "SETCLIENTID, SETCLIENTID_CONFIRM, EXCHANGE_ID, CREATE_SESSION, DESTROY_SESSION, "
     "DESTROY_CLIENTID",
     "nfs.opcode in {35, 36, 42, 43, 44, 57}"},
    {"All Findings", "Whatever this plugin adds to Analyze > Expert Information",
     "nfs4sess.expert"},
};

static void apply_filter(ext_menubar_gui_type gui, void *window, void *filter)
{
    (void)gui;
    (void)window;
    plugin_if_apply_filter((const char *)filter, TRUE);
}

static void open_view(ext_menubar_gui_type gui, void *window, void *view)
{
    (void)gui;
    (void)window;
    ((const menu_view *)view)->on_click();
}

static void register_menu(const char *parent, const menu_view *views, size_t count)
{
    ext_menu_t *menu = ext_menubar_register_menu(proto_nfs4sess, "NFSv4 Sessions", TRUE);
    ext_menubar_set_parentmenu(menu, parent);
    for (size_t i = 0; i < count; i++)
        ext_menubar_add_entry(menu, views[i].label, views[i].tooltip, open_view, (void *)&views[i]);
    ext_menubar_add_separator(menu);
    for (size_t i = 0; i < array_length(entries); i++) {
        if (entries[i].label == NULL)
            ext_menubar_add_separator(menu);
        else
            ext_menubar_add_entry(menu, entries[i].label, entries[i].tooltip, apply_filter,
                                  (void *)entries[i].filter);
    }
}

/* ---- Analyze > Conversation Filter ---------------------------------------- */

#define IDENTITY_KEY 1

/* Whose packet it is: numbers only, as it may outlive the model. In the packet's pool. */
typedef struct {
    uint32_t owner; /* 0 for unknown */
    bool has_session;
    uint8_t sessionid[NFS4_SESSIONID_SIZE];
} packet_identity;

void menu_remember(packet_info *pinfo, const nfs4sess_frame *frame)
{
    packet_identity *identity = wmem_new0(pinfo->pool, packet_identity);
    for (uint32_t i = 0; i < frame->count; i++) {
        const nfs4_context *message = &frame->messages[i];
        if (identity->owner == 0 && message->owner != NULL)
            identity->owner = message->owner->number;
        if (!identity->has_session && message->session != NULL) {
            identity->has_session = true;
            memcpy(identity->sessionid, message->session->sessionid, NFS4_SESSIONID_SIZE);
        }
    }
    p_add_proto_data(pinfo->pool, pinfo, proto_nfs4sess, IDENTITY_KEY, identity);
}

static const packet_identity *identity_of(packet_info *pinfo)
{
    return (const packet_identity *)p_get_proto_data(pinfo->pool, pinfo, proto_nfs4sess,
                                                     IDENTITY_KEY);
}

static ws_bool has_session(WS_CONVERSATION_ARGUMENTS)
{
    const packet_identity *identity = identity_of(pinfo);
    return identity != NULL && identity->has_session;
}

static char *session_filter(WS_CONVERSATION_ARGUMENTS)
{
    const packet_identity *identity = identity_of(pinfo);
    GString *filter = g_string_new("nfs4sess.sessionid == ");
    for (int i = 0; i < NFS4_SESSIONID_SIZE; i++)
        g_string_append_printf(filter, "%s%02x", i > 0 ? ":" : "", identity->sessionid[i]);
    return g_string_free(filter, FALSE);
}

static ws_bool has_owner(WS_CONVERSATION_ARGUMENTS)
{
    const packet_identity *identity = identity_of(pinfo);
    return identity != NULL && identity->owner != 0;
}

static char *owner_filter(WS_CONVERSATION_ARGUMENTS)
{
    return g_strdup_printf("nfs4sess.owner.number == %u", identity_of(pinfo)->owner);
}

void menu_register(const menu_view *views, size_t count)
{
    register_menu("Statistics", views, count);
    register_menu("Tools", views, count);
    ws_register_conversation_filter("nfs4sess", "NFSv4 client owner", has_owner, owner_filter);
    ws_register_conversation_filter("nfs4sess", "NFSv4 session", has_session, session_filter);
}
