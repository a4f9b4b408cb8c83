/* trouble.c - clients that do not get on, for whatever cause
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "trouble.h"

#include "asker.h"
#include "callbacks.h"
#include "kinds.h"
#include "loop.h"

#include "judge/verdict.h"
#include "know/owner.h"
#include "keys.h"

/* Without the server, which may turn out to be another one. */
static guint what_hash(gconstpointer key)
{
    const nfs4_trouble *trouble = (const nfs4_trouble *)key;
    const uint32_t words[] = {trouble->asker->number,
                              trouble->kind,
                              trouble->operation,
                              trouble->status,
                              trouble->owner != NULL ? trouble->owner->number : 0,
                              trouble->kind == TROUBLE_FLAG ? trouble->detail.flag.bit : 0};
    return key_hash(words, G_N_ELEMENTS(words));
}

static gboolean what_equal(gconstpointer a, gconstpointer b)
{
    const nfs4_trouble *trouble = (const nfs4_trouble *)a, *like = (const nfs4_trouble *)b;
    return trouble->asker == like->asker && trouble->kind == like->kind &&
           trouble->operation == like->operation && trouble->status == like->status &&
           trouble->owner == like->owner &&
           (like->kind != TROUBLE_FLAG || trouble->detail.flag.bit == like->detail.flag.bit) &&
           trouble->connection->endpoint->server == like->connection->endpoint->server;
}

void trouble_init(nfs4_troubles *troubles, nfs4_store *store)
{
    memset(troubles, 0, sizeof *troubles);
    troubles->store = store;
    troubles->by_what = wmem_map_new(store->scope, what_hash, what_equal);
    asker_init(troubles);
    callbacks_init(troubles);
    loop_init(troubles);
}

nfs4_trouble *trouble_get(nfs4_troubles *troubles, nfs4_asker *asker, const nfs4_trouble *like)
{
    nfs4_trouble key = *like;
    key.asker = asker;
    nfs4_trouble *trouble = (nfs4_trouble *)wmem_map_lookup(troubles->by_what, &key);
    if (trouble != NULL)
        return trouble;
    trouble = store_new(troubles->store, nfs4_trouble);
    *trouble = key;
    trouble->number = ++troubles->count;
    wmem_map_insert(troubles->by_what, trouble, trouble);
    *(troubles->last != NULL ? &troubles->last->next : &troubles->first) = trouble;
    troubles->last = trouble;
    return trouble;
}

const nfs4_owner *trouble_owner(const nfs4_trouble *trouble)
{
    const nfs4_owner *owner = owner_now(trouble->owner);
    if (owner != NULL)
        return owner;
    if (trouble->lease != NULL && trouble->lease->owner != NULL)
        return trouble->lease->owner;
    return trouble->connection->owner;
}

const nfs4_owner *trouble_duplicate(const nfs4_trouble *trouble)
{
    const nfs4_owner *owner = trouble_owner(trouble);
    bool may_be = owner != NULL && verdict_accuses(owner->verdict);
    return may_be && kinds_by_duplicate(trouble->kind) ? owner : NULL;
}

nstime_t trouble_span(const nfs4_trouble *trouble)
{
    nstime_t span;
    nstime_delta(&span, &trouble->last, &trouble->first);
    if (span.secs < 0 || span.nsecs < 0) /* the capture's clock was set back */
        nstime_set_zero(&span);
    return span;
}
