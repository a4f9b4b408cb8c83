/* test_compound_name.c - by which name the file of a GETFH was looked up or opened
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compound_fixture.h"
#include "suite.h"

#define OPEN "18 0 1 0 q 'owner' 0 "

static void assert_name(uint32_t operations, const char *script, const char *name)
{
    GByteArray *message = xdr_call(1, operations);
    xdr_put_script(message, script);
    g_auto(reading) r = read_message(message, false);
    g_assert_cmpint(r.compound.end, ==, NFS4_END_COMPLETE);
    assert_bytes(r.compound.name, name);
}

static void test_looked_up(void)
{
    assert_name(3, "22 t28  15 'ledger'  10", "ledger");
    assert_name(4, "24  15 'srv'  15 'ledger'  10", "ledger");
    assert_name(4, "22 t28  15 'ledger'  9 1 2  10", "ledger");
}

static void test_opened(void)
{
    assert_name(3, "22 t28  " OPEN "0 'ledger'  10", "ledger");         /* CLAIM_NULL */
    assert_name(3, "22 t28  " OPEN "2 S 'ledger'  10", "ledger");       /* CLAIM_DELEGATE_CUR */
    assert_name(5, "22 t28  32  " OPEN "0 'ledger'  10  31", "ledger"); /* as Solaris does */
}

static void test_opened_by_filehandle(void)
{
    assert_name(3, "22 t28  " OPEN "4  10", "");
    assert_name(3, "22 t28  " OPEN "1 0  10", "");
}

static void test_another_file_is_current(void)
{
    assert_name(4, "22 t28  15 'ledger'  22 t28  10", "");
    assert_name(4, "22 t28  15 'ledger'  16  10", "");
    assert_name(5, "22 t28  32  15 'ledger'  31  10", "");
}

static void test_first_getfh_counts(void)
{
    assert_name(5, "22 t28  15 'ledger'  10  15 'other'  10", "ledger");
    assert_name(4, "22 t28  10  15 'ledger'  10", "");
}

static void test_filehandle_of_the_reply(void)
{
    g_auto(reading) granted = read_reply(OP_GETFH, NFS4_OK, "'handle'");
    assert_bytes(granted.compound.file, "handle");
    g_auto(reading) refused = read_reply(OP_GETFH, NFS4ERR_NOENT, "");
    assert_bytes(refused.compound.file, "");
}

SUITE(test_compound_name)
{
    g_test_add_func("/compound_name/looked_up", test_looked_up);
    g_test_add_func("/compound_name/opened", test_opened);
    g_test_add_func("/compound_name/opened_by_filehandle", test_opened_by_filehandle);
    g_test_add_func("/compound_name/another_file_is_current", test_another_file_is_current);
    g_test_add_func("/compound_name/first_getfh_counts", test_first_getfh_counts);
    g_test_add_func("/compound_name/filehandle_of_the_reply", test_filehandle_of_the_reply);
}
