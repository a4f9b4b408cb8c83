/* finding_hosts.c - who they are: names, addresses, servers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "finding_hosts.h"

#include "show/wording.h"
#include "wire/nfs_program.h"

#define HOSTS_NAMED 3
#define HOSTS_LISTED 64       /* in a row of their own */
#define HOSTS_LOOKED_AT 65536 /* instances */
#define NAME_SHOWN 48

static char *cut_short(wmem_allocator_t *scope, const char *text)
{
    return wmem_strdup_printf(scope, "%.*s%s", NAME_SHOWN, text,
                              strlen(text) > NAME_SHOWN ? "..." : "");
}

char *finding_name(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    if (owner->is_cut || owner->form.host.len == 0)
        return NULL;
    return cut_short(scope, wording_bytes(scope, owner->form.host));
}

char *finding_server(wmem_allocator_t *scope, const nfs4_server *server)
{
    const nfs4_endpoint_entry *endpoint = server->endpoints;
    if (endpoint == NULL)
        return wmem_strdup(scope, "?");
    return endpoint->port == NFS_PORT ? wording_address(scope, &endpoint->addr)
                                      : wording_endpoint(scope, endpoint);
}

typedef struct {
    GPtrArray *texts; /* in the order of the instances */
    GHashTable *set;  /* the same */
    bool more;        /* of instances that were not looked at */
} host_list;

static void add_address(wmem_allocator_t *scope, host_list *found, const address *addr)
{
    char *text = wording_address(scope, addr);
    if (g_hash_table_add(found->set, text))
        g_ptr_array_add(found->texts, text);
}

/* Each once: of each instance the one that tells it from the others, or all of them where
 * there is one instance. */
static host_list addresses_of(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    host_list found = {g_ptr_array_new(), g_hash_table_new(g_str_hash, g_str_equal),
                       owner->instance_count > HOSTS_LOOKED_AT};
    uint32_t looked_at = 0;
    for (const nfs4_instance *instance = owner->first_instance;
         instance != NULL && looked_at++ < HOSTS_LOOKED_AT; instance = instance->next) {
        const nfs4_mark *mark = instance->addresses;
        const address *own = owner->instance_count > 1 ? wording_own_address(instance) : NULL;
        if (own != NULL)
            add_address(scope, &found, own);
        else if (owner->instance_count > 1 && mark != NULL)
            add_address(scope, &found, &mark->addr);
        for (; owner->instance_count == 1 && mark != NULL; mark = mark->next)
            add_address(scope, &found, &mark->addr);
    }
    return found;
}

static void free_hosts(host_list *found)
{
    g_ptr_array_free(found->texts, TRUE);
    g_hash_table_destroy(found->set);
}

/* "10.0.0.11, 10.0.0.12 and 8 more" where they are more than `room`. */
static char *list_of(wmem_allocator_t *scope, const host_list *found, guint room)
{
    const GPtrArray *words = found->texts;
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    guint named = words->len <= room ? words->len : room - 1;
    for (guint i = 0; i < named; i++) {
        bool last = i + 1 == words->len;
        wmem_strbuf_append_printf(text, "%s%s",
                                  i == 0 ? ""
                                  : last ? " and "
                                         : ", ",
                                  (const char *)g_ptr_array_index(words, i));
    }
    if (words->len == named && found->more)
        wmem_strbuf_append(text, ", and perhaps more");
    if (words->len > named)
        wmem_strbuf_append_printf(text, " and %s%u more", found->more ? "at least " : "",
                                  words->len - named);
    return wmem_strbuf_finalize(text);
}

char *finding_hosts(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    host_list addresses = addresses_of(scope, owner);
    char *hosts = list_of(scope, &addresses, HOSTS_NAMED);
    free_hosts(&addresses);
    return hosts;
}

/* The machine name of their calls, where it is the same for all. */
static char *machine_of(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    const nfs4_mark *name = owner->first_instance != NULL ? owner->first_instance->names : NULL;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        if (instance->names == NULL || !nfs4_bytes_equal(instance->names->name, name->name))
            return NULL;
    return name != NULL ? cut_short(scope, wording_bytes(scope, name->name)) : NULL;
}

void finding_find_hosts(finding *found, wmem_allocator_t *scope)
{
    host_list addresses = addresses_of(scope, found->owner);
    found->addresses = addresses.texts->len;
    found->hosts = list_of(scope, &addresses, HOSTS_NAMED);
    if (addresses.texts->len > HOSTS_NAMED)
        found->all_hosts = list_of(scope, &addresses, HOSTS_LISTED);
    found->name = finding_name(scope, found->owner);
    if (found->name == NULL)
        found->machine = machine_of(scope, found->owner);
    found->server = finding_server(scope, found->owner->server);
    found->port = found->owner->server->endpoints != NULL
                      ? (uint16_t)found->owner->server->endpoints->port
                      : NFS_PORT;
    free_hosts(&addresses);
}
