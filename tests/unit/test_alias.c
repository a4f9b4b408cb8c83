/* test_alias.c - other names for hosts, addresses and owners
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "extract/alias_owner.h"
#include "extract/origin.h"
#include "know/owner_form.h"
#include "suite.h"

/* The bytes of a literal, with the zeros in it. */
#define BYTES(literal) ((nfs4_bytes){(const uint8_t *)(literal), sizeof(literal) - 1})
#define CLIENT ", NFSv4 kernel client"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(alias_book, alias_book_free)

typedef void alias_maker(alias_book *, nfs4_bytes, GByteArray *);

static alias_book *book(void)
{
    return alias_book_new(BYTES("0123456789abcdef"));
}

/* As a string. Owned by the caller. */
static char *made(alias_maker *make, alias_book *aliases, const char *text)
{
    GByteArray *out = g_byte_array_new();
    make(aliases, (nfs4_bytes){(const uint8_t *)text, (uint32_t)strlen(text)}, out);
    g_byte_array_append(out, (const guint8 *)"", 1);
    return (char *)g_byte_array_free(out, FALSE);
}

static void assert_made(alias_maker *make, const char *text, const char *alias)
{
    g_autoptr(alias_book) aliases = book();
    g_autofree char *is = made(make, aliases, text);
    g_assert_cmpstr(is, ==, alias);
}

static void test_key(void)
{
    g_autoptr(alias_book) one = book(), same = book(),
                          other = alias_book_new(BYTES("0123456789abcdeF"));
    g_autofree char *name = made(alias_text, one, "web01 10.0.0.11");
    g_autofree char *same_name = made(alias_text, same, "web01 10.0.0.11");
    g_autofree char *other_name = made(alias_text, other, "web01 10.0.0.11");

    g_assert_null(alias_book_new(BYTES("0123456789abcde")));
    g_assert_cmpstr(name, ==, same_name);
    g_assert_cmpstr(name, !=, other_name);
}

/* ---- addresses ------------------------------------------------------------ */

static uint32_t alias_of(alias_book *aliases, uint32_t number)
{
    const uint32_t from = GUINT32_TO_BE(number);
    uint32_t to;
    alias_address(aliases, (const uint8_t *)&from, 4, (uint8_t *)&to);
    return GUINT32_FROM_BE(to);
}

/* How many leading bits of both are the same. */
static unsigned in_common(uint32_t a, uint32_t b)
{
    return a == b ? 32 : 32 - g_bit_storage(a ^ b);
}

static void test_addresses_share_what_they_shared(void)
{
    g_autoptr(alias_book) aliases = book();
    unsigned alike = 0;
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t a = g_test_rand_int(), b = a ^ (uint32_t)g_test_rand_int() >> i % 33 % 32;
        uint32_t alias_a = alias_of(aliases, a), alias_b = alias_of(aliases, b);
        g_assert_cmpuint(in_common(alias_a, alias_b), ==, in_common(a, b));
        alike += in_common(alias_a, a) >= 8;
    }
    g_assert_cmpuint(alike, <, 1000); /* one in 256 by chance */
}

static void test_addresses_of_each_family(void)
{
    g_autoptr(alias_book) aliases = book();
    const uint8_t six[16] = {0xfd, 0, [15] = 5}, next[16] = {0xfd, 0, [15] = 4};
    const uint8_t link[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
    uint8_t to[16], to_next[16], to_link[6];
    alias_address(aliases, six, 16, to);
    alias_address(aliases, next, 16, to_next);
    alias_address(aliases, link, 6, to_link);

    g_assert_cmpmem(to, 15, to_next, 15);
    g_assert_cmpuint(to[15] ^ to_next[15], ==, 1);
    g_assert_cmpint(memcmp(to, six, 15), !=, 0);
    g_assert_cmpint(memcmp(to_link, link, 3), !=, 0);
}

/* A universal address is the address with a port behind it. */
static void test_universal_addresses(void)
{
    g_autoptr(alias_book) aliases = book();
    g_autofree char *four = made(alias_text, aliases, "10.0.0.11");
    g_autofree char *six = made(alias_text, aliases, "fd00::5");
    g_autofree char *four_port = g_strconcat(four, ".3.255", NULL);
    g_autofree char *six_port = g_strconcat(six, ".203.17", NULL);

    assert_made(alias_universal, "10.0.0.11.3.255", four_port);
    assert_made(alias_universal, "fd00::5.203.17", six_port);
    assert_made(alias_universal, "", "");
    g_autofree char *wrong = made(alias_universal, aliases, "10.0.0.11.web01.2");
    g_assert_null(strstr(wrong, "web01"));
    g_assert_null(strstr(wrong, "10.0.0"));
}

/* ---- names ---------------------------------------------------------------- */

static void test_software(void)
{
    g_autoptr(alias_book) aliases = book();
    g_autofree char *host = made(alias_name, aliases, "WIN10");
    g_autofree char *whole = g_strdup_printf("nfs41 0.1, hostname='%s', x64", host);
    g_autofree char *cut = g_strdup_printf("hostname='%s", host);

    assert_made(alias_software, "nfs41 0.1, hostname='WIN10', x64", whole);
    assert_made(alias_software, "hostname='WIN10", cut);
    assert_made(alias_software, "hostname=''", "hostname=''");
    assert_made(alias_software, "Linux 6.1.0 x86_64", "Linux 6.1.0 x86_64");
    assert_made(alias_software, "", "");
}

static void test_names(void)
{
    g_autoptr(alias_book) aliases = book();
    g_autofree char *web = made(alias_name, aliases, "web01");
    g_autofree char *www = made(alias_name, aliases, "www");
    g_autofree char *full = made(alias_name, aliases, "web01.www");
    g_autofree char *both = g_strconcat(web, ".", www, NULL);
    g_autofree char *uuid = made(alias_name, aliases, "e7a5c1d2-0000-4000-8000-123456789abc");

    g_assert_cmpuint(strlen(web), ==, 13);
    g_assert_true(g_ascii_isdigit(web[12]) && !g_ascii_isdigit(www[12]));
    g_assert_cmpstr(full, ==, both);
    g_assert_true(owner_form_is_uuid((nfs4_bytes){(const uint8_t *)uuid, (uint32_t)strlen(uuid)}));
    g_assert_null(strstr(uuid, "0000"));
}

static void test_what_says_nothing_stays(void)
{
    static const char *const names[] = {"localhost", "(none)", "localhost.localdomain", "tcp", "7",
                                        "255",       "",       "krb5i (none)/tcp"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        assert_made(alias_text, names[i], names[i]);
    g_autoptr(alias_book) aliases = book();
    g_autofree char *number = made(alias_name, aliases, "4711");
    g_assert_cmpstr(number, !=, "4711");
}

/* No alias is longer than a name may be. */
static void test_long_names(void)
{
    g_autoptr(alias_book) aliases = book();
    GString *labels = g_string_new("a");
    for (int i = 0; i < 100; i++)
        g_string_append(labels, ".b");
    g_autofree char *alias = made(alias_name, aliases, labels->str);
    g_assert_cmpuint(strlen(alias), ==, 13);
    g_autofree char *name = g_strdup(origin_name(labels->str));
    g_assert_cmpuint(strlen(alias_capture(aliases, origin_name(name))), ==, 13);
    g_string_free(labels, TRUE);
}

static void test_captures(void)
{
    g_autoptr(alias_book) aliases = book();
    g_autofree char *host = made(alias_name, aliases, "web01");
    g_autofree char *file = made(alias_name, aliases, "ring-7");
    g_autofree char *both = g_strconcat(host, ":", file, ".pcapng.gz", NULL);
    g_assert_cmpstr(alias_capture(aliases, origin_name("web01:ring-7.pcapng.gz")), ==, both);
}

/* ---- owners --------------------------------------------------------------- */

static const nfs4_bytes owners[] = {
    BYTES("Linux NFSv4.2 web01"),
    BYTES("Linux NFSv4.1 web01.example.org"),
    BYTES("Linux NFSv4.2 localhost"),
    BYTES("Linux NFSv4.2 (none)"),
    BYTES("Linux NFSv4.2 localhost.localdomain"),
    BYTES("Linux NFSv4.2 4c1e/web01"),
    BYTES("Linux NFSv4.2 4c1e/10.0.0.5"),
    BYTES("Linux NFSv4.1 4c1e/fd00::5"),
    BYTES("Linux NFSv4.2 a/b/web01"),
    BYTES("Linux NFSv4.1 e7a5c1d2-0000-4000-8000-123456789abc/node1"),
    BYTES("Linux NFSv4.0 web01/10.0.0.1"),
    BYTES("Linux NFSv4.0 web01/4c1e/10.0.0.1"),
    BYTES("Linux NFSv4.0 web01/fe80::1%eth0"),
    BYTES("Linux NFSv4.0 localhost/10.0.0.1"),
    BYTES("Linux NFSv4.0 10.0.0.11/10.0.0.1 tcp"),
    BYTES("Linux NFSv4.0 fd00::5/fd00::1 tcp6"),
    BYTES("10.0.0.11/web01.(none)/unix"),
    BYTES("10.0.0.11/web01.example.org/null"),
    BYTES("10.0.0.11/10.0.0.1 tcp unix 0"),
    BYTES("10.0.0.11/10.0.0.1 tcp unix 4711"),
    BYTES("\x10\x20\x30\x40\0\0\0\0"
          "e7a5c1d2-0000-4000-8000-123456789abc"),
    BYTES("\x00\x5e\xa7\x69\0\0\0\0"
          "\xff\xfe\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe"),
    BYTES("Libnfs pid:4711 1772359200"),
    BYTES("10.0.0.11(4711, 5) - GANESHA NFSv4 Proxy"),
    BYTES("org.dcache.nfs.v4.client.Main: root-4711@web01.example.org"),
    BYTES("\1\0\0\0\x52\x54\0\x12\x34\x56\x10\x2\x8\1\xa\0\0\1\0\0\0\0\0\0\0\0"
          "filer.example.org:/export/home\0/Volumes/home\0"),
    BYTES("Solaris: web01" CLIENT "\0\2\0\x8\1\xa\0\0\1\0\0\0\0\0\0\0\0"),
    BYTES("Solaris: web01.example.org" CLIENT " +referrals\0\x1a\0\x8\1"),
    BYTES("web01"),
    BYTES("nfs://web01.example.org/export"),
    BYTES("\x93\xd1\x00\xf3"),
    BYTES("\x93\xd1\x00\xf3\x93\xd1\x00\xf3\x93\xd1\x00\xf3\x93\xd1\x00\xf3\x93\xd1\x00\xf3"),
};

static GByteArray *owner_alias(alias_book *aliases, nfs4_bytes owner)
{
    GByteArray *out = g_byte_array_new();
    alias_owner(aliases, owner, out);
    return out;
}

static void assert_same_form(nfs4_bytes owner, const GByteArray *alias)
{
    const owner_form was = owner_form_parse(owner),
                     is = owner_form_parse((nfs4_bytes){alias->data, alias->len});
    g_assert_cmpint(is.kind, ==, was.kind);
    g_assert_cmpint(is.host.len > 0, ==, was.host.len > 0);
    g_assert_cmpint(is.uniquifier.len > 0, ==, was.uniquifier.len > 0);
    g_assert_cmpint(owner_form_is_weak(&is), ==, owner_form_is_weak(&was));
    g_assert_cmpint(owner_form_is_nameless(&is), ==, owner_form_is_nameless(&was));
}

static bool holds(const GByteArray *bytes, const char *word)
{
    for (guint i = 0; i + strlen(word) <= bytes->len; i++)
        if (memcmp(bytes->data + i, word, strlen(word)) == 0)
            return true;
    return false;
}

static void test_owners(void)
{
    static const char *const words[] = {
        "web01",  "node1", "4c1e",   "example", "e7a5c1d2",     "10.0.0",   "fd00::",
        "fe80::", "4711",  "export", "filer",   "Volumes/home", "\x52\x54", "\xa\0\0\1"};
    g_autoptr(alias_book) aliases = book();
    for (size_t i = 0; i < G_N_ELEMENTS(owners); i++) {
        g_autoptr(GByteArray) alias = owner_alias(aliases, owners[i]);
        assert_same_form(owners[i], alias);
        for (size_t word = 0; word < G_N_ELEMENTS(words); word++)
            g_assert_false(holds(alias, words[word]));
    }
}

/* In an owner and as a host's name or address, one name has one alias. */
static void test_owners_name_the_hosts_alike(void)
{
    g_autoptr(alias_book) aliases = book();
    g_autofree char *name = made(alias_name, aliases, "web01");
    g_autofree char *server = made(alias_text, aliases, "10.0.0.1");
    g_autofree char *whole = g_strdup_printf("Linux NFSv4.0 %s/%s", name, server);
    assert_made(alias_owner, "Linux NFSv4.0 web01/10.0.0.1", whole);
}

/* Any owner that is damaged keeps its form, unless it is too long, and no two get one alias. */
static void test_damaged_owners(void)
{
    static const char put_in[] = "/ .:%@(,)=-0a1\0\xff";
    g_autoptr(alias_book) aliases = book();
    GHashTable *seen = g_hash_table_new_full(
        g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, (GDestroyNotify)g_bytes_unref);
    for (int i = 0; i < 20000; i++) {
        const nfs4_bytes *owner = &owners[(size_t)i % G_N_ELEMENTS(owners)];
        g_autofree uint8_t *copy = (uint8_t *)g_memdup2(owner->data, owner->len);
        for (int32_t n = g_test_rand_int_range(1, 4); n > 0; n--)
            copy[g_test_rand_int_range(0, (gint32)owner->len)] =
                (uint8_t)put_in[g_test_rand_int_range(0, sizeof put_in - 1)];
        const nfs4_bytes damaged = {copy, owner->len};
        GByteArray *alias = owner_alias(aliases, damaged);
        assert_same_form(damaged, alias);
        GBytes *original = g_bytes_new(copy, damaged.len), *key = g_byte_array_free_to_bytes(alias);
        GBytes *before = (GBytes *)g_hash_table_lookup(seen, key);
        g_assert_true(before == NULL || g_bytes_equal(before, original));
        g_hash_table_replace(seen, key, original);
    }
    g_hash_table_destroy(seen);
}

static void test_long_owner(void)
{
    uint8_t owner[1024];
    g_autoptr(alias_book) aliases = book();
    memset(owner, '/', sizeof owner);
    for (size_t i = 0; i < sizeof owner; i += 2)
        owner[i] = 'a';
    g_autoptr(GByteArray) alias = owner_alias(aliases, (nfs4_bytes){owner, sizeof owner});
    g_assert_cmpuint(alias->len, ==, sizeof owner);
    g_autoptr(GByteArray) none = owner_alias(aliases, BYTES(""));
    g_assert_cmpuint(none->len, ==, 0);
}

SUITE(test_alias)
{
    g_test_add_func("/alias/key", test_key);
    g_test_add_func("/alias/addresses_share_what_they_shared",
                    test_addresses_share_what_they_shared);
    g_test_add_func("/alias/addresses_of_each_family", test_addresses_of_each_family);
    g_test_add_func("/alias/universal_addresses", test_universal_addresses);
    g_test_add_func("/alias/names", test_names);
    g_test_add_func("/alias/software", test_software);
    g_test_add_func("/alias/what_says_nothing_stays", test_what_says_nothing_stays);
    g_test_add_func("/alias/long_names", test_long_names);
    g_test_add_func("/alias/captures", test_captures);
    g_test_add_func("/alias/owners", test_owners);
    g_test_add_func("/alias/owners_name_the_hosts_alike", test_owners_name_the_hosts_alike);
    g_test_add_func("/alias/damaged_owners", test_damaged_owners);
    g_test_add_func("/alias/long_owner", test_long_owner);
}
