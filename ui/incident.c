/* incident.c - lost leases of one event: what one cause did to the clients of one server
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "incident.h"

#include "losses.h"

#include "model/keys.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"

static bool is_of_server(nfs4_cause cause)
{
    return cause == CAUSE_SERVER_RESTART || cause == CAUSE_FAILOVER;
}

/* By the clientid that the client was given after that. */
static bool start_of(const nfs4_chain *chain, uint32_t *epoch)
{
    uint32_t counter;
    *epoch = 0;
    return chain->renewed != NULL && chain->renewed != chain->lease &&
           server_clientid_parts(chain->renewed->server, chain->renewed->clientid, epoch, &counter);
}

/* What chains of one incident have in common. */
static char *key_of(const nfs4_chain *chain, nfs4_cause cause)
{
    const nfs4_lease *lease = chain->lease;
    uint32_t epoch;
    if (!is_of_server(cause))
        return g_strdup_printf("%d %u %u", cause, lease->server->number,
                               lease->owner != NULL ? lease->owner->number : 0);
    if (cause == CAUSE_FAILOVER && lease->server->alternates)
        return g_strdup_printf("%d %u", cause, lease->server->number); /* to and fro */
    start_of(chain, &epoch);
    return g_strdup_printf("%d %u %u %u", cause, lease->server->number, epoch,
                           chain->renewed != NULL ? chain->renewed->identity : 0);
}

static incident *incident_new(const nfs4_chain *chain, nfs4_cause cause, nfs4_verdict grade)
{
    incident *made = g_new0(incident, 1);
    uint32_t epoch;
    made->cause = cause;
    made->grade = grade;
    made->chains = g_ptr_array_new();
    made->has_start = is_of_server(cause) && start_of(chain, &epoch);
    if (made->has_start)
        made->start = (nstime_t){epoch, 0};
    if (cause == CAUSE_FAILOVER)
        made->turns = chain->lease->server->starts.turns;
    return made;
}

static void incident_free(gpointer data)
{
    g_ptr_array_free(((incident *)data)->chains, TRUE);
    g_free(data);
}

/* A restart of the client is told where its owner is. */
static bool is_told_elsewhere(const nfs4_chain *chain, nfs4_cause cause)
{
    const nfs4_owner *owner = chain->lease->owner;
    return cause == CAUSE_DUPLICATE_OWNER ||
           (cause == CAUSE_CLIENT_RESTART && owner != NULL && owner->verdict == VERDICT_RESTARTED);
}

static void take(GPtrArray *incidents, GHashTable *by_key, const nfs4_chain *chain)
{
    nfs4_verdict grade;
    nfs4_cause cause = cause_of_chain(chain, &grade);
    const nfs4_owner *owner = chain->lease->owner;
    if (is_told_elsewhere(chain, cause))
        return;
    char *key = key_of(chain, cause);
    incident *found = (incident *)g_hash_table_lookup(by_key, key);
    if (found == NULL) {
        found = incident_new(chain, cause, grade);
        g_ptr_array_add(incidents, found);
        g_hash_table_insert(by_key, g_strdup(key), found);
    }
    g_ptr_array_add(found->chains, (gpointer)chain);
    found->beside_duplicate |= owner != NULL && verdict_accuses(owner->verdict);
    g_free(key);
}

static losses losses_of(const incident *of)
{
    losses sum = {0};
    for (guint i = 0; i < of->chains->len; i++)
        losses_add(&sum, (const nfs4_chain *)g_ptr_array_index(of->chains, i));
    return sum;
}

static gint in_order(gconstpointer a, gconstpointer b)
{
    const incident *left = *(incident *const *)a, *right = *(incident *const *)b;
    const nfs4_chain *first = (const nfs4_chain *)g_ptr_array_index(left->chains, 0);
    const nfs4_chain *second = (const nfs4_chain *)g_ptr_array_index(right->chains, 0);
    return first->number < second->number ? -1 : first->number > second->number;
}

static gint worst_first(gconstpointer a, gconstpointer b)
{
    const incident *left = *(incident *const *)a, *right = *(incident *const *)b;
    losses of_left = losses_of(left), of_right = losses_of(right);
    uint32_t lost_left = of_left.opens + of_left.locks,
             lost_right = of_right.opens + of_right.locks;
    if (lost_left != lost_right)
        return lost_left > lost_right ? -1 : 1;
    if (left->chains->len != right->chains->len)
        return left->chains->len > right->chains->len ? -1 : 1;
    int longer = nstime_cmp(&of_left.outage, &of_right.outage);
    return longer != 0 ? -longer : in_order(a, b);
}

static void keep_worst(GPtrArray *incidents, guint limit, guint *more)
{
    g_ptr_array_sort(incidents, worst_first);
    *more = incidents->len - MIN(incidents->len, limit);
    g_ptr_array_set_size(incidents, (gint)(incidents->len - *more));
    g_ptr_array_sort(incidents, in_order);
}

GPtrArray *incidents_of(const nfs4_model *model, report_chooser chooses, void *data, guint limit,
                        guint *more)
{
    GPtrArray *incidents = g_ptr_array_new_with_free_func(incident_free);
    GHashTable *by_key = g_hash_table_new_full(key_string_hash, g_str_equal, g_free, NULL);
    for (const nfs4_chain *chain = model->chains.first; chain != NULL; chain = chain->next) {
        const nfs4_owner *owner = chain->lease->owner;
        if (chooses == NULL || (owner != NULL && chooses(owner, data)))
            take(incidents, by_key, chain);
    }
    g_hash_table_destroy(by_key);
    keep_worst(incidents, limit, more);
    return incidents;
}
