/* pages.c - the exchanges that may be needed yet: a page for each lease, owner and session
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pages.h"

static void release(gpointer exchange)
{
    extract_exchange_release((extract_exchange *)exchange);
}

static void free_lease(gpointer data)
{
    lease_page *page = (lease_page *)data;
    extract_exchange_replace(&page->worked, NULL);
    extract_exchange_replace(&page->heard, NULL);
    extract_exchange_replace(&page->spoke, NULL);
    g_free(page);
}

static void free_owner(gpointer data)
{
    g_ptr_array_free(((owner_page *)data)->leases, TRUE);
    g_free(data);
}

static void free_session(gpointer data)
{
    session_page *page = (session_page *)data;
    for (int i = 0; i < NFS4_SLOTS_KEPT; i++)
        extract_exchange_replace(&page->slots[i], NULL);
    g_free(page);
}

extract_pages pages_new(void)
{
    return (extract_pages){
        .leases = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_lease),
        .owners = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_owner),
        .sessions = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_session),
        .servers = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, release)};
}

void pages_free(extract_pages *pages)
{
    g_hash_table_destroy(pages->leases);
    g_hash_table_destroy(pages->owners);
    g_hash_table_destroy(pages->sessions);
    g_hash_table_destroy(pages->servers);
}

static void *page_get(GHashTable *pages, const void *key, size_t size)
{
    void *page = g_hash_table_lookup(pages, key);
    if (page == NULL) {
        page = g_malloc0(size);
        g_hash_table_insert(pages, (gpointer)key, page);
    }
    return page;
}

lease_page *pages_lease(extract_pages *pages, const nfs4_lease *lease)
{
    return (lease_page *)page_get(pages->leases, lease, sizeof(lease_page));
}

owner_page *pages_owner(extract_pages *pages, const nfs4_owner *owner)
{
    owner_page *page = (owner_page *)page_get(pages->owners, owner, sizeof *page);
    if (page->leases == NULL)
        page->leases = g_ptr_array_new();
    return page;
}

session_page *pages_session(extract_pages *pages, const nfs4_session *session)
{
    return (session_page *)page_get(pages->sessions, session, sizeof(session_page));
}

lease_page *pages_lease_find(const extract_pages *pages, const nfs4_lease *lease)
{
    return (lease_page *)g_hash_table_lookup(pages->leases, lease);
}

void pages_enlist(lease_page *page, owner_page *owner)
{
    if (page->waits_for == owner)
        return;
    if (page->waits_for != NULL)
        g_ptr_array_remove_fast(page->waits_for->leases, page);
    page->waits_for = owner;
    g_ptr_array_add(owner->leases, page);
}
