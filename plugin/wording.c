/* wording.c - every sentence that people read, written once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/to_str.h>

#include "wording.h"

#include "model/account.h"
#include "model/verdict.h"

char *wording_bytes(wmem_allocator_t *scope, nfs4_bytes bytes)
{
    wmem_strbuf_t *text = wmem_strbuf_sized_new(scope, bytes.len + 1, 0);
    for (uint32_t i = 0; i < bytes.len; i++) {
        uint8_t c = bytes.data[i];
        if (c == '\\')
            wmem_strbuf_append(text, "\\\\");
        else if (c >= 0x20 && c <= 0x7e)
            wmem_strbuf_append_c(text, (char)c);
        else
            wmem_strbuf_append_printf(text, "\\x%02x", c);
    }
    return wmem_strbuf_finalize(text);
}

char *wording_address(wmem_allocator_t *scope, const address *addr)
{
    return address_to_str(scope, addr);
}

char *wording_endpoint(wmem_allocator_t *scope, const nfs4_endpoint_entry *endpoint)
{
    const char *host = address_to_str(scope, &endpoint->addr);
    bool brackets = endpoint->addr.type == AT_IPv6;
    return wmem_strdup_printf(scope, "%s%s%s:%u", brackets ? "[" : "", host, brackets ? "]" : "",
                              endpoint->port);
}

char *wording_instance_hosts(wmem_allocator_t *scope, const nfs4_instance *instance)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    uint32_t kept = 0;
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next, kept++)
        wmem_strbuf_append_printf(text, "%s%s", kept > 0 ? ", " : "",
                                  wording_address(scope, &mark->addr));
    if (instance->address_count > kept)
        wmem_strbuf_append_printf(text, " (+%u)", instance->address_count - kept);
    return wmem_strbuf_finalize(text);
}

char *wording_owner_hosts(wmem_allocator_t *scope, const nfs4_owner *owner, uint32_t limit)
{
    wmem_map_t *seen = wmem_map_new(scope, g_str_hash, g_str_equal);
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    uint32_t hosts = 0, looked_at = 0;
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL && looked_at < 64;
         instance = instance->next, looked_at++) {
        for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next) {
            char *host = wording_address(scope, &mark->addr);
            if (wmem_map_insert(seen, host, host) != NULL)
                continue;
            if (hosts++ < limit)
                wmem_strbuf_append_printf(text, "%s%s", hosts > 1 ? ", " : "", host);
        }
    }
    if (hosts > limit)
        wmem_strbuf_append_printf(text, " (+%u)", hosts - limit);
    return wmem_strbuf_finalize(text);
}

char *wording_time(wmem_allocator_t *scope, const nstime_t *time)
{
    GDateTime *date = g_date_time_new_from_unix_utc(time->secs);
    if (date == NULL)
        return wmem_strdup(scope, "an impossible time");
    char *day = g_date_time_format(date, "%Y-%m-%dT%H:%M:%S");
    char *text = wmem_strdup_printf(scope, "%s.%09dZ", day, time->nsecs);
    g_free(day);
    g_date_time_unref(date);
    return text;
}

char *wording_status(wmem_allocator_t *scope, uint32_t status)
{
    static const value_string names[] = {{NFS4_OK, "NFS4_OK"},
                                         {NFS4ERR_DELAY, "NFS4ERR_DELAY"},
                                         {NFS4ERR_EXPIRED, "NFS4ERR_EXPIRED"},
                                         {NFS4ERR_GRACE, "NFS4ERR_GRACE"},
                                         {NFS4ERR_CLID_INUSE, "NFS4ERR_CLID_INUSE"},
                                         {NFS4ERR_STALE_CLIENTID, "NFS4ERR_STALE_CLIENTID"},
                                         {NFS4ERR_STALE_STATEID, "NFS4ERR_STALE_STATEID"},
                                         {NFS4ERR_BAD_STATEID, "NFS4ERR_BAD_STATEID"},
                                         {NFS4ERR_NO_GRACE, "NFS4ERR_NO_GRACE"},
                                         {NFS4ERR_RECLAIM_BAD, "NFS4ERR_RECLAIM_BAD"},
                                         {NFS4ERR_RECLAIM_CONFLICT, "NFS4ERR_RECLAIM_CONFLICT"},
                                         {NFS4ERR_ADMIN_REVOKED, "NFS4ERR_ADMIN_REVOKED"},
                                         {NFS4ERR_BADSESSION, "NFS4ERR_BADSESSION"},
                                         {NFS4ERR_COMPLETE_ALREADY, "NFS4ERR_COMPLETE_ALREADY"},
                                         {NFS4ERR_DEADSESSION, "NFS4ERR_DEADSESSION"},
                                         {0, NULL}};
    const char *name = try_val_to_str(status, names);
    return name != NULL ? wmem_strdup(scope, name)
                        : wmem_strdup_printf(scope, "nfsstat4 %u", status);
}

const char *wording_step(nfs4_step_kind kind)
{
    static const char *const names[] = {
        "none",    "refused",    "destroy-session", "create-session-refused", "identify",
        "confirm", "lease-time", "reclaim",         "reclaim-complete",       "probe-state",
        "resumed"};
    return names[kind];
}

/* ---- evidence ------------------------------------------------------------- */

/* "instance 2 (10.0.0.12)" */
static char *name_instance(wmem_allocator_t *scope, const nfs4_instance *instance)
{
    return wmem_strdup_printf(scope, "instance %u (%s)", instance->number,
                              wording_instance_hosts(scope, instance));
}

/* When a lease was confirmed: "in frame 44". */
static char *name_confirm(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return lease->confirm.reply != 0
               ? wmem_strdup_printf(scope, "in frame %u", lease->confirm.reply)
               : wmem_strdup(scope, "before the capture began");
}

static const nfs4_lease *successor(const nfs4_lease *lease)
{
    GSequenceIter *next = g_sequence_iter_next(lease->position);
    return g_sequence_iter_is_end(next) ? NULL : (const nfs4_lease *)g_sequence_get(next);
}

static const nfs4_lease *predecessor(const nfs4_lease *lease)
{
    return g_sequence_iter_is_begin(lease->position)
               ? NULL
               : (const nfs4_lease *)g_sequence_get(g_sequence_iter_prev(lease->position));
}

static char *say_refused(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    const nfs4_lease *killer = lease->killer;
    return wmem_strdup_printf(
        scope, "%s was refused in frame %u (%s) because %s had confirmed the same owner %s",
        name_instance(scope, lease->instance), lease->refused.reply,
        wording_status(scope, lease->refused_status), name_instance(scope, killer->instance),
        name_confirm(scope, killer));
}

static char *say_gap(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    account_gap gap = account_gap_after(lease);
    return wmem_strdup_printf(
        scope,
        "%s lost its lease in frame %u while it was fresh, and before the server gave it the "
        "next clientid in frame %u it gave %" G_GINT64_FORMAT
        " to nobody that the capture shows: another client was there",
        name_instance(scope, lease->instance), lease->refused.reply,
        lease->next_of_instance->issued.reply, gap.ids);
}

static char *say_race(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "%s identified itself in frame %u, but %s did so in frame %u before the first was "
        "confirmed, and the first was refused",
        name_instance(scope, lease->instance), lease->issued.call,
        name_instance(scope, lease->rival->instance), lease->rival->issued.call);
}

static char *say_clid_inuse(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope, "%s was refused with NFS4ERR_CLID_INUSE in frame %u because %s holds the owner%s",
        name_instance(scope, lease->newcomer), lease->newcomer_refused.reply,
        name_instance(scope, lease->instance),
        lease->newcomer_outlived ? ", and it went on working after that"
                                 : "; nothing tells a restart with other credentials from a "
                                   "second host");
}

static char *say_clone(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    return wmem_strdup_printf(
        scope,
        "two hosts have the owner and the verifier of %s: frame %u still asks for a clientid "
        "that was replaced from another address before",
        name_instance(scope, lease->instance), lease->clone_in);
}

static char *say_return(wmem_allocator_t *scope, const nfs4_lease *lease)
{
    const nfs4_lease *before = predecessor(lease);
    return wmem_strdup_printf(
        scope, "%s came back with its old verifier %s after %s had taken its place %s",
        name_instance(scope, lease->instance), name_confirm(scope, lease),
        name_instance(scope, before->instance), name_confirm(scope, before));
}

static char *say_start(wmem_allocator_t *scope, const nfs4_lease *lease, const char *relation)
{
    const nfs4_lease *next = successor(lease);
    return wmem_strdup_printf(
        scope, "%s began at %s, %s the last reply to %s at %s",
        name_instance(scope, next->instance), wording_time(scope, &next->instance->start), relation,
        name_instance(scope, lease->instance), wording_time(scope, &lease->last_heard));
}

static char *say_change(wmem_allocator_t *scope, const nfs4_lease *lease, const char *meaning)
{
    const nfs4_lease *next = successor(lease);
    return wmem_strdup_printf(
        scope, "%s took the place of %s %s: %s", name_instance(scope, next->instance),
        name_instance(scope, lease->instance), name_confirm(scope, next), meaning);
}

static char *say_first(wmem_allocator_t *scope, nfs4_evidence_kind kind, const nfs4_lease *lease)
{
    switch (kind) {
    case EVIDENCE_TAKEOVER_REFUSED:
        return say_refused(scope, lease);
    case EVIDENCE_RECURRENCE:
        return say_return(scope, lease);
    case EVIDENCE_CLOCK_OVERLAP:
        return say_start(scope, lease, "long before");
    case EVIDENCE_COUNTER_GAP:
        return say_gap(scope, lease);
    case EVIDENCE_RACE:
        return say_race(scope, lease);
    case EVIDENCE_CLID_INUSE:
        return say_clid_inuse(scope, lease);
    case EVIDENCE_CLONE:
        return say_clone(scope, lease);
    case EVIDENCE_RESTART:
        return say_start(scope, lease, "after");
    case EVIDENCE_SAME_PROGRAM:
        return say_change(scope, lease, "both speak on one connection, so one program plays both");
    case EVIDENCE_CHANGE:
        return say_change(scope, lease, "nothing tells a restart from a second host");
    default:
        return NULL;
    }
}

char *wording_evidence(wmem_allocator_t *scope, const nfs4_owner *owner, nfs4_evidence_kind kind)
{
    const nfs4_evidence *evidence = &owner->evidence[kind];
    if (evidence->kept == 0)
        return NULL;
    char *first = say_first(scope, kind, evidence->leases[0]);
    if (evidence->count == 1)
        return first;
    return wmem_strdup_printf(scope, "%s; %u times in all", first, evidence->count);
}

/* The frames of one case: who was there, who came, and what shows it. */
static void case_frames(nfs4_evidence_kind kind, const nfs4_lease *lease, uint32_t frames[3])
{
    frames[0] = lease->confirm.reply;
    switch (kind) {
    case EVIDENCE_RECURRENCE:
        frames[0] = lease->instance->first_in_order->confirm.reply;
        frames[1] = predecessor(lease)->confirm.reply;
        frames[2] = lease->confirm.reply;
        break;
    case EVIDENCE_COUNTER_GAP:
        frames[0] = lease->issued.reply;
        frames[1] = lease->refused.reply;
        frames[2] = lease->next_of_instance->issued.reply;
        break;
    case EVIDENCE_RACE:
        frames[0] = lease->issued.call;
        frames[1] = lease->rival->issued.call;
        frames[2] = 0;
        break;
    case EVIDENCE_CLID_INUSE:
        frames[1] = lease->newcomer_refused.reply;
        frames[2] = lease->newcomer_outlived ? lease->last_ok.reply : 0;
        break;
    case EVIDENCE_CLONE:
        frames[1] = lease->instance->current->confirm.reply;
        frames[2] = lease->clone_in;
        break;
    case EVIDENCE_TAKEOVER_REFUSED:
        frames[1] = successor(lease)->confirm.reply;
        frames[2] = lease->refused.reply;
        break;
    default:
        frames[1] = successor(lease)->confirm.reply;
        frames[2] = lease->last_ok.reply;
        break;
    }
}

static int compare_frames(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

uint32_t wording_evidence_frames(const nfs4_owner *owner, nfs4_evidence_kind kind,
                                 uint32_t frames[WORDING_FRAMES_MAX])
{
    const nfs4_evidence *evidence = &owner->evidence[kind];
    uint32_t count = 0, kept = 0;
    for (uint32_t i = 0; i < evidence->kept; i++, count += 3)
        case_frames(kind, evidence->leases[i], frames + count);
    qsort(frames, count, sizeof *frames, compare_frames);
    for (uint32_t i = 0; i < count; i++)
        if (frames[i] != 0 && (kept == 0 || frames[kept - 1] != frames[i]))
            frames[kept++] = frames[i];
    return kept;
}

/* ---- chains and advice ---------------------------------------------------- */

char *wording_chain(wmem_allocator_t *scope, const nfs4_chain *chain)
{
    const nfs4_lease *lease = chain->lease;
    nfs4_verdict grade;
    switch (verdict_of_chain(chain, &grade)) {
    case CAUSE_DUPLICATE_OWNER:
        if (lease->killer == NULL)
            return say_gap(scope, lease);
        return wmem_strdup_printf(
            scope, "%s presented the same client owner '%s' and confirmed it %s",
            wording_instance_hosts(scope, lease->killer->instance),
            wording_bytes(scope, lease->owner->bytes), name_confirm(scope, lease->killer));
    case CAUSE_CLIENT_RESTART:
        return wmem_strdup_printf(scope, "the client restarted: %s took its place %s",
                                  name_instance(scope, lease->killer->instance),
                                  name_confirm(scope, lease->killer));
    case CAUSE_FAILOVER:
        return wmem_strdup(scope, "another server answers at this address: it names another "
                                  "owner or scope than the one before");
    case CAUSE_ADMIN_REVOKED:
        return wmem_strdup(scope, "the server revoked state of this client; its lease lives on");
    case CAUSE_SERVER_RESTART:
        return wmem_strdup(scope, "the server restarted: it hands out clientids of a new epoch");
    case CAUSE_LEASE_EXPIRED:
        return wmem_strdup_printf(scope,
                                  "the client was silent for longer than the lease time of %u s",
                                  lease->server->lease_time);
    case CAUSE_REMOVED_BY_SERVER:
        return wmem_strdup(scope, "the server dropped a fresh lease, and gave no clientid to any "
                                  "other client in between: no second client did this");
    case CAUSE_SESSION_ONLY:
        return wmem_strdup(scope, "the server dropped the session; the clientid lives on");
    default:
        return wmem_strdup(scope, "the capture does not show why");
    }
}

char *wording_advice(wmem_allocator_t *scope, const nfs4_owner *owner)
{
    if (owner->verdict == VERDICT_UNDECIDED)
        return wmem_strdup(scope, "A longer capture at the server decides it: an instance that "
                                  "comes back, or is refused, is a second host.");
    if (!verdict_accuses(owner->verdict))
        return NULL;
    if (owner->form.kind != OWNER_FORM_LINUX)
        return wmem_strdup(scope, "Give each of these hosts a client owner of its own, then "
                                  "unmount everything from this server and mount again.");
    return wmem_strdup(
        scope,
        "Give each host a name of its own (hostnamectl set-hostname), or a uniquifier: echo "
        "\"options nfs nfs4_unique_id=$(uuidgen)\" > /etc/modprobe.d/nfsclient.conf. The owner "
        "is kept until the last mount of this server is gone: unmount all of them, or reboot.");
}
