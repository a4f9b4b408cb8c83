/* file_names.c - under which names a server's files were looked up or opened
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "file_names.h"

#include "keys.h"

#define NAMES_KEPT 65536 /* of a server: they grow with its files, not with its clients */

typedef struct {
    uint64_t handle;
    nfs4_bytes name;
} named_file;

static void rename_file(nfs4_store *store, named_file *file, nfs4_bytes name)
{
    if (nfs4_bytes_equal(file->name, name))
        return;
    if (file->name.len > 0)
        store_free(store, (void *)file->name.data, file->name.len);
    file->name = nfs4_bytes_copy(store, name);
}

void file_names_learn(nfs4_server *server, const nfs4_call *call, const nfs4_compound *reply)
{
    uint64_t handle = key_handle(reply->file);
    if (call->name.len == 0 || handle == 0)
        return;
    named_file *file = (named_file *)wmem_map_lookup(server->file_names, &handle);
    if (file == NULL) {
        if (wmem_map_size(server->file_names) >= NAMES_KEPT || store_is_full(server->store))
            return;
        file = store_new(server->store, named_file);
        file->handle = handle;
        wmem_map_insert(server->file_names, &file->handle, file);
    }
    rename_file(server->store, file, call->name);
}

nfs4_bytes file_names_find(const nfs4_server *server, uint64_t handle)
{
    const named_file *file = (const named_file *)wmem_map_lookup(server->file_names, &handle);
    return file != NULL ? file->name : (nfs4_bytes){0};
}
