/* lost_files.c - on which files the locks were that a client lost
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "lost_files.h"

#include "cost.h"
#include "know/file_names.h"

static nfs4_lost_file *find(const nfs4_chain *chain, uint64_t handle)
{
    nfs4_lost_file *file = chain->lost_files;
    while (file != NULL && file->handle != handle)
        file = file->next;
    return file;
}

void lost_files_add(nfs4_chain *chain, nfs4_store *store, uint64_t handle, uint32_t locks)
{
    nfs4_lost_file *file = handle != 0 && locks > 0 ? find(chain, handle) : NULL;
    if (file != NULL) {
        file->locks += locks;
    } else if (handle != 0 && locks > 0 && chain->lost_files_kept < NFS4_LOST_FILES) {
        file = store_new(store, nfs4_lost_file);
        *file = (nfs4_lost_file){handle, locks, chain->lost_files};
        chain->lost_files = file;
        chain->lost_files_kept++;
    }
}

void lost_files_regain(nfs4_chain *chain, uint64_t handle)
{
    nfs4_lost_file *file = find(chain, handle);
    if (file != NULL && file->locks > 0)
        file->locks--;
}

void lost_files_carry(nfs4_chain *chain, nfs4_chain *next)
{
    next->lost_files = chain->lost_files;
    next->lost_files_kept = chain->lost_files_kept;
    chain->lost_files = NULL;
    chain->lost_files_kept = 0;
}

static bool is_told(const nfs4_bytes *names, uint32_t count, nfs4_bytes name)
{
    for (uint32_t i = 0; i < count; i++)
        if (nfs4_bytes_equal(names[i], name))
            return true;
    return false;
}

uint32_t lost_files_names(const nfs4_chain *chain, nfs4_bytes *names, uint32_t room)
{
    uint32_t lost, count = 0;
    if (!cost_lost_locks(chain, &lost) || lost == 0)
        return 0;
    for (const nfs4_lost_file *file = chain->lost_files; file != NULL; file = file->next) {
        nfs4_bytes name = file_names_find(chain->lease->server, file->handle);
        if (file->locks > 0 && name.len > 0 && count < room && !is_told(names, count, name))
            names[count++] = name;
    }
    return count;
}
