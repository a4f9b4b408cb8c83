/* main.c - makes worlds, and compares what the model says with what happened
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   worlds KIND innocents|twins SEED COUNT    prints the seeds whose world is judged wrongly
 *   worlds KIND innocents|twins SEED          tells the world of that seed, and the judgement
 *   worlds --all COUNT                        prints them for every kind of server
 *   worlds --list                             names the kinds
 *
 * Innocent: no owner that one client alone presents is suspected, or worse. Twins: where the
 * capture shows both identify themselves, and both refused because the other one had come,
 * their owner is not `single`. Exit status 0 if all is right, 1 if not.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/judge/cases.h"
#include "model/judge/causes.h"
#include "model/judge/verdict.h"

#define WRONG_TOLD 100
#define ID "%016" G_GINT64_MODIFIER "x"

/* What was found in many worlds. */
typedef struct {
    unsigned worlds, wrong, asked;
    unsigned strangers; /* worlds in which an owner is given another client's address */
    unsigned verdicts[VERDICT_PROVEN + 1]; /* of the worst innocent, or of the twins */
} tally;

static bool is_theirs(const nfs4_owner *owner, const client *twin)
{
    return twin->is_twin && owner->bytes.len == twin->owner.len &&
           memcmp(owner->bytes.data, twin->owner.data, twin->owner.len) == 0;
}

/* The owner with the worst verdict: the twins', or of everybody else's. NULL for none. */
static const nfs4_owner *worst(const world *around, bool of_twins)
{
    const nfs4_owner *found = NULL, *owner = around->model->owners.first;
    for (; owner != NULL; owner = owner->next)
        if (is_theirs(owner, &around->clients[0]) == of_twins &&
            (found == NULL || owner->verdict > found->verdict))
            found = owner;
    return found;
}

static bool had_address(const client *one, uint8_t address)
{
    return (one->addresses[address / 64] >> address % 64 & 1) != 0;
}

/* True if a client that presents the owner was ever at the address. */
static bool is_known_at(const world *around, const nfs4_owner *owner, uint8_t address)
{
    for (unsigned i = 0; i < around->client_count; i++) {
        const client *one = &around->clients[i];
        if (one->owner.len == owner->bytes.len && had_address(one, address) &&
            memcmp(one->owner.data, owner->bytes.data, one->owner.len) == 0)
            return true;
    }
    return false;
}

static bool has_strangers(const world *around)
{
    for (const nfs4_owner *owner = around->model->owners.first; owner != NULL; owner = owner->next)
        for (const nfs4_instance *one = owner->first_instance; one != NULL; one = one->next)
            for (const nfs4_mark *mark = one->addresses; mark != NULL; mark = mark->next)
                if (!is_known_at(around, owner, ((const uint8_t *)mark->addr.data)[3]))
                    return true;
    return false;
}

static nfs4_verdict verdict_on(const nfs4_owner *owner)
{
    return owner != NULL ? owner->verdict : VERDICT_SINGLE;
}

static bool both_were_refused(const world *around)
{
    const client *one = &around->clients[0], *other = &around->clients[1];
    return one->is_twin && one->robberies > 0 && other->robberies > 0 && one->presented > 0 &&
           other->presented > 0;
}

/* The frames that show it, as the world numbers them. */
static void tell_cases(const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    const nfs4_case *one = cases_first(owner, kind);
    for (; one != NULL && rule_at(kind)->frames != NULL; one = cases_next(one)) {
        uint32_t frames[3] = {0};
        rule_at(kind)->frames(one->lease, frames);
        printf("        clientid " ID ", frames %u, %u, %u\n", one->lease->clientid, frames[0],
               frames[1], frames[2]);
    }
}

static const char *name_of(const world *around, const nfs4_owner *owner)
{
    for (unsigned i = 0; i < around->client_count; i++)
        if (nfs4_bytes_equal(around->clients[i].owner, owner->bytes))
            return around->clients[i].name;
    return "nobody";
}

static void tell_owner(const world *around, const nfs4_owner *owner)
{
    printf("\nowner %u, %s at server %u: %s%s, %u instances, %u takeovers, %u refused\n",
           owner->number, name_of(around, owner), owner->server->number,
           verdict_name(owner->verdict), owner->harmful ? ", harmful" : "", owner->instance_count,
           owner->takeovers, owner->invalidations);
    for (int kind = 0; kind < EVIDENCE_KINDS; kind++) {
        if (cases_count(owner, (nfs4_evidence_kind)kind, 0) == 0)
            continue;
        printf("    %s, %u times%s\n", verdict_evidence_name((nfs4_evidence_kind)kind),
               cases_count(owner, (nfs4_evidence_kind)kind, 0),
               verdict_rests_on(owner, (nfs4_evidence_kind)kind) ? ": the verdict rests on it"
                                                                 : "");
        tell_cases(owner, (nfs4_evidence_kind)kind);
    }
}

static void tell_judgement(const world *around)
{
    printf("\nThe capture shows %s, begins after %d s, and lost %u %% of the messages.\n",
           around->vantage.only < 0 ? "all clients" : around->clients[around->vantage.only].name,
           around->vantage.begins == 0 ? 0 : (int)(around->vantage.begins / SECOND - WORLD_BEGINS),
           around->vantage.loss);
    for (const nfs4_owner *owner = around->model->owners.first; owner != NULL; owner = owner->next)
        tell_owner(around, owner);
    for (const nfs4_chain *chain = around->model->chains.first; chain != NULL;
         chain = chain->next) {
        nfs4_verdict grade;
        nfs4_cause cause = cause_of_chain(chain, &grade);
        printf("chain %u of %s: %s, %s; clientid " ID " refused in frame %u\n", chain->number,
               chain->lease->owner != NULL ? name_of(around, chain->lease->owner) : "nobody",
               cause_name(cause), verdict_name(grade), chain->lease->clientid,
               chain->lease->refused.reply);
    }
}

static void tell_wrong(const world *around, bool with_twins, uint32_t seed, const nfs4_owner *owner)
{
    printf("wrong: worlds %s %s %u:", around->kind->name, with_twins ? "twins" : "innocents", seed);
    if (owner == NULL || owner->verdict == VERDICT_SINGLE)
        printf(" twins are single");
    else
        printf(" owner %u is %s%s", owner->number, verdict_name(owner->verdict),
               owner->harmful ? ", harmful" : "");
    for (int kind = 0; owner != NULL && kind < EVIDENCE_KINDS; kind++)
        if (cases_count(owner, (nfs4_evidence_kind)kind, 0) > 0 &&
            verdict_rests_on(owner, (nfs4_evidence_kind)kind))
            printf(", %u %s", cases_count(owner, (nfs4_evidence_kind)kind, 0),
                   verdict_evidence_name((nfs4_evidence_kind)kind));
    putchar('\n');
}

/* Runs a world, and tells of it if it is judged wrongly. */
static bool runs(const server_kind *kind, bool with_twins, uint32_t seed, bool tells, tally *sums)
{
    world *around = world_new(kind, with_twins, seed, tells);
    world_runs(around);
    model_settle(around->model);
    bool asked = with_twins && both_were_refused(around);
    const nfs4_owner *innocent = worst(around, false), *twins = worst(around, true);
    bool accused = verdict_accuses(verdict_on(innocent));
    bool missed = asked && verdict_on(twins) == VERDICT_SINGLE;
    if (tells)
        tell_judgement(around);
    if ((accused || missed) && sums->wrong < WRONG_TOLD)
        tell_wrong(around, with_twins, seed, accused ? innocent : twins);
    sums->worlds++;
    sums->wrong += accused || missed;
    sums->asked += asked;
    sums->strangers += has_strangers(around);
    if (!with_twins || asked)
        sums->verdicts[verdict_on(with_twins ? twins : innocent)]++;
    world_free(around);
    return !accused && !missed;
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
    if (sums->strangers > 0)
        printf("; an owner has another client's address in %u", sums->strangers);
    putchar('\n');
}

static int run_many(const server_kind *kind, bool with_twins, uint32_t seed, uint32_t count)
{
    tally sums = {0};
    for (uint32_t i = 0; i < count; i++)
        runs(kind, with_twins, seed + i, false, &sums);
    print_tally(kind->name, with_twins, &sums);
    return sums.wrong > 0;
}

static int run_all(uint32_t count)
{
    int status = 0;
    for (unsigned i = 0; i < server_kind_count; i++)
        for (int with_twins = 0; with_twins < 2; with_twins++)
            status |= run_many(&server_kinds[i], with_twins != 0, 1, count);
    return status;
}

static int list_kinds(void)
{
    for (unsigned i = 0; i < server_kind_count; i++)
        printf("%-16s %s\n", server_kinds[i].name, server_kinds[i].about);
    return 0;
}

static uint32_t number_of(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
    const server_kind *kind = argc >= 4 ? server_kind_named(argv[1]) : NULL;
    wmem_init();
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return list_kinds();
    if (argc == 3 && strcmp(argv[1], "--all") == 0)
        return run_all(number_of(argv[2]));
    if (kind == NULL || argc > 5) {
        fprintf(stderr, "usage: worlds KIND innocents|twins SEED [COUNT]\n"
                        "       worlds --all COUNT\n       worlds --list\n");
        return 2;
    }
    bool with_twins = strcmp(argv[2], "twins") == 0;
    if (argc == 5)
        return run_many(kind, with_twins, number_of(argv[3]), number_of(argv[4]));
    tally sums = {0};
    return !runs(kind, with_twins, number_of(argv[3]), true, &sums);
}
