/* owner_form.c - what an owner string or a verifier tells by its form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "owner_form.h"

#include <string.h>

#include <glib.h>

#define SECONDS_2005 1104537600LL /* 2005-01-01, older than any NFSv4.1 client */
#define NS_PER_SECOND 1000000000ULL

static bool starts_with(nfs4_bytes bytes, const char *prefix)
{
    size_t length = strlen(prefix);
    return bytes.len >= length && memcmp(bytes.data, prefix, length) == 0;
}

static bool ends_with(nfs4_bytes bytes, const char *suffix)
{
    size_t length = strlen(suffix);
    return bytes.len >= length && memcmp(bytes.data + bytes.len - length, suffix, length) == 0;
}

static nfs4_bytes slice(nfs4_bytes bytes, uint32_t from, uint32_t to)
{
    return (nfs4_bytes){bytes.data + from, to - from};
}

/* Position of the last `c` before `end`, or -1. */
static int64_t last_index(nfs4_bytes bytes, uint32_t end, uint8_t c)
{
    for (int64_t i = (int64_t)end - 1; i >= 0; i--)
        if (bytes.data[i] == c)
            return i;
    return -1;
}

/* true if the text can only be an IPv4 or IPv6 address. */
static bool looks_like_address(nfs4_bytes text)
{
    uint32_t dots = 0, colons = 0, digits = 0;
    for (uint32_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        dots += c == '.';
        colons += c == ':';
        digits += g_ascii_isdigit((char)c) != 0;
        if (c == '%' && colons >= 2)
            return true; /* the zone of a link-local address follows */
        if (!g_ascii_isxdigit((char)c) && c != '.' && c != ':')
            return false;
    }
    return colons >= 2 || (dots == 3 && dots + digits == text.len);
}

/* Linux 4.1 and later, and 4.0 with -o migration: "[<uniquifier>/]<host>"; 4.0
 * otherwise: "<host>[/<uniquifier>]/<server address>". */
static owner_form parse_linux(nfs4_bytes rest, uint8_t minor)
{
    owner_form form = {.kind = OWNER_FORM_LINUX, .host = rest};
    int64_t slash = last_index(rest, rest.len, '/');
    if (slash < 0)
        return form;
    nfs4_bytes tail = slice(rest, (uint32_t)slash + 1, rest.len);
    nfs4_bytes head = slice(rest, 0, (uint32_t)slash);
    if (ends_with(tail, " tcp") || ends_with(tail, " tcp6") || ends_with(tail, " udp"))
        return (owner_form){.kind = OWNER_FORM_LINUX_ADDRESS, .host = head};
    if (minor != '0' || !looks_like_address(tail)) {
        form.host = tail;
        form.uniquifier = head;
        return form;
    }
    form.host = head;
    const uint8_t *first = head.len > 0 ? memchr(head.data, '/', head.len) : NULL;
    if (first != NULL) {
        form.host = slice(head, 0, (uint32_t)(first - head.data));
        form.uniquifier = slice(head, form.host.len + 1, head.len);
    }
    return form;
}

/* Linux up to 3.6: "<client address>/<nodename>.<domain>/<flavor>" in 4.1, and
 * "<client address>/<server address> <proto> <flavor> <n>" in 4.0. */
static bool is_old_linux(nfs4_bytes owner)
{
    const uint8_t *slash = owner.len > 0 ? memchr(owner.data, '/', owner.len) : NULL;
    return slash != NULL && slash > owner.data &&
           looks_like_address(slice(owner, 0, (uint32_t)(slash - owner.data)));
}

static bool is_uuid(nfs4_bytes text)
{
    if (text.len != 36)
        return false;
    for (uint32_t i = 0; i < text.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text.data[i] != '-' : !g_ascii_isxdigit((char)text.data[i]))
            return false;
    }
    return true;
}

static owner_form parse_nfs4j(nfs4_bytes owner)
{
    owner_form form = {.kind = OWNER_FORM_NFS4J};
    int64_t at = last_index(owner, owner.len, '@');
    if (at >= 0)
        form.host = slice(owner, (uint32_t)at + 1, owner.len);
    return form;
}

owner_form owner_form_parse(nfs4_bytes owner)
{
    static const char linux_head[] = "Linux NFSv4.";
    const uint32_t linux_length = sizeof linux_head - 1;

    if (starts_with(owner, linux_head) && owner.len > linux_length + 2 &&
        g_ascii_isdigit((char)owner.data[linux_length]) && owner.data[linux_length + 1] == ' ')
        return parse_linux(slice(owner, linux_length + 2, owner.len), owner.data[linux_length]);
    if (owner.len == 44 && is_uuid(slice(owner, 8, 44)))
        return (owner_form){.kind = OWNER_FORM_FREEBSD, .host = slice(owner, 8, 44)};
    if (starts_with(owner, "Libnfs pid:"))
        return (owner_form){.kind = OWNER_FORM_LIBNFS};
    if (ends_with(owner, " - GANESHA NFSv4 Proxy"))
        return (owner_form){.kind = OWNER_FORM_GANESHA_PROXY};
    if (starts_with(owner, "org.dcache.nfs.v4.client.Main: "))
        return parse_nfs4j(owner);
    if (is_old_linux(owner))
        return (owner_form){.kind = OWNER_FORM_LINUX_OLD};
    return (owner_form){.kind = OWNER_FORM_UNKNOWN};
}

const char *owner_form_software(owner_form_kind kind)
{
    switch (kind) {
    case OWNER_FORM_LINUX:
    case OWNER_FORM_LINUX_ADDRESS:
    case OWNER_FORM_LINUX_OLD:
        return "Linux";
    case OWNER_FORM_FREEBSD:
        return "FreeBSD";
    case OWNER_FORM_LIBNFS:
        return "libnfs";
    case OWNER_FORM_GANESHA_PROXY:
        return "NFS-Ganesha proxy";
    case OWNER_FORM_NFS4J:
        return "nfs4j";
    case OWNER_FORM_UNKNOWN:
        break;
    }
    return NULL;
}

bool owner_form_is_weak(const owner_form *form)
{
    static const char *const shipped[] = {
        "localhost", "localhost.localdomain", "localhost6", "(none)", "ubuntu", "debian",
        "fedora",    "raspberrypi",           "template"};

    if (form->kind != OWNER_FORM_LINUX || form->uniquifier.len != 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(shipped); i++)
        if (form->host.len == strlen(shipped[i]) && starts_with(form->host, shipped[i]))
            return true;
    return false;
}

static bool is_linux(owner_form_kind kind)
{
    return kind == OWNER_FORM_LINUX || kind == OWNER_FORM_LINUX_ADDRESS ||
           kind == OWNER_FORM_LINUX_OLD;
}

bool owner_form_is_purge_verifier(owner_form_kind kind, uint64_t verifier)
{
    if (!is_linux(kind))
        return false;
    return verifier == UINT64_MAX ||            /* "impossible timestamp", today */
           verifier == 0x000000003b9aca01ULL || /* {0, NSEC_PER_SEC + 1}, big-endian */
           verifier == 0x0000000001ca9a3bULL;   /* the same, host order on x86 */
}

uint64_t owner_form_instance_key(owner_form_kind kind, uint64_t verifier)
{
    return kind == OWNER_FORM_FREEBSD ? verifier >> 32 : verifier;
}

static bool plausible(int64_t seconds, uint64_t nanoseconds, const nstime_t *now)
{
    return nanoseconds < NS_PER_SECOND && seconds >= SECONDS_2005 &&
           seconds <= (int64_t)now->secs + 24 * 3600;
}

static bool set_start(int64_t seconds, uint64_t nanoseconds, const nstime_t *now, nstime_t *start)
{
    if (!plausible(seconds, nanoseconds, now))
        return false;
    start->secs = (time_t)seconds;
    start->nsecs = (int)nanoseconds;
    return true;
}

/* Linux, newest form first: nanoseconds since the epoch, big-endian; {seconds,
 * nanoseconds} big-endian (RHEL 7); the same in the client's little-endian order. */
static bool linux_start(uint64_t verifier, const nstime_t *now, nstime_t *start)
{
    uint32_t high = (uint32_t)(verifier >> 32), low = (uint32_t)verifier;
    return set_start((int64_t)(verifier / NS_PER_SECOND), verifier % NS_PER_SECOND, now, start) ||
           set_start(high, low, now, start) ||
           set_start(GUINT32_SWAP_LE_BE(high), GUINT32_SWAP_LE_BE(low), now, start);
}

bool owner_form_start(owner_form_kind kind, uint64_t verifier, const nstime_t *now, nstime_t *start)
{
    if (owner_form_is_purge_verifier(kind, verifier))
        return false;
    if (is_linux(kind))
        return linux_start(verifier, now, start);
    if (kind == OWNER_FORM_FREEBSD)
        return set_start((int64_t)(verifier >> 32), 0, now, start);
    if (kind == OWNER_FORM_LIBNFS) /* (milliseconds << 32 | pid), little-endian: no epoch */
        return false;
    if (kind == OWNER_FORM_GANESHA_PROXY)
        return set_start((int64_t)GUINT64_SWAP_LE_BE(verifier), 0, now, start);
    return false;
}
