/* kin.c - owners that differ in nothing but the minor version
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "kin.h"

#include "finding.h"

#include "model/keys.h"

#define HOSTS_NAMED 4
#define INSTANCES_COMPARED 16

static bool shares_address(const nfs4_instance *a, const nfs4_instance *b)
{
    for (const nfs4_mark *left = a->addresses; left != NULL; left = left->next)
        for (const nfs4_mark *right = b->addresses; right != NULL; right = right->next)
            if (addresses_equal(&left->addr, &right->addr))
                return true;
    return false;
}

/* A host has one verifier for all minor versions. */
static bool shares_host(const nfs4_owner *a, const nfs4_owner *b)
{
    for (const nfs4_instance *left = a->first_instance; left != NULL; left = left->next)
        for (const nfs4_instance *right = b->first_instance; right != NULL; right = right->next)
            if (left->key == right->key || shares_address(left, right))
                return true;
    return false;
}

static bool is_comparable(const nfs4_owner *owner)
{
    return owner->form.kind == OWNER_FORM_LINUX && !owner->is_cut && owner->form.host.len > 0 &&
           owner->instance_count <= INSTANCES_COMPARED;
}

static char *key_of(const nfs4_owner *owner)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    char *key = g_strdup_printf("%u %s/%s", owner->server->number,
                                wording_bytes(scope, owner->form.uniquifier),
                                wording_bytes(scope, owner->form.host));
    wmem_destroy_allocator(scope);
    return key;
}

GArray *kin_of(const nfs4_model *model)
{
    GArray *pairs = g_array_new(FALSE, FALSE, sizeof(kin_pair));
    GHashTable *first = g_hash_table_new_full(key_string_hash, g_str_equal, g_free, NULL);
    for (const nfs4_owner *owner = model->owners.first; owner != NULL; owner = owner->next) {
        if (!is_comparable(owner))
            continue;
        char *key = key_of(owner);
        kin_pair pair = {(const nfs4_owner *)g_hash_table_lookup(first, key), owner};
        if (pair.earlier == NULL)
            g_hash_table_insert(first, g_strdup(key), (gpointer)owner);
        else if (pair.earlier->minorversion != owner->minorversion &&
                 !shares_host(pair.earlier, owner))
            g_array_append_val(pairs, pair);
        g_free(key);
    }
    g_hash_table_destroy(first);
    return pairs;
}

char *kin_words(wmem_allocator_t *scope, const kin_pair *pair)
{
    return wmem_strdup_printf(
        scope,
        "%s (NFSv4.%u) and %s (NFSv4.%u) call themselves %s at server %s: they do not collide, but "
        "will once both mount with one minor version",
        wording_owner_hosts(scope, pair->earlier, HOSTS_NAMED), pair->earlier->minorversion,
        wording_owner_hosts(scope, pair->later, HOSTS_NAMED), pair->later->minorversion,
        finding_name(scope, pair->later), finding_server(scope, pair->later->server));
}
