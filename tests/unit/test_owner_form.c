/* test_owner_form.c - what owner strings and verifiers tell by their form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/owner_form.h"

#include <string.h>

#include <glib.h>

static const nstime_t march_2026 = {1772359200, 0};

static nfs4_bytes text(const char *string)
{
    return (nfs4_bytes){(const uint8_t *)string, (uint32_t)strlen(string)};
}

/* host or uniquifier "" stands for none */
static void assert_form(const char *owner, owner_form_kind kind, const char *host,
                        const char *uniquifier)
{
    owner_form form = owner_form_parse(text(owner));
    g_assert_cmpint(form.kind, ==, kind);
    g_assert_cmpmem(form.host.data, form.host.len, host, strlen(host));
    g_assert_cmpmem(form.uniquifier.data, form.uniquifier.len, uniquifier, strlen(uniquifier));
}

static void test_linux(void)
{
    assert_form("Linux NFSv4.2 web01", OWNER_FORM_LINUX, "web01", "");
    assert_form("Linux NFSv4.1 web01.example.org", OWNER_FORM_LINUX, "web01.example.org", "");
    assert_form("Linux NFSv4.2 4c1e/web01", OWNER_FORM_LINUX, "web01", "4c1e");
    assert_form("Linux NFSv4.2 4c1e/10.0.0.5", OWNER_FORM_LINUX, "10.0.0.5", "4c1e");
    assert_form("Linux NFSv4.1 4c1e/fd00::5", OWNER_FORM_LINUX, "fd00::5", "4c1e");
    assert_form("Linux NFSv4.2 a/b/web01", OWNER_FORM_LINUX, "web01", "a/b");
    assert_form("Linux NFSv4.1 e7a5c1d2-0000-4000-8000-123456789abc/n1", OWNER_FORM_LINUX, "n1",
                "e7a5c1d2-0000-4000-8000-123456789abc");
}

static void test_linux_40(void)
{
    assert_form("Linux NFSv4.0 web01/10.0.0.1", OWNER_FORM_LINUX, "web01", "");
    assert_form("Linux NFSv4.0 web01/4c1e/10.0.0.1", OWNER_FORM_LINUX, "web01", "4c1e");
    assert_form("Linux NFSv4.0 web01/fd00::1", OWNER_FORM_LINUX, "web01", "");
    assert_form("Linux NFSv4.0 web01/fe80::1%eth0", OWNER_FORM_LINUX, "web01", "");
    assert_form("Linux NFSv4.0 web01/4c1e/fd00::1", OWNER_FORM_LINUX, "web01", "4c1e");
}

static void test_linux_40_migration(void)
{
    assert_form("Linux NFSv4.0 web01", OWNER_FORM_LINUX, "web01", "");
    assert_form("Linux NFSv4.0 4c1e/web01", OWNER_FORM_LINUX, "web01", "4c1e");
}

static void test_linux_40_of_37_to_44(void)
{
    assert_form("Linux NFSv4.0 10.0.0.11/10.0.0.1 tcp", OWNER_FORM_LINUX_ADDRESS, "10.0.0.11", "");
    assert_form("Linux NFSv4.0 fd00::b/fd00::1 tcp6", OWNER_FORM_LINUX_ADDRESS, "fd00::b", "");
}

static void test_linux_up_to_36(void)
{
    assert_form("10.0.0.11/web01.example.org/sys", OWNER_FORM_LINUX_OLD, "", "");
    assert_form("10.0.0.11/10.0.0.1 tcp sys 0", OWNER_FORM_LINUX_OLD, "", "");
    assert_form("fd00::b/fd00::1 tcp6 sys 0", OWNER_FORM_LINUX_OLD, "", "");
    assert_form("web01/web01.example.org/sys", OWNER_FORM_UNKNOWN, "", "");
    assert_form("/web01.example.org/sys", OWNER_FORM_UNKNOWN, "", "");
    g_assert_cmpstr(owner_form_software(OWNER_FORM_LINUX_OLD), ==, "Linux");
}

static void test_hosts_that_look_odd(void)
{
    assert_form("Linux NFSv4.2 beef", OWNER_FORM_LINUX, "beef", "");
    assert_form("Linux NFSv4.2 4c1e/cafe.de", OWNER_FORM_LINUX, "cafe.de", "4c1e");
    assert_form("Linux NFSv4.2 (none)", OWNER_FORM_LINUX, "(none)", "");
    assert_form("Linux NFSv4.2 4c1e/", OWNER_FORM_LINUX, "", "4c1e");
}

static void test_freebsd(void)
{
    static const char owner[] = "\1\2\3\4\5\6\0\7"
                                "01234567-89ab-cdef-0123-456789abcdef";
    nfs4_bytes bytes = {(const uint8_t *)owner, 44};
    owner_form form = owner_form_parse(bytes);

    g_assert_cmpint(form.kind, ==, OWNER_FORM_FREEBSD);
    g_assert_cmpmem(form.host.data, form.host.len, owner + 8, 36);
    bytes.len = 43;
    g_assert_cmpint(owner_form_parse(bytes).kind, ==, OWNER_FORM_UNKNOWN);
    assert_form("12345678"
                "01234567-89ab-cdef-0123-456789abcdeg",
                OWNER_FORM_UNKNOWN, "", "");
    assert_form("12345678"
                "01234567089ab-cdef-0123-456789abcdef",
                OWNER_FORM_UNKNOWN, "", "");
}

static void test_others(void)
{
    assert_form("Libnfs pid:1 1772359200", OWNER_FORM_LIBNFS, "", "");
    assert_form("10.0.0.5(812, 77) - GANESHA NFSv4 Proxy", OWNER_FORM_GANESHA_PROXY, "", "");
    assert_form("org.dcache.nfs.v4.client.Main: root-77@door1", OWNER_FORM_NFS4J, "door1", "");
    assert_form("org.dcache.nfs.v4.client.Main: root-77", OWNER_FORM_NFS4J, "", "");
}

static void test_unknown(void)
{
    assert_form("", OWNER_FORM_UNKNOWN, "", "");
    assert_form("EID5f", OWNER_FORM_UNKNOWN, "", "");
    assert_form("Linux NFSv4.", OWNER_FORM_UNKNOWN, "", "");
    assert_form("Linux NFSv4.2", OWNER_FORM_UNKNOWN, "", "");
    assert_form("Linux NFSv4.2 ", OWNER_FORM_UNKNOWN, "", "");
    assert_form("Linux NFSv4.x web01", OWNER_FORM_UNKNOWN, "", "");
    assert_form("Linux NFSv3.2 web01", OWNER_FORM_UNKNOWN, "", "");
}

static void test_software(void)
{
    g_assert_cmpstr(owner_form_software(OWNER_FORM_LINUX), ==, "Linux");
    g_assert_cmpstr(owner_form_software(OWNER_FORM_LINUX_ADDRESS), ==, "Linux");
    g_assert_cmpstr(owner_form_software(OWNER_FORM_FREEBSD), ==, "FreeBSD");
    g_assert_cmpstr(owner_form_software(OWNER_FORM_LIBNFS), ==, "libnfs");
    g_assert_nonnull(owner_form_software(OWNER_FORM_GANESHA_PROXY));
    g_assert_cmpstr(owner_form_software(OWNER_FORM_NFS4J), ==, "nfs4j");
    g_assert_null(owner_form_software(OWNER_FORM_UNKNOWN));
}

static bool is_weak(const char *owner)
{
    owner_form form = owner_form_parse(text(owner));
    return owner_form_is_weak(&form);
}

static void test_weak(void)
{
    g_assert_true(is_weak("Linux NFSv4.2 localhost"));
    g_assert_true(is_weak("Linux NFSv4.2 localhost.localdomain"));
    g_assert_true(is_weak("Linux NFSv4.0 ubuntu/10.0.0.1"));
    g_assert_false(is_weak("Linux NFSv4.2 4c1e/localhost"));
    g_assert_false(is_weak("Linux NFSv4.2 localhost7"));
    g_assert_false(is_weak("Linux NFSv4.2 local"));
    g_assert_false(is_weak("localhost"));
}

static void assert_start(owner_form_kind kind, uint64_t verifier, time_t seconds, int nanoseconds)
{
    nstime_t start;
    g_assert_true(owner_form_start(kind, verifier, &march_2026, &start));
    g_assert_cmpint(start.secs, ==, seconds);
    g_assert_cmpint(start.nsecs, ==, nanoseconds);
}

static void assert_no_start(owner_form_kind kind, uint64_t verifier)
{
    nstime_t start = {7, 7};
    g_assert_false(owner_form_start(kind, verifier, &march_2026, &start));
    g_assert_cmpint(start.secs, ==, 7);
}

static void test_linux_nanoseconds(void)
{
    assert_start(OWNER_FORM_LINUX, 0x188672510000000aULL, 1767225596, 7415818);
    assert_start(OWNER_FORM_LINUX, 1772359200000000001ULL, 1772359200, 1);
}

static void test_linux_seconds_big_endian(void)
{
    assert_start(OWNER_FORM_LINUX, 0x5af56ed61d164a00ULL, 1526034134, 488000000);
    assert_start(OWNER_FORM_LINUX, 0x5c8a9bfe0c095e92ULL, 1552587774, 201940626);
    assert_start(OWNER_FORM_LINUX_ADDRESS, 0x5af56ed61d164a00ULL, 1526034134, 488000000);
}

static void test_linux_seconds_little_endian(void)
{
    assert_start(OWNER_FORM_LINUX, 0x004e725301000000ULL, 1400000000, 1);
}

static void test_implausible_clocks(void)
{
    assert_no_start(OWNER_FORM_LINUX, 0);
    assert_no_start(OWNER_FORM_LINUX, 1);
    assert_no_start(OWNER_FORM_LINUX, 1100000000000000000ULL); /* 2004 */
    assert_no_start(OWNER_FORM_LINUX, 0x5af56ed63b9aca00ULL);  /* 10^9 nanoseconds */
    assert_no_start(OWNER_FORM_LINUX, 1772359200000000000ULL + 90000000000000ULL); /* in 25 h */
    assert_start(OWNER_FORM_LINUX, 1772359200000000000ULL + 86400000000000ULL, 1772445600, 0);
}

static void test_other_clocks(void)
{
    assert_start(OWNER_FORM_FREEBSD, (uint64_t)1772000000 << 32 | 5, 1772000000, 0);
    assert_no_start(OWNER_FORM_FREEBSD, 5ULL << 32);
    assert_start(OWNER_FORM_GANESHA_PROXY, GUINT64_SWAP_LE_BE(1772000000ULL), 1772000000, 0);
    assert_no_start(OWNER_FORM_GANESHA_PROXY, 1772000000);
    assert_no_start(OWNER_FORM_LIBNFS, 1772359200000000001ULL);
    assert_no_start(OWNER_FORM_NFS4J, 1772359200000000001ULL);
    assert_no_start(OWNER_FORM_UNKNOWN, 1772359200000000001ULL);
}

static void test_purge_verifiers(void)
{
    static const uint64_t purge[] = {UINT64_MAX, 0x000000003b9aca01ULL, 0x0000000001ca9a3bULL};
    for (size_t i = 0; i < G_N_ELEMENTS(purge); i++) {
        g_assert_true(owner_form_is_purge_verifier(OWNER_FORM_LINUX, purge[i]));
        g_assert_true(owner_form_is_purge_verifier(OWNER_FORM_LINUX_ADDRESS, purge[i]));
        g_assert_false(owner_form_is_purge_verifier(OWNER_FORM_FREEBSD, purge[i]));
        g_assert_false(owner_form_is_purge_verifier(OWNER_FORM_UNKNOWN, purge[i]));
        assert_no_start(OWNER_FORM_LINUX, purge[i]);
    }
    g_assert_false(owner_form_is_purge_verifier(OWNER_FORM_LINUX, UINT64_MAX - 1));
}

static void test_instance_key(void)
{
    g_assert_cmphex(owner_form_instance_key(OWNER_FORM_FREEBSD, 0x1122334455667788ULL), ==,
                    0x11223344);
    g_assert_cmphex(owner_form_instance_key(OWNER_FORM_LINUX, 0x1122334455667788ULL), ==,
                    0x1122334455667788ULL);
    g_assert_cmphex(owner_form_instance_key(OWNER_FORM_UNKNOWN, 0x1122334455667788ULL), ==,
                    0x1122334455667788ULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/owner_form/linux_names_its_host_after_the_uniquifier", test_linux);
    g_test_add_func("/owner_form/linux_40_names_its_host_first_and_the_server_last", test_linux_40);
    g_test_add_func("/owner_form/linux_40_with_migration_is_like_41", test_linux_40_migration);
    g_test_add_func("/owner_form/linux_40_of_3_7_to_4_4_has_two_addresses",
                    test_linux_40_of_37_to_44);
    g_test_add_func("/owner_form/linux_up_to_3_6_begins_with_its_address", test_linux_up_to_36);
    g_test_add_func("/owner_form/hosts_that_look_odd_stay_hosts", test_hosts_that_look_odd);
    g_test_add_func("/owner_form/freebsd_is_8_bytes_and_a_uuid", test_freebsd);
    g_test_add_func("/owner_form/libnfs_ganesha_and_nfs4j_are_known", test_others);
    g_test_add_func("/owner_form/anything_else_is_unknown", test_unknown);
    g_test_add_func("/owner_form/forms_name_their_software", test_software);
    g_test_add_func("/owner_form/names_that_images_ship_with_are_weak", test_weak);
    g_test_add_func("/owner_form/linux_clock_in_nanoseconds", test_linux_nanoseconds);
    g_test_add_func("/owner_form/linux_clock_in_seconds_big_endian", test_linux_seconds_big_endian);
    g_test_add_func("/owner_form/linux_clock_in_seconds_little_endian",
                    test_linux_seconds_little_endian);
    g_test_add_func("/owner_form/implausible_clocks_tell_nothing", test_implausible_clocks);
    g_test_add_func("/owner_form/clocks_of_other_clients", test_other_clocks);
    g_test_add_func("/owner_form/purge_verifiers_are_linux_s_alone", test_purge_verifiers);
    g_test_add_func("/owner_form/freebsd_instances_differ_in_the_high_half", test_instance_key);
    return g_test_run();
}
