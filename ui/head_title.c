/* head_title.c - the sentence that a finding begins with
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * None of them claims more than the packets show.
 */
#include "compat.h"

#include "head.h"

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- who ------------------------------------------------------------------ */

/* "10.0.0.11 and 10.0.0.12 both call themselves web01" */
static char *who_call_themselves(wmem_allocator_t *scope, const finding *found)
{
    const char *hosts =
        found->addresses > 1
            ? found->hosts
            : wmem_strdup_printf(scope, "at least two hosts behind %s", found->hosts);
    const char *all = found->addresses == 2 ? "both " : found->addresses > 2 ? "all " : "";
    if (found->name != NULL)
        return wmem_strdup_printf(scope, "%s %scall themselves %s", hosts, all, found->name);
    if (found->machine != NULL)
        return wmem_strdup_printf(scope, "%s, %snamed %s, present the same client owner (#%u)",
                                  hosts, all, found->machine, found->owner->number);
    return wmem_strdup_printf(scope, "%s %spresent the same client owner (#%u)", hosts, all,
                              found->owner->number);
}

/* "10.0.0.11 (web01)" */
static char *named(wmem_allocator_t *scope, const finding *found, const char *host)
{
    return found->name != NULL ? wmem_strdup_printf(scope, "%s (%s)", host, found->name)
                               : wmem_strdup(scope, host);
}

/* ---- duplicates ----------------------------------------------------------- */

static const char *what_they_do(wmem_allocator_t *scope, const finding *found)
{
    if (found->evidence == EVIDENCE_OUTLIVED)
        return wmem_strdup_printf(scope, ", and %s identified itself while %s worked on",
                                  found->second, found->first);
    if (!found->harmful)
        return " and take turns as that client";
    return found->both_ways || found->instances > 2 ? " and evict each other"
                                                    : " and one evicts the other";
}

/* Two hosts that look like one instance. */
static char *how_often_in_turns(wmem_allocator_t *scope, const finding *found)
{
    uint32_t leases = found->lost.leases;
    const char *lost =
        leases > 0 ? wmem_strdup_printf(scope, " (%u lease%s lost)", leases, plural(leases)) : "";
    return wmem_strdup_printf(scope,
                              ", %s%u time%s in %.0f s%s: they have one verifier, as FreeBSD hosts "
                              "do that booted in the same second",
                              found->turns < NFS4_TURNS ? "" : "more than ", found->turns,
                              plural(found->turns), found->turn_span, lost);
}

/* ": 7 takeovers in 22 s, 6 leases lost" */
static char *how_often(wmem_allocator_t *scope, const finding *found)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    uint32_t leases = found->lost.leases;
    if (found->turns > 0 && found->takeovers == 0)
        return how_often_in_turns(scope, found);
    if (leases == 0 && found->takeovers == 0)
        return wmem_strdup_printf(scope, ": %u time%s", found->cases, plural(found->cases));
    if (found->takeovers > 0)
        wmem_strbuf_append_printf(text, ": %u takeover%s", found->takeovers,
                                  plural(found->takeovers));
    if (found->takeovers > 1)
        wmem_strbuf_append_printf(text, " in %.0f s", found->takeover_span);
    wmem_strbuf_append(text, found->takeovers > 0 ? ", " : ": ");
    if (leases > 0)
        wmem_strbuf_append_printf(text, "%u lease%s lost", leases, plural(leases));
    else
        wmem_strbuf_append(text, "no lease that was in use was lost");
    return wmem_strbuf_finalize(text);
}

static char *title_of_duplicate(wmem_allocator_t *scope, const finding *found)
{
    if (!found->proven && found->addresses < 2)
        return wmem_strdup_printf(
            scope,
            "LIKELY DUPLICATE CLIENT (probable): %s presents %u verifiers at server %s, hardly as "
            "one host that restarts%s.",
            named(scope, found, found->hosts), found->instances, found->server,
            how_often(scope, found));
    return wmem_strdup_printf(scope, "%sDUPLICATE CLIENT (%s%s): %s%s at server %s%s.",
                              found->proven ? "" : "LIKELY ", found->proven ? "proven" : "probable",
                              found->harmful ? ", harmful" : "", who_call_themselves(scope, found),
                              what_they_do(scope, found), found->server, how_often(scope, found));
}

static char *title_of_turned_away(wmem_allocator_t *scope, const finding *found)
{
    return wmem_strdup_printf(
        scope,
        "DUPLICATE CLIENT (proven): %s, and server %s turned %s away %u time%s "
        "(NFS4ERR_CLID_INUSE) while %s worked on.",
        who_call_themselves(scope, found), found->server, found->second, found->turned_away,
        plural(found->turned_away), found->first);
}

/* "present the same client owner (web01)" */
static char *same_owner(wmem_allocator_t *scope, const finding *found)
{
    return wmem_strdup_printf(
        scope, "present%s the same client owner (%s)", found->addresses == 1 ? "s" : "",
        found->name != NULL ? found->name : wmem_strdup_printf(scope, "#%u", found->owner->number));
}

static char *title_of_clone(wmem_allocator_t *scope, const finding *found)
{
    return wmem_strdup_printf(
        scope,
        "%sCLONED MACHINE (%s): %s %s and the same verifier at server %s, as copies of a running "
        "machine do%s.",
        found->proven ? "" : "LIKELY ", found->proven ? "proven" : "probable", found->hosts,
        same_owner(scope, found), found->server,
        found->lost.leases > 0 ? how_often(scope, found) : "");
}

static char *title_of_suspicion(wmem_allocator_t *scope, const finding *found)
{
    static const char word[] = "POSSIBLE DUPLICATE CLIENT (suspected)";
    if (found->evidence == EVIDENCE_TURNS)
        return wmem_strdup_printf(
            scope,
            "%s: %s lose their leases at server %s in turns, %u time%s. The snap length cut their "
            "client owners off.",
            word, found->hosts, found->server, found->cases, plural(found->cases));
    if (found->evidence == EVIDENCE_CLID_INUSE)
        return wmem_strdup_printf(
            scope,
            "%s: server %s turned %s away (NFS4ERR_CLID_INUSE) and names another address as the "
            "holder of its client owner, which this capture does not show.",
            word, found->server, named(scope, found, found->second));
    nstime_t span;
    nstime_delta(&span, &found->lost.last, &found->lost.first);
    return wmem_strdup_printf(
        scope,
        "%s: %s lost %u lease%s at server %s%s while in use, as if a second host called itself the "
        "same. This capture does not show which host.",
        word, named(scope, found, found->hosts), found->lost.leases, plural(found->lost.leases),
        found->server,
        found->lost.leases > 1 ? wmem_strdup_printf(scope, " in %.0f s", nstime_to_sec(&span))
                               : "");
}

/* ---- undecided, and innocent ---------------------------------------------- */

static char *title_of_undecided(wmem_allocator_t *scope, const finding *found)
{
    if (found->evidence == EVIDENCE_CLID_INUSE && found->held_unseen)
        return wmem_strdup_printf(
            scope,
            "UNDECIDED: %s was refused %s at server %s: its own earlier principal holds the client "
            "owner, or a second host that this capture does not show.",
            named(scope, found, found->second), found->refused, found->server);
    if (found->evidence == EVIDENCE_CLID_INUSE)
        return wmem_strdup_printf(
            scope,
            "UNDECIDED: server %s turned %s away (NFS4ERR_CLID_INUSE) and %s has not been heard "
            "since: a restart with other credentials, or a second host.",
            found->server, named(scope, found, found->second), found->first);
    if (found->evidence == EVIDENCE_ELSEWHERE)
        return wmem_strdup_printf(
            scope,
            "UNDECIDED: %s was refused at server %s after %s had confirmed the same client owner "
            "at "
            "%s: a duplicate, if the two addresses are of one server, as both say.",
            named(scope, found, found->first), found->server, found->second, found->second_server);
    const char *what = found->evidence == EVIDENCE_SELF_COLLISION
                           ? "an old Linux client that uses two addresses of one server"
                       : found->addresses > 1 ? "a restart under another address"
                                              : "a restart";
    const char *who = found->addresses > 1
                          ? wmem_strdup_printf(scope, "%s took the place of %s", found->second,
                                               named(scope, found, found->first))
                          : wmem_strdup_printf(scope, "%s identified itself anew",
                                               named(scope, found, found->hosts));
    return wmem_strdup_printf(scope, "UNDECIDED: %s at server %s: %s, or a second host.", who,
                              found->server, what);
}

static char *title_of_restart(wmem_allocator_t *scope, const finding *found)
{
    const char *times =
        found->cases > 1 ? wmem_strdup_printf(scope, " %u times", found->cases) : "";
    if (found->evidence == EVIDENCE_SAME_PROGRAM)
        return wmem_strdup_printf(
            scope,
            "NOT A DUPLICATE (restarted): %s identified itself anew at server %s%s, because one "
            "program does both: it uses one connection for them.",
            named(scope, found, found->hosts), found->server, times);
    return wmem_strdup_printf(
        scope,
        "NOT A DUPLICATE (restarted%s): %s restarted%s, because each time it came to server %s "
        "with a new verifier, made after the last success under the old one, and the old one was "
        "not used again.",
        finding_ends_early(found) ? ", probable" : "", named(scope, found, found->hosts), times,
        found->server);
}

static char *title_of_refused(wmem_allocator_t *scope, const finding *found)
{
    return wmem_strdup_printf(scope,
                              "REFUSED: %s identified itself and was refused %s at server %s.",
                              named(scope, found, found->hosts), found->refused, found->server);
}

static char *title_of_one_client(wmem_allocator_t *scope, const finding *found)
{
    if (found->instances > 1)
        return wmem_strdup_printf(
            scope,
            "NOT A DUPLICATE (single): %s announced %u verifiers at server %s and one alone was "
            "confirmed, so none took a lease from another.",
            named(scope, found, found->hosts), found->instances, found->server);
    if (found->users != NULL)
        return wmem_strdup_printf(
            scope,
            "NOT A DUPLICATE (single): %s are one client (%s) at %s, because %s go%s on with the "
            "lease of %s.",
            found->hosts, found->owners, found->servers, found->users,
            strchr(found->users, ',') != NULL ? "" : "es", found->holder);
    return wmem_strdup_printf(
        scope,
        "NOT A DUPLICATE (single): %s are one client (%s) at %s, because they present one verifier "
        "and %s asks for a clientid that %s replaced.",
        found->hosts, found->owners, found->servers, found->addresses > 2 ? "none" : "neither",
        found->addresses > 2 ? "another" : "the other");
}

char *head_title(wmem_allocator_t *scope, const finding *found)
{
    switch (found->kind) {
    case FINDING_DUPLICATE:
        return title_of_duplicate(scope, found);
    case FINDING_TURNED_AWAY:
        return title_of_turned_away(scope, found);
    case FINDING_CLONED:
        return title_of_clone(scope, found);
    case FINDING_SUSPECTED:
        return title_of_suspicion(scope, found);
    case FINDING_UNDECIDED:
        return title_of_undecided(scope, found);
    case FINDING_REFUSED:
        return title_of_refused(scope, found);
    case FINDING_RESTARTED:
        return title_of_restart(scope, found);
    default:
        return title_of_one_client(scope, found);
    }
}
