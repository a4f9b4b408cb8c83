/* words_trouble.h - the words of trouble that is no loop of refusals
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_WORDS_TROUBLE_H
#define NFS4SESS_WORDS_TROUBLE_H

#include "model/model.h"

typedef struct {
    char *(*what)(wmem_allocator_t *scope, const nfs4_trouble *trouble);
    char *(*why)(wmem_allocator_t *scope, const nfs4_trouble *trouble);
    const char *(*advice)(const nfs4_trouble *trouble);
    const char *why_always, *advice_always; /* where there is no function */
} trouble_words;

/* NULL for a loop of refusals. */
const trouble_words *words_of_trouble(nfs4_trouble_kind kind);

/* "SEQ4_STATUS_CB_PATH_DOWN". Static. */
const char *words_flag(uint32_t bit);

#endif
