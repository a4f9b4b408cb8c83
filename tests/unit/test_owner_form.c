/* test_owner_form.c - what owner strings and verifiers tell by their form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/know/owner_form.h"
#include "know/verifier.h"
#include "suite.h"

#include <string.h>

#include <glib.h>

static const nstime_t march_2026 = {1772359200, 0};

static nfs4_bytes text(const char *string)
{
    return (nfs4_bytes){(const uint8_t *)string, (uint32_t)strlen(string)};
}

/* The bytes of a literal, with the zeros in it. */
#define BYTES(literal) ((nfs4_bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

/* host or uniquifier "" stands for none */
static void assert_form(const char *owner, owner_form_kind kind, const char *host,
                        const char *uniquifier)
{
    owner_form form = owner_form_parse(text(owner));
    g_assert_cmpint(form.kind, ==, kind);
    g_assert_cmpmem(form.host.data, form.host.len, host, strlen(host));
    g_assert_cmpmem(form.uniquifier.data, form.uniquifier.len, uniquifier, strlen(uniquifier));
}

/* The owners stand between bars. */
static void assert_all(const char *owners, owner_form_kind kind)
{
    g_auto(GStrv) list = g_strsplit(owners, "|", -1);
    for (char **owner = list; *owner != NULL; owner++)
        assert_form(*owner, kind, "", "");
}

static void assert_kind(nfs4_bytes owner, owner_form_kind kind)
{
    g_assert_cmpint(owner_form_parse(owner).kind, ==, kind);
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
    assert_form("Linux NFSv4.0 10.0.0.11/10.0.0.1 rdma", OWNER_FORM_LINUX_ADDRESS, "10.0.0.11", "");
}

static void test_linux_up_to_36(void)
{
    assert_form("10.0.0.11/web01.example.org/1", OWNER_FORM_LINUX_OLD, "web01.example.org", "");
    assert_form("fd00::b/web01.example.org/sys", OWNER_FORM_LINUX_OLD, "web01.example.org", "");
    assert_form("10.0.0.11/web01.(none)/390003", OWNER_FORM_LINUX_OLD, "web01", "");
    assert_form("10.0.0.11/web01/1", OWNER_FORM_LINUX_OLD, "web01", "");
    assert_form("10.0.0.11/10.0.0.1 tcp sys 0", OWNER_FORM_LINUX_OLD, "", "");
    assert_form("10.0.0.11/10.0.0.1 AUTH_SYS 2", OWNER_FORM_LINUX_OLD, "", "");
    assert_form("fd00::b/fd00::1 tcp6 sys 0", OWNER_FORM_LINUX_OLD, "", "");
}

static void test_addresses_of_others(void)
{
    assert_all("web01/web01.example.org/sys|/web01.example.org/sys|10.0.0.11/|10.0.0.11/web01|"
               "10.0.0.11/web01/|10.0.0.11//1|10.0.0.11/web01/1/2|10.0.0.11/web 01/1|"
               "10.0.0.11/10.0.0.1|10.0.0.11/10.0.0.1 |10.0.0.11/10.0.0.1 tcp|"
               "10.0.0.11/web01 tcp sys 0",
               OWNER_FORM_UNKNOWN);
}

static void test_hosts_that_look_odd(void)
{
    assert_form("Linux NFSv4.2 beef", OWNER_FORM_LINUX, "beef", "");
    assert_form("Linux NFSv4.2 4c1e/cafe.de", OWNER_FORM_LINUX, "cafe.de", "4c1e");
    assert_form("Linux NFSv4.2 (none)", OWNER_FORM_LINUX, "(none)", "");
    assert_form("Linux NFSv4.0 4c1e/web 01", OWNER_FORM_LINUX, "web 01", "4c1e");
    assert_form("Linux NFSv4.2 4c1e/", OWNER_FORM_LINUX, "", "4c1e");
}

#define UUID "01234567-89ab-cdef-0123-456789abcde"

static void test_freebsd(void)
{
    owner_form form = owner_form_parse(BYTES("\1\2\3\4\5\6\0\7" UUID "f"));
    g_assert_cmpint(form.kind, ==, OWNER_FORM_FREEBSD);
    g_assert_cmpmem(form.host.data, form.host.len, UUID "f", 36);
    assert_all("12345678" UUID "|12345678" UUID "g|12345678" UUID "ff|"
               "1234567801234567089ab-cdef-0123-456789abcdef",
               OWNER_FORM_UNKNOWN);
}

#define RANDOM "\x9c\x02\xf1\x44\x80\xe7\x51\xbb\x13\xd8\x6e\xff\x05\xa9\xc3\x27"
#define UUID_4 "\x9c\x02\xf1\x44\x80\xe7\x41\xbb\x93\xd8\x6e\xff\x05\xa9\xc3\x27"

static void test_freebsd_without_uuid(void)
{
    assert_kind(BYTES("\x60\xa0\x9d\x69\0\0\0\0" RANDOM), OWNER_FORM_FREEBSD_RANDOM);
    assert_kind(BYTES("\0\0\0\0\x69\x9d\xa0\x60" RANDOM), OWNER_FORM_FREEBSD_RANDOM);
    assert_kind(BYTES("\x60\xa0\x9d\x69\0\0\0\0" RANDOM "\1"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES("\xa0\x9d\x69\0\0\0\0" RANDOM), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES("\x60\xa0\x9d\x69\1\0\0\0" RANDOM), OWNER_FORM_UNKNOWN); /* after 2106 */
    assert_kind(BYTES("\x60\xa0\x9d\x40\0\0\0\0" RANDOM), OWNER_FORM_UNKNOWN); /* 2004 */
    assert_kind(BYTES("\x60\xa0\x9d\x69\0\0\0\0" UUID_4), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES("\x60\xa0\x9d\x69\0\0\0\0web01.example.or"), OWNER_FORM_UNKNOWN);
}

#define EN0 "\xa8\x60\xb6\1\2\3"
#define IPV4 "\x10\2\x08\1\x0a\0\0\1\0\0\0\0\0\0\0\0"
#define IPV6 "\x1c\x1e\x08\1\0\0\0\0\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0"
#define MAC "\1\0\0\0" EN0

static void test_macos(void)
{
    assert_kind(BYTES(MAC IPV4 "srv:/export\0/Volumes/work\0"), OWNER_FORM_MACOS);
    assert_kind(BYTES(MAC IPV6 "[fd00::1]:/e\0/Volumes/gr\xc3\xbc\xc3\x9f\0"), OWNER_FORM_MACOS);
    g_assert_cmpuint(owner_form_parse(BYTES(MAC IPV4 "s:/e\0/m\0")).host.len, ==, 0);
}

static void test_macos_needs_all_of_it(void)
{
    assert_kind(BYTES(MAC "\x10\2"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES(MAC IPV4), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES(MAC IPV4 "s:/e\0"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES(MAC IPV4 "s:/e\0/m"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES(MAC IPV4 "s:/e\0/m\0\0"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES(MAC IPV4 "s:/e\0m\0"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES(MAC IPV4 "s/e\0/m\0"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES(MAC IPV4 "s\xff:/e\0/m\0"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES(MAC IPV4 "s:/e\0/\xff\0"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES("\1\0\0\1" EN0 IPV4 "s:/e\0/m\0"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES(MAC "\x10\x1e 3456789abcdefs:/e\0/m\0"), OWNER_FORM_UNKNOWN);
    /* the address of Linux and Solaris begins with its family */
    assert_kind(BYTES(MAC "\2\0 3456789abcdefs:/e\0/m\0"), OWNER_FORM_UNKNOWN);
}

#define CLIENT ", NFSv4 kernel client"

static void test_solaris(void)
{
    owner_form form =
        owner_form_parse(BYTES("Solaris: web01" CLIENT " +referrals\0\2\0\x08\1\x0a"));
    g_assert_cmpint(form.kind, ==, OWNER_FORM_SOLARIS);
    g_assert_cmpmem(form.host.data, form.host.len, "web01", 5);
    form = owner_form_parse(BYTES("Solaris: db.example.org" CLIENT "\0\2\0\x08\1"));
    g_assert_cmpmem(form.host.data, form.host.len, "db.example.org", 14);
    assert_kind(BYTES("Solaris: web01" CLIENT), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES("Solaris: web01" CLIENT "\0"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES("Solaris: " CLIENT "\0\2"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES("Solaris: web01, NFSv4 client\0\2"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES("solaris: web01" CLIENT "\0\2"), OWNER_FORM_UNKNOWN);
    assert_kind(BYTES("web01\0\2\0\x08\1\x0a\0\0\1\0\0\0\0\0\0\0\0"), OWNER_FORM_UNKNOWN);
}

static void test_pynfs(void)
{
    assert_all("EID5f_1772359200|CSESS16a_1772359200|EID1b_1772359200_2|"
               "Environment.init_1772359200",
               OWNER_FORM_PYNFS);
    assert_all("EID5f|EID5f_177235920|EID5f_17723592000|EID5f_1104537599|EID_1772359200|"
               "EIDa_1772359200|EID5f_177235920x|EID5-f_1772359200|WEB1_1772359200|"
               "client1_pid1234567|_1772359200|Environment.inits_1772359200",
               OWNER_FORM_UNKNOWN);
}

/* ms-nfs41-client: 16 bytes of MD5 are not enough to name anybody. */
static void test_a_hash_alone(void)
{
    assert_kind(BYTES(RANDOM), OWNER_FORM_UNKNOWN);
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
    assert_all("|EID5f|Linux NFSv4.|Linux NFSv4.2|Linux NFSv4.2 |Linux NFSv4.x web01|"
               "Linux NFSv3.2 web01",
               OWNER_FORM_UNKNOWN);
}

static void test_software(void)
{
    static const char *const names[] = {
        [OWNER_FORM_LINUX] = "Linux",     [OWNER_FORM_LINUX_ADDRESS] = "Linux",
        [OWNER_FORM_LINUX_OLD] = "Linux", [OWNER_FORM_FREEBSD] = "FreeBSD",
        [OWNER_FORM_LIBNFS] = "libnfs",   [OWNER_FORM_GANESHA_PROXY] = "NFS-Ganesha proxy",
        [OWNER_FORM_NFS4J] = "nfs4j",     [OWNER_FORM_FREEBSD_RANDOM] = "FreeBSD",
        [OWNER_FORM_MACOS] = "macOS",     [OWNER_FORM_SOLARIS] = "illumos or Solaris",
        [OWNER_FORM_PYNFS] = "pynfs",     [OWNER_FORM_UNKNOWN] = NULL};
    for (int kind = 0; kind < (int)G_N_ELEMENTS(names); kind++)
        g_assert_cmpstr(owner_form_software((owner_form_kind)kind), ==, names[kind]);
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
    g_assert_true(verifier_start(kind, verifier, &march_2026, &start));
    g_assert_cmpint(start.secs, ==, seconds);
    g_assert_cmpint(start.nsecs, ==, nanoseconds);
}

static void assert_no_start(owner_form_kind kind, uint64_t verifier)
{
    nstime_t start = {7, 7};
    g_assert_false(verifier_start(kind, verifier, &march_2026, &start));
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
    assert_start(OWNER_FORM_FREEBSD_RANDOM, (uint64_t)1772000000 << 32 | 5, 1772000000, 0);
    assert_no_start(OWNER_FORM_FREEBSD, 5ULL << 32);
    assert_start(OWNER_FORM_GANESHA_PROXY, GUINT64_SWAP_LE_BE(1772000000ULL), 1772000000, 0);
    assert_no_start(OWNER_FORM_GANESHA_PROXY, 1772000000);
    assert_no_start(OWNER_FORM_LIBNFS, 1772359200000000001ULL);
    assert_no_start(OWNER_FORM_NFS4J, 1772359200000000001ULL);
    assert_no_start(OWNER_FORM_UNKNOWN, 1772359200000000001ULL);
}

static void test_macos_clock(void)
{
    assert_start(OWNER_FORM_MACOS, (uint64_t)1772000000 << 32 | 999999, 1772000000, 999999000);
    assert_start(OWNER_FORM_MACOS, 1772000000, 1772000000, 0);
    assert_no_start(OWNER_FORM_MACOS, (uint64_t)1772000000 << 32 | 1000000);
    assert_no_start(OWNER_FORM_MACOS, (uint64_t)1772450000 << 32); /* in more than a day */
    assert_no_start(OWNER_FORM_MACOS, 5);
}

static void test_solaris_clock(void)
{
    assert_start(OWNER_FORM_SOLARIS, (uint64_t)1772000000 << 32 | 999999999, 1772000000, 999999999);
    assert_start(OWNER_FORM_SOLARIS, 999999999ULL << 32 | 1772000000, 1772000000, 999999999);
    assert_no_start(OWNER_FORM_SOLARIS, (uint64_t)1772000000 << 32 | 1772000000);
}

static void test_pynfs_clock(void)
{
    assert_start(OWNER_FORM_PYNFS, 0x41da669d00000000ULL, 1771729920, 0);
    assert_start(OWNER_FORM_PYNFS, 0x41da669d00200000ULL, 1771729920, 500000000);
    assert_no_start(OWNER_FORM_PYNFS, 0x7ff8000000000000ULL); /* not a number */
    assert_no_start(OWNER_FORM_PYNFS, 0x7ff0000000000000ULL); /* infinite */
    assert_no_start(OWNER_FORM_PYNFS, 0xc1da669d00000000ULL); /* negative */
    assert_no_start(OWNER_FORM_PYNFS, 0x41e0000000000000ULL); /* 2038 */
    assert_no_start(OWNER_FORM_PYNFS, 1772359200000000001ULL);
}

static void test_purge_verifiers(void)
{
    static const uint64_t purge[] = {UINT64_MAX, 0x000000003b9aca01ULL, 0x0000000001ca9a3bULL};
    for (size_t i = 0; i < G_N_ELEMENTS(purge); i++) {
        g_assert_true(verifier_is_purge(OWNER_FORM_LINUX, purge[i]));
        g_assert_true(verifier_is_purge(OWNER_FORM_LINUX_ADDRESS, purge[i]));
        g_assert_false(verifier_is_purge(OWNER_FORM_FREEBSD, purge[i]));
        g_assert_false(verifier_is_purge(OWNER_FORM_UNKNOWN, purge[i]));
        assert_no_start(OWNER_FORM_LINUX, purge[i]);
    }
    g_assert_false(verifier_is_purge(OWNER_FORM_LINUX, UINT64_MAX - 1));
}

static void test_instance_key(void)
{
    g_assert_cmphex(verifier_instance_key(OWNER_FORM_FREEBSD, 0x1122334455667788ULL), ==,
                    0x11223344);
    g_assert_cmphex(verifier_instance_key(OWNER_FORM_LINUX, 0x1122334455667788ULL), ==,
                    0x1122334455667788ULL);
    g_assert_cmphex(verifier_instance_key(OWNER_FORM_UNKNOWN, 0x1122334455667788ULL), ==,
                    0x1122334455667788ULL);
}

/* Of a form that is only very probably FreeBSD's, nothing but its counter is dropped:
 * not from nanoseconds since the epoch, nor from anything else. */
static void test_key_of_the_unsure(void)
{
    static const uint64_t verifiers[] = {0x699d7d0000000001, 0x699d7d0100000001, 0x699d7d0000010000,
                                         0x699d7d0000010001, 0x00000000699d7d00, 0x188672510000000a,
                                         0x188672510000000b, 0x0000000000000005};
    for (size_t i = 1; i < G_N_ELEMENTS(verifiers); i++)
        for (size_t j = 0; j < i; j++)
            g_assert_cmphex(verifier_instance_key(OWNER_FORM_FREEBSD_RANDOM, verifiers[i]), !=,
                            verifier_instance_key(OWNER_FORM_FREEBSD_RANDOM, verifiers[j]));
    g_assert_cmphex(verifier_instance_key(OWNER_FORM_FREEBSD_RANDOM, 0x699d7d0000000001), ==,
                    verifier_instance_key(OWNER_FORM_FREEBSD_RANDOM, 0x699d7d000000ffff));
}

SUITE(test_owner_form)
{
    g_test_add_func("/owner_form/linux_names_its_host_after_the_uniquifier", test_linux);
    g_test_add_func("/owner_form/linux_40_names_its_host_first_and_the_server_last", test_linux_40);
    g_test_add_func("/owner_form/linux_40_with_migration_is_like_41", test_linux_40_migration);
    g_test_add_func("/owner_form/linux_40_of_3_7_to_4_4_has_two_addresses",
                    test_linux_40_of_37_to_44);
    g_test_add_func("/owner_form/linux_up_to_3_6_begins_with_its_address", test_linux_up_to_36);
    g_test_add_func("/owner_form/an_address_in_front_is_not_yet_linux", test_addresses_of_others);
    g_test_add_func("/owner_form/hosts_that_look_odd_stay_hosts", test_hosts_that_look_odd);
    g_test_add_func("/owner_form/freebsd_is_8_bytes_and_a_uuid", test_freebsd);
    g_test_add_func("/owner_form/freebsd_without_uuid_is_a_time_and_noise",
                    test_freebsd_without_uuid);
    g_test_add_func("/owner_form/macos_is_hardware_and_socket_address_and_paths", test_macos);
    g_test_add_func("/owner_form/macos_needs_all_of_it", test_macos_needs_all_of_it);
    g_test_add_func("/owner_form/solaris_says_so_and_names_its_host", test_solaris);
    g_test_add_func("/owner_form/pynfs_names_the_test_and_the_time_of_the_run", test_pynfs);
    g_test_add_func("/owner_form/a_hash_alone_names_nobody", test_a_hash_alone);
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
    g_test_add_func("/owner_form/macos_clock_is_the_time_of_the_mount", test_macos_clock);
    g_test_add_func("/owner_form/solaris_clock_in_either_order_of_its_halves", test_solaris_clock);
    g_test_add_func("/owner_form/pynfs_clock_is_a_double", test_pynfs_clock);
    g_test_add_func("/owner_form/purge_verifiers_are_linux_s_alone", test_purge_verifiers);
    g_test_add_func("/owner_form/freebsd_instances_differ_in_the_high_half", test_instance_key);
    g_test_add_func("/owner_form/only_a_counter_is_dropped_from_a_key", test_key_of_the_unsure);
}
