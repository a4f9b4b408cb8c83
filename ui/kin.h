/* kin.h - owners that differ in nothing but the minor version
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Linux puts the minor version into its owner: two hosts with the same name that mount one server
 * with 4.1 and with 4.2 do not collide, until one of them changes its mount options.
 */
#ifndef NFS4SESS_KIN_H
#define NFS4SESS_KIN_H

#include "model/model.h"

/* `later` was presented to the same server by hosts that have neither an address nor a
 * verifier in common with those of `earlier`. */
typedef struct {
    const nfs4_owner *earlier, *later;
} kin_pair;

/* kin_pair, by the number of `later`; free it with g_array_free(). */
GArray *kin_of(const nfs4_model *model);

char *kin_words(wmem_allocator_t *scope, const kin_pair *pair);

#endif
