/* head_trouble.c - the head of a trouble: a client that does not get on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "head_trouble.h"

#include "finding.h"

#include "show/wording_trouble.h"

#include "model/judge/verdict.h"
#include "model/trouble/kinds.h"

/* "TROUBLE (slot-out-of-step): 10.0.0.11 (web01) does not get on at server 10.0.0.1:2049: ..." */
static char *title_of(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const nfs4_owner *owner = trouble_owner(trouble);
    const char *name = owner != NULL ? finding_name(scope, owner) : NULL;
    return wmem_strdup_printf(
        scope, "TROUBLE (%s): %s%s%s%s %s server %s: %s.", kinds_name(trouble->kind),
        wording_address(scope, &trouble->asker->addr), name != NULL ? " (" : "",
        name != NULL ? name : "", name != NULL ? ")" : "",
        kinds_is_loop(trouble->kind) ? "did not get on at" : "at",
        wording_endpoint(scope, trouble->connection->endpoint), wording_trouble(scope, trouble));
}

static void tell_when(page *out, wmem_allocator_t *scope, const nfs4_model *model,
                      const nfs4_trouble *trouble)
{
    const char *end = trouble->ended_in != 0
                          ? wmem_strdup_printf(scope, "; it worked in frame %u", trouble->ended_in)
                      : kinds_is_loop(trouble->kind) ? "; no success followed"
                                                     : "";
    page_row_f(out, "When", "frame %u, %s, to frame %u, %s%s.", trouble->first_frame,
               wording_hour(scope, &trouble->first, &model->first_time), trouble->last_frame,
               wording_hour(scope, &trouble->last, &model->first_time), end);
}

static void tell_why(page *out, wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const char *blame = wording_blame(trouble->blame);
    page_row_f(out, "Why", "%s%s%s.", wording_trouble_reason(scope, trouble),
               blame != NULL ? "; by these packets, the fault is the " : "",
               blame != NULL ? wmem_strdup_printf(scope, "%s's", blame) : "");
}

/* Nothing is said where the owner is a duplicate that explains no such trouble. */
static void tell_whether_duplicate(page *out, const nfs4_trouble *trouble)
{
    const nfs4_owner *duplicate = trouble_duplicate(trouble), *owner = trouble_owner(trouble);
    if (duplicate != NULL)
        page_row_f(out, "Twin",
                   "client owner #%u is presented by more than one client (%s): see to that "
                   "first, this may follow from it.",
                   duplicate->number, verdict_name(duplicate->verdict));
    else if (owner != NULL && owner->verdict <= VERDICT_RESTARTED)
        page_row_f(out, "Not", "a duplicate: no second client of client owner #%u shows.",
                   owner->number);
}

void head_of_trouble(page *out, const nfs4_model *model, const nfs4_trouble *trouble)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    page_title(out, title_of(scope, trouble));
    tell_when(out, scope, model, trouble);
    tell_why(out, scope, trouble);
    tell_whether_duplicate(out, trouble);
    page_row(out, "Fix", wording_trouble_advice(trouble));
    page_row_filter(out,
                    wmem_strdup_printf(scope, "nfs4sess.trouble.number == %u", trouble->number));
    wmem_destroy_allocator(scope);
}
