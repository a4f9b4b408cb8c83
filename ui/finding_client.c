/* finding_client.c - one client that has several addresses, or several owners
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "finding_client.h"

#include "show/wording_frame.h"

#define SERVERS_TOLD 4 /* addresses */

static bool is_before(const nfs4_mark *first, const nfs4_mark *mark)
{
    for (; first != mark; first = first->next)
        if (first->presented_at == mark->presented_at)
            return true;
    return false;
}

/* "server 10.0.0.1", "one server (10.0.0.1, 10.0.1.1)" */
static char *servers_of(wmem_allocator_t *scope, const finding *found)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    const nfs4_mark *first = found->owner->first_instance->addresses;
    uint32_t count = 0;
    for (const nfs4_mark *mark = first; mark != NULL; mark = mark->next)
        if (mark->presented_at != NULL && !is_before(first, mark) && count++ < SERVERS_TOLD)
            wmem_strbuf_append_printf(text, "%s%s", count > 1 ? ", " : "",
                                      wording_address(scope, &mark->presented_at->addr));
    if (count < 2)
        return wmem_strdup_printf(scope, "server %s", found->server);
    return wmem_strdup_printf(scope, "one server (%s)", wmem_strbuf_get_str(text));
}

/* Addresses that were seen at work alone. */
static void find_users(finding *found, wmem_allocator_t *scope)
{
    const nfs4_instance *instance = found->owner->first_instance;
    const address *holder = wording_presenter(instance);
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (mark->presented_at == NULL)
            wmem_strbuf_append_printf(text, "%s%s", wmem_strbuf_get_len(text) > 0 ? ", " : "",
                                      wording_address(scope, &mark->addr));
    if (holder == NULL || wmem_strbuf_get_len(text) == 0)
        return;
    found->users = wmem_strbuf_get_str(text);
    found->holder = wording_address(scope, holder);
}

void finding_find_client(finding *found, wmem_allocator_t *scope)
{
    const nfs4_instance *instance = found->owner->first_instance;
    found->owners = wording_quoted_owner(scope, found->owner);
    found->servers = servers_of(scope, found);
    find_users(found, scope);
    found->line_count = wording_presented(scope, instance, 0, found->lines);
    if (found->line_count < 2) /* the others were seen at work alone */
        found->line_count = wording_confirms(scope, instance, found->lines);
}

bool finding_is_same_client(const finding *found, const nfs4_owner *other)
{
    const nfs4_owner *owner = found->owner;
    return found->owners != NULL && owner->form.kind == OWNER_FORM_LINUX &&
           other->form.kind == OWNER_FORM_LINUX && owner->server == other->server &&
           other->instance_count == 1 && owner->minorversion != other->minorversion &&
           owner->first_instance->key == other->first_instance->key &&
           nfs4_bytes_equal(owner->form.host, other->form.host) &&
           nfs4_bytes_equal(owner->form.uniquifier, other->form.uniquifier);
}

void finding_add_owner(finding *found, wmem_allocator_t *scope, const nfs4_owner *other)
{
    found->owners =
        wmem_strdup_printf(scope, "%s and %s", found->owners, wording_quoted_owner(scope, other));
    found->also_numbers = wmem_strdup_printf(
        scope, "%s, %u", found->also_numbers != NULL ? found->also_numbers : "", other->number);
    found->line_count =
        wording_presented(scope, other->first_instance, found->line_count, found->lines);
}
