/* trouble.c - clients that do not get on, for whatever cause
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "trouble.h"

#include "asker.h"
#include "kinds.h"
#include "loop.h"

#include "judge/verdict.h"

void trouble_init(nfs4_troubles *troubles, nfs4_store *store)
{
    memset(troubles, 0, sizeof *troubles);
    troubles->store = store;
    asker_init(troubles);
    loop_init(troubles);
}

static bool is_like(const nfs4_trouble *trouble, const nfs4_trouble *like)
{
    return trouble->kind == like->kind && trouble->operation == like->operation &&
           trouble->status == like->status && trouble->owner == like->owner &&
           (like->kind != TROUBLE_FLAG || trouble->detail.flag.bit == like->detail.flag.bit) &&
           trouble->connection->endpoint->server == like->connection->endpoint->server;
}

static nfs4_trouble *trouble_find(const nfs4_asker *asker, const nfs4_trouble *like)
{
    for (nfs4_trouble *trouble = asker->first; trouble != NULL; trouble = trouble->next_of_asker)
        if (is_like(trouble, like))
            return trouble;
    return NULL;
}

nfs4_trouble *trouble_get(nfs4_troubles *troubles, nfs4_asker *asker, const nfs4_trouble *like)
{
    nfs4_trouble *trouble = trouble_find(asker, like);
    if (trouble != NULL)
        return trouble;
    trouble = store_new(troubles->store, nfs4_trouble);
    *trouble = *like;
    trouble->number = ++troubles->count;
    trouble->asker = asker;
    *(troubles->last != NULL ? &troubles->last->next : &troubles->first) = trouble;
    troubles->last = trouble;
    *(asker->last != NULL ? &asker->last->next_of_asker : &asker->first) = trouble;
    asker->last = trouble;
    return trouble;
}

const nfs4_owner *trouble_owner(const nfs4_trouble *trouble)
{
    if (trouble->owner != NULL)
        return trouble->owner;
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
