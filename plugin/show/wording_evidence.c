/* wording_evidence.c - what is said of a piece of evidence, and its frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "words.h"

#include "model/judge/cases.h"
#include "model/know/lease.h"

/* A row for each rule, in the order of the rules (judge/rules.c). */
static const rule_words *const words[EVIDENCE_KINDS] = {
    [EVIDENCE_TAKEOVER_REFUSED] = &words_takeover_refused,
    [EVIDENCE_RECURRENCE] = &words_recurrence,
    [EVIDENCE_ALTERNATION] = &words_alternation,
    [EVIDENCE_CLOCK_OVERLAP] = &words_clock_overlap,
    [EVIDENCE_COUNTER_GAP] = &words_counter_gap,
    [EVIDENCE_REPEATED_LOSS] = &words_repeated_loss,
    [EVIDENCE_RACE] = &words_identification_race,
    [EVIDENCE_OUTLIVED] = &words_outlived,
    [EVIDENCE_CLID_INUSE] = &words_clid_inuse,
    [EVIDENCE_TURNS] = &words_lost_in_turns,
    [EVIDENCE_ADDRESS_TURNS] = &words_address_turns,
    [EVIDENCE_CLONE] = &words_cloned,
    [EVIDENCE_SHARED_SESSION] = &words_shared_session,
    [EVIDENCE_ELSEWHERE] = &words_confirmed_elsewhere,
    [EVIDENCE_RESTART] = &words_restart,
    [EVIDENCE_SAME_PROGRAM] = &words_same_program,
    [EVIDENCE_SELF_COLLISION] = &words_self_collision,
    [EVIDENCE_CHANGE] = &words_change,
};

char *wording_case(wmem_allocator_t *scope, nfs4_evidence_kind kind, const nfs4_lease *lease)
{
    return words[kind]->say(scope, lease);
}

nstime_t wording_case_time(nfs4_evidence_kind kind, const nfs4_lease *lease)
{
    const nfs4_rule *rule = rule_at(kind);
    return rule->time != NULL ? *rule->time(lease) : lease_after(lease)->confirm.when;
}

char *wording_evidence(wmem_allocator_t *scope, const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    const nfs4_case *one = cases_first_told(owner, kind);
    if (one == NULL)
        return NULL;
    char *first = wording_case(scope, kind, one->lease);
    uint32_t count = cases_count_told(owner, kind);
    return count == 1 ? first : wmem_strdup_printf(scope, "%s; %u times in all", first, count);
}

/* The frames of one case: who was there, who came, and what shows it. */
static void case_frames(const nfs4_rule *rule, const nfs4_lease *lease, uint32_t frames[3])
{
    if (rule->frames != NULL) {
        rule->frames(lease, frames);
        return;
    }
    frames[0] = lease->confirm.reply;
    frames[1] = lease_after(lease)->confirm.reply;
    frames[2] = lease->last_ok.reply;
}

static int compare_frames(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

uint32_t wording_evidence_frames(const nfs4_owner *owner, nfs4_evidence_kind kind,
                                 uint32_t frames[WORDING_FRAMES_MAX])
{
    const nfs4_case *one = cases_first_told(owner, kind);
    unsigned strength = cases_strength_told(owner, kind);
    uint32_t count = 0, kept = 0;
    for (; one != NULL && count < WORDING_FRAMES_MAX; one = cases_next(one)) {
        if (one->strength < strength)
            continue;
        case_frames(rule_at(kind), one->lease, frames + count);
        count += 3;
    }
    qsort(frames, count, sizeof *frames, compare_frames);
    for (uint32_t i = 0; i < count; i++)
        if (frames[i] != 0 && (kept == 0 || frames[kept - 1] != frames[i]))
            frames[kept++] = frames[i];
    return kept;
}

static int compare_lines(const void *a, const void *b)
{
    uint32_t left = ((const wording_line *)a)->frame, right = ((const wording_line *)b)->frame;
    return left < right ? -1 : left > right;
}

uint32_t wording_proof(wmem_allocator_t *scope, nfs4_evidence_kind kind, const nfs4_lease *lease,
                       wording_line lines[WORDING_LINES_MAX])
{
    proof told = {
        .scope = scope, .names = wording_names_of(lease->instance->owner), .lines = lines};
    words[kind]->prove(&told, lease);
    qsort(lines, told.count, sizeof *lines, compare_lines);
    return told.count;
}
