/* words_trouble.c - the words of trouble that is no loop of refusals
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sources stand in RULES.md, at the kind of trouble.
 */
#include "compat.h"

#include "words_trouble.h"

#include "wording.h"
#include "wording_trouble.h"

static double span_of(const nfs4_trouble *trouble)
{
    nstime_t span = trouble_span(trouble);
    return nstime_to_sec(&span);
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- flags ---------------------------------------------------------------- */

typedef struct {
    const char *name, *says, *asks;
} flag_words;

#define REVOKED_ASKS "find out what is gone (TEST_STATEID) and give it back (FREE_STATEID)"

/* By bit. */
static const flag_words flags[] = {
    {"SEQ4_STATUS_CB_PATH_DOWN",
     "the server has no way back to the client, so that it can "
     "recall nothing and grants no delegation",
     "bind a connection (BIND_CONN_TO_SESSION) or create a session with a back channel"},
    {"SEQ4_STATUS_CB_GSS_CONTEXTS_EXPIRING", "the keys of the back channel are about to expire",
     "give new ones (BACKCHANNEL_CTL or SET_SSV)"},
    {"SEQ4_STATUS_CB_GSS_CONTEXTS_EXPIRED",
     "the keys of the back channel have expired, so that "
     "the server can recall nothing",
     "give new ones (BACKCHANNEL_CTL or SET_SSV)"},
    {"SEQ4_STATUS_EXPIRED_ALL_STATE_REVOKED", "the lease ran out, and all opens and locks are gone",
     REVOKED_ASKS},
    {"SEQ4_STATUS_EXPIRED_SOME_STATE_REVOKED",
     "the lease ran out, and some opens and locks are gone", REVOKED_ASKS},
    {"SEQ4_STATUS_ADMIN_STATE_REVOKED", "an administrator took opens or locks away", REVOKED_ASKS},
    {"SEQ4_STATUS_RECALLABLE_STATE_REVOKED",
     "a delegation or layout was not returned in time, and is gone", REVOKED_ASKS},
    {"SEQ4_STATUS_LEASE_MOVED", "a file system has moved to another server",
     "look for it there (fs_locations of each file system), or the lease runs out there"},
    {"SEQ4_STATUS_RESTART_RECLAIM_NEEDED", "the server has restarted, and waits for reclaims",
     "reclaim what it held, and say that it is done (RECLAIM_COMPLETE)"},
    {"SEQ4_STATUS_CB_PATH_DOWN_SESSION", "the session has no back channel that works",
     "bind a connection (BIND_CONN_TO_SESSION) or create another session"},
    {"SEQ4_STATUS_BACKCHANNEL_FAULT", "the back channel of the session cannot be repaired",
     "destroy the session and create another one"},
    {"SEQ4_STATUS_DEVID_CHANGED", "storage devices of pNFS have changed",
     "ask for them anew (GETDEVICEINFO)"},
    {"SEQ4_STATUS_DEVID_DELETED", "storage devices of pNFS are gone",
     "ask for them anew (GETDEVICEINFO)"},
};

static const flag_words *flag_of(uint32_t bit)
{
    for (size_t i = 0; i < G_N_ELEMENTS(flags); i++)
        if (bit == 1u << i)
            return &flags[i];
    return &flags[0];
}

const char *words_flag(uint32_t bit)
{
    return flag_of(bit)->name;
}

static char *what_flag(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    return wmem_strdup_printf(scope, "the server said %s %u times in %.0f s",
                              words_flag(trouble->detail.flag.bit), trouble->count,
                              span_of(trouble));
}

static char *why_flag(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const flag_words *flag = flag_of(trouble->detail.flag.bit);
    uint32_t acted_in = trouble->detail.flag.acted_in;
    const char *did = "the capture cannot show whether it did";
    if (acted_in != 0)
        did = wmem_strdup_printf(scope, "it did so in frame %u, and the flag stayed", acted_in);
    else if (trouble->blame == BLAME_CLIENT)
        did = "in this capture it did not";
    return wmem_strdup_printf(scope, "%s; the client has to %s: %s", flag->says, flag->asks, did);
}

static const char *advise_flag(const nfs4_trouble *trouble)
{
    enum { CALLBACKS = 0x1 | 0x200 | 0x400 };
    if (trouble->detail.flag.bit & CALLBACKS)
        return "see whether a firewall or NAT drops what the server sends by itself on the "
               "client's connection; unmount and mount again to get a new back channel.";
    return "see the client's log; unmount and mount again (or restart the client) if it goes on.";
}

/* ---- recalls -------------------------------------------------------------- */

static char *what_recall(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    return wmem_strdup_printf(scope,
                              "the server took a delegation or layout away that was not "
                              "returned when it was recalled, %u time%s",
                              trouble->count, plural(trouble->count));
}

/* Which callback it was, and what became of it. */
static const char *how_recalled(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    uint32_t recalled = trouble->detail.recall.recalled_in;
    uint32_t answered = trouble->detail.recall.answered_in;
    const char *answer = "no answer to it was captured";
    if (recalled == 0)
        return "";
    if (answered != 0)
        answer = wmem_strdup_printf(scope, "its answer in frame %u (%s)", answered,
                                    wording_any_status(scope, trouble->detail.recall.status));
    return wmem_strdup_printf(scope, "; the recall is in frame %u, and %s", recalled, answer);
}

static char *why_recall(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const char *before = "";
    if (trouble->detail.recall.fault != 0)
        before = wmem_strdup_printf(scope, "; it had said in frame %u that %s",
                                    trouble->detail.recall.fault_in,
                                    flag_of(trouble->detail.recall.fault)->says);
    return wmem_strdup_printf(scope,
                              "until then, whoever else wanted the file had to wait, and "
                              "what the client had not written back yet may be refused%s%s",
                              how_recalled(scope, trouble), before);
}

static const char advise_recall[] =
    "see whether callbacks reach the client (firewall, NAT, a second session that the server "
    "still calls) and what the client's log says of them.";

/* ---- leases --------------------------------------------------------------- */

static char *what_late(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    return wmem_strdup_printf(scope,
                              "its lease of %u s was renewed after up to %u s of silence, "
                              "%u time%s",
                              trouble->detail.late.lease_time, trouble->detail.late.longest,
                              trouble->count, plural(trouble->count));
}

static char *why_late(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    uint32_t beyond = trouble->detail.late.beyond;
    if (beyond == 0)
        return wmem_strdup(scope, "the client comes back so late that a request which is lost "
                                  "or slow costs its opens and locks");
    return wmem_strdup_printf(
        scope,
        "the server kept what it could have taken away %u time%s: with another client that "
        "wants the same file, or another server, the opens and locks could be gone",
        beyond, plural(beyond));
}

static const char advise_late[] =
    "see what stopped the client (a machine that was suspended or moved, no network, no memory, "
    "no credentials); a longer lease time at the server bridges that.";

/* ---- callbacks ------------------------------------------------------------ */

static char *what_unanswered(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    uint32_t count = trouble->detail.callback.count;
    return wmem_strdup_printf(scope,
                              "%u callback%s of the server, from frame %u on, had no answer "
                              "for %u s while the client worked",
                              count, plural(count), trouble->detail.callback.first_in,
                              trouble->detail.callback.seconds);
}

static const char why_unanswered[] =
    "the server can recall nothing from a client that does not answer: whoever else wants a file "
    "that this one has delegated has to wait";

static const char *advise_unanswered(const nfs4_trouble *trouble)
{
    if (trouble->operation == OP_RENEW)
        return "see what keeps the server's calls from the client's callback address "
               "(clientaddr=): a firewall, or NAT; NFSv4.1 needs no such way.";
    return "see whether a firewall or NAT drops what the server sends by itself on the "
           "client's connection, and the client's log; unmount and mount again to get a new back "
           "channel.";
}

static char *what_called_back(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    return wmem_strdup_printf(scope,
                              "%u callbacks of the server in a row, the first answered in frame "
                              "%u, were refused with %s",
                              trouble->detail.callback.count, trouble->detail.callback.first_in,
                              wording_any_status(scope, trouble->detail.callback.status));
}

static char *why_called_back(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const char *nothing = "so that it can recall nothing";
    if (trouble->detail.callback.ended_in != 0)
        return wmem_strdup_printf(scope,
                                  "the server calls with a session that the client had destroyed "
                                  "(frame %u), %s",
                                  trouble->detail.callback.ended_in, nothing);
    return wmem_strdup_printf(scope,
                              "client and server do not agree on the session or the slot of the "
                              "server's calls, %s",
                              nothing);
}

static const char advise_called_back[] =
    "unmount and mount again to get a new back channel; update client and server if it comes "
    "back.";

/* ---- slots ---------------------------------------------------------------- */

static char *what_slots(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    uint32_t allowed = trouble->detail.slots.allowed;
    return wmem_strdup_printf(scope, "%s waited for %u s for an answer",
                              allowed == 1 ? "a request on the only slot of its session"
                                           : wmem_strdup_printf(scope,
                                                                "requests on all %u slots "
                                                                "of its session",
                                                                allowed),
                              trouble->detail.slots.seconds);
}

static const char why_slots[] =
    "no answer came for so long, from the server or through the network; without a free slot the "
    "client can send nothing else, not even what renews its lease";

static const char advise_slots[] =
    "see whether the server gets the requests, and what it waits for: its storage, its threads "
    "(Linux: /proc/net/rpc/nfsd, nfsd tasks in state D), or a recall that nobody answers.";

/* ---- servers -------------------------------------------------------------- */

static char *what_ids(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const nfs4_lease *lease = trouble->lease;
    const nfs4_owner *other = trouble->detail.ids.other;
    switch (trouble->detail.ids.fault) {
    case ID_OF_TWO_OWNERS:
        return wmem_strdup_printf(scope,
                                  "clientid 0x%016" PRIx64 ", with which it works, was "
                                  "given to %s as well in frame %u",
                                  lease != NULL ? lease->clientid : 0,
                                  other != NULL ? wording_owner(scope, other) : "another client",
                                  trouble->detail.ids.given_in);
    case ID_OF_ENDED:
        return wmem_strdup_printf(scope,
                                  "it was given the session of frame %u again, which it "
                                  "had destroyed",
                                  trouble->detail.ids.given_in);
    default:
        return wmem_strdup_printf(scope,
                                  "it was given a clientid that lies before the one of "
                                  "frame %u, of the same start of the server",
                                  trouble->detail.ids.given_in);
    }
}

static char *why_ids(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    if (trouble->detail.ids.fault == ID_OF_TWO_OWNERS)
        return wmem_strdup(scope, "what one of the two clients does with the clientid, the server "
                                  "takes for the other's");
    return wmem_strdup(scope, "a server whose ids go back, or that gives one out a second time, "
                              "takes whoever still uses the earlier one for somebody else");
}

static const char advise_ids[] =
    "update the server, and show these frames to its maker; if it is a virtual machine, see "
    "whether it was set back to a snapshot.";

static char *what_turns(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    return wmem_strdup_printf(scope,
                              "clients were given clientids of an earlier start of the server "
                              "again, %u times",
                              trouble->count);
}

static const char why_turns[] =
    "it is as if several servers answered at one address in turns: none knows the clients of "
    "another, so that leases are lost at each change";

static const char advise_turns[] =
    "see who has the address: a cluster whose nodes do not agree, a balancer that does not keep a "
    "client with one server, one address that was given to two hosts, or a server that was set "
    "back to a snapshot.";

static char *what_restarts(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    return wmem_strdup_printf(scope,
                              "the server has started anew %u times in a row, each within "
                              "two lease times",
                              trouble->count);
}

static const char why_restarts[] =
    "after each start clients wait for the end of the grace time, and the next start comes before "
    "they get on";

static const char advise_restarts[] =
    "see the server's log for what ends it: a crash, a supervisor that restarts it, or a cluster "
    "that moves it.";

const trouble_words *words_of_trouble(nfs4_trouble_kind kind)
{
    static const trouble_words words[TROUBLE_KINDS] = {
        [TROUBLE_FLAG] = {what_flag, .why = why_flag, .advice = advise_flag},
        [TROUBLE_RECALL] = {what_recall, .why = why_recall, .advice_always = advise_recall},
        [TROUBLE_UNANSWERED] = {what_unanswered, .why_always = why_unanswered,
                                .advice = advise_unanswered},
        [TROUBLE_CALLED_BACK] = {what_called_back, .why = why_called_back,
                                 .advice_always = advise_called_back},
        [TROUBLE_LATE] = {what_late, .why = why_late, .advice_always = advise_late},
        [TROUBLE_SLOTS] = {what_slots, .why_always = why_slots, .advice_always = advise_slots},
        [TROUBLE_IDS] = {what_ids, .why = why_ids, .advice_always = advise_ids},
        [TROUBLE_TURNS] = {what_turns, .why_always = why_turns, .advice_always = advise_turns},
        [TROUBLE_RESTARTS] = {what_restarts, .why_always = why_restarts,
                              .advice_always = advise_restarts},
    };
    return words[kind].what != NULL ? &words[kind] : NULL;
}
