/* named.h - the frames and filters that a text names, finding by finding
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A window's buttons lead to what its text says, and so the text is what they are made of. Holds
 * numbers and strings of its own, no pointer into the model.
 */
#ifndef NFS4SESS_NAMED_H
#define NFS4SESS_NAMED_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    GArray *frames; /* uint32_t, each once, ascending */
    char *filter;   /* NULL for none */
} named_finding;

/* Those of one text, in its order; the last one may name nothing. To be freed with
 * g_ptr_array_free. */
GPtrArray *named_new(void);

bool named_is_empty(const named_finding *finding);

/* What follows is another finding. `named` may be NULL here and below, where nobody asks. */
void named_begin(GPtrArray *named);

void named_frame(GPtrArray *named, uint32_t frame);

/* Each "frame 62" of a sentence. */
void named_sentence(GPtrArray *named, const char *sentence);

void named_filter(GPtrArray *named, const char *filter);

/* The frames of all findings have places from 0 on. Returns the finding of that place, and its
 * frame; NULL beyond the last one. */
const named_finding *named_at(const GPtrArray *named, guint place, uint32_t *frame);

/* true if the first `count` places are the same. */
bool named_begin_alike(const GPtrArray *a, const GPtrArray *b, guint count);

#endif
