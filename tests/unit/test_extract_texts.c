/* test_extract_texts.c - what an extract says in words: where a packet came from, and what is not
 * in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "extract/origin.h"
#include "extract/totals.h"
#include "suite.h"

#define MORE_THAN_KEPT 100001

/* Those that are known stay what they are. */
static void test_more_names_than_are_kept(void)
{
    const char *first = origin_name("ring-0.pcap");
    for (uint32_t i = 0; i < MORE_THAN_KEPT; i++) {
        g_autofree char *name = g_strdup_printf("ring-%u.pcap", i);
        origin_name(name);
    }
    g_assert_cmpstr(origin_name("one-more.pcap"), ==, "another capture");
    g_assert_true(origin_name("ring-0.pcap") == first);
}

/* ---- comments ------------------------------------------------------------- */

static void assert_origin(const char *comment, const char *name, uint32_t frame,
                          uint32_t stands_for, bool has_link)
{
    extract_origin origin;
    g_assert_true(origin_read(comment, &origin));
    g_assert_cmpstr(origin.name, ==, name);
    g_assert_cmpuint(origin.frame, ==, frame);
    g_assert_cmpuint(origin.stands_for, ==, stands_for);
    g_assert_cmpint(origin.has_link, ==, has_link);
}

static void test_comments(void)
{
    extract_origin origin;
    assert_origin("frame 93 of ring-0.pcap", "ring-0.pcap", 93, 0, false);
    assert_origin("frame 93 of ring-0.pcap, stands for 40 more", "ring-0.pcap", 93, 40, false);
    assert_origin("frame 93 of ring-0.pcap, stands for 40 more, client 52:54:00:12:34:56",
                  "ring-0.pcap", 93, 40, true);
    g_assert_true(origin_read("frame 1 of ring-0.pcap, client 52:54:00:12:34:56", &origin));
    g_assert_cmpmem(origin.link, ORIGIN_LINK_SIZE, "\x52\x54\0\x12\x34\x56", 6);
}

/* A name may look like what stands behind names. */
static void test_comments_that_are_none(void)
{
    static const char *const none[] = {"",
                                       "frame",
                                       "frame 93",
                                       "frame 93 of ",
                                       "frame -1 of ring-0.pcap",
                                       "frame 4294967296 of ring-0.pcap",
                                       "the capture",
                                       "frame 9 in ring-0.pcap"};
    extract_origin origin;
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_false(origin_read(none[i], &origin));
    g_assert_true(origin_read("frame 1 of a, stands for 99999999999 more", &origin));
    g_assert_cmpuint(origin.stands_for, ==, 0);
    g_assert_true(origin_read("frame 1 of a, client 52:54:00:12:34", &origin));
    g_assert_false(origin.has_link);
}

static void test_origins_of_frames(void)
{
    const extract_origin origin = {.name = origin_name("ring-0.pcap"), .frame = 7};
    origin_remember(1000, &origin);
    g_assert_cmpuint(origin_find(1000)->frame, ==, 7);
    g_assert_null(origin_find(999));
    g_assert_null(origin_find(1001));
    origin_forget();
    g_assert_null(origin_find(1000));
}

/* ---- texts ---------------------------------------------------------------- */

static void assert_comes_back(const char *written)
{
    extract_text text;
    g_assert_true(extract_text_read(written, &text));
    g_autofree char *again = extract_text_write(&text);
    g_assert_cmpstr(again, ==, written);
}

static void test_texts(void)
{
    assert_comes_back("nfs4sess 1\nbegin ring-0.pcap\n");
    assert_comes_back("nfs4sess 1\nsource ring-0.pcap\n"
                      "frames 1042 1763895600.000000001 1763895699.500000000\n");
    assert_comes_back("nfs4sess 1\nleft-out 12 40\n");
    assert_comes_back("nfs4sess 1\ngap invisible 5 0\n");
    assert_comes_back("nfs4sess 1\ngap unclaimed 5 20490\n");
}

static void test_texts_that_are_none(void)
{
    static const char *const none[] = {
        "",
        "nfs4sess 2\nleft-out 1 2\n",
        "nfs4sess 1\n",
        "nfs4sess 1\nleft-out 1\n",
        "nfs4sess 1\ngap nothing 1 2\n",
        "nfs4sess 1\nsource ring-0.pcap\n",
        "nfs4sess 1\nsource ring-0.pcap\nframes 1 2 3\n",
        "nfs4sess 1\nsource ring-0.pcap\nframes 1 2.1000000000 3.0\n"};
    extract_text text;
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_false(extract_text_read(none[i], &text));
}

static void test_totals(void)
{
    extract_text text;
    g_assert_true(extract_text_read("nfs4sess 1\ngap unclaimed 5 20490\n", &text));
    totals_add(&text, 9);
    g_assert_true(extract_text_read("nfs4sess 1\ngap unclaimed 2 111\n", &text));
    totals_add(&text, 12);
    g_assert_true(extract_text_read("nfs4sess 1\nleft-out 12 40\n", &text));
    totals_add(&text, 12);
    totals_add(&text, 13);

    g_assert_cmpuint(totals_get()->gaps[GAP_UNCLAIMED].count, ==, 7);
    g_assert_cmpuint(totals_get()->gaps[GAP_UNCLAIMED].first_frame, ==, 9);
    g_assert_cmpuint(totals_get()->unclaimed_port, ==, 20490);
    g_assert_cmpuint(totals_get()->calls, ==, 24);
    g_assert_cmpuint(totals_get()->exchanges, ==, 80);
    totals_reset();
    g_assert_cmpuint(totals_get()->exchanges, ==, 0);
}

/* Parts of one capture are one source, and speak of its servers. */
static void test_sources(void)
{
    static const int server, other;
    extract_text text;
    g_assert_true(extract_text_read("nfs4sess 1\nsource ring-0.pcap\nframes 9 1.0 2.0\n", &text));
    totals_add(&text, 1);
    totals_add(&text, 2);
    totals_see(text.source.name, &server);
    totals_see(text.source.name, &server);
    totals_see(text.source.name, &other);

    g_assert_cmpuint(totals_sources()->len, ==, 1);
    const extract_source *source = (const extract_source *)g_ptr_array_index(totals_sources(), 0);
    g_assert_cmpuint(source->frames, ==, 9);
    g_assert_cmpuint(source->endpoints->len, ==, 2);
    totals_reset();
    g_assert_null(totals_sources());
}

SUITE(test_extract_texts)
{
    g_test_add_func("/extract/comments", test_comments);
    g_test_add_func("/extract/comments_that_are_none", test_comments_that_are_none);
    g_test_add_func("/extract/origins_of_frames", test_origins_of_frames);
    g_test_add_func("/extract/texts", test_texts);
    g_test_add_func("/extract/texts_that_are_none", test_texts_that_are_none);
    g_test_add_func("/extract/totals", test_totals);
    g_test_add_func("/extract/sources", test_sources);
    g_test_add_func("/extract/more_names_than_are_kept", test_more_names_than_are_kept);
}
