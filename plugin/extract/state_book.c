/* state_book.c - which exchanges what a client holds goes back to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The counts are those of know/held.c, which this has to follow.
 */
#include "state_book.h"

#include <string.h>

#include "keys.h"

/* What is held under one stateid. Identified by lease and stateid4.other. */
typedef struct {
    const nfs4_lease *lease;
    uint8_t other[NFS4_OTHER_SIZE];
    GPtrArray *exchanges; /* held; that gave it, and of locks those that have not been undone */
} state_page;

struct extract_states {
    GHashTable *pages;  /* state_page -> itself */
    GHashTable *leases; /* nfs4_lease -> GHashTable, a set of its pages */
};

static guint page_hash(gconstpointer key)
{
    const state_page *page = (const state_page *)key;
    return g_direct_hash(page->lease) ^ key_other_hash(page->other);
}

static gboolean page_equal(gconstpointer a, gconstpointer b)
{
    const state_page *left = (const state_page *)a, *right = (const state_page *)b;
    return left->lease == right->lease &&
           memcmp(left->other, right->other, sizeof left->other) == 0;
}

static void page_free(gpointer data)
{
    state_page *page = (state_page *)data;
    g_ptr_array_free(page->exchanges, TRUE);
    g_free(page);
}

static void release(gpointer exchange)
{
    extract_exchange_release((extract_exchange *)exchange);
}

static void free_set(gpointer set)
{
    g_hash_table_destroy((GHashTable *)set);
}

extract_states *extract_states_new(void)
{
    extract_states *states = g_new0(extract_states, 1);
    states->pages = g_hash_table_new_full(page_hash, page_equal, page_free, NULL);
    states->leases = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_set);
    return states;
}

void extract_states_free(extract_states *states)
{
    g_hash_table_destroy(states->leases);
    g_hash_table_destroy(states->pages);
    g_free(states);
}

static state_page *page_find(const extract_states *states, const nfs4_lease *lease,
                             const nfs4_stateid *stateid)
{
    state_page key = {.lease = lease};
    memcpy(key.other, stateid->other, sizeof key.other);
    return (state_page *)g_hash_table_lookup(states->pages, &key);
}

static state_page *page_get(extract_states *states, const nfs4_lease *lease,
                            const nfs4_stateid *stateid)
{
    state_page *page = page_find(states, lease, stateid);
    if (page != NULL)
        return page;
    page = g_new0(state_page, 1);
    page->lease = lease;
    memcpy(page->other, stateid->other, sizeof page->other);
    page->exchanges = g_ptr_array_new_with_free_func(release);
    g_hash_table_add(states->pages, page);
    GHashTable *own = (GHashTable *)g_hash_table_lookup(states->leases, lease);
    if (own == NULL) {
        own = g_hash_table_new(g_direct_hash, g_direct_equal);
        g_hash_table_insert(states->leases, (gpointer)lease, own);
    }
    g_hash_table_add(own, page);
    return page;
}

static void page_remove(extract_states *states, state_page *page)
{
    GHashTable *own = (GHashTable *)g_hash_table_lookup(states->leases, page->lease);
    g_hash_table_remove(own, page);
    if (g_hash_table_size(own) == 0)
        g_hash_table_remove(states->leases, page->lease);
    g_hash_table_remove(states->pages, page);
}

static void add(extract_states *states, const nfs4_lease *lease, const nfs4_stateid *stateid,
                extract_exchange *exchange)
{
    state_page *page = page_get(states, lease, stateid);
    g_ptr_array_add(page->exchanges, extract_exchange_hold(exchange));
}

static void observe_open(extract_states *states, const nfs4_lease *lease, const nfs4_held *had,
                         const nfs4_compound *reply, extract_exchange *exchange)
{
    const nfs4_event *event = nfs4_compound_event(reply, OP_OPEN);
    if (event == NULL || event->status != NFS4_OK)
        return;
    if (lease->memory.held.opens != had->opens)
        add(states, lease, &event->u.open.stateid, exchange);
    if (lease->memory.held.delegations != had->delegations)
        add(states, lease, &event->u.open.delegation, exchange);
}

static void observe_lock(extract_states *states, const nfs4_lease *lease,
                         const nfs4_compound *reply, extract_exchange *exchange)
{
    const nfs4_event *event = nfs4_compound_event(reply, OP_LOCK);
    if (event != NULL && event->status == NFS4_OK)
        add(states, lease, &event->u.lock.stateid, exchange);
}

/* What undoes an exchange is needed where that is. */
static void undo(state_page *page, guint place, extract_exchange *exchange)
{
    extract_exchange_follow((extract_exchange *)g_ptr_array_index(page->exchanges, place),
                            exchange);
    g_ptr_array_remove_index(page->exchanges, place);
}

/* As held.c: the whole file, or one lock, the last one. */
static void observe_end(extract_states *states, const nfs4_lease *lease, const nfs4_call *call,
                        extract_exchange *exchange)
{
    state_page *page = page_find(states, lease, &call->given_up);
    if (page == NULL)
        return;
    bool whole = call->given_up_by != OP_LOCKU || call->gives_up_all;
    do
        undo(page, page->exchanges->len - 1, exchange);
    while (whole && page->exchanges->len > 0);
    if (page->exchanges->len == 0)
        page_remove(states, page);
}

void extract_states_observe(extract_states *states, const nfs4_lease *lease, const nfs4_held *had,
                            const nfs4_call *call, const nfs4_compound *reply,
                            extract_exchange *exchange)
{
    observe_open(states, lease, had, reply, exchange);
    observe_lock(states, lease, reply, exchange);
    if (call->given_up_by != 0 && reply->status == NFS4_OK)
        observe_end(states, lease, call, exchange);
}

static void keep_page(const state_page *page)
{
    for (guint i = 0; i < page->exchanges->len; i++)
        extract_exchange_keep((extract_exchange *)g_ptr_array_index(page->exchanges, i));
}

void extract_states_keep(extract_states *states, const nfs4_lease *lease)
{
    GHashTable *own = (GHashTable *)g_hash_table_lookup(states->leases, lease);
    GHashTableIter iter;
    gpointer page;
    if (own == NULL)
        return;
    g_hash_table_iter_init(&iter, own);
    while (g_hash_table_iter_next(&iter, &page, NULL))
        keep_page((const state_page *)page);
}

void extract_states_keep_all(extract_states *states)
{
    GHashTableIter iter;
    gpointer page;
    g_hash_table_iter_init(&iter, states->pages);
    while (g_hash_table_iter_next(&iter, &page, NULL))
        keep_page((const state_page *)page);
}
