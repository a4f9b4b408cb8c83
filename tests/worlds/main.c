/* main.c - makes worlds, and compares what the model says with what happened
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   worlds KIND innocents|twins SEED COUNT    prints the seeds whose world is judged wrongly
 *   worlds KIND innocents|twins SEED          tells the world of that seed, and the judgement
 *   worlds --list                             names the kinds of servers
 *
 * Innocent: no owner that one client alone presents is suspected, or worse. Twins: where the
 * capture shows both identify themselves, and both refused because the other one had come,
 * their owner is not `single`. Exit status 0 if all is right, 1 if not.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/judge/verdict.h"

/* What was found in many worlds. */
typedef struct {
    unsigned worlds, wrong, asked;
    unsigned verdicts[VERDICT_PROVEN + 1]; /* of the worst innocent, or of the twins */
} tally;

static bool is_theirs(const nfs4_owner *owner, const client *twin)
{
    return twin->is_twin && owner->bytes.len == twin->owner.len &&
           memcmp(owner->bytes.data, twin->owner.data, twin->owner.len) == 0;
}

/* The worst verdict of the twins' owner, or of everybody else's. */
static nfs4_verdict worst(const world *around, bool of_twins)
{
    nfs4_verdict found = VERDICT_SINGLE;
    const nfs4_owner *owner = around->model->owners.first;
    for (; owner != NULL; owner = owner->next)
        if (is_theirs(owner, &around->clients[0]) == of_twins)
            found = MAX(found, owner->verdict);
    return found;
}

static bool both_were_refused(const world *around)
{
    const client *one = &around->clients[0], *other = &around->clients[1];
    return one->is_twin && one->robberies > 0 && other->robberies > 0 && one->presented > 0 &&
           other->presented > 0;
}

static void tell_owner(const nfs4_owner *owner)
{
    printf("\nowner %u of server %u: %s%s, %u instances, %u takeovers, %u refused\n",
           owner->number, owner->server->number, verdict_name(owner->verdict),
           owner->harmful ? ", harmful" : "", owner->instance_count, owner->takeovers,
           owner->invalidations);
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++)
        if (owner->evidence[kind].count > 0)
            printf("    %s, %u times%s\n", verdict_evidence_name((nfs4_evidence_kind)kind),
                   owner->evidence[kind].count,
                   verdict_rests_on(owner, (nfs4_evidence_kind)kind) ? ": the verdict rests on it"
                                                                     : "");
}

static void tell_judgement(const world *around)
{
    printf("\nThe capture shows %s, begins after %d s, and lost %u %% of the messages.\n",
           around->vantage.only < 0 ? "all clients" : around->clients[around->vantage.only].name,
           around->vantage.begins == 0 ? 0
                                       : (int)(around->vantage.begins / SECOND - WORLD_BEGINS),
           around->vantage.loss);
    for (const nfs4_owner *owner = around->model->owners.first; owner != NULL; owner = owner->next)
        tell_owner(owner);
    for (const nfs4_chain *chain = around->model->chains.first; chain != NULL;
         chain = chain->next) {
        nfs4_verdict grade;
        nfs4_cause cause = verdict_of_chain(chain, &grade);
        printf("chain %u: %s, %s\n", chain->number, verdict_cause_name(cause), verdict_name(grade));
    }
}

/* Runs a world. Returns true if it is judged rightly. */
static bool runs(const server_kind *kind, bool with_twins, uint32_t seed, bool tells, tally *sums)
{
    world *around = world_new(kind, with_twins, seed, tells);
    world_runs(around);
    model_settle(around->model);
    bool asked = with_twins && both_were_refused(around);
    nfs4_verdict innocents = worst(around, false), twins = worst(around, true);
    bool right = innocents < VERDICT_SUSPECTED && !(asked && twins == VERDICT_SINGLE);
    if (tells)
        tell_judgement(around);
    sums->worlds++;
    sums->wrong += !right;
    sums->asked += asked;
    if (!with_twins || asked)
        sums->verdicts[with_twins ? twins : innocents]++;
    world_free(around);
    return right;
}

static void print_tally(const char *kind, bool with_twins, const tally *sums)
{
    printf("%-16s %-9s %u of %u worlds wrong", kind, with_twins ? "twins" : "innocents",
           sums->wrong, sums->worlds);
    if (with_twins)
        printf("; both refused in %u", sums->asked);
    for (int verdict = 0; verdict <= VERDICT_PROVEN; verdict++)
        if (sums->verdicts[verdict] > 0)
            printf(", %s %u", verdict_name((nfs4_verdict)verdict), sums->verdicts[verdict]);
    putchar('\n');
}

static int run_many(const server_kind *kind, bool with_twins, uint32_t seed, uint32_t count)
{
    tally sums = {0};
    for (uint32_t i = 0; i < count; i++)
        if (!runs(kind, with_twins, seed + i, false, &sums) && sums.wrong <= 20)
            printf("wrong: worlds %s %s %u\n", kind->name, with_twins ? "twins" : "innocents",
                   seed + i);
    print_tally(kind->name, with_twins, &sums);
    return sums.wrong > 0;
}

static int list_kinds(void)
{
    for (unsigned i = 0; i < server_kind_count; i++)
        printf("%-16s %s\n", server_kinds[i].name, server_kinds[i].about);
    return 0;
}

int main(int argc, char **argv)
{
    const server_kind *kind = argc >= 4 ? server_kind_named(argv[1]) : NULL;
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return list_kinds();
    if (kind == NULL || argc > 5) {
        fprintf(stderr, "usage: worlds KIND innocents|twins SEED [COUNT], or worlds --list\n");
        return 2;
    }
    wmem_init();
    bool with_twins = strcmp(argv[2], "twins") == 0;
    uint32_t seed = (uint32_t)strtoul(argv[3], NULL, 10);
    if (argc == 5)
        return run_many(kind, with_twins, seed, (uint32_t)strtoul(argv[4], NULL, 10));
    tally sums = {0};
    return !runs(kind, with_twins, seed, true, &sums);
}
