/* test_story_lost_files.c - on which files the locks were that a client lost
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/watch/lost_files.h"
#include "story_state.h"
#include "suite.h"

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of chain `number`, in alphabetical order, each followed by a space. */
static void assert_files(const story *world, uint32_t number, const char *expected)
{
    nfs4_bytes found[NFS4_LOST_FILES];
    uint32_t count = lost_files_names(chain_of(world, number), found, NFS4_LOST_FILES);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) text = g_string_new("");
    for (uint32_t i = 0; i < count; i++)
        g_ptr_array_add(names, g_strndup((const char *)found[i].data, found[i].len));
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(text, "%s ", (const char *)g_ptr_array_index(names, i));
    g_assert_cmpstr(text->str, ==, expected);
}

static void has_locked(story_host *host, story_file *file, const char *name)
{
    if (name != NULL)
        looks_up(host, file, name);
    opens(host, file);
    locks(host, file);
}

static void comes_back(story_host *host)
{
    gets_new_lease(host);
    completes_reclaim(host);
}

static void check_named(uint32_t minor)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, minor);
    story_file ledger = {.name = 1}, unlocked = {.name = 2}, unnamed = {.name = 3};

    mounts(host);
    has_locked(host, &ledger, "ledger");
    has_locked(host, &unlocked, "unlocked");
    has_locked(host, &unnamed, NULL);
    unlocks(host, &unlocked, 0, UINT64_MAX);
    is_thrown_out(host, new_twin(world, 12, minor));
    assert_files(world, 1, ""); /* it may still regain them */
    comes_back(host);
    for (int i = 0; i < 3; i++)
        reopens(host, i == 0 ? &ledger : i == 1 ? &unlocked : &unnamed);
    uses(host, &ledger, OP_READ, NFS4_OK);
    assert_files(world, 1, "ledger ");
}

static void test_lost_file_is_named(void)
{
    check_named(0);
    check_named(2);
}

static void test_regained_is_not_lost(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file ledger = {.name = 1}, index = {.name = 2}, mailbox = {.name = 3};

    mounts(host);
    has_locked(host, &ledger, "ledger");
    has_locked(host, &index, "index");
    has_locked(host, &mailbox, "mailbox");
    locks(host, &mailbox);
    is_thrown_out(host, new_twin(world, 12, 2));
    gets_new_lease(host);
    reclaims(host, &ledger, NFS4_OK);
    sends_lock(host, &ledger, true, NFS4_OK);
    reclaims(host, &index, NFS4_OK);
    sends_lock(host, &index, true, NFS4ERR_RECLAIM_CONFLICT);
    reclaims(host, &mailbox, NFS4_OK);
    sends_lock(host, &mailbox, true, NFS4_OK);
    completes_reclaim(host);
    tries(host);
    assert_files(world, 1, "index mailbox "); /* one of two locks */
}

static void test_refused_again_on_the_way_back(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file ledger = {.name = 1};

    mounts(host);
    has_locked(host, &ledger, "ledger");
    is_thrown_out(host, new_twin(world, 12, 2));
    gets_new_lease(host);
    is_thrown_out(host, new_twin(world, 13, 2));
    comes_back(host);
    reopens(host, &ledger);
    tries(host);
    assert_files(world, 1, "");
    assert_files(world, 2, "ledger ");
}

static void test_last_name_counts(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file file = {.name = 1};

    mounts(host);
    has_locked(host, &file, "draft");
    looks_up(host, &file, "letter");
    is_thrown_out(host, new_twin(world, 12, 2));
    comes_back(host);
    reopens(host, &file);
    tries(host);
    assert_files(world, 1, "letter ");
}

static void test_many_files(void)
{
    g_autoptr(story) world = story_new(KNFSD);
    story_host *host = new_twin(world, 11, 2);
    story_file files[NFS4_LOST_FILES + 4];
    nfs4_bytes names[NFS4_LOST_FILES];

    mounts(host);
    for (uint32_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *name = g_strdup_printf("file%u", i);
        files[i] = (story_file){.name = i + 1};
        has_locked(host, &files[i], name);
    }
    is_thrown_out(host, new_twin(world, 12, 2));
    comes_back(host);
    for (uint32_t i = 0; i < G_N_ELEMENTS(files); i++)
        reopens(host, &files[i]);
    tries(host);
    assert_lost(chain_of(world, 1), 0, NFS4_LOST_FILES + 4, 0);
    g_assert_cmpuint(lost_files_names(chain_of(world, 1), names, NFS4_LOST_FILES), ==,
                     NFS4_LOST_FILES);
    g_assert_cmpuint(lost_files_names(chain_of(world, 1), names, 3), ==, 3);
}

SUITE(test_story_lost_files)
{
    g_test_add_func("/lost_files/lost_file_is_named", test_lost_file_is_named);
    g_test_add_func("/lost_files/regained_is_not_lost", test_regained_is_not_lost);
    g_test_add_func("/lost_files/refused_again_on_the_way_back",
                    test_refused_again_on_the_way_back);
    g_test_add_func("/lost_files/last_name_counts", test_last_name_counts);
    g_test_add_func("/lost_files/many_files", test_many_files);
}
