/* story_verbs.c - what hosts and servers of a story can do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_verbs.h"

/* ---- hosts ---------------------------------------------------------------- */

story_host *web01(story *world, uint8_t last_byte, uint32_t minor)
{
    return story_new_host(world, "web01", last_byte, minor);
}

story_host *mounted(story *world, uint32_t minor)
{
    story_host *host = web01(world, 11, minor);
    mounts(host);
    return host;
}

/* ---- calls and replies ---------------------------------------------------- */

uint32_t marks_of(const nfs4_mark *mark)
{
    uint32_t count = 0;
    for (; mark != NULL; mark = mark->next)
        count++;
    return count;
}

nfs4_message begins_call(story_host *host)
{
    nfs4_message call = {.connection = host->connection,
                         .xid = ++host->xid,
                         .has_auth_sys = true,
                         .machine = host->name};
    set_address(&call.client.addr, AT_IPv4, 4, host->address);
    set_address(&call.server.addr, AT_IPv4, 4, host->server_address);
    call.client.port = host->port;
    call.server.port = 2049;
    call.compound.minorversion = host->minor;
    return call;
}

uint32_t answers(story_host *host, const nfs4_message *call, uint32_t opcode, uint32_t status)
{
    nfs4_message reply = begins_reply(call, status);
    puts_event(&reply, opcode);
    story_sends(host, &reply);
    return status;
}

/* ---- identity ------------------------------------------------------------- */

static uint8_t address_that_counts(const story_host *host)
{
    return host->server->layout == GANESHA ? host->server_address[3] : 0;
}

void sends_exchange_id(story_host *host, uint64_t verifier)
{
    nfs4_message call = begins_call(host);
    nfs4_event *event = puts_event(&call, OP_EXCHANGE_ID);
    event->u.exchange_id.verifier = verifier;
    event->u.exchange_id.owner = host->owner;
    story_sends(host, &call);

    bool known;
    host->clientid =
        server_identify(host->server, address_that_counts(host), host->owner, verifier, &known);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    event = puts_event(&reply, OP_EXCHANGE_ID);
    event->u.exchange_id.clientid = host->clientid;
    event->u.exchange_id.flags = known ? EXCHGID4_FLAG_CONFIRMED_R : 0;
    nfs4_bytes name = {(const uint8_t *)host->server->name, (uint32_t)strlen(host->server->name)};
    event->u.exchange_id.server_major = event->u.exchange_id.server_scope = name;
    story_sends(host, &reply);
}

uint32_t is_told_in_use(story_host *host)
{
    nfs4_message call = begins_call(host);
    nfs4_event *event = puts_event(&call, OP_EXCHANGE_ID);
    event->u.exchange_id.verifier = host->verifier;
    event->u.exchange_id.owner = host->owner;
    story_sends(host, &call);
    return answers(host, &call, OP_EXCHANGE_ID, NFS4ERR_CLID_INUSE);
}

void sends_setclientid(story_host *host, uint64_t verifier)
{
    nfs4_message call = begins_call(host);
    nfs4_event *event = puts_event(&call, OP_SETCLIENTID);
    event->u.setclientid.verifier = verifier;
    event->u.setclientid.id = host->owner;
    story_sends(host, &call);

    bool known;
    host->clientid =
        server_identify(host->server, address_that_counts(host), host->owner, verifier, &known);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    puts_event(&reply, OP_SETCLIENTID)->u.setclientid.clientid = host->clientid;
    story_sends(host, &reply);
}

uint32_t sends_create_session(story_host *host)
{
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_CREATE_SESSION)->u.create_session.clientid = host->clientid;
    story_sends(host, &call);

    if (!server_confirm(host->server, host->clientid))
        return answers(host, &call, OP_CREATE_SESSION, NFS4ERR_STALE_CLIENTID);
    server_open_session(host->server, host->clientid, host->sessionid);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    memcpy(puts_event(&reply, OP_CREATE_SESSION)->u.create_session.sessionid, host->sessionid,
           NFS4_SESSIONID_SIZE);
    story_sends(host, &reply);
    return NFS4_OK;
}

uint32_t sends_setclientid_confirm(story_host *host)
{
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_SETCLIENTID_CONFIRM)->u.setclientid_confirm.clientid = host->clientid;
    story_sends(host, &call);
    bool known = server_confirm(host->server, host->clientid);
    return answers(host, &call, OP_SETCLIENTID_CONFIRM, known ? NFS4_OK : NFS4ERR_STALE_CLIENTID);
}

uint32_t sends_destroy_session(story_host *host)
{
    nfs4_message call = begins_call(host);
    memcpy(puts_event(&call, OP_DESTROY_SESSION)->u.destroy_session.sessionid, host->sessionid,
           NFS4_SESSIONID_SIZE);
    story_sends(host, &call);
    bool known = server_drop_session(host->server, host->sessionid);
    return answers(host, &call, OP_DESTROY_SESSION, known ? NFS4_OK : NFS4ERR_BADSESSION);
}

void sends_destroy_clientid(story_host *host)
{
    nfs4_message call = begins_call(host);
    puts_event(&call, OP_DESTROY_CLIENTID)->u.clientid.clientid = host->clientid;
    story_sends(host, &call);
    bool known = server_drop(host->server, host->clientid);
    answers(host, &call, OP_DESTROY_CLIENTID, known ? NFS4_OK : NFS4ERR_STALE_CLIENTID);
}

/* ---- work ----------------------------------------------------------------- */

nfs4_message begins_sequence(story_host *host)
{
    nfs4_message call = begins_call(host);
    nfs4_event *event = puts_event(&call, OP_SEQUENCE);
    memcpy(event->u.sequence.sessionid, host->sessionid, NFS4_SESSIONID_SIZE);
    event->u.sequence.sequenceid = call.xid; /* one slot, which counts up with the xid */
    return call;
}

uint32_t ends_sequence(story_host *host, nfs4_message *call, uint32_t status)
{
    story_sends(host, call);
    if (server_session(host->server, call->compound.events[0].u.sequence.sessionid) == NULL)
        return answers(host, call, OP_SEQUENCE, NFS4ERR_BADSESSION);
    nfs4_message reply = begins_reply(call, status);
    nfs4_event *event = puts_event(&reply, OP_SEQUENCE);
    event->status = NFS4_OK;
    memcpy(event->u.sequence.sessionid, call->compound.events[0].u.sequence.sessionid,
           NFS4_SESSIONID_SIZE);
    if (nfs4_compound_has(&call->compound, OP_PUTROOTFH) &&
        nfs4_compound_has(&call->compound, OP_GETATTR))
        puts_event(&reply, OP_GETATTR)->u.getattr.lease_time = host->server->lease_time;
    memcpy(reply.compound.ops_seen, call->compound.ops_seen, sizeof reply.compound.ops_seen);
    reply.compound.last_op = call->compound.last_op;
    story_sends(host, &reply);
    return status;
}

uint32_t sends_on_session(story_host *host, uint32_t opcode, uint32_t status)
{
    nfs4_message call = begins_sequence(host);
    puts_op(&call, OP_PUTFH);
    puts_op(&call, opcode);
    return ends_sequence(host, &call, status);
}

uint32_t asks_lease_time(story_host *host)
{
    nfs4_message call = begins_sequence(host);
    puts_op(&call, OP_PUTROOTFH);
    puts_op(&call, OP_GETATTR);
    return ends_sequence(host, &call, NFS4_OK);
}

uint32_t completes_reclaim(story_host *host)
{
    nfs4_message call = begins_sequence(host);
    puts_event(&call, OP_RECLAIM_COMPLETE);
    return ends_sequence(host, &call, NFS4_OK);
}

uint32_t binds_connection(story_host *host)
{
    nfs4_message call = begins_call(host);
    memcpy(puts_event(&call, OP_BIND_CONN_TO_SESSION)->u.bind_conn.sessionid, host->sessionid,
           NFS4_SESSIONID_SIZE);
    story_sends(host, &call);
    if (server_session(host->server, host->sessionid) == NULL)
        return answers(host, &call, OP_BIND_CONN_TO_SESSION, NFS4ERR_BADSESSION);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    memcpy(puts_event(&reply, OP_BIND_CONN_TO_SESSION)->u.bind_conn.sessionid, host->sessionid,
           NFS4_SESSIONID_SIZE);
    story_sends(host, &reply);
    return NFS4_OK;
}

uint32_t is_out_of_order(story_host *host)
{
    nfs4_message call = begins_sequence(host);
    story_sends(host, &call);
    return answers(host, &call, OP_SEQUENCE, NFS4ERR_SEQ_MISORDERED);
}

uint32_t renews_session(story_host *host)
{
    nfs4_message call = begins_sequence(host);
    return ends_sequence(host, &call, NFS4_OK);
}

uint32_t reclaims_open(story_host *host)
{
    nfs4_message call = begins_sequence(host);
    puts_op(&call, OP_PUTFH);
    puts_event(&call, OP_OPEN)->u.open.claim = CLAIM_PREVIOUS;
    return ends_sequence(host, &call, host->server->in_grace ? NFS4_OK : NFS4ERR_NO_GRACE);
}

uint32_t sends_with_clientid(story_host *host, uint32_t opcode)
{
    nfs4_message call = begins_call(host);
    nfs4_event *event = puts_event(&call, opcode);
    if (opcode == OP_RENEW)
        event->u.clientid.clientid = host->clientid;
    else
        event->u.open.clientid = host->clientid;
    story_sends(host, &call);
    return answers(host, &call, opcode,
                   server_knows(host->server, host->clientid)
                       ? NFS4_OK
                       : server_lost_status(host->server, host->clientid));
}

/* ---- the verbs of the stories --------------------------------------------- */

uint32_t tries(story_host *host)
{
    return host->minor > 0 ? sends_on_session(host, OP_ACCESS, NFS4_OK)
                           : sends_with_clientid(host, OP_OPEN);
}

void identifies(story_host *host)
{
    if (host->minor > 0) {
        sends_exchange_id(host, host->verifier);
        sends_create_session(host);
    } else {
        sends_setclientid(host, host->verifier);
        sends_setclientid_confirm(host);
    }
}

void sets_up(story_host *host)
{
    if (host->minor == 0)
        return;
    asks_lease_time(host);
    if (host->has_open_file)
        reclaims_open(host);
    completes_reclaim(host);
}

void mounts(story_host *host)
{
    if (host->minor > 0)
        sends_exchange_id(host, host->verifier);
    else
        identifies(host);
    identifies(host);
    sets_up(host);
}

void recovers(story_host *host)
{
    if (host->minor > 0) {
        sends_destroy_session(host);
        if (sends_create_session(host) == NFS4_OK)
            return;
    }
    identifies(host);
    sets_up(host);
}

void accesses(story_host *host)
{
    for (int i = 0; i < 4 && tries(host) != NFS4_OK; i++)
        recovers(host);
}

void unmounts(story_host *host)
{
    if (host->minor > 0) {
        sends_destroy_session(host);
        sends_destroy_clientid(host);
    }
    seconds_pass(host->world, 1);
}

void crashes_and_boots(story_host *host)
{
    seconds_pass(host->world, 60);
    boots(host);
}

void restarts(story *world, story_server *server)
{
    seconds_pass(world, 5);
    server_restart(server, (uint32_t)(world->now / SECOND));
    seconds_pass(world, 5);
}

void is_moved_to(story_host *host, story_server *server)
{
    host->server = server;
}

void is_expired(story_host *host)
{
    g_assert_true(server_drop(host->server, host->clientid));
}

void is_flagged(story_host *host, uint32_t flags)
{
    nfs4_message call = begins_sequence(host);
    story_sends(host, &call);
    nfs4_message reply = begins_reply(&call, NFS4_OK);
    nfs4_event *event = puts_event(&reply, OP_SEQUENCE);
    memcpy(event->u.sequence.sessionid, host->sessionid, NFS4_SESSIONID_SIZE);
    event->u.sequence.status_flags = flags;
    story_sends(host, &reply);
}

void loses_session(story_host *host)
{
    g_assert_true(server_drop_session(host->server, host->sessionid));
}
