/* test_rpc_credential.c - the AUTH_SYS credential in front of a call's body
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each header is handed over in an allocation of its size, so that a sanitizer sees
 * the first byte read too many.
 */
#include "wire/rpc_credential.h"
#include "suite.h"

#include <string.h>

#include <glib.h>

#define XID 0x11223344u

static void put_u32(GByteArray *bytes, uint32_t value)
{
    const uint8_t big[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                           (uint8_t)value};
    g_byte_array_append(bytes, big, 4);
}

static void put_name(GByteArray *bytes, const char *name, uint32_t claimed_length)
{
    static const uint8_t zeros[3] = {0};
    guint length = (guint)strlen(name);
    put_u32(bytes, claimed_length);
    g_byte_array_append(bytes, (const guint8 *)name, length);
    g_byte_array_append(bytes, zeros, (4 - length % 4) % 4);
}

/* Call header with AUTH_SYS, uid and gid 0, `groups` groups and an AUTH_NONE verifier. */
static GByteArray *header(const char *name, uint32_t claimed_length, uint32_t groups)
{
    static const uint32_t head[] = {XID, 0, 2, 100003, 4, 1, 1};
    GByteArray *bytes = g_byte_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(head); i++)
        put_u32(bytes, head[i]);
    put_u32(bytes, 20 + ((uint32_t)strlen(name) + 3) / 4 * 4 + 4 * groups);
    put_u32(bytes, 0x5747a3); /* stamp */
    put_name(bytes, name, claimed_length);
    put_u32(bytes, 0);
    put_u32(bytes, 0);
    put_u32(bytes, groups);
    for (uint32_t i = 0; i < groups; i++)
        put_u32(bytes, i);
    put_u32(bytes, 0);
    put_u32(bytes, 0);
    return bytes;
}

static void set_u32(GByteArray *bytes, guint offset, uint8_t low)
{
    bytes->data[offset + 3] = low;
}

typedef struct {
    bool found;
    uint32_t stamp;
    char name[256];
} finding;

/* Takes the bytes; looks at those from `from` on. */
static finding look(GByteArray *bytes, uint32_t xid, guint from)
{
    g_assert_cmpuint(from, <=, bytes->len);
    gsize length = bytes->len - from;
    g_autofree uint8_t *exact = length > 0 ? g_memdup2(bytes->data + from, length) : NULL;
    nfs4_bytes machine = {NULL, 0};
    finding f = {0};
    f.found = rpc_credential_auth_sys(exact, length, xid, &f.stamp, &machine);
    if (f.found)
        memcpy(f.name, machine.data, machine.len);
    g_byte_array_unref(bytes);
    return f;
}

static void assert_found(GByteArray *bytes, const char *name)
{
    finding f = look(bytes, XID, 0);
    g_assert_true(f.found);
    g_assert_cmphex(f.stamp, ==, 0x5747a3);
    g_assert_cmpstr(f.name, ==, name);
}

static void test_found(void)
{
    assert_found(header("web01", 5, 0), "web01");
    assert_found(header("web01", 5, 1), "web01");
    assert_found(header("web01.example.org", 17, 16), "web01.example.org");
    assert_found(header("", 0, 0), "");
}

static void test_found_behind_other_bytes(void)
{
    static const uint8_t earlier[] = "a record mark, and the end of what came before it";
    GByteArray *bytes = header("web01", 5, 3);
    g_byte_array_prepend(bytes, earlier, sizeof earlier);
    assert_found(bytes, "web01");
}

static void test_nothing_in_much(void)
{
    GByteArray *bytes = g_byte_array_new();
    for (int i = 0; i < 1000; i++)
        put_u32(bytes, 0);
    g_assert_false(look(bytes, XID, 0).found);
}

static void test_wrong_xid(void)
{
    g_assert_false(look(header("web01", 5, 0), XID + 1, 0).found);
}

static void test_too_short(void)
{
    g_autoptr(GByteArray) whole = header("web01", 5, 2);
    guint length = whole->len;
    for (guint from = 1; from <= length; from++)
        g_assert_false(look(header("web01", 5, 2), XID, from).found);
}

static void test_other_headers(void)
{
    /* REPLY, RPC version, program, version, procedure, flavor */
    for (guint offset = 4; offset <= 24; offset += 4) {
        GByteArray *bytes = header("web01", 5, 0);
        set_u32(bytes, offset, 9);
        g_assert_false(look(bytes, XID, 0).found);
    }
}

static void test_verifier_not_none(void)
{
    GByteArray *bytes = header("web01", 5, 0);
    set_u32(bytes, bytes->len - 8, 6);
    g_assert_false(look(bytes, XID, 0).found);
    bytes = header("web01", 5, 0);
    set_u32(bytes, bytes->len - 4, 4);
    g_assert_false(look(bytes, XID, 0).found);
}

static void test_lying_name_length(void)
{
    static const uint32_t lies[] = {21, 100, 255, 256, 0x7fffffff, 0xfffffff8, 0xffffffff};
    for (size_t i = 0; i < G_N_ELEMENTS(lies); i++)
        g_assert_false(look(header("web01", lies[i], 0), XID, 0).found);
}

static void test_lying_credential_length(void)
{
    static const uint8_t lies[] = {0, 4, 24, 32, 255};
    for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
        GByteArray *bytes = header("web01", 5, 0);
        set_u32(bytes, 28, lies[i]);
        g_assert_false(look(bytes, XID, 0).found);
    }
}

static void test_nothing(void)
{
    g_assert_false(look(g_byte_array_new(), XID, 0).found);
}

SUITE(test_rpc_credential)
{
    g_test_add_func("/rpc_credential/stamp_and_name_are_found", test_found);
    g_test_add_func("/rpc_credential/header_is_found_behind_other_bytes",
                    test_found_behind_other_bytes);
    g_test_add_func("/rpc_credential/many_bytes_without_a_header", test_nothing_in_much);
    g_test_add_func("/rpc_credential/header_of_another_xid_is_none", test_wrong_xid);
    g_test_add_func("/rpc_credential/header_that_is_cut_is_none", test_too_short);
    g_test_add_func("/rpc_credential/other_programs_and_flavors_are_none", test_other_headers);
    g_test_add_func("/rpc_credential/other_verifiers_are_none", test_verifier_not_none);
    g_test_add_func("/rpc_credential/name_longer_than_the_credential_is_none",
                    test_lying_name_length);
    g_test_add_func("/rpc_credential/credential_of_another_length_is_none",
                    test_lying_credential_length);
    g_test_add_func("/rpc_credential/no_bytes_are_no_header", test_nothing);
}
