/* pending.h - calls that wait for their replies
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark pairs an xid that is used again with the first call on the
 * connection; here the last call counts. A call that is repeated before it was
 * answered (same xid, same operations) is one call, sent at the time of the first.
 */
#ifndef NFS4SESS_PENDING_H
#define NFS4SESS_PENDING_H

#include "types.h"

/* What the reply needs to know of its call. The bytes are owned by the call. */
typedef struct nfs4_call {
    uint64_t key;   /* connection << 32 | xid */
    bool is_mapped; /* the map has it */
    struct nfs4_call *older, *newer;
    nfs4_connection *connection; /* set by whoever adds it */
    uint32_t refused_with;       /* status of an identification that was refused too early to be
                                    placed, see identity_waits; 0 for none */
    nfs4_moment refused;         /* the same */
    nfs4_lease *stand_in;        /* of an identification that had no answer when somebody asked */
    uint32_t frame;
    nstime_t when;
    uint32_t minorversion;
    bool follows; /* 4.0: the call before it was answered, and its xid is the one behind that */
    uint64_t ops_seen[2];
    bool has_sequence, has_bind, has_destroy_session;
    uint8_t sessionid[NFS4_SESSIONID_SIZE]; /* of the SEQUENCE or BIND_CONN_TO_SESSION */
    uint32_t slotid, sequenceid;            /* of the SEQUENCE; without one, the latter is that
                                               of the CREATE_SESSION */
    uint8_t destroyed[NFS4_SESSIONID_SIZE]; /* of the DESTROY_SESSION */
    bool has_identity;                      /* EXCHANGE_ID or SETCLIENTID */
    uint64_t verifier;
    nfs4_bytes owner;
    nfs4_bytes implementation, domain;
    bool
        wants_protection; /* EXCHANGE_ID: of its state, by its principal (SP4_MACH_CRED, SP4_SSV) */
    bool has_machine;     /* AUTH_SYS of the RPC, or of CREATE_SESSION's callback */
    nfs4_bytes machine;
    bool has_clientid; /* of CREATE_SESSION, SETCLIENTID_CONFIRM, RENEW, OPEN, ... */
    uint64_t clientid;
    bool has_stateid;
    nfs4_stateid stateid;
    uint32_t file;         /* hash of the first filehandle */
    uint64_t locked;       /* LOCK: the file, see key_handle; 0 for none */
    nfs4_bytes name;       /* of the file that a GETFH asks for, len 0 where it is not known */
    uint32_t given_up_by;  /* CLOSE, LOCKU, DELEGRETURN, FREE_STATEID: the first; 0 for none */
    nfs4_stateid given_up; /* of that */
    bool gives_up_all;     /* LOCKU: to the end of the file from its beginning */
    uint32_t open_claim;   /* of the first OPEN, UINT32_MAX where there is none */
    bool lock_reclaim;
} nfs4_call;

typedef struct {
    nfs4_store *store;
    wmem_map_t *by_key; /* connection and xid -> nfs4_call; the newest need not be there */
    nfs4_call *oldest, *newest;
    nfs4_call *spare; /* answered, to be used again; linked by `newer` */
    uint32_t count;
} nfs4_pending;

/* Prepares an empty room in `store`, which must outlive it. */
void pending_init(nfs4_pending *pending, nfs4_store *store);

/* Remembers a call and returns it, or NULL where it is one that was sent again. Of
 * more than 65536 that wait, the oldest is forgotten. */
nfs4_call *pending_add(nfs4_pending *pending, const nfs4_message *message);

/* The call that the next one makes room for, NULL for none. */
nfs4_call *pending_next_forgotten(const nfs4_pending *pending);

/* The call that this reply answers, or NULL. It stays valid until pending_done. */
nfs4_call *pending_find(const nfs4_pending *pending, const nfs4_message *message);

/* The call was answered: forgets it. NULL is allowed. */
void pending_done(nfs4_pending *pending, nfs4_call *call);

/* true if the call held an operation with this opcode (at most 127) */
static inline bool pending_has(const nfs4_call *call, uint32_t opcode)
{
    return (call->ops_seen[opcode / 64] >> (opcode % 64) & 1) != 0;
}

/* true if the call confirms a clientid */
static inline bool pending_is_confirm(const nfs4_call *call)
{
    return pending_has(call, OP_CREATE_SESSION) || pending_has(call, OP_SETCLIENTID_CONFIRM);
}

#endif
