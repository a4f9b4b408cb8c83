/* in_place.c - has libwireshark register an NFS dissector that was compiled anew, instead of its
 * own, without compiling the rest of the library: preloaded, it finds the table of the library's
 * dissectors, whose rows begin with a name, and puts its functions into the rows of NFS.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What NFS uses of the library and the library does not export: names of values, which appear in
 * no document, and RDMA, which is in no capture here. */
typedef struct {
    uint32_t value;
    const char *name;
} value_name; /* as Wireshark's value_string */
const value_name rpc_auth_flavor[] = {{0, NULL}};
const value_name rpc_authgss_svc[] = {{0, NULL}};
int rpcrdma_is_reduced(void);
void rpcrdma_insert_offset(int offset);

int rpcrdma_is_reduced(void)
{
    return 0;
}

void rpcrdma_insert_offset(int offset)
{
    (void)offset;
}

void proto_register_nfs(void);
void proto_reg_handoff_nfs(void);

typedef struct {
    const char *name;
    void (*function)(void);
} row; /* as Wireshark's dissector_reg_t */

static const row ours[] = {
    {"proto_register_nfs", proto_register_nfs},
    {"proto_reg_handoff_nfs", proto_reg_handoff_nfs},
};
enum { OURS = sizeof ours / sizeof *ours };

static bool is_readable(const struct dl_phdr_info *library, uintptr_t where)
{
    for (int i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_R) != 0 &&
            where - (library->dlpi_addr + part->p_vaddr) < part->p_filesz)
            return true;
    }
    return false;
}

/* Writes over what the loader has made read-only. */
static void put(row *where, void (*function)(void))
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t begin = (uintptr_t)where & ~(page - 1);
    if (mprotect((void *)begin, (uintptr_t)(where + 1) - begin, PROT_READ | PROT_WRITE) != 0)
        abort();
    where->function = function;
}

static int put_rows(const struct dl_phdr_info *library, const ElfW(Phdr) * part)
{
    uintptr_t begin = library->dlpi_addr + part->p_vaddr;
    int found = 0;
    for (uintptr_t at = begin; at + sizeof(row) <= begin + part->p_filesz; at += sizeof(void *)) {
        row *candidate = (row *)at;
        for (int i = 0; i < OURS; i++)
            if (is_readable(library, (uintptr_t)candidate->name) &&
                strcmp(candidate->name, ours[i].name) == 0) {
                put(candidate, ours[i].function);
                found++;
            }
    }
    return found;
}

static int look_at(struct dl_phdr_info *library, size_t size, void *data)
{
    int *found = data;
    (void)size;
    if (strstr(library->dlpi_name, "/libwireshark.so") != NULL)
        for (int i = 0; i < library->dlpi_phnum; i++)
            if (library->dlpi_phdr[i].p_type == PT_LOAD && library->dlpi_phdr[i].p_flags & PF_W)
                *found += put_rows(library, &library->dlpi_phdr[i]);
    return 0;
}

__attribute__((constructor)) static void put_in_place(void)
{
    int found = 0;
    dl_iterate_phdr(look_at, &found);
    if (found != 0 && found != OURS) /* 0 in a program without Wireshark's library */
        abort();
}
