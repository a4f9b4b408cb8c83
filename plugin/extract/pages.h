/* pages.h - the exchanges that may be needed yet: a page for each lease, owner and session
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_EXTRACT_PAGES_H
#define NFS4SESS_EXTRACT_PAGES_H

#include "queue.h"

#include "model/model.h"

typedef struct owner_page owner_page;

/* The last exchanges of a lease by which something may be measured. */
typedef struct {
    extract_exchange *worked; /* last_ok */
    extract_exchange *heard;  /* last_heard */
    extract_exchange *spoke;  /* the instance's */
    owner_page *waits_for;    /* the page that lists it; NULL for none */
    uint64_t notes;           /* of its owner, behind which it was seen to work */
} lease_page;

struct owner_page {
    GPtrArray *leases; /* lease_page, those that hold an exchange */
    uint64_t notes;    /* things of note that happened to it */
    uint32_t frame;    /* of the last one */
    nstime_t when;
};

typedef struct {
    extract_exchange *slots[NFS4_SLOTS_KEPT];
} session_page;

typedef struct {
    GHashTable *leases;   /* nfs4_lease -> lease_page */
    GHashTable *owners;   /* nfs4_owner -> owner_page */
    GHashTable *sessions; /* nfs4_session -> session_page */
    GHashTable *servers;  /* nfs4_server -> extract_exchange, its last one, held */
} extract_pages;

extract_pages pages_new(void);
void pages_free(extract_pages *pages);

/* The page of one: a new one where there was none. */
lease_page *pages_lease(extract_pages *pages, const nfs4_lease *lease);
owner_page *pages_owner(extract_pages *pages, const nfs4_owner *owner);
session_page *pages_session(extract_pages *pages, const nfs4_session *session);

/* NULL for none */
lease_page *pages_lease_find(const extract_pages *pages, const nfs4_lease *lease);

/* The owner's page lists the lease's from now on, and no other does. */
void pages_enlist(lease_page *page, owner_page *owner);

#endif
