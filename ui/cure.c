/* cure.c - which cures fit the clients of an owner
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "cure.h"

#include <string.h>
#include <wsutil/ws_assert.h>

#include "show/wording.h"

#include "model/know/owner.h"
#include "model/judge/cases.h"
#include "model/judge/verdict.h"
#include "wire/nfs_program.h"

/* ---- the patient ---------------------------------------------------------- */

/* The number at `text`, and where it ends. */
static uint32_t number_at(const char *text, const char **end)
{
    uint32_t number = 0;
    for (*end = text; g_ascii_isdigit(**end) && number < 1000; (*end)++)
        number = number * 10 + (uint32_t)g_ascii_digit_value(**end);
    return number;
}

/* Enterprise kernels keep their number for years, and take new features into it. */
static bool is_of_a_vendor(const char *release)
{
    size_t length = strcspn(release, " ");
    return g_strstr_len(release, (gssize)length, ".el") != NULL ||
           g_strstr_len(release, (gssize)length, "-default") != NULL;
}

/* The implementation id of Linux is what uname prints: "Linux 6.1.0-27-amd64 #1 SMP ..."
 * (fs/nfs/nfs4xdr.c encode_exchange_id). */
static uint32_t release_of(wmem_allocator_t *scope, nfs4_bytes implementation)
{
    const char *end, *text = wording_bytes(scope, implementation);
    if (!g_str_has_prefix(text, "Linux "))
        return 0;
    const char *release = text + strlen("Linux ");
    uint32_t major = number_at(release, &end);
    if (end == release || *end != '.' || is_of_a_vendor(release))
        return 0;
    const char *minor = end + 1;
    uint32_t number = number_at(minor, &end);
    return end == minor ? 0 : major * 1000 + number;
}

static uint32_t oldest_release(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    uint32_t oldest = UINT32_MAX;
    for (const nfs4_instance *one = owner->first_instance; one != NULL; one = one->next)
        oldest = MIN(oldest, release_of(scope, one->implementation));
    return oldest == UINT32_MAX ? 0 : oldest;
}

static bool is_one_address(const nfs4_owner *owner)
{
    const address *only = NULL;
    for (const nfs4_instance *one = owner->first_instance; one != NULL; one = one->next)
        for (const nfs4_mark *mark = one->addresses; mark != NULL; mark = mark->next) {
            if (only != NULL && !addresses_equal(only, &mark->addr))
                return false;
            only = &mark->addr;
        }
    return owner->instance_count > 1 && only != NULL;
}

static const address *link_of(const nfs4_instance *instance)
{
    const nfs4_mark *mark = instance->addresses;
    return mark != NULL && mark->link.type == AT_ETHER ? &mark->link : NULL;
}

static bool is_linked_apart(const nfs4_owner *owner)
{
    const address *first = link_of(owner->first_instance);
    for (const nfs4_instance *one = owner->first_instance; one != NULL; one = one->next)
        if (first != NULL && link_of(one) != NULL && !addresses_equal(first, link_of(one)))
            return true;
    return false;
}

static bool asks_for_protection(const nfs4_owner *owner)
{
    for (const nfs4_instance *one = owner->first_instance; one != NULL; one = one->next)
        if (one->is_protected)
            return true;
    return false;
}

static bool is_copy(const nfs4_owner *owner)
{
    return g_strcmp0(verdict_kind_name(owner), "cloned-instance") == 0;
}

static const char *maker_of(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    const nfs4_instance *one = owner->first_instance;
    if (owner_software(owner) != NULL)
        return owner_software(owner);
    if (one == NULL || one->implementation.len == 0)
        return NULL;
    return wmem_strdup_printf(scope, "'%s'", wording_bytes(scope, one->implementation));
}

patient patient_of(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    const nfs4_endpoint_entry *endpoint = owner->server->endpoints;
    return (patient){
        .owner = owner,
        .software = owner_software(owner),
        .maker = maker_of(scope, owner),
        .server = endpoint != NULL ? wording_address(scope, &endpoint->addr) : "SERVER",
        .port = endpoint != NULL ? (uint16_t)endpoint->port : NFS_PORT,
        .is_copy = is_copy(owner),
        .may_be_one = owner->verdict == VERDICT_PROBABLE && !is_copy(owner),
        .is_nameless = owner_form_is_nameless(&owner->form),
        .has_uniquifier = owner->form.uniquifier.len > 0,
        .is_one_address = is_one_address(owner),
        .is_linked_apart = owner->first_instance != NULL && is_linked_apart(owner),
        .is_kerberos = asks_for_protection(owner),
        .is_refused = cases_first(owner, EVIDENCE_CLID_INUSE) != NULL,
        .hosts = owner->instance_count,
        .release = oldest_release(scope, owner),
    };
}

/* ---- the cures that fit --------------------------------------------------- */

static void add_fitting(const patient *facts, cure_table table, cure_part part, GPtrArray *found)
{
    for (uint32_t i = 0; i < table.count; i++)
        if (table.rows[i].part == part && table.rows[i].fits(facts))
            g_ptr_array_add(found, (gpointer)&table.rows[i]);
}

void cures_for(const patient *facts, GPtrArray *found)
{
    const cure_table tables[] = {cures_of_linux(), cures_of_others(), cures_of_all()};
    for (int part = 0; part < CURE_PARTS; part++)
        for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
            add_fitting(facts, tables[i], (cure_part)part, found);
}

/* ---- words ---------------------------------------------------------------- */

static const char *value_of(wmem_allocator_t *scope, const patient *facts, const char *name)
{
    bool many = facts->hosts > 2;
    if (strcmp(name, "server") == 0)
        return facts->server;
    if (strcmp(name, "port") == 0)
        return wmem_strdup_printf(scope, "%u", facts->port);
    if (strcmp(name, "maker") == 0)
        return facts->maker != NULL ? facts->maker : "unknown";
    if (strcmp(name, "one") == 0)
        return many ? "all hosts but one" : "one host";
    if (strcmp(name, "adapters") == 0)
        return facts->is_linked_apart ? " (compare all of them: those in this capture differ, but "
                                        "a router's may stand "
                                        "in their place)"
                                      : "";
    ws_abort_if_fail(strcmp(name, "it") == 0);
    return many ? "them" : "it";
}

char *cure_fill(wmem_allocator_t *scope, const patient *facts, const char *text)
{
    wmem_strbuf_t *filled = wmem_strbuf_new(scope, "");
    char **parts = g_strsplit(text, "@", -1);
    for (uint32_t i = 0; parts[i] != NULL; i++)
        wmem_strbuf_append(filled, i % 2 == 0 ? parts[i] : value_of(scope, facts, parts[i]));
    g_strfreev(parts);
    return (char *)wmem_strbuf_get_str(filled);
}

#define SERVERS_TOLD 4 /* addresses */

/* A line about the server, for each address that it is known by: a client may have mounted it by
 * any of them. */
static void append_for_each_address(wmem_allocator_t *scope, const patient *facts, const char *line,
                                    wmem_strbuf_t *lines)
{
    patient one = *facts;
    uint32_t told = 0;
    const nfs4_endpoint_entry *entry = facts->owner->server->endpoints;
    for (; entry != NULL && told < SERVERS_TOLD; entry = entry->next) {
        const nfs4_endpoint_entry *same = facts->owner->server->endpoints;
        while (!addresses_equal(&same->addr, &entry->addr))
            same = same->next;
        if (same != entry)
            continue; /* at another port */
        one.server = wording_address(scope, &entry->addr);
        wmem_strbuf_append_printf(lines, "%s%s", wmem_strbuf_get_len(lines) > 0 ? "\n" : "",
                                  cure_fill(scope, &one, line));
        told++;
    }
}

char *cure_commands(wmem_allocator_t *scope, const patient *facts, const char *commands)
{
    wmem_strbuf_t *filled = wmem_strbuf_new(scope, "");
    char **lines = g_strsplit(commands, "\n", -1);
    for (uint32_t i = 0; lines[i] != NULL; i++) {
        if (strstr(lines[i], "@server@") != NULL)
            append_for_each_address(scope, facts, lines[i], filled);
        else
            wmem_strbuf_append_printf(filled, "%s%s", wmem_strbuf_get_len(filled) > 0 ? "\n" : "",
                                      cure_fill(scope, facts, lines[i]));
    }
    g_strfreev(lines);
    return (char *)wmem_strbuf_get_str(filled);
}

char *cure_first_step(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    const char *before = NULL, *step = NULL;
    patient facts = patient_of(scope, owner);
    GPtrArray *found = g_ptr_array_new();
    cures_for(&facts, found);
    for (guint i = 0; i < found->len && step == NULL; i++) {
        const cure *row = (const cure *)g_ptr_array_index(found, i);
        if (row->first != NULL && row->part == CURE_FIRST)
            before = row->first;
        else
            step = row->first;
    }
    g_ptr_array_free(found, TRUE);
    char *words = before == NULL ? wmem_strdup(scope, step)
                                 : wmem_strdup_printf(scope, "%s; then %s", before, step);
    return cure_fill(scope, &facts, words);
}
