/* proof_frames.c - the frames that the report and the table of chains name, to step through
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "proof_frames.h"

#include "finding.h"
#include "incident_proof.h"
#include "prose.h"
#include "prose_sum.h"

#include "model/judge/causes.h"

static void add_frame(GArray *frames, uint32_t frame, const nfs4_owner *owner)
{
    proof_frame proof = {.frame = frame, .owner = owner != NULL ? owner->number : 0};
    bool again =
        frames->len > 0 && g_array_index(frames, proof_frame, frames->len - 1).frame == frame;
    if (frame != 0 && !again)
        g_array_append_val(frames, proof);
}

static void add_owners(GArray *frames, const nfs4_model *model, const GPtrArray *owners)
{
    for (guint i = 0; i < MIN(owners->len, PROSE_FINDINGS_TOLD); i++) {
        wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
        const nfs4_owner *owner = (const nfs4_owner *)g_ptr_array_index(owners, i);
        finding found = finding_of(scope, model, owner);
        for (uint32_t line = 0; line < found.line_count; line++)
            add_frame(frames, found.lines[line].frame, owner);
        wmem_destroy_allocator(scope);
    }
}

static void add_chain(GArray *frames, const nfs4_chain *chain)
{
    const nfs4_lease *culprit = cause_culprit(chain);
    if (culprit != NULL)
        add_frame(frames, culprit->confirm.reply, chain->lease->owner);
    if (wmem_array_get_count(chain->steps) > 0)
        add_frame(frames, ((const nfs4_step *)wmem_array_index(chain->steps, 0))->frame,
                  chain->lease->owner);
}

/* What shows that a server restarted, that another one answers, or that a client was silent. */
static void add_lines(GArray *frames, const nfs4_model *model, const incident *told)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    const nfs4_chain *first = (const nfs4_chain *)g_ptr_array_index(told->chains, 0);
    wording_line lines[WORDING_LINES_MAX];
    uint32_t count = incident_proof_lines(scope, model, told, lines);
    for (uint32_t line = 0; line < count; line++)
        add_frame(frames, lines[line].frame, first->lease->owner);
    wmem_destroy_allocator(scope);
}

static void add_incidents(GArray *frames, const nfs4_model *model)
{
    guint more;
    GPtrArray *incidents = incidents_of(model, NULL, NULL, PROSE_FINDINGS_TOLD, &more);
    for (guint i = 0; i < incidents->len; i++) {
        const incident *told = (const incident *)g_ptr_array_index(incidents, i);
        add_lines(frames, model, told);
        for (guint chain = 0; chain < told->chains->len; chain++)
            add_chain(frames, (const nfs4_chain *)g_ptr_array_index(told->chains, chain));
    }
    g_ptr_array_free(incidents, TRUE);
}

GArray *proof_frames_of_report(const nfs4_model *model)
{
    GArray *frames = g_array_new(FALSE, FALSE, sizeof(proof_frame));
    if (model == NULL)
        return frames;
    prose_sum sum = prose_sum_up(model, NULL, NULL);
    add_owners(frames, model, sum.accused);
    add_owners(frames, model, sum.undecided);
    add_incidents(frames, model);
    add_owners(frames, model, sum.innocent);
    prose_sum_free(&sum);
    return frames;
}

GArray *proof_frames_of_chains(const nfs4_model *model)
{
    GArray *frames = g_array_new(FALSE, FALSE, sizeof(proof_frame));
    const nfs4_chain *chain = model != NULL ? model->chains.first : NULL;
    for (; chain != NULL; chain = chain->next)
        add_chain(frames, chain);
    return frames;
}
