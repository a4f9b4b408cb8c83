/* wording_trouble.c - clients that do not get on: what, why, and what to do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sources stand in RULES.md, at the kind of trouble.
 */
#include "compat.h"

#include <epan/proto.h>

#include "wording.h"
#include "wording_trouble.h"
#include "words_trouble.h"

#include "model/trouble/kinds.h"

/* What Wireshark calls a value of one of its fields; NULL for nothing. */
static const char *wireshark_name(const char *field, uint32_t value)
{
    const header_field_info *info = proto_registrar_get_byname(field);
    if (info == NULL || info->strings == NULL)
        return NULL;
    if (info->display & BASE_EXT_STRING)
        return try_val_to_str_ext(value, (value_string_ext *)info->strings);
    return try_val_to_str(value, (const value_string *)info->strings);
}

char *wording_operation(wmem_allocator_t *scope, uint32_t operation)
{
    const char *name = operation == 0 ? "COMPOUND" : wireshark_name("nfs.opcode", operation);
    return name != NULL ? wmem_strdup(scope, name)
                        : wmem_strdup_printf(scope, "operation %u", operation);
}

char *wording_any_status(wmem_allocator_t *scope, uint32_t status)
{
    const char *name = wireshark_name("nfs.nfsstat4", status);
    return name != NULL ? wmem_strdup(scope, name) : wording_status(scope, status);
}

char *wording_trouble_status(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    if (trouble->kind == TROUBLE_FLAG)
        return wmem_strdup(scope, words_flag(trouble->detail.flag.bit));
    return wording_any_status(scope, trouble->status);
}

char *wording_trouble(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const trouble_words *words = words_of_trouble(trouble->kind);
    nstime_t span = trouble_span(trouble);
    if (words != NULL)
        return words->what(scope, trouble);
    return wmem_strdup_printf(scope, "%s was refused %u times in %.0f s with %s",
                              wording_operation(scope, trouble->operation), trouble->count,
                              nstime_to_sec(&span), wording_trouble_status(scope, trouble));
}

/* ---- why ------------------------------------------------------------------ */

static char *why_misordered(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const char *hangs = "what waits for this slot hangs";
    if (!trouble->has_expected)
        return wmem_strdup_printf(scope,
                                  "client and server disagree about the sequence number of a slot, "
                                  "and neither gives way; %s",
                                  hangs);
    if (trouble->blame == BLAME_SERVER)
        return wmem_strdup_printf(scope,
                                  "the client sent sequence number %u, which follows the last one "
                                  "that worked on this slot, and the server holds another; %s",
                                  trouble->asked, hangs);
    return wmem_strdup_printf(scope,
                              "the client sent sequence number %u on a slot where, by the requests "
                              "captured, %u follows; %s",
                              trouble->asked, trouble->expected, hangs);
}

static char *why_slot(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    switch (trouble->status) {
    case NFS4ERR_SEQ_MISORDERED:
        return why_misordered(scope, trouble);
    case NFS4ERR_SEQ_FALSE_RETRY:
        return wmem_strdup(scope, "the client sent another request with the slot and sequence "
                                  "number of an earlier one");
    case NFS4ERR_RETRY_UNCACHED_REP:
        return wmem_strdup(scope,
                           "the client asks for the answer to a request that it had told the "
                           "server not to keep; the request was done, and the client has to go on "
                           "with the next sequence number");
    default:
        return wmem_strdup(scope, "the client uses a slot that the session does not have");
    }
}

static char *why_confirm(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    if (trouble->has_expected && trouble->blame != BLAME_SERVER)
        return wmem_strdup_printf(scope,
                                  "the client sent csa_sequence %u where EXCHANGE_ID had given %u; "
                                  "without a session it cannot mount",
                                  trouble->asked, trouble->expected);
    if (trouble->has_expected)
        return wmem_strdup_printf(
            scope,
            "the client sent csa_sequence %u as EXCHANGE_ID had given it, and "
            "the server refused that; without a session it cannot mount",
            trouble->asked);
    if (trouble->status == NFS4ERR_STALE_CLIENTID)
        return wmem_strdup(scope, "the server does not know the clientid that this address gave "
                                  "out: another server may answer behind it, or another client of "
                                  "this owner replaced it");
    return wmem_strdup(scope, "the server confirms no clientid of this client, so that it cannot "
                              "mount");
}

static const nfs4_instance *instance_of(const nfs4_trouble *trouble)
{
    const nfs4_instance *instance = trouble->connection->instance;
    return instance != NULL && instance->rejections.status == trouble->status ? instance : NULL;
}

static char *why_identification(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const nfs4_instance *instance = instance_of(trouble);
    const char *why = instance != NULL ? wording_refused_why(instance) : NULL;
    if (why != NULL)
        return wmem_strdup(scope, why);
    switch (trouble->status) {
    case NFS4ERR_NOENT:
        return wmem_strdup(scope, "the client updates a record that the server does not have");
    case NFS4ERR_NOT_SAME:
        return wmem_strdup(scope, "the client updates a record that holds another verifier: its "
                                  "own from before a restart, or that of another host");
    case NFS4ERR_PERM:
        return wmem_strdup(scope, "the client updates a record that belongs to other credentials");
    default:
        return wmem_strdup(scope, "the server does not take the identification, so that the "
                                  "client cannot mount");
    }
}

static char *why_grace(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    if (trouble->blame == BLAME_CLIENT)
        return wmem_strdup(scope,
                           "this capture shows no RECLAIM_COMPLETE for the lease, and until it "
                           "comes a server may refuse new opens and locks so, long after its grace "
                           "time");
    return wmem_strdup(scope, "the server refuses new opens and locks as in its grace time, for "
                              "longer than any grace time lasts");
}

static const char *why_state(const nfs4_trouble *trouble)
{
    switch (trouble->status) {
    case NFS4ERR_ADMIN_REVOKED:
        return "the server's administrator revoked the open or lock, and the client goes on with "
               "it";
    case NFS4ERR_DELEG_REVOKED:
        return "the server revoked the delegation, because it was not returned in time, and the "
               "client goes on with it";
    case NFS4ERR_EXPIRED:
        return "the open or lock ended with its lease, and the client goes on with it";
    case NFS4ERR_BAD_SEQID:
        return "client and server disagree about the sequence number of an open or lock owner";
    default:
        return "the server does not know the open, lock or delegation, and the client goes on "
               "with it instead of opening the file again";
    }
}

static const char *why_by_kind(const nfs4_trouble *trouble)
{
    switch (trouble->kind) {
    case TROUBLE_SESSION:
        return "the server does not know the session or clientid that the client names, and the "
               "client goes on with it instead of asking for another";
    case TROUBLE_RECLAIM:
        return "the client reclaims what the server does not give back any more; it has to open "
               "the file anew";
    case TROUBLE_STATE:
        return why_state(trouble);
    case TROUBLE_CALLBACK:
        return "the server has no way back to the client, so that it can recall nothing and "
               "grants no delegation; the client renews its lease, and gives the server no new "
               "way (SETCLIENTID with another callback address)";
    case TROUBLE_DELAY:
        return "the server puts the client off for longer than it may wait for a client that "
               "holds a delegation or lock: it waits for something else, as a disk, a recall that "
               "nobody answers, or itself";
    default:
        return "the server refuses the request itself, and the client repeats it unchanged";
    }
}

char *wording_trouble_reason(wmem_allocator_t *scope, const nfs4_trouble *trouble)
{
    const trouble_words *words = words_of_trouble(trouble->kind);
    if (words != NULL)
        return words->why != NULL ? words->why(scope, trouble)
                                  : wmem_strdup(scope, words->why_always);
    switch (trouble->kind) {
    case TROUBLE_SLOT:
        return why_slot(scope, trouble);
    case TROUBLE_CONFIRM:
        return why_confirm(scope, trouble);
    case TROUBLE_IDENTIFICATION:
        return why_identification(scope, trouble);
    case TROUBLE_GRACE:
        return why_grace(scope, trouble);
    default:
        return wmem_strdup(scope, why_by_kind(trouble));
    }
}

const char *wording_blame(nfs4_blame blame)
{
    static const char *const words[] = {
        [BLAME_UNKNOWN] = NULL, [BLAME_CLIENT] = "client", [BLAME_SERVER] = "server"};
    return words[blame];
}

/* ---- what to do ----------------------------------------------------------- */

#define REMOUNT "unmount and mount again (or restart the client) to get it going; "

static const char *advice_by_blame(const nfs4_trouble *trouble)
{
    switch (trouble->blame) {
    case BLAME_CLIENT:
        return REMOUNT "then update the client, and show these frames to its maker.";
    case BLAME_SERVER:
        return REMOUNT "then see the server's log, update the server, and show these frames to "
                       "its maker.";
    default:
        return REMOUNT "see the server's log at the time of the first frame.";
    }
}

static const char *advice_for_identification(uint32_t status)
{
    switch (status) {
    case NFS4ERR_CLID_INUSE:
        return "ask the server who holds the owner (Linux: /proc/fs/nfsd/clients); if it is this "
               "host with earlier credentials, wait for a lease time or expire it there, and keep "
               "one principal; if it is another host, give each an owner of its own.";
    case NFS4ERR_MINOR_VERS_MISMATCH:
        return "mount with a version that the server speaks (vers=4.0, 4.1, 4.2), or enable this "
               "one at the server.";
    default:
        return "see the server's log; restart the client, so that it identifies itself anew.";
    }
}

const char *wording_trouble_advice(const nfs4_trouble *trouble)
{
    const trouble_words *words = words_of_trouble(trouble->kind);
    if (words != NULL)
        return words->advice != NULL ? words->advice(trouble) : words->advice_always;
    switch (trouble->kind) {
    case TROUBLE_IDENTIFICATION:
        return advice_for_identification(trouble->status);
    case TROUBLE_GRACE:
        if (trouble->blame == BLAME_CLIENT)
            return REMOUNT "then update the client: it has to send RECLAIM_COMPLETE.";
        return "see the server's log for its grace time: a server that restarts again and again, "
               "a cluster of which a node is missing, or recovery storage that fails.";
    case TROUBLE_STATE:
    case TROUBLE_RECLAIM:
        return "restart the program that uses the file, so that it opens it again; if the client "
               "goes on asking, unmount and mount again.";
    case TROUBLE_CALLBACK:
        return "see whether a firewall or NAT keeps the server from the callback address of the "
               "client (mount option clientaddr=); NFSv4.1 and later call back on the client's "
               "own connection.";
    case TROUBLE_DELAY:
        return "see the server's log and its storage; look for a client that holds the file and "
               "answers no recall.";
    default:
        return advice_by_blame(trouble);
    }
}
