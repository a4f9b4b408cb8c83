/* owner_form.c - what an owner string or a verifier tells by its form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "owner_form.h"

#include <string.h>

#include <glib.h>

#include "plausible.h"

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

/* Cuts the bytes at the first `c`. Returns false, and writes nothing, where there
 * is none. */
static bool split(nfs4_bytes bytes, uint8_t c, nfs4_bytes *before, nfs4_bytes *after)
{
    const uint8_t *at = bytes.len > 0 ? memchr(bytes.data, c, bytes.len) : NULL;
    if (at == NULL)
        return false;
    uint32_t place = (uint32_t)(at - bytes.data);
    *before = slice(bytes, 0, place);
    *after = slice(bytes, place + 1, bytes.len);
    return true;
}

bool owner_form_is_address(nfs4_bytes text)
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
 * otherwise: "<host>[/<uniquifier>]/<server address>", and before 4.5 "<client
 * address>/<server address> <transport>". */
static owner_form parse_linux(nfs4_bytes rest, uint8_t minor)
{
    owner_form form = {.kind = OWNER_FORM_LINUX, .host = rest};
    int64_t slash = last_index(rest, rest.len, '/');
    if (slash < 0)
        return form;
    nfs4_bytes tail = slice(rest, (uint32_t)slash + 1, rest.len);
    nfs4_bytes head = slice(rest, 0, (uint32_t)slash);
    nfs4_bytes server, transport;
    if (split(tail, ' ', &server, &transport) && owner_form_is_address(server))
        return (owner_form){.kind = OWNER_FORM_LINUX_ADDRESS, .host = head};
    if (minor != '0' || !owner_form_is_address(tail)) {
        form.host = tail;
        form.uniquifier = head;
        return form;
    }
    form.host = head;
    split(head, '/', &form.host, &form.uniquifier);
    return form;
}

static bool all_alphanumeric(nfs4_bytes text)
{
    for (uint32_t i = 0; i < text.len; i++)
        if (!g_ascii_isalnum((char)text.data[i]))
            return false;
    return text.len > 0;
}

/* Linux up to 3.6: "<client address>/<nodename>[.<domain>]/<flavor>" in 4.1, and
 * "<client address>/<server address> [<transport>] <flavor> <n>" in 4.0. A domain that
 * was never set reads "(none)", which is no part of a name. */
static bool parse_old_linux(nfs4_bytes owner, owner_form *form)
{
    nfs4_bytes client, rest, head, tail;

    if (!split(owner, '/', &client, &rest) || !owner_form_is_address(client))
        return false;
    *form = (owner_form){.kind = OWNER_FORM_LINUX_OLD};
    if (!split(rest, '/', &head, &tail))
        return split(rest, ' ', &head, &tail) && owner_form_is_address(head) && tail.len > 0 &&
               g_ascii_isdigit((char)tail.data[tail.len - 1]);
    if (head.len == 0 || memchr(head.data, ' ', head.len) != NULL || !all_alphanumeric(tail))
        return false;
    form->host = head;
    if (ends_with(head, ".(none)"))
        form->host.len -= (uint32_t)strlen(".(none)");
    return true;
}

bool owner_form_is_uuid(nfs4_bytes text)
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

static bool is_text(nfs4_bytes bytes)
{
    return bytes.len > 0 && g_utf8_validate_len((const char *)bytes.data, bytes.len, NULL);
}

/* A second in the byte order of the client, 4 bytes of it zero, then 16 bytes that are
 * neither text nor a random UUID, which others might put behind a time. */
static bool is_freebsd_random(nfs4_bytes owner)
{
    uint64_t number;
    if (owner.len != 24)
        return false;
    memcpy(&number, owner.data, sizeof number);
    if (!plausible_second(GUINT64_FROM_LE(number)) && !plausible_second(GUINT64_FROM_BE(number)))
        return false;
    bool uuid = owner.data[14] >> 4 == 4 && owner.data[16] >> 6 == 2;
    return !uuid && !is_text(slice(owner, 8, 24));
}

/* The first number counts mounts that are otherwise the same, so its upper bytes are
 * zero (Macs that speak NFSv4 are little-endian). A socket address begins with its
 * length and its family, 2 or 30. */
static bool is_macos(nfs4_bytes owner)
{
    const uint32_t start = 4 + 6;
    nfs4_bytes from, on, nothing;

    if (owner.len < start + 2 || owner.data[2] != 0 || owner.data[3] != 0)
        return false;
    uint32_t size = owner.data[start], family = owner.data[start + 1];
    if (!(size == 16 && family == 2) && !(size == 28 && family == 30))
        return false;
    return owner.len > start + size &&
           split(slice(owner, start + size, owner.len), 0, &from, &on) && is_text(from) &&
           memchr(from.data, ':', from.len) != NULL && split(on, 0, &on, &nothing) && is_text(on) &&
           on.data[0] == '/' && nothing.len == 0;
}

static bool parse_solaris(nfs4_bytes owner, owner_form *form)
{
    const uint32_t head = (uint32_t)strlen("Solaris: ");
    nfs4_bytes text, ends, name, rest;

    if (!split(owner, 0, &text, &ends) || !split(text, ',', &name, &rest) ||
        !starts_with(name, "Solaris: ") || !starts_with(rest, " NFSv4 kernel client"))
        return false;
    *form = (owner_form){.kind = OWNER_FORM_SOLARIS, .host = slice(name, head, name.len)};
    return name.len > head && ends.len > 0;
}

/* The code of a test: EID5f, CSESS16a, ... Only those that are nobody's word. */
static bool is_pynfs_code(nfs4_bytes code)
{
    static const char *const stems[] = {"EID",  "CSESS", "DSESS", "DESCID", "RECC",
                                        "REBT", "CSID",  "LKPP",  "PUTFH",  "SECNN",
                                        "XATT", "RNM",   "COUR",  "DELEG"};
    for (size_t i = 0; i < G_N_ELEMENTS(stems); i++) {
        uint32_t length = (uint32_t)strlen(stems[i]);
        if (starts_with(code, stems[i]) && code.len > length &&
            g_ascii_isdigit((char)code.data[length]))
            return all_alphanumeric(code);
    }
    return code.len == strlen("Environment.init") && starts_with(code, "Environment.init");
}

/* "<code>_<ten digits of time>", and perhaps "_" and more where a test plays several. */
static bool is_pynfs(nfs4_bytes owner)
{
    nfs4_bytes code, run, more;

    if (!split(owner, '_', &code, &run) || !is_pynfs_code(code))
        return false;
    split(run, '_', &run, &more);
    for (uint32_t i = 0; i < run.len; i++)
        if (!g_ascii_isdigit((char)run.data[i]))
            return false;
    return run.len == 10 && memcmp(run.data, "1104537600", run.len) >= 0;
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
    if (owner.len == 44 && owner_form_is_uuid(slice(owner, 8, 44)))
        return (owner_form){.kind = OWNER_FORM_FREEBSD, .host = slice(owner, 8, 44)};
    if (starts_with(owner, "Libnfs pid:"))
        return (owner_form){.kind = OWNER_FORM_LIBNFS};
    if (ends_with(owner, " - GANESHA NFSv4 Proxy"))
        return (owner_form){.kind = OWNER_FORM_GANESHA_PROXY};
    if (starts_with(owner, "org.dcache.nfs.v4.client.Main: "))
        return parse_nfs4j(owner);
    if (is_freebsd_random(owner))
        return (owner_form){.kind = OWNER_FORM_FREEBSD_RANDOM};
    if (is_macos(owner))
        return (owner_form){.kind = OWNER_FORM_MACOS};
    if (is_pynfs(owner))
        return (owner_form){.kind = OWNER_FORM_PYNFS};
    owner_form form;
    if (parse_solaris(owner, &form) || parse_old_linux(owner, &form))
        return form;
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
    case OWNER_FORM_FREEBSD_RANDOM:
        return "FreeBSD";
    case OWNER_FORM_LIBNFS:
        return "libnfs";
    case OWNER_FORM_GANESHA_PROXY:
        return "NFS-Ganesha proxy";
    case OWNER_FORM_NFS4J:
        return "nfs4j";
    case OWNER_FORM_MACOS:
        return "macOS";
    case OWNER_FORM_SOLARIS:
        return "illumos or Solaris"; /* both call themselves Solaris */
    case OWNER_FORM_PYNFS:
        return "pynfs";
    case OWNER_FORM_UNKNOWN:
        break;
    }
    return NULL;
}

static bool is_word(nfs4_bytes text, const char *word)
{
    return text.len == strlen(word) && starts_with(text, word);
}

bool owner_form_is_nameless(const owner_form *form)
{
    return is_word(form->host, "(none)");
}

bool owner_form_is_shipped(nfs4_bytes name)
{
    static const char *const shipped[] = {
        "localhost", "localhost.localdomain", "localhost6", "(none)", "ubuntu", "debian",
        "fedora",    "raspberrypi",           "template"};

    for (size_t i = 0; i < G_N_ELEMENTS(shipped); i++)
        if (is_word(name, shipped[i]))
            return true;
    return false;
}

bool owner_form_is_weak(const owner_form *form)
{
    return form->kind == OWNER_FORM_LINUX && form->uniquifier.len == 0 &&
           owner_form_is_shipped(form->host);
}
