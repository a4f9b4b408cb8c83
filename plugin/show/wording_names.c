/* wording_names.c - what tells the hosts of an owner apart where room is short
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "wording.h"

#define NAMED_APART 16 /* instances of one owner; more than that are told by number */

static bool shares_network(const address *a, const address *b)
{
    return a->type == AT_IPv4 && b->type == AT_IPv4 && memcmp(a->data, b->data, 3) == 0;
}

static bool has_address(const nfs4_instance *instance, const address *addr)
{
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (addresses_equal(&mark->addr, addr))
            return true;
    return false;
}

static bool is_shared(const nfs4_instance *instance, const address *addr)
{
    const nfs4_instance *other = instance->owner->first_instance;
    for (; other != NULL; other = other->next)
        if (other != instance && has_address(other, addr))
            return true;
    return false;
}

const address *wording_own_address(const nfs4_instance *instance)
{
    if (instance->owner->instance_count > NAMED_APART)
        return NULL;
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (!is_shared(instance, &mark->addr))
            return &mark->addr;
    return NULL;
}

wording_names wording_names_of(const nfs4_owner *owner)
{
    wording_names names = owner->instance_count > 1 ? NAMES_LAST_BYTE : NAMES_ADDRESS;
    const address *first = NULL;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next) {
        const address *own = wording_own_address(instance);
        if (own == NULL)
            return NAMES_INSTANCE;
        if (first == NULL)
            first = own;
        else if (!shares_network(first, own))
            names = NAMES_ADDRESS;
    }
    return names;
}

char *wording_name(wmem_allocator_t *scope, wording_names names, const nfs4_instance *instance)
{
    const address *own = names != NAMES_INSTANCE ? wording_own_address(instance) : NULL;
    if (own == NULL)
        return wmem_strdup_printf(scope, "instance %u", instance->number);
    const char *text = wording_address(scope, own);
    const char *dot = names == NAMES_LAST_BYTE ? strrchr(text, '.') : NULL;
    return wmem_strdup(scope, dot != NULL ? dot : text);
}
