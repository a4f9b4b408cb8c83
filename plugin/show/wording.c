/* wording.c - every sentence that people read, written once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/to_str.h>

#include "wording.h"

#include "model/know/counters.h"
#include "model/judge/verdict.h"

char *wording_bytes(wmem_allocator_t *scope, nfs4_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *text = (char *)wmem_alloc(scope, (size_t)bytes.len * strlen("\\xNN") + 1), *end = text;
    for (uint32_t i = 0; i < bytes.len; i++) {
        uint8_t c = bytes.data[i];
        bool printable = c >= 0x20 && c <= 0x7e;
        if (!printable || c == '\\')
            *end++ = '\\';
        if (printable) {
            *end++ = (char)c;
        } else {
            *end++ = 'x';
            *end++ = digits[c >> 4];
            *end++ = digits[c & 15];
        }
    }
    *end = '\0';
    return (char *)wmem_realloc(scope, text, (size_t)(end - text) + 1);
}

char *wording_owner(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    return owner->is_cut ? wmem_strdup(scope, "(cut off by the snap length)")
                         : wording_bytes(scope, owner->bytes);
}

char *wording_address(wmem_allocator_t *scope, const address *addr)
{
    return address_to_str(scope, addr);
}

char *wording_endpoint(wmem_allocator_t *scope, const nfs4_endpoint_entry *endpoint)
{
    const char *host = address_to_str(scope, &endpoint->addr);
    bool brackets = endpoint->addr.type == AT_IPv6;
    return wmem_strdup_printf(scope, "%s%s%s:%u", brackets ? "[" : "", host, brackets ? "]" : "",
                              endpoint->port);
}

char *wording_instance_hosts(wmem_allocator_t *scope, const nfs4_instance *instance)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    uint32_t kept = 0;
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next, kept++)
        wmem_strbuf_append_printf(text, "%s%s", kept > 0 ? ", " : "",
                                  wording_address(scope, &mark->addr));
    if (instance->more_addresses)
        wmem_strbuf_append(text, ", and more");
    return wmem_strbuf_finalize(text);
}

char *wording_owner_hosts(wmem_allocator_t *scope, const nfs4_owner *owner, uint32_t limit)
{
    wmem_map_t *seen = wmem_map_new(scope, g_str_hash, g_str_equal);
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    uint32_t hosts = 0, looked_at = 0;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL && looked_at < 64;
         instance = instance->next, looked_at++) {
        for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next) {
            char *host = wording_address(scope, &mark->addr);
            if (wmem_map_insert(seen, host, host) != NULL)
                continue;
            if (hosts++ < limit)
                wmem_strbuf_append_printf(text, "%s%s", hosts > 1 ? ", " : "", host);
        }
    }
    if (hosts > limit)
        wmem_strbuf_append_printf(text, " (+%u)", hosts - limit);
    return wmem_strbuf_finalize(text);
}

static char *point_in_time(wmem_allocator_t *scope, const nstime_t *when, int digits)
{
    int fraction = digits == 9 ? when->nsecs : when->nsecs / 1000000;
    GDateTime *date = g_date_time_new_from_unix_utc(when->secs);
    if (date == NULL)
        return wmem_strdup(scope, "an impossible time");
    char *day = g_date_time_format(date, "%Y-%m-%dT%H:%M:%S");
    char *text = wmem_strdup_printf(scope, "%s.%0*dZ", day, digits, fraction);
    g_free(day);
    g_date_time_unref(date);
    return text;
}

char *wording_time(wmem_allocator_t *scope, const nstime_t *when)
{
    return point_in_time(scope, when, 9);
}

char *wording_clock(wmem_allocator_t *scope, const nstime_t *when)
{
    return point_in_time(scope, when, 3);
}

char *wording_hour(wmem_allocator_t *scope, const nstime_t *when, const nstime_t *base)
{
    char *text = wording_clock(scope, when);
    bool same_day = when->secs / 86400 == base->secs / 86400;
    char *hour = strchr(text, 'T');
    if (hour == NULL)
        return text;
    text[strlen(text) - strlen("Z")] = '\0';
    *hour = ' ';
    return same_day ? hour + 1 : text;
}

char *wording_second(wmem_allocator_t *scope, const nstime_t *when, const nstime_t *base)
{
    char *text = wording_hour(scope, when, base);
    text[strcspn(text, ".")] = '\0';
    return text;
}

char *wording_status(wmem_allocator_t *scope, uint32_t status)
{
    static const value_string names[] = {
        {NFS4_OK, "NFS4_OK"},
        {NFS4ERR_DELAY, "NFS4ERR_DELAY"},
        {NFS4ERR_EXPIRED, "NFS4ERR_EXPIRED"},
        {NFS4ERR_GRACE, "NFS4ERR_GRACE"},
        {NFS4ERR_CLID_INUSE, "NFS4ERR_CLID_INUSE"},
        {NFS4ERR_MINOR_VERS_MISMATCH, "NFS4ERR_MINOR_VERS_MISMATCH"},
        {NFS4ERR_STALE_CLIENTID, "NFS4ERR_STALE_CLIENTID"},
        {NFS4ERR_STALE_STATEID, "NFS4ERR_STALE_STATEID"},
        {NFS4ERR_BAD_STATEID, "NFS4ERR_BAD_STATEID"},
        {NFS4ERR_NO_GRACE, "NFS4ERR_NO_GRACE"},
        {NFS4ERR_RECLAIM_BAD, "NFS4ERR_RECLAIM_BAD"},
        {NFS4ERR_RECLAIM_CONFLICT, "NFS4ERR_RECLAIM_CONFLICT"},
        {NFS4ERR_ADMIN_REVOKED, "NFS4ERR_ADMIN_REVOKED"},
        {NFS4ERR_BADSESSION, "NFS4ERR_BADSESSION"},
        {NFS4ERR_COMPLETE_ALREADY, "NFS4ERR_COMPLETE_ALREADY"},
        {NFS4ERR_DEADSESSION, "NFS4ERR_DEADSESSION"},
        {0, NULL}};
    const char *name = try_val_to_str(status, names);
    return name != NULL ? wmem_strdup(scope, name)
                        : wmem_strdup_printf(scope, "nfsstat4 %u", status);
}

/* ---- instances and leases ------------------------------------------------ */

char *wording_instance(wmem_allocator_t *scope, const nfs4_instance *instance)
{
    return wmem_strdup_printf(scope, "instance %u (%s)", instance->number,
                              wording_instance_hosts(scope, instance));
}

char *wording_confirm(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return lease->confirm.reply != 0
               ? wmem_strdup_printf(scope, "in frame %u", lease->confirm.reply)
               : wmem_strdup(scope, "before the capture began");
}

/* ---- hints ----------------------------------------------------------------- */

char *wording_weak_owner(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    return wmem_strdup_printf(scope,
                              "client owner '%s' is a name that images ship with, and has no "
                              "uniquifier: any copy of this host collides with it",
                              wording_owner(scope, owner));
}

char *wording_hint(wmem_allocator_t *scope, const nfs4_hint *hint)
{
    if (hint->kind == HINT_SAME_NAME)
        return wmem_strdup_printf(
            scope,
            "%s and %s both call themselves '%s' and use NFSv4.%u with this server; the capture "
            "does not show the client owner of at least one, and Linux builds it from that name",
            wording_address(scope, &hint->first->client),
            wording_address(scope, &hint->second->client), wording_bytes(scope, hint->name),
            hint->minorversion);
    return wmem_strdup_printf(
        scope,
        "client owner '%s' is presented by %s to %s and by %s to %s: once both use one server, "
        "they throw each other out",
        wording_owner(scope, hint->owner), wording_owner_hosts(scope, hint->owner, 4),
        wording_endpoint(scope, hint->owner->server->endpoints),
        wording_owner_hosts(scope, hint->other, 4),
        wording_endpoint(scope, hint->other->server->endpoints));
}
