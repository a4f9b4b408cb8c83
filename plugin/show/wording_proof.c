/* wording_proof.c - a case of evidence as one line for each frame that shows it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For the head of a finding, which has room for three of them.
 */
#include "compat.h"

#include "wording.h"

#include "model/know/counters.h"
#include "model/judge/rules.h"
#include "model/know/lease.h"

#define NAMED_APART 16 /* instances of one owner; more than that are told by number */

/* ---- names for hosts ------------------------------------------------------ */

static bool shares_network(const address *a, const address *b)
{
    return a->type == AT_IPv4 && b->type == AT_IPv4 && memcmp(a->data, b->data, 3) == 0;
}

static bool has_address(const nfs4_instance *instance, const address *addr)
{
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (addresses_equal(&mark->addr, addr))
            return true;
    return false;
}

static bool is_shared(const nfs4_instance *instance, const address *addr)
{
    const nfs4_instance *other = instance->owner->first_instance;
    for (; other != NULL; other = other->next)
        if (other != instance && has_address(other, addr))
            return true;
    return false;
}

const address *wording_own_address(const nfs4_instance *instance)
{
    if (instance->owner->instance_count > NAMED_APART)
        return NULL;
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (!is_shared(instance, &mark->addr))
            return &mark->addr;
    return NULL;
}

wording_names wording_names_of(const nfs4_owner *owner)
{
    wording_names names = owner->instance_count > 1 ? NAMES_LAST_BYTE : NAMES_ADDRESS;
    const address *first = NULL;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next) {
        const address *own = wording_own_address(instance);
        if (own == NULL)
            return NAMES_INSTANCE;
        if (first == NULL)
            first = own;
        else if (!shares_network(first, own))
            names = NAMES_ADDRESS;
    }
    return names;
}

char *wording_name(wmem_allocator_t *scope, wording_names names, const nfs4_instance *instance)
{
    const address *own = names != NAMES_INSTANCE ? wording_own_address(instance) : NULL;
    if (own == NULL)
        return wmem_strdup_printf(scope, "instance %u", instance->number);
    const char *text = wording_address(scope, own);
    const char *dot = names == NAMES_LAST_BYTE ? strrchr(text, '.') : NULL;
    return wmem_strdup(scope, dot != NULL ? dot : text);
}

/* ---- lines ---------------------------------------------------------------- */

#define OWNER_SHOWN 48 /* characters; whole below the head, and in the JSON document */

typedef struct {
    wmem_allocator_t *scope;
    wording_names names;
    wording_line *lines;
    uint32_t count;
} proof;

/* Nothing where the capture does not hold the frame. */
static void add_line(proof *told, uint32_t frame, const nstime_t *time, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static void add_line(proof *told, uint32_t frame, const nstime_t *time, const char *format, ...)
{
    va_list arguments;
    if (frame == 0 || told->count == WORDING_LINES_MAX)
        return;
    va_start(arguments, format);
    wording_line line = {.frame = frame,
                         .text = wmem_strdup_vprintf(told->scope, format, arguments)};
    va_end(arguments);
    if (time != NULL)
        line.time = *time;
    told->lines[told->count++] = line;
}

static const char *name_of(const proof *told, const nfs4_lease *lease)
{
    return wording_name(told->scope, told->names, lease->instance);
}

static void add_confirm(proof *told, const nfs4_lease *lease)
{
    const char *owner = wording_owner(told->scope, lease->owner);
    add_line(told, lease->confirm.reply, &lease->confirm.time, "%s confirms owner '%.*s%s'",
             name_of(told, lease), OWNER_SHOWN, owner, strlen(owner) > OWNER_SHOWN ? "..." : "");
}

static void add_refusal(proof *told, const nfs4_lease *lease)
{
    const char *status = lease->loss.status == NFS4_OK
                             ? ""
                             : wmem_strdup_printf(told->scope, " (%s)",
                                                  wording_status(told->scope, lease->loss.status));
    add_line(told, lease->refused.reply, &lease->refused.time, "%s is refused%s",
             name_of(told, lease), status);
}

static void add_return(proof *told, const nfs4_lease *lease)
{
    add_line(told, lease->confirm.reply, &lease->confirm.time,
             "%s returns, same verifier: no reboot", name_of(told, lease));
}

static void prove_takeover(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->links.next_of_instance, *taker = lease->judgement.taker;
    if (taker->confirm.reply > lease->refused.reply)
        add_line(told, taker->confirm.call, NULL, "%s asks to confirm the same client owner",
                 name_of(told, taker));
    else
        add_confirm(told, taker);
    add_refusal(told, lease);
    if (next != NULL && rule_at(EVIDENCE_RECURRENCE)->holds(next))
        add_return(told, next);
}

static void prove_recurrence(proof *told, const nfs4_lease *lease)
{
    add_confirm(told, lease->instance->first_in_order);
    add_confirm(told, lease_before(lease));
    add_return(told, lease);
}

/* A, B, A: the calls alone, as not every answer was captured. */
static void prove_alternation(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *before = lease->filed.call_before;
    add_line(told, lease->instance->first_frame, NULL, "%s presents the owner",
             name_of(told, lease));
    add_line(told, before->issued.call, NULL, "%s does so with another verifier",
             name_of(told, before));
    add_line(told, lease->issued.call, NULL, "%s returns, same verifier: no reboot",
             name_of(told, lease));
}

static void prove_outlived(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *other = lease->filed.outlived;
    add_confirm(told, lease);
    add_line(told, other->issued.reply, &other->issued.time, "%s identifies itself",
             name_of(told, other));
    add_line(told, lease->filed.outlived_by.reply, &lease->filed.outlived_by.time,
             "a request that %s sent after that works", name_of(told, lease));
}

static void prove_gap(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->links.next_of_instance;
    counters_gap gap = counters_gap_after(lease);
    add_refusal(told, lease);
    add_line(told, next->issued.reply, &next->issued.time,
             "its next clientid; %" G_GINT64_FORMAT
             " in between went to nobody that this capture shows",
             gap.ids);
}

static void prove_race(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *rival = lease->filed.race_rival;
    add_line(told, lease->issued.call, NULL, "%s identifies itself", name_of(told, lease));
    add_line(told, rival->issued.call, NULL, "%s does so before %s is confirmed, which %s",
             name_of(told, rival), name_of(told, lease), "is then refused");
}

static void prove_in_use(proof *told, const nfs4_lease *lease)
{
    wmem_allocator_t *scope = told->scope;
    bool named = lease->filed.named_holder.len > 0;
    if (!named)
        add_confirm(told, lease);
    add_line(told, lease->filed.newcomer_refused.reply, &lease->filed.newcomer_refused.time,
             "%s is refused (NFS4ERR_CLID_INUSE)%s%s",
             wording_name(scope, told->names, lease->filed.newcomer),
             named ? "; the server names another holder: " : "",
             named ? wording_bytes(scope, lease->filed.named_holder) : "");
    if (lease->filed.newcomer_outlived)
        add_line(told, lease->last_ok.reply, &lease->last_ok.time, "%s still works",
                 name_of(told, lease));
}

static void prove_turns(proof *told, const nfs4_lease *lease)
{
    add_line(told, lease->issued.reply, &lease->issued.time, "%s is given a clientid",
             name_of(told, lease));
    add_line(told, lease->filed.turn_rival->issued.reply, &lease->filed.turn_rival->issued.time,
             "another host is given a clientid");
    add_refusal(told, lease);
}

static void prove_clone(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *newer = lease->filed.clone_lease;
    add_line(told, newer->confirm.reply, &newer->confirm.time,
             "%s replaces the clientid, with the verifier that it has in common with the other",
             wording_address(told->scope, newer->use.confirmed_from));
    add_line(told, lease->filed.clone_in, NULL,
             "a host still asks with the clientid that was replaced");
}

static void prove_change(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *next = lease_after(lease);
    const char *start = "";
    if (next->instance->has_start)
        start = wmem_strdup_printf(
            told->scope, "; its verifier dates from %s",
            wording_hour(told->scope, &next->instance->start, &next->confirm.time));
    add_line(told, lease->last_ok.reply, &lease->last_ok.time, "last success of %s",
             name_of(told, lease));
    add_line(told, next->confirm.reply, &next->confirm.time, "%s confirms the owner%s",
             name_of(told, next), start);
}

static void prove_repeated_loss(proof *told, const nfs4_lease *lease)
{
    const nfs4_lease *next = lease->links.next_of_instance;
    add_refusal(told, lease);
    add_line(told, next->issued.reply, &next->issued.time, "%s is given a new clientid",
             name_of(told, lease));
}

static void prove_address_turns(proof *told, const nfs4_lease *lease)
{
    bool refused = lease->filed.turned_back.reply == lease->refused.reply;
    add_line(told, lease->filed.turned_in, NULL, "%s confirms the owner",
             wording_address(told->scope, lease->filed.turned_from));
    add_line(told, lease->filed.turned_back.reply, &lease->filed.turned_back.time,
             "another address %s", refused ? "is refused" : "goes on with a session of its own");
}

static void prove(proof *told, nfs4_evidence_kind kind, const nfs4_lease *lease)
{
    switch (kind) {
    case EVIDENCE_TAKEOVER_REFUSED:
        prove_takeover(told, lease);
        break;
    case EVIDENCE_RECURRENCE:
        prove_recurrence(told, lease);
        break;
    case EVIDENCE_ALTERNATION:
        prove_alternation(told, lease);
        break;
    case EVIDENCE_OUTLIVED:
        prove_outlived(told, lease);
        break;
    case EVIDENCE_COUNTER_GAP:
        prove_gap(told, lease);
        break;
    case EVIDENCE_RACE:
        prove_race(told, lease);
        break;
    case EVIDENCE_CLID_INUSE:
        prove_in_use(told, lease);
        break;
    case EVIDENCE_TURNS:
        prove_turns(told, lease);
        break;
    case EVIDENCE_CLONE:
        prove_clone(told, lease);
        break;
    case EVIDENCE_SHARED_SESSION:
        add_line(told, lease->filed.shared_in, NULL,
                 "two addresses use one session in turns and upset its slots");
        break;
    case EVIDENCE_REPEATED_LOSS:
        prove_repeated_loss(told, lease);
        break;
    case EVIDENCE_ADDRESS_TURNS:
        prove_address_turns(told, lease);
        break;
    default:
        prove_change(told, lease);
        break;
    }
}

uint32_t wording_confirms(wmem_allocator_t *scope, const nfs4_instance *instance,
                          wording_line lines[WORDING_LINES_MAX])
{
    proof told = {.scope = scope, .names = NAMES_ADDRESS, .lines = lines};
    for (const nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
        add_line(&told, lease->confirm.reply, &lease->confirm.time,
                 "%s confirms with verifier 0x%016" G_GINT64_MODIFIER "x",
                 lease->use.confirmed_from != NULL
                     ? wording_address(scope, lease->use.confirmed_from)
                     : name_of(&told, lease),
                 instance->verifier);
    return told.count;
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
    prove(&told, kind, lease);
    qsort(lines, told.count, sizeof *lines, compare_lines);
    return told.count;
}
