/* alias.c - what stands in an extract for the names and addresses of the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "alias.h"

#include <string.h>
#include <wsutil/inet_addr.h>

#include "origin.h"

#include "model/know/owner_form.h"
#include "wire/xdr_cursor.h"

#define DIGEST_SIZE 32
#define ADDRESS_MAX 16
#define ADDRESSES_KEPT 1024

typedef struct {
    size_t size; /* 0 for none */
    uint8_t from[ADDRESS_MAX], to[ADDRESS_MAX];
} kept_address;

struct alias_book {
    GHmac *keyed;         /* has taken nothing but the key */
    GHashTable *captures; /* name -> alias, both of origin_name */
    kept_address addresses[ADDRESSES_KEPT];
};

/* What is asked for. Stands in front of the message, so that one message has many digests. */
enum { OF_ADDRESS = 'a', OF_LABEL = 'l', OF_UUID = 'u', OF_BYTES = 'b', OF_TEXT = 't' };

alias_book *alias_book_new(nfs4_bytes key)
{
    if (key.len < ALIAS_KEY_LEAST)
        return NULL;
    alias_book *book = g_new0(alias_book, 1);
    book->keyed = g_hmac_new(G_CHECKSUM_SHA256, key.data, key.len);
    book->captures = g_hash_table_new(g_direct_hash, g_direct_equal);
    return book;
}

void alias_book_free(alias_book *book)
{
    if (book == NULL)
        return;
    g_hmac_unref(book->keyed);
    g_hash_table_destroy(book->captures);
    g_free(book);
}

static void digest_of(const alias_book *book, uint8_t purpose, uint8_t number, nfs4_bytes message,
                      uint8_t digest[DIGEST_SIZE])
{
    const uint8_t head[] = {purpose, number};
    gsize size = DIGEST_SIZE;
    GHmac *hmac = g_hmac_copy(book->keyed);
    g_hmac_update(hmac, head, sizeof head);
    g_hmac_update(hmac, message.data, message.len);
    g_hmac_get_digest(hmac, digest, &size);
    g_hmac_unref(hmac);
}

/* ---- addresses ------------------------------------------------------------ */

/* A bit changes or not by what stands before it. Of each byte a digest of the bytes before it has
 * a bit for each of the 255 ways that the byte can begin. */
static void map_address(const alias_book *book, const uint8_t *from, size_t size, uint8_t *to)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t digest[DIGEST_SIZE];
        unsigned begins = 1;
        digest_of(book, OF_ADDRESS, (uint8_t)size, (nfs4_bytes){from, (uint32_t)i}, digest);
        to[i] = 0;
        for (int bit = 7; bit >= 0; bit--) {
            unsigned is = from[i] >> bit & 1, turns = digest[begins / 8] >> begins % 8 & 1;
            to[i] = (uint8_t)(to[i] | (is ^ turns) << bit);
            begins = begins << 1 | is;
        }
    }
}

/* Each packet has two addresses, of which there are few. */
void alias_address(alias_book *book, const uint8_t *from, size_t size, uint8_t *to)
{
    guint place = 0;
    for (size_t i = 0; i < size; i++)
        place = place * 31 + from[i];
    kept_address *kept = &book->addresses[place % ADDRESSES_KEPT];
    if (kept->size != size || memcmp(kept->from, from, size) != 0) {
        kept->size = size;
        memcpy(kept->from, from, size);
        map_address(book, from, size, kept->to);
    }
    memcpy(to, kept->to, size);
}

static void put_text(GByteArray *out, const char *text)
{
    g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

static void put_bytes(GByteArray *out, nfs4_bytes bytes)
{
    g_byte_array_append(out, bytes.data, bytes.len);
}

static void put_four(alias_book *book, const void *number, GByteArray *out)
{
    char text[WS_INET_ADDRSTRLEN];
    ws_in4_addr alias;
    alias_address(book, (const uint8_t *)number, sizeof alias, (uint8_t *)&alias);
    ws_inet_ntop4(&alias, text, sizeof text);
    put_text(out, text);
}

static void put_six(alias_book *book, const void *number, GByteArray *out)
{
    char text[WS_INET6_ADDRSTRLEN];
    ws_in6_addr alias;
    alias_address(book, (const uint8_t *)number, sizeof alias, (uint8_t *)&alias);
    ws_inet_ntop6(&alias, text, sizeof text);
    put_text(out, text);
}

/* What looks like an address and is none stays so. */
static void put_no_address(alias_book *book, nfs4_bytes text, GByteArray *out)
{
    uint8_t digest[DIGEST_SIZE];
    digest_of(book, OF_TEXT, 0, text, digest);
    if (memchr(text.data, ':', text.len) != NULL)
        put_six(book, digest, out);
    else
        put_four(book, digest, out);
}

/* An address as programs write it, each in one way, so that different texts stay different. */
static void put_address(alias_book *book, nfs4_bytes text, GByteArray *out)
{
    char copy[WS_INET6_ADDRSTRLEN] = "", four_again[WS_INET_ADDRSTRLEN] = "",
         six_again[WS_INET6_ADDRSTRLEN] = "";
    ws_in4_addr four;
    ws_in6_addr six;
    if (text.len < sizeof copy)
        memcpy(copy, text.data, text.len);
    if (ws_inet_pton4(copy, &four))
        ws_inet_ntop4(&four, four_again, sizeof four_again);
    if (ws_inet_pton6(copy, &six))
        ws_inet_ntop6(&six, six_again, sizeof six_again);
    if (copy[0] != '\0' && strcmp(copy, four_again) == 0)
        put_four(book, &four, out);
    else if (copy[0] != '\0' && strcmp(copy, six_again) == 0)
        put_six(book, &six, out);
    else
        put_no_address(book, text, out);
}

/* ---- names ---------------------------------------------------------------- */

static bool is_one_of(nfs4_bytes text, const char *const words[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text.len == strlen(words[i]) && memcmp(text.data, words[i], text.len) == 0)
            return true;
    return false;
}

static bool is_kept(nfs4_bytes word)
{
    static const char *const words[] = {"tcp",  "tcp6",   "udp", "udp6", "rdma",  "rdma6",
                                        "unix", "null",   "sys", "krb5", "krb5i", "krb5p",
                                        "pcap", "pcapng", "cap", "gz",   "zst",   "lz4"};
    return owner_form_is_shipped(word) || is_one_of(word, words, G_N_ELEMENTS(words));
}

static bool is_small_number(nfs4_bytes word)
{
    for (uint32_t i = 0; i < word.len; i++)
        if (!g_ascii_isdigit((char)word.data[i]))
            return false;
    return word.len <= 3;
}

/* Ends with a digit if the label does: that is part of an owner's form. */
static void put_label(const alias_book *book, nfs4_bytes label, GByteArray *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint8_t digest[DIGEST_SIZE];
    char alias[14] = "h";
    if (label.len == 0 || is_kept(label)) {
        put_bytes(out, label);
        return;
    }
    digest_of(book, OF_LABEL, 0, label, digest);
    for (int i = 1; i < 12; i++)
        alias[i] = letters[digest[i] % 32];
    bool is_digit = g_ascii_isdigit((char)label.data[label.len - 1]);
    alias[12] = (char)(is_digit ? '0' + digest[12] % 10 : 'a' + digest[12] % 26);
    put_text(out, alias);
}

static void put_labels(const alias_book *book, nfs4_bytes name, GByteArray *out)
{
    uint32_t start = 0;
    for (uint32_t i = 0; i <= name.len; i++) {
        if (i < name.len && name.data[i] != '.' && name.data[i] != ':')
            continue;
        put_label(book, (nfs4_bytes){name.data + start, i - start}, out);
        if (i < name.len)
            g_byte_array_append(out, name.data + i, 1);
        start = i + 1;
    }
}

static void put_uuid(const alias_book *book, nfs4_bytes uuid, GByteArray *out)
{
    uint8_t digest[DIGEST_SIZE];
    digest_of(book, OF_UUID, 0, uuid, digest);
    for (uint32_t i = 0, digits = 0; i < uuid.len; i++) {
        guint8 c = '-';
        if (uuid.data[i] != '-') {
            c = (guint8) "0123456789abcdef"[digest[digits / 2] >> digits % 2 * 4 & 15];
            digits++;
        }
        g_byte_array_append(out, &c, 1);
    }
}

static void put_name(const alias_book *book, nfs4_bytes name, GByteArray *out)
{
    const guint start = out->len;
    if (is_kept(name) || is_small_number(name))
        put_bytes(out, name);
    else if (owner_form_is_uuid(name))
        put_uuid(book, name, out);
    else
        put_labels(book, name, out);
    if (out->len - start <= ALIAS_NAME_MAX)
        return;
    g_byte_array_set_size(out, start);
    put_label(book, name, out);
}

/* ---- text ----------------------------------------------------------------- */

/* An address may have a zone behind it. */
void alias_name(alias_book *book, nfs4_bytes name, GByteArray *out)
{
    const uint8_t *zone = name.len > 0 ? memchr(name.data, '%', name.len) : NULL;
    if (!owner_form_is_address(name)) {
        put_name(book, name, out);
        return;
    }
    const uint32_t length = zone != NULL ? (uint32_t)(zone - name.data) : name.len;
    put_address(book, (nfs4_bytes){name.data, length}, out);
    if (zone == NULL)
        return;
    put_text(out, "%");
    put_name(book, (nfs4_bytes){zone + 1, name.len - length - 1}, out);
}

void alias_text(alias_book *book, nfs4_bytes text, GByteArray *out)
{
    static const char between[] = "/ @,;()[]<>=|&\"'", nobody[] = "(none)";
    uint32_t start = 0;
    for (uint32_t i = 0; i <= text.len; i++) {
        if (i < text.len && (text.data[i] == '\0' || strchr(between, text.data[i]) == NULL))
            continue;
        alias_name(book, (nfs4_bytes){text.data + start, i - start}, out);
        uint32_t stays = i == text.len ? 0 : 1;
        if (text.len - i >= strlen(nobody) && memcmp(text.data + i, nobody, strlen(nobody)) == 0)
            stays = (uint32_t)strlen(nobody);
        put_bytes(out, (nfs4_bytes){text.data + i, stays});
        i += stays > 1 ? stays - 1 : 0;
        start = i + 1;
    }
}

/* The two numbers of the port, with their dots; empty where there are none. */
static nfs4_bytes port_of(nfs4_bytes text)
{
    uint32_t at = text.len, dots = 0;
    while (at > 0 && dots < 2 && text.len - at < strlen(".255.255")) {
        at--;
        dots += text.data[at] == '.';
        if (text.data[at] != '.' && !g_ascii_isdigit((char)text.data[at]))
            break;
    }
    return dots == 2 ? (nfs4_bytes){text.data + at, text.len - at} : (nfs4_bytes){0};
}

void alias_universal(alias_book *book, nfs4_bytes text, GByteArray *out)
{
    char host[WS_INET6_ADDRSTRLEN] = "";
    ws_in4_addr four;
    ws_in6_addr six;
    const nfs4_bytes port = port_of(text);
    if (text.len - port.len < sizeof host)
        memcpy(host, text.data, text.len - port.len);
    if (ws_inet_pton4(host, &four)) {
        put_four(book, &four, out);
        put_bytes(out, port);
    } else if (ws_inet_pton6(host, &six)) {
        put_six(book, &six, out);
        put_bytes(out, port);
    } else {
        alias_bytes(book, text, out);
    }
}

/* ---- bytes ---------------------------------------------------------------- */

#define BYTES_LEAST 16

void alias_digest(alias_book *book, nfs4_bytes bytes, uint8_t attempt, GByteArray *out)
{
    uint8_t digest[DIGEST_SIZE];
    const uint32_t size = MAX(bytes.len, BYTES_LEAST);
    digest_of(book, OF_BYTES, attempt, bytes, digest);
    for (uint32_t written = 0; written < size; written += DIGEST_SIZE) {
        g_byte_array_append(out, digest, MIN(DIGEST_SIZE, size - written));
        digest_of(book, OF_BYTES, attempt, (nfs4_bytes){digest, DIGEST_SIZE}, digest);
    }
}

#define HOST_BEGINS "hostname='" /* ms-nfs41-client */
#define HOST_ENDS '\''

/* Where it begins; the end where there is none. */
static const uint8_t *host_in(nfs4_bytes text)
{
    const size_t size = strlen(HOST_BEGINS);
    const uint8_t *end = text.data + text.len;
    for (const uint8_t *at = text.data; (size_t)(end - at) > size; at++)
        if (memcmp(at, HOST_BEGINS, size) == 0)
            return at + size;
    return end;
}

void alias_software(alias_book *book, nfs4_bytes text, GByteArray *out)
{
    const uint8_t *end = text.data + text.len, *host = host_in(text);
    const uint8_t *behind = (const uint8_t *)memchr(host, HOST_ENDS, (size_t)(end - host));
    if (behind == NULL)
        behind = end;
    put_bytes(out, (nfs4_bytes){text.data, (uint32_t)(host - text.data)});
    alias_name(book, (nfs4_bytes){host, (uint32_t)(behind - host)}, out);
    put_bytes(out, (nfs4_bytes){behind, (uint32_t)(end - behind)});
}

static bool is_text(nfs4_bytes bytes)
{
    for (uint32_t i = 0; i < bytes.len; i++)
        if (bytes.data[i] < 0x20 || bytes.data[i] == 0x7f)
            return false;
    return g_utf8_validate_len((const char *)bytes.data, bytes.len, NULL);
}

void alias_bytes(alias_book *book, nfs4_bytes bytes, GByteArray *out)
{
    const guint start = out->len;
    if (bytes.len == 0)
        return;
    if (is_text(bytes)) {
        alias_text(book, bytes, out);
        if (out->len - start <= NFS4_OPAQUE_LIMIT)
            return;
        g_byte_array_set_size(out, start);
    }
    alias_digest(book, bytes, 0, out);
}

const char *alias_capture(alias_book *book, const char *name)
{
    const nfs4_bytes bytes = {(const uint8_t *)name, (uint32_t)strlen(name)};
    const char *alias = (const char *)g_hash_table_lookup(book->captures, name);
    if (alias != NULL)
        return alias;
    GByteArray *text = g_byte_array_new();
    alias_text(book, bytes, text);
    if (text->len > ORIGIN_NAME_MAX) {
        g_byte_array_set_size(text, 0);
        put_label(book, bytes, text);
    }
    put_bytes(text, (nfs4_bytes){(const uint8_t *)"", 1});
    alias = origin_name((const char *)text->data);
    g_byte_array_free(text, TRUE);
    g_hash_table_insert(book->captures, (gpointer)name, (gpointer)alias);
    return alias;
}
