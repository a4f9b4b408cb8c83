/* owner.c - client owners at a server and their instances
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "owner.h"

#include "know/verifier.h"

#include "keys.h"

void owner_init(nfs4_owners *owners, nfs4_store *store)
{
    memset(owners, 0, sizeof *owners);
    owners->store = store;
    owners->by_bytes = wmem_map_new(store->scope, key_bytes_hash, key_bytes_equal);
}

void owner_cleanup(nfs4_owners *owners)
{
    for (nfs4_owner *owner = owners->first; owner != NULL; owner = owner->next)
        g_sequence_free(owner->order);
}

nfs4_owner *owner_find(const nfs4_server *server, nfs4_bytes bytes)
{
    nfs4_bytes_key key = key_of_bytes(bytes);
    return (nfs4_owner *)wmem_map_lookup(server->owners, &key);
}

static nfs4_owner *owner_new(nfs4_owners *owners, nfs4_server *server, uint32_t frame)
{
    nfs4_owner *owner = store_new(owners->store, nfs4_owner);
    owner->number = ++owners->count;
    owner->server = server;
    owner->first_frame = frame;
    owner->by_verifier = wmem_map_new(owners->store->scope, key_u64_hash, key_u64_equal);
    owner->order = g_sequence_new(NULL);
    store_count(owners->store, 2 * STORE_MAP);
    owner->previous = owners->last;
    *(owners->last != NULL ? &owners->last->next : &owners->first) = owner;
    owners->last = owner;
    return owner;
}

nfs4_owner *owner_get(nfs4_owners *owners, nfs4_server *server, nfs4_bytes bytes,
                      uint32_t minorversion, uint32_t frame)
{
    nfs4_bytes_key key = key_of_bytes(bytes);
    nfs4_owner *owner = (nfs4_owner *)wmem_map_lookup(server->owners, &key);
    if (owner == NULL) {
        owner = owner_new(owners, server, frame);
        owner->key = (nfs4_bytes_key){nfs4_bytes_copy(owners->store, bytes), key.hash};
        owner->form = owner_form_parse(owner->bytes);
        owner->minorversion = minorversion;
        wmem_map_insert(server->owners, &owner->key, owner);
        owner->namesake = (nfs4_owner *)wmem_map_insert(owners->by_bytes, &owner->key, owner);
    }
    return owner;
}

nfs4_owner *owner_first_of(const nfs4_owners *owners, nfs4_bytes bytes)
{
    nfs4_bytes_key key = key_of_bytes(bytes);
    return (nfs4_owner *)wmem_map_lookup(owners->by_bytes, &key);
}

static void unlink_namesake(nfs4_owners *owners, nfs4_owner *owner)
{
    nfs4_owner *one = owner_first_of(owners, owner->bytes);
    if (one == owner) {
        wmem_map_remove(owners->by_bytes, &owner->key);
        if (owner->namesake != NULL)
            wmem_map_insert(owners->by_bytes, &owner->namesake->key, owner->namesake);
        return;
    }
    while (one->namesake != owner)
        one = one->namesake;
    one->namesake = owner->namesake;
}

void owner_remove(nfs4_owners *owners, nfs4_owner *owner)
{
    *(owner->previous != NULL ? &owner->previous->next : &owners->first) = owner->next;
    *(owner->next != NULL ? &owner->next->previous : &owners->last) = owner->previous;
    unlink_namesake(owners, owner);
    g_sequence_free(owner->order);
}

nfs4_owner *owner_now(const nfs4_owner *owner)
{
    while (owner != NULL && owner->merged_into != NULL)
        owner = owner->merged_into;
    return (nfs4_owner *)owner;
}

nfs4_owner *owner_new_cut(nfs4_owners *owners, nfs4_server *server, uint32_t frame)
{
    nfs4_owner *owner = owner_new(owners, server, frame);
    owner->is_cut = true;
    return owner;
}

nfs4_instance *owner_find_instance(const nfs4_owner *owner, uint64_t verifier)
{
    if (verifier_is_purge(owner->form.kind, verifier))
        return NULL;
    uint64_t key = verifier_instance_key(owner->form.kind, verifier);
    return (nfs4_instance *)wmem_map_lookup(owner->by_verifier, &key);
}

nfs4_instance *owner_add_nameless_instance(nfs4_owners *owners, nfs4_owner *owner, uint32_t frame)
{
    nfs4_instance *instance = store_new(owners->store, nfs4_instance);
    instance->number = ++owner->instance_count;
    instance->owner = owner;
    instance->first_frame = instance->last_frame = frame;
    *(owner->last_instance != NULL ? &owner->last_instance->next : &owner->first_instance) =
        instance;
    owner->last_instance = instance;
    owner->revision++;
    return instance;
}

nfs4_instance *owner_get_instance(nfs4_owners *owners, nfs4_owner *owner, uint64_t verifier,
                                  const nstime_t *now, uint32_t frame)
{
    nfs4_instance *instance = owner_find_instance(owner, verifier);
    if (instance != NULL || verifier_is_purge(owner->form.kind, verifier))
        return instance;
    instance = owner_add_nameless_instance(owners, owner, frame);
    instance->key = verifier_instance_key(owner->form.kind, verifier);
    instance->verifier = verifier;
    instance->has_verifier = true;
    instance->first_time = *now;
    instance->has_start = verifier_start(owner->form.kind, verifier, now, &instance->start);
    wmem_map_insert(owner->by_verifier, &instance->key, instance);
    return instance;
}

/* Appends to the list unless it is there. Returns false where the list is full. */
static bool add_mark(nfs4_owners *owners, nfs4_mark **list, const nfs4_mark *mark, bool *added)
{
    nfs4_mark **tail = list;
    uint32_t kept = 0;
    *added = false;
    for (; *tail != NULL; tail = &(*tail)->next, kept++)
        if (addresses_equal(&(*tail)->addr, &mark->addr) &&
            nfs4_bytes_equal((*tail)->name, mark->name))
            return true;
    if (kept >= NFS4_MARKS_KEPT)
        return false;
    *tail = store_new(owners->store, nfs4_mark);
    copy_address_wmem(owners->store->scope, &(*tail)->addr, &mark->addr);
    copy_address_wmem(owners->store->scope, &(*tail)->link, &mark->link);
    (*tail)->name = nfs4_bytes_copy(owners->store, mark->name);
    *added = true;
    return true;
}

void owner_add_address(nfs4_owners *owners, nfs4_instance *instance, const address *addr,
                       const address *link)
{
    nfs4_mark mark = {.addr = *addr, .link = *link};
    bool added;
    bool more = !add_mark(owners, &instance->addresses, &mark, &added);
    if (added || (more && !instance->more_addresses))
        instance->owner->revision++;
    instance->more_addresses |= more;
}

void owner_note_presented(nfs4_instance *instance, const address *addr,
                          const nfs4_moment *presented, const nfs4_endpoint_entry *at)
{
    for (nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (mark->presented_at == NULL && addresses_equal(&mark->addr, addr)) {
            mark->presented = *presented;
            mark->presented_at = at;
        }
}

void owner_note_used(nfs4_instance *instance, const address *addr, const nfs4_moment *used)
{
    for (nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (mark->used.call == 0 && addresses_equal(&mark->addr, addr))
            mark->used = *used;
}

void owner_add_name(nfs4_owners *owners, nfs4_instance *instance, nfs4_bytes name)
{
    nfs4_mark mark = {.addr = ADDRESS_INIT_NONE, .name = name};
    bool added;
    if (name.len > 0)
        add_mark(owners, &instance->names, &mark, &added);
}

bool owner_has_address(const nfs4_instance *instance, const address *addr)
{
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (addresses_equal(&mark->addr, addr))
            return true;
    return instance->more_addresses;
}

void owner_add_software(nfs4_owners *owners, nfs4_instance *instance, nfs4_bytes domain,
                        nfs4_bytes name)
{
    if (instance->implementation.len == 0)
        instance->implementation = nfs4_bytes_copy(owners->store, name);
    if (instance->domain.len == 0)
        instance->domain = nfs4_bytes_copy(owners->store, domain);
}

/* RFC 8881 section 3.3.10: nii_domain is the domain name of who made it. */
static const char *software_of_domain(nfs4_bytes domain)
{
    static const struct {
        const char *domain, *software;
    } makers[] = {{"kernel.org", "Linux"},
                  {"msnfs41client.org", OWNER_SOFTWARE_WINDOWS},
                  {"netapp.com", "NetApp"},
                  {"emc.com", "Dell EMC"}};
    for (size_t i = 0; i < G_N_ELEMENTS(makers); i++)
        if (domain.len == strlen(makers[i].domain) &&
            g_ascii_strncasecmp((const char *)domain.data, makers[i].domain, domain.len) == 0)
            return makers[i].software;
    return NULL;
}

const char *owner_software(const nfs4_owner *owner)
{
    const char *software = owner_form_software(owner->form.kind);
    const nfs4_instance *instance = owner->first_instance;
    for (; software == NULL && instance != NULL; instance = instance->next)
        software = software_of_domain(instance->domain);
    return software;
}
