/* alias_owner.c - an owner with other names in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "alias_owner.h"

#include <string.h>

#include "model/know/owner_form.h"
#include "wire/xdr_cursor.h"

#define LINUX_HEAD ((uint32_t)strlen("Linux NFSv4.x "))
#define PROXY_TAIL ((uint32_t)strlen(" - GANESHA NFSv4 Proxy"))
#define NUMBER_SIZE 8u /* in front of FreeBSD's owners */

static nfs4_bytes part(nfs4_bytes bytes, uint32_t from, uint32_t to)
{
    return (nfs4_bytes){bytes.data + from, to - from};
}

static void put(GByteArray *out, nfs4_bytes bytes)
{
    g_byte_array_append(out, bytes.data, bytes.len);
}

/* The first `head` bytes and the last `tail` bytes stay. */
static void put_between(alias_book *book, nfs4_bytes owner, uint32_t head, uint32_t tail,
                        GByteArray *out)
{
    put(out, part(owner, 0, head));
    alias_text(book, part(owner, head, owner.len - tail), out);
    put(out, part(owner, owner.len - tail, owner.len));
}

static void put_address(alias_book *book, nfs4_bytes bytes, uint32_t at, uint32_t size,
                        GByteArray *out)
{
    uint8_t alias[16];
    put(out, part(bytes, 0, at));
    alias_address(book, bytes.data + at, size, alias);
    g_byte_array_append(out, alias, size);
    put(out, part(bytes, at + size, bytes.len));
}

/* The family stands in the first byte, or in the second, behind the length or in big-endian
 * order: 2 is IPv4 everywhere, IPv6 is 30 (macOS) or 26 (Solaris). */
static void put_socket_address(alias_book *book, nfs4_bytes bytes, GByteArray *out)
{
    const uint8_t first = bytes.len == 0 ? 0 : bytes.data[0];
    const uint8_t second = bytes.len < 2 ? 0 : bytes.data[1];
    if (bytes.len == 16 && (first == 2 || second == 2))
        put_address(book, bytes, 4, 4, out);
    else if ((bytes.len == 28 || bytes.len == 32) && (first == 26 || second == 26 || second == 30))
        put_address(book, bytes, 8, 16, out);
    else
        alias_digest(book, bytes, 0, out);
}

/* The number stays; the first 16 bytes behind it that may stand there in this form follow. */
static void put_freebsd_random(alias_book *book, nfs4_bytes owner, GByteArray *out)
{
    const guint start = out->len;
    for (unsigned attempt = 0; attempt < 256; attempt++) {
        g_byte_array_set_size(out, start);
        put(out, part(owner, 0, NUMBER_SIZE));
        alias_digest(book, part(owner, NUMBER_SIZE, owner.len), (uint8_t)attempt, out);
        const nfs4_bytes made = {out->data + start, out->len - start};
        if (owner_form_parse(made).kind == OWNER_FORM_FREEBSD_RANDOM)
            return;
    }
}

/* Number, hardware address, socket address, what is mounted, NUL, where, NUL. */
static void put_macos(alias_book *book, nfs4_bytes owner, GByteArray *out)
{
    const uint32_t link = 4, server = link + 6, text = server + owner.data[server];
    put_address(book, part(owner, 0, server), link, 6, out);
    put_socket_address(book, part(owner, server, text), out);
    uint32_t start = text;
    for (uint32_t i = text; i < owner.len; i++) {
        if (owner.data[i] != '\0')
            continue;
        alias_text(book, part(owner, start, i), out);
        put(out, part(owner, i, i + 1));
        start = i + 1;
    }
}

/* "Solaris: <nodename>, NFSv4 kernel client[ +referrals]", NUL, socket address */
static void put_solaris(alias_book *book, nfs4_bytes owner, const owner_form *form, GByteArray *out)
{
    const uint32_t host = (uint32_t)(form->host.data - owner.data), behind = host + form->host.len;
    const uint32_t words = behind + (uint32_t)strlen(", NFSv4 kernel client");
    const uint32_t end = (uint32_t)((const uint8_t *)memchr(owner.data, 0, owner.len) - owner.data);
    put(out, part(owner, 0, host));
    alias_text(book, form->host, out);
    put(out, part(owner, behind, words));
    alias_text(book, part(owner, words, end), out);
    put(out, part(owner, end, end + 1));
    put_socket_address(book, part(owner, end + 1, owner.len), out);
}

static void put_by_form(alias_book *book, nfs4_bytes owner, const owner_form *form, GByteArray *out)
{
    switch (form->kind) {
    case OWNER_FORM_LINUX:
    case OWNER_FORM_LINUX_ADDRESS:
        put_between(book, owner, LINUX_HEAD, 0, out);
        break;
    case OWNER_FORM_LINUX_OLD:
        put_between(book, owner, 0, 0, out);
        break;
    case OWNER_FORM_FREEBSD:
        put_between(book, owner, NUMBER_SIZE, 0, out);
        break;
    case OWNER_FORM_FREEBSD_RANDOM:
        put_freebsd_random(book, owner, out);
        break;
    case OWNER_FORM_LIBNFS:
        put_between(book, owner, (uint32_t)strlen("Libnfs pid:"), 0, out);
        break;
    case OWNER_FORM_GANESHA_PROXY:
        put_between(book, owner, 0, PROXY_TAIL, out);
        break;
    case OWNER_FORM_NFS4J:
        put_between(book, owner, (uint32_t)strlen("org.dcache.nfs.v4.client.Main: "), 0, out);
        break;
    case OWNER_FORM_MACOS:
        put_macos(book, owner, out);
        break;
    case OWNER_FORM_SOLARIS:
        put_solaris(book, owner, form, out);
        break;
    case OWNER_FORM_PYNFS:
        put(out, owner);
        break;
    case OWNER_FORM_UNKNOWN:
        alias_bytes(book, owner, out);
        break;
    }
}

static bool is_alike(const owner_form *form, nfs4_bytes alias)
{
    const owner_form other = owner_form_parse(alias);
    return alias.len <= NFS4_OPAQUE_LIMIT && other.kind == form->kind &&
           (other.host.len > 0) == (form->host.len > 0) &&
           (other.uniquifier.len > 0) == (form->uniquifier.len > 0) &&
           owner_form_is_weak(&other) == owner_form_is_weak(form) &&
           owner_form_is_nameless(&other) == owner_form_is_nameless(form);
}

/* Text that nobody's client makes can become longer than an owner may be, or of another form:
 * bytes of no form then stand for it. */
void alias_owner(alias_book *book, nfs4_bytes owner, GByteArray *out)
{
    const owner_form form = owner_form_parse(owner);
    const guint start = out->len;
    if (owner.len == 0)
        return;
    put_by_form(book, owner, &form, out);
    for (unsigned attempt = 0; attempt < 256; attempt++) {
        const nfs4_bytes alias = {out->data + start, out->len - start};
        if (is_alike(&form, alias) ||
            (attempt > 0 && owner_form_parse(alias).kind == OWNER_FORM_UNKNOWN))
            return;
        g_byte_array_set_size(out, start);
        alias_digest(book, owner, (uint8_t)attempt, out);
    }
}
