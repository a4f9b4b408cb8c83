/* extract_tap.c - -z nfs4dup,extract: the extract of a capture, written as a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "extract_tap.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>
#include <wsutil/ws_assert.h>

#include "pcapng.h"
#include "view_file.h"
#include "visibility.h"

#include "extract/extract.h"

#define COMMAND "nfs4dup,extract"
#define KEY_MAX 4096 /* bytes; what follows them is not read */

typedef struct {
    FILE *out;
    visibility *seen;
} extract_tap;

static void put(const extract_packet *packet, void *data)
{
    pcapng_put(((extract_tap *)data)->out, packet);
}

static tap_packet_status see_frame(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                   const void *data, tap_flags_t flags)
{
    (void)tapdata, (void)edt, (void)data, (void)flags;
    extract_count_frame(pinfo);
    return TAP_PACKET_DONT_REDRAW;
}

static extract_totals unseen_by(const visibility *seen)
{
    const visibility_gaps gaps = visibility_seen(seen);
    const visibility_gap *const each[GAP_KINDS] = {[GAP_INVISIBLE] = &gaps.compounds,
                                                   [GAP_TLS] = &gaps.tls,
                                                   [GAP_UNDECODED] = &gaps.undecoded,
                                                   [GAP_REPLIES] = &gaps.replies,
                                                   [GAP_CUT] = &gaps.cut,
                                                   [GAP_UNCLAIMED] = &gaps.unclaimed};
    extract_totals totals = {.unclaimed_port = gaps.unclaimed_port};
    for (int kind = 0; kind < GAP_KINDS; kind++)
        totals.gaps[kind] = (extract_gap){each[kind]->count, each[kind]->first_frame};
    return totals;
}

static void end(void *data)
{
    extract_tap *tap = (extract_tap *)data;
    if (tap->out == NULL)
        return;
    const extract_totals totals = unseen_by(tap->seen);
    extract_finish(&totals);
    if (!view_close(tap->out))
        report_failure("the extract cannot be written");
    tap->out = NULL;
}

static void forget(void *data)
{
    extract_tap *tap = (extract_tap *)data;
    visibility_free(tap->seen);
    g_free(tap);
}

/* NULL where nobody wants other names. Where somebody does and there is no such key, nothing may
 * be written: *failed is true. */
static alias_book *aliases_wanted(bool *failed)
{
    uint8_t bytes[KEY_MAX];
    FILE *file = view_input("key", failed);
    if (file == NULL)
        return NULL;
    const nfs4_bytes key = {bytes, (uint32_t)fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    alias_book *aliases = alias_book_new(key);
    *failed = aliases == NULL;
    return aliases;
}

static ws_stat_init_result start(const char *argument, void *data)
{
    extract_tap *tap = g_new0(extract_tap, 1);
    (void)data;
    bool has_no_key = false;
    alias_book *aliases = aliases_wanted(&has_no_key);
    tap->out = strcmp(argument, COMMAND) == 0 && !has_no_key ? view_open(COMMAND) : NULL;
    if (tap->out == NULL) {
        alias_book_free(aliases);
        if (has_no_key)
            report_failure("the key cannot be read, or is shorter than %d bytes", ALIAS_KEY_LEAST);
        else
            report_failure("there is no -z %s, but " COMMAND, argument);
        g_free(tap);
        WS_STAT_INIT_RETURN(false);
    }
    pcapng_begin(tap->out);
    GString *error = register_tap_listener("frame", tap, NULL, TL_REQUIRES_NOTHING, NULL, see_frame,
                                           end, forget);
    ws_abort_if_fail(error == NULL); /* there is no filter to be wrong */
    tap->seen = visibility_new(false);
    extract_into(put, tap, g_getenv("NFS4DUP_SOURCE"), aliases);
    WS_STAT_INIT_RETURN(true);
}

void extract_tap_register(void)
{
    static stat_tap_ui ui = {
        .group = REGISTER_STAT_GROUP_GENERIC, .cli_string = COMMAND, .tap_init_cb = start};
    register_stat_tap_ui(&ui, NULL);
}
