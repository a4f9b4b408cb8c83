/* losses_words.h - what lost leases cost, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_LOSSES_WORDS_H
#define NFS4SESS_LOSSES_WORDS_H

#include "losses.h"

/* "4 locks lost; outage 1.099 s in all, 0.113 s at the longest; 26 requests refused". An empty
 * string where there is nothing to tell. */
char *losses_words(wmem_allocator_t *scope, const losses *sum);

/* " on 'mailbox' and 'index'": the files with locks that were lost, as far as their names are
 * known. An empty string where none is. */
char *losses_files(wmem_allocator_t *scope, const losses *sum);

/* "outage 1.077 s (9 interruptions, of which 1 could be timed)"; "outage not measurable: ..." */
char *losses_outage(wmem_allocator_t *scope, const losses *sum);

#endif
