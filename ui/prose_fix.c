/* prose_fix.c - what to do about a duplicate, step by step, and what would decide a finding
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "prose_fix.h"

#include "cure.h"
#include "show/wording.h"

#include "model/know/owner.h"
#include "wire/nfs_program.h"

#define STEP "      - "
#define GOES_ON "        "

/* Begins with the name of the cure, under which the manual has more. */
static void tell_cure(page *out, wmem_allocator_t *scope, const patient *facts, const cure *row)
{
    for (uint32_t i = 0; i < CURE_STEPS && row->steps[i].words != NULL; i++) {
        const char *words = cure_fill(scope, facts, row->steps[i].words);
        if (i == 0)
            page_words_f(out, STEP, "%s: %s", row->name, words);
        else
            page_words(out, page_is_markdown(out) ? STEP : GOES_ON, words);
        if (row->steps[i].commands != NULL)
            page_commands(out, cure_commands(scope, facts, row->steps[i].commands));
    }
}

static const char *heading_of(const patient *facts, cure_part part, uint32_t cures)
{
    bool is_windows = g_strcmp0(facts->software, OWNER_SOFTWARE_WINDOWS) == 0;
    static const char *const headings[] = {
        [CURE_FIRST] = "First",
        [CURE_ONE_OF] = "One of these, on the client (shell lines as root)",
        [CURE_THEN] = "Then",
        [CURE_CHECK] = "To see that it took",
        [CURE_LATER] = "For the future",
    };
    if (part == CURE_ONE_OF && is_windows)
        return cures == 1 ? "On the client (as administrator)"
                          : "One of these, on the client (as administrator)";
    return part == CURE_ONE_OF && cures == 1 ? "On the client (shell lines as root)"
                                             : headings[part];
}

static uint32_t count_of(const GPtrArray *found, cure_part part)
{
    uint32_t count = 0;
    for (guint i = 0; i < found->len; i++)
        count += ((const cure *)g_ptr_array_index(found, i))->part == part;
    return count;
}

void prose_fix(page *out, const nfs4_owner *owner)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    GPtrArray *found = g_ptr_array_new();
    patient facts = patient_of(scope, owner);
    int told = -1;
    cures_for(&facts, found);
    for (guint i = 0; i < found->len; i++) {
        const cure *row = (const cure *)g_ptr_array_index(found, i);
        if ((int)row->part != told)
            page_heading(out, heading_of(&facts, row->part, count_of(found, row->part)));
        told = (int)row->part;
        tell_cure(out, scope, &facts, row);
    }
    page_words(out, "    ",
               "Nothing has to be changed on the server, and nothing there cures it. "
               "nfs4dup-cures(7) tells more of each word above, and its source.");
    g_ptr_array_free(found, TRUE);
    wmem_destroy_allocator(scope);
}

/* Where a capture sees all clients of a server that nobody can log in to. */
static void tell_appliance(page *out)
{
    page_words(out, STEP,
               "If the server is a service or an appliance: capture at all clients that mount it, "
               "at the same time, and give nfs4dup all files; or mirror its traffic. "
               "nfs4dup-cures(7), WHERE TO CAPTURE, has the ways.");
}

void prose_capture_next(page *out, const nfs4_owner *owner)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_endpoint_entry *endpoint = owner->server->endpoints;
    page_words_f(out, STEP,
                 "Capture on the server%s%s, with whole packets, for some minutes and at least one "
                 "lease time:",
                 endpoint != NULL ? " " : "",
                 endpoint != NULL ? wording_endpoint(scope, endpoint) : "");
    char *command = wmem_strdup_printf(scope, "tcpdump -i any -s 0 -w server.pcap 'port %u'",
                                       endpoint != NULL ? endpoint->port : NFS_PORT);
    page_command(out, command);
    page_words(out, STEP,
               "An instance that comes back after another took its place, or is refused while "
               "another holds the owner, is a second host; one that stays silent has restarted.");
    if (owner->server->layout != LAYOUT_KNFSD_LE && owner->server->layout != LAYOUT_GANESHA)
        tell_appliance(out);
    wmem_destroy_allocator(scope);
}
