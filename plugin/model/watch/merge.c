/* merge.c - two servers of the model turn out to be one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "merge.h"

#include "judge/cases.h"
#include "judge/judge.h"
#include "keys.h"
#include "know/counters.h"
#include "know/lease.h"
#include "know/note.h"

typedef struct {
    nfs4_model *model;
    nfs4_server *into, *from;
    nfs4_owner *kept, *gone; /* an owner that both have; NULL for none */
} merging;

/* ---- instances ------------------------------------------------------------ */

static gint compare_sight(gconstpointer a, gconstpointer b)
{
    const nfs4_lease *left = *(const nfs4_lease *const *)a, *right = *(const nfs4_lease *const *)b;
    return left->first_frame < right->first_frame ? -1 : left->first_frame > right->first_frame;
}

static void collect(GPtrArray *leases, nfs4_lease *first)
{
    for (nfs4_lease *lease = first; lease != NULL; lease = lease->links.next)
        g_ptr_array_add(leases, lease);
}

/* The leases of both, by first sight. */
static void join_leases(nfs4_instance *kept, nfs4_instance *gone)
{
    GPtrArray *leases = g_ptr_array_new();
    collect(leases, kept->first_lease);
    collect(leases, gone->first_lease);
    g_ptr_array_sort(leases, compare_sight);
    kept->first_lease = kept->last_lease = NULL;
    for (guint i = 0; i < leases->len; i++) {
        nfs4_lease *lease = (nfs4_lease *)g_ptr_array_index(leases, i);
        lease->instance = kept;
        lease->links.next = NULL;
        *(kept->last_lease != NULL ? &kept->last_lease->links.next : &kept->first_lease) = lease;
        kept->last_lease = lease;
    }
    g_ptr_array_free(leases, TRUE);
}

static void join_marks(nfs4_owners *owners, nfs4_instance *kept, const nfs4_instance *gone)
{
    for (const nfs4_mark *mark = gone->addresses; mark != NULL; mark = mark->next) {
        owner_add_address(owners, kept, &mark->addr, &mark->link);
        owner_note_presented(kept, &mark->addr, &mark->presented, mark->presented_at);
        owner_note_used(kept, &mark->addr, &mark->used);
    }
    for (const nfs4_mark *mark = gone->names; mark != NULL; mark = mark->next)
        owner_add_name(owners, kept, mark->name);
    kept->more_addresses |= gone->more_addresses;
    kept->is_protected |= gone->is_protected;
}

static void join_instances(merging *work, nfs4_instance *kept, nfs4_instance *gone)
{
    join_leases(kept, gone);
    join_marks(&work->model->owners, kept, gone);
    owner_add_software(&work->model->owners, kept, gone->domain, gone->implementation);
    if (kept->current == NULL ||
        (gone->current != NULL && gone->current->use.ordinal > kept->current->use.ordinal))
        kept->current = gone->current;
    if (kept->rejections.count == 0)
        kept->rejections = gone->rejections;
    if (nstime_cmp(&gone->spoke, &kept->spoke) > 0)
        kept->spoke = gone->spoke;
    if (kept->chain == NULL)
        kept->chain = gone->chain;
    kept->session_count += gone->session_count;
    if (gone->first_frame < kept->first_frame)
        kept->first_time = gone->first_time;
    kept->first_frame = MIN(kept->first_frame, gone->first_frame);
    kept->last_frame = MAX(kept->last_frame, gone->last_frame);
}

/* ---- who still points at what is gone -------------------------------------- */

static nfs4_instance *instance_now(const nfs4_instance *instance)
{
    return instance != NULL && instance->merged_into != NULL ? instance->merged_into
                                                             : (nfs4_instance *)instance;
}

static void forward_connection(gpointer key, gpointer value, gpointer unused)
{
    nfs4_connection *connection = (nfs4_connection *)value;
    (void)key;
    (void)unused;
    connection->owner = owner_now(connection->owner);
    connection->instance = instance_now(connection->instance);
}

static void forward_note(nfs4_note *note, void *unused)
{
    (void)unused;
    note->owner = owner_now(note->owner);
    note->instance = instance_now(note->instance);
    note->other = instance_now(note->other);
}

/* Once for all owners of both servers: the work does not multiply. */
static void forward_all(nfs4_model *model)
{
    wmem_map_foreach(model->connections.by_id, forward_connection, NULL);
    note_each(model, forward_note, NULL);
    for (nfs4_hint *hint = model->hints.first; hint != NULL; hint = hint->next) {
        hint->owner = owner_now(hint->owner);
        hint->other = owner_now(hint->other);
    }
}

/* ---- owners --------------------------------------------------------------- */

/* The owner has no case any more, and its leases none either. */
static void forget_cases(nfs4_owner *owner)
{
    for (nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        for (nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
            cases_forget(lease);
}

static void set_owner(nfs4_instance *instance, nfs4_owner *owner)
{
    instance->owner = owner;
    for (nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
        lease->owner = owner;
}

static void add_instance(nfs4_owner *owner, nfs4_instance *instance)
{
    instance->next = NULL;
    instance->number = ++owner->instance_count;
    *(owner->last_instance != NULL ? &owner->last_instance->next : &owner->first_instance) =
        instance;
    owner->last_instance = instance;
    if (instance->has_verifier)
        wmem_map_insert(owner->by_verifier, &instance->key, instance);
}

static void move_instances(merging *work)
{
    nfs4_instance *next = work->gone->first_instance;
    while (next != NULL) {
        nfs4_instance *instance = next;
        next = instance->next;
        if (instance->has_verifier)
            instance->merged_into =
                (nfs4_instance *)wmem_map_lookup(work->kept->by_verifier, &instance->key);
        set_owner(instance, work->kept);
        if (instance->merged_into != NULL)
            join_instances(work, instance->merged_into, instance);
        else
            add_instance(work->kept, instance);
    }
    work->gone->first_instance = work->gone->last_instance = NULL;
}

static void move_place(gpointer data, gpointer user)
{
    nfs4_lease *lease = (nfs4_lease *)data;
    lease->links.position = g_sequence_insert_sorted((GSequence *)user, lease, lease_compare, NULL);
}

static void move_losses(nfs4_owner *kept, nfs4_owner *gone)
{
    nfs4_lease **tail = &gone->first_loss;
    while (*tail != NULL)
        tail = &(*tail)->loss.next;
    *tail = kept->first_loss;
    kept->first_loss = gone->first_loss;
    gone->first_loss = NULL;
}

static void add_up(nfs4_owner *kept, const nfs4_owner *gone)
{
    kept->takeovers += gone->takeovers;
    kept->invalidations += gone->invalidations;
    kept->first_frame = MIN(kept->first_frame, gone->first_frame);
    kept->has_unanswered |= gone->has_unanswered;
    kept->is_unsettled = true;
    if (kept->last_issued == NULL ||
        (gone->last_issued != NULL &&
         gone->last_issued->issued.call > kept->last_issued->issued.call)) {
        kept->last_issued = gone->last_issued;
        kept->challenger = gone->challenger;
    }
}

static void join_owners(merging *work)
{
    forget_cases(work->kept);
    forget_cases(work->gone);
    move_instances(work);
    g_sequence_foreach(work->gone->order, move_place, work->kept->order);
    move_losses(work->kept, work->gone);
    add_up(work->kept, work->gone);
    work->gone->merged_into = work->kept;
    wmem_map_insert(work->model->hints.owners, &work->kept->key, work->kept);
    owner_remove(&work->model->owners, work->gone);
}

static void move_owner(gpointer key, gpointer value, gpointer user)
{
    merging *work = (merging *)user;
    nfs4_owner *owner = (nfs4_owner *)value;
    (void)key;
    work->kept = owner_find(work->into, owner->bytes);
    work->gone = owner;
    if (work->kept != NULL) {
        join_owners(work);
        return;
    }
    owner->server = work->into;
    wmem_map_insert(work->into->owners, &owner->key, owner);
}

/* ---- leases and sessions --------------------------------------------------- */

static void adopt_lease(const merging *work, nfs4_lease *lease)
{
    for (; lease != NULL && lease->server == work->from; lease = lease->links.older)
        lease->server = work->into;
}

static void move_lease(gpointer key, gpointer value, gpointer user)
{
    const merging *work = (const merging *)user;
    nfs4_lease *lease = (nfs4_lease *)value;
    nfs4_lease *known = (nfs4_lease *)wmem_map_lookup(work->into->leases, key);
    adopt_lease(work, lease);
    if (known == NULL) {
        wmem_map_insert(work->into->leases, &lease->clientid, lease);
        return;
    }
    while (known->links.older != NULL)
        known = known->links.older;
    known->links.older = lease;
}

/* Also those that have no clientid. */
static void adopt_leases_of_owner(gpointer key, gpointer value, gpointer user)
{
    const nfs4_owner *owner = (const nfs4_owner *)value;
    (void)key;
    for (nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        for (nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
            adopt_lease((const merging *)user, lease);
}

static void move_session(gpointer key, gpointer value, gpointer user)
{
    const merging *work = (const merging *)user;
    nfs4_session *session = (nfs4_session *)value;
    adopt_lease(work, session->lease);
    if (wmem_map_lookup(work->into->sessions, key) == NULL)
        wmem_map_insert(work->into->sessions, session->sessionid, session);
}

static void adopt_lease_of_connection(gpointer key, gpointer value, gpointer user)
{
    (void)key;
    adopt_lease((const merging *)user, ((nfs4_connection *)value)->lease);
}

static void move_entry(gpointer key, gpointer value, gpointer user)
{
    wmem_map_t *into = (wmem_map_t *)user;
    if (wmem_map_lookup(into, key) == NULL)
        wmem_map_insert(into, key, value);
}

static void move_leases(merging *work)
{
    wmem_map_foreach(work->from->leases, move_lease, work);
    wmem_map_foreach(work->from->owners, adopt_leases_of_owner, work);
    wmem_map_foreach(work->from->sessions, move_session, work);
    wmem_map_foreach(work->model->connections.by_id, adopt_lease_of_connection, work);
    wmem_map_foreach(work->from->states, move_entry, work->into->states);
    wmem_map_foreach(work->from->file_names, move_entry, work->into->file_names);
    wmem_map_foreach(work->from->lease_times, move_entry, work->into->lease_times);
}

/* ---- the whole ------------------------------------------------------------ */

#define PER_MESSAGE 8 /* entries that merges may go through, for each message of the capture */

/* Each merge goes through all that there is: a server has a few addresses, not a thousand. */
static bool is_affordable(nfs4_model *model, const nfs4_server *into, const nfs4_server *from)
{
    uint64_t cost = wmem_map_size(model->connections.by_id) + model->note_count +
                    wmem_map_size(into->leases) + wmem_map_size(from->leases);
    if (model->merge_work + cost > PER_MESSAGE * model->compounds)
        return false;
    model->merge_work += cost;
    return true;
}

void merge_servers(nfs4_model *model, nfs4_server *into, nfs4_server *from)
{
    merging work = {.model = model, .into = into, .from = from};
    if (!is_affordable(model, into, from))
        return;
    counters_share(into, from);
    move_leases(&work);
    wmem_map_foreach(from->owners, move_owner, &work);
    forward_all(model);
    into->losses += from->losses;
    into->alternates |= from->alternates;
    into->jumped_back_in = MAX(into->jumped_back_in, from->jumped_back_in);
    if (nstime_cmp(&from->heard, &into->heard) > 0)
        into->heard = from->heard;
    server_give_way(&model->servers, from, into);
    judge_layout_known(into);
    judge_all_again(into);
}
