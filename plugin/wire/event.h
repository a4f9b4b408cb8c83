/* event.h - what the wire said: one COMPOUND, call or reply, as facts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The reader (compound_reader.h) fills these structs, the model (model.h) takes
 * them. Nothing here says what a fact means, and nothing here knows a packet of
 * Wireshark: addresses, nstime_t and integers only.
 *
 * Integers are in host order. A 64-bit identifier (clientid, verifier) is the
 * big-endian reading of its eight wire bytes, as Wireshark shows nfs.clientid.
 * Names of operations, claims and flags are those of RFC 7530, 8881, 7862, 8276.
 */
#ifndef NFS4SESS_EVENT_H
#define NFS4SESS_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include <epan/address.h>
#include <wsutil/nstime.h>

#define NFS4_SESSIONID_SIZE 16
#define NFS4_OTHER_SIZE 12
#define NFS4_FHSIZE 128

/* nfs_opnum4, RFC 8881 section 16.2, RFC 7862 section 15, RFC 8276 section 8.2 */
enum {
    OP_ACCESS = 3,
    OP_CLOSE = 4,
    OP_COMMIT = 5,
    OP_CREATE = 6,
    OP_DELEGPURGE = 7,
    OP_DELEGRETURN = 8,
    OP_GETATTR = 9,
    OP_GETFH = 10,
    OP_LINK = 11,
    OP_LOCK = 12,
    OP_LOCKT = 13,
    OP_LOCKU = 14,
    OP_LOOKUP = 15,
    OP_LOOKUPP = 16,
    OP_NVERIFY = 17,
    OP_OPEN = 18,
    OP_OPENATTR = 19,
    OP_OPEN_CONFIRM = 20,
    OP_OPEN_DOWNGRADE = 21,
    OP_PUTFH = 22,
    OP_PUTPUBFH = 23,
    OP_PUTROOTFH = 24,
    OP_READ = 25,
    OP_READDIR = 26,
    OP_READLINK = 27,
    OP_REMOVE = 28,
    OP_RENAME = 29,
    OP_RENEW = 30,
    OP_RESTOREFH = 31,
    OP_SAVEFH = 32,
    OP_SECINFO = 33,
    OP_SETATTR = 34,
    OP_SETCLIENTID = 35,
    OP_SETCLIENTID_CONFIRM = 36,
    OP_VERIFY = 37,
    OP_WRITE = 38,
    OP_RELEASE_LOCKOWNER = 39,
    OP_BACKCHANNEL_CTL = 40,
    OP_BIND_CONN_TO_SESSION = 41,
    OP_EXCHANGE_ID = 42,
    OP_CREATE_SESSION = 43,
    OP_DESTROY_SESSION = 44,
    OP_FREE_STATEID = 45,
    OP_GET_DIR_DELEGATION = 46,
    OP_GETDEVICEINFO = 47,
    OP_GETDEVICELIST = 48,
    OP_LAYOUTCOMMIT = 49,
    OP_LAYOUTGET = 50,
    OP_LAYOUTRETURN = 51,
    OP_SECINFO_NO_NAME = 52,
    OP_SEQUENCE = 53,
    OP_SET_SSV = 54,
    OP_TEST_STATEID = 55,
    OP_WANT_DELEGATION = 56,
    OP_DESTROY_CLIENTID = 57,
    OP_RECLAIM_COMPLETE = 58,
    OP_ALLOCATE = 59,
    OP_COPY = 60,
    OP_COPY_NOTIFY = 61,
    OP_DEALLOCATE = 62,
    OP_IO_ADVISE = 63,
    OP_LAYOUTERROR = 64,
    OP_LAYOUTSTATS = 65,
    OP_OFFLOAD_CANCEL = 66,
    OP_OFFLOAD_STATUS = 67,
    OP_READ_PLUS = 68,
    OP_SEEK = 69,
    OP_WRITE_SAME = 70,
    OP_CLONE = 71,
    OP_GETXATTR = 72,
    OP_SETXATTR = 73,
    OP_LISTXATTRS = 74,
    OP_REMOVEXATTR = 75,
    OP_LAST_KNOWN = OP_REMOVEXATTR,
    OP_ILLEGAL = 10044
};

/* nfsstat4, RFC 8881 section 15.1: those that this project asks about */
enum {
    NFS4_OK = 0,
    NFS4ERR_PERM = 1,
    NFS4ERR_NOENT = 2,
    NFS4ERR_SERVERFAULT = 10006,
    NFS4ERR_DELAY = 10008,
    NFS4ERR_DENIED = 10010,
    NFS4ERR_EXPIRED = 10011,
    NFS4ERR_GRACE = 10013,
    NFS4ERR_CLID_INUSE = 10017,
    NFS4ERR_RESOURCE = 10018,
    NFS4ERR_MINOR_VERS_MISMATCH = 10021,
    NFS4ERR_STALE_CLIENTID = 10022,
    NFS4ERR_STALE_STATEID = 10023,
    NFS4ERR_OLD_STATEID = 10024,
    NFS4ERR_BAD_STATEID = 10025,
    NFS4ERR_BAD_SEQID = 10026,
    NFS4ERR_NOT_SAME = 10027,
    NFS4ERR_NO_GRACE = 10033,
    NFS4ERR_RECLAIM_BAD = 10034,
    NFS4ERR_RECLAIM_CONFLICT = 10035,
    NFS4ERR_BADXDR = 10036,
    NFS4ERR_ADMIN_REVOKED = 10047,
    NFS4ERR_CB_PATH_DOWN = 10048,
    NFS4ERR_BADLAYOUT = 10050,
    NFS4ERR_BADSESSION = 10052,
    NFS4ERR_BADSLOT = 10053,
    NFS4ERR_COMPLETE_ALREADY = 10054,
    NFS4ERR_CONN_NOT_BOUND_TO_SESSION = 10055,
    NFS4ERR_SEQ_MISORDERED = 10063,
    NFS4ERR_REQ_TOO_BIG = 10065,
    NFS4ERR_REP_TOO_BIG = 10066,
    NFS4ERR_REP_TOO_BIG_TO_CACHE = 10067,
    NFS4ERR_RETRY_UNCACHED_REP = 10068,
    NFS4ERR_TOO_MANY_OPS = 10070,
    NFS4ERR_OP_NOT_IN_SESSION = 10071,
    NFS4ERR_SEQ_FALSE_RETRY = 10076,
    NFS4ERR_BAD_HIGH_SLOT = 10077,
    NFS4ERR_DEADSESSION = 10078,
    NFS4ERR_WRONG_CRED = 10082,
    NFS4ERR_DELEG_REVOKED = 10087
};

/* EXCHANGE_ID flags, RFC 8881 section 18.35.1 */
#define EXCHGID4_FLAG_UPD_CONFIRMED_REC_A 0x40000000u
#define EXCHGID4_FLAG_CONFIRMED_R 0x80000000u

/* SEQUENCE status flags, RFC 8881 section 18.46.3 */
#define SEQ4_STATUS_EXPIRED_ALL_STATE_REVOKED 0x8u
#define SEQ4_STATUS_EXPIRED_SOME_STATE_REVOKED 0x10u

/* open_claim_type4, RFC 8881 section 18.16.1 */
enum {
    CLAIM_NULL = 0,
    CLAIM_PREVIOUS = 1,
    CLAIM_DELEGATE_CUR = 2,
    CLAIM_DELEGATE_PREV = 3,
    CLAIM_FH = 4
};

/* open_delegation_type4, RFC 8881 section 18.16.2; those of RFC 9754 carry attributes */
enum {
    OPEN_DELEGATE_READ = 1,
    OPEN_DELEGATE_WRITE = 2,
    OPEN_DELEGATE_READ_ATTRS = 4,
    OPEN_DELEGATE_WRITE_ATTRS = 5
};

/* Bytes inside the message that was read. They live as long as the message:
 * whoever keeps them copies them. len may be 0; data is then unspecified. */
typedef struct {
    const uint8_t *data;
    uint32_t len;
} nfs4_bytes;

/* stateid4, RFC 8881 section 3.3.12 */
typedef struct {
    uint32_t seqid;
    uint8_t other[NFS4_OTHER_SIZE];
} nfs4_stateid;

/* One operation that the model wants to know about. `status` is NFS4_OK in a
 * call. The body named after the operation holds the arguments in a call and the
 * results in a reply; results are there only where `status` is NFS4_OK or the
 * body's comment says otherwise. */
typedef struct {
    uint32_t opcode;
    uint32_t status;
    union {
        struct {                     /* EXCHANGE_ID, RFC 8881 section 18.35 */
            uint64_t verifier;       /* call: co_verifier */
            nfs4_bytes owner;        /* call: co_ownerid */
            uint64_t clientid;       /* reply */
            uint32_t sequenceid;     /* reply: eir_sequenceid */
            uint32_t flags;          /* both */
            uint32_t state_protect;  /* call: state_protect_how4 */
            nfs4_bytes server_major; /* reply: so_major_id */
            nfs4_bytes server_scope; /* reply */
            nfs4_bytes impl_domain;  /* both: nii_domain of the first nfs_impl_id4 */
            nfs4_bytes impl_name;    /* both: nii_name */
        } exchange_id;
        struct {                /* CREATE_SESSION, section 18.36 */
            uint64_t clientid;  /* call */
            uint32_t sequence;  /* call: csa_sequence */
            nfs4_bytes machine; /* call: machinename of the AUTH_SYS entry in csa_sec_parms */
            uint8_t sessionid[NFS4_SESSIONID_SIZE]; /* reply */
        } create_session;
        struct {                                    /* DESTROY_SESSION, section 18.37 */
            uint8_t sessionid[NFS4_SESSIONID_SIZE]; /* call */
        } destroy_session;
        struct {                                    /* BIND_CONN_TO_SESSION, section 18.34 */
            uint8_t sessionid[NFS4_SESSIONID_SIZE]; /* both */
        } bind_conn;
        struct {                                    /* SEQUENCE, section 18.46 */
            uint8_t sessionid[NFS4_SESSIONID_SIZE]; /* both */
            uint32_t sequenceid;                    /* both */
            uint32_t slotid;                        /* both */
            uint32_t status_flags;                  /* reply */
            uint32_t slots; /* reply: that the client may use, by both highest slotids */
        } sequence;
        struct {               /* DESTROY_CLIENTID (18.50), RENEW, DELEGPURGE, RELEASE_LOCKOWNER */
            uint64_t clientid; /* call */
        } clientid;
        struct {                  /* SETCLIENTID, RFC 7530 section 16.33 */
            uint64_t verifier;    /* call */
            nfs4_bytes id;        /* call */
            uint64_t clientid;    /* reply */
            nfs4_bytes used_addr; /* reply with CLID_INUSE: of client_using */
        } setclientid;
        struct {               /* SETCLIENTID_CONFIRM, section 16.34 */
            uint64_t clientid; /* call */
        } setclientid_confirm;
        struct {                      /* OPEN, RFC 8881 section 18.16 */
            uint64_t clientid;        /* call: open_owner4.clientid */
            uint32_t claim;           /* call: open_claim_type4; UINT32_MAX where it was cut off */
            nfs4_stateid stateid;     /* reply */
            uint32_t delegation_type; /* reply: open_delegation_type4 */
            nfs4_stateid delegation;  /* reply: zeros where none was granted */
        } open;
        struct {                  /* LOCK, section 18.10 */
            bool reclaim;         /* call */
            bool new_owner;       /* call: the arm with a lock_owner4 */
            uint64_t clientid;    /* call: lock_owner4.clientid, where new_owner */
            nfs4_stateid stateid; /* reply */
        } lock;
        struct {                  /* LOCKU, section 18.12 */
            nfs4_stateid stateid; /* call */
            uint64_t offset;      /* call */
            uint64_t length;      /* call: all ones for "to the end" */
        } locku;
        struct {                  /* CLOSE, section 18.2 */
            nfs4_stateid stateid; /* call */
        } close;
        struct {            /* TEST_STATEID, section 18.48 */
            uint32_t count; /* both */
            uint32_t bad;   /* reply: results that are not NFS4_OK */
        } test_stateid;
        struct {                  /* FREE_STATEID (18.38), DELEGRETURN */
            nfs4_stateid stateid; /* call */
        } stateid;
        struct {                 /* GETATTR, only where the reply holds attribute 10 */
            uint32_t lease_time; /* reply: seconds */
        } getattr;
    } u;
} nfs4_event;

#define NFS4_MAX_EVENTS 32

/* Why the reading of a compound ended. */
typedef enum {
    NFS4_END_COMPLETE,   /* all operations that it announces were read */
    NFS4_END_TRUNCATED,  /* the bytes ended inside an operation */
    NFS4_END_UNKNOWN_OP, /* an operation whose form is not known */
    NFS4_END_MALFORMED   /* a value that XDR or the operation forbids */
} nfs4_end;

/* One COMPOUND, call or reply (RFC 8881 section 16.1, 16.2). */
typedef struct {
    bool is_reply;
    uint32_t minorversion; /* call only */
    uint32_t status;       /* reply only */
    uint32_t op_count;     /* as announced */
    uint32_t ops_read;     /* operations whose opcode (and in a reply, status) was read */
    uint32_t first_op;     /* opcode of the first, 0 where none was read */
    uint32_t
        last_op; /* opcode of the last one read; where status is an error, the one that failed */
    uint64_t ops_seen[2]; /* bit N of the 128: an operation with opcode N is there */
    nfs4_end end;
    nfs4_bytes file;      /* the first filehandle, len 0 for none: of a call's PUTFH, of a reply's
                             GETFH */
    nfs4_bytes name;      /* call: what the file of its first GETFH was looked up or opened by,
                             len 0 for nothing; without a GETFH, whatever was named last */
    bool name_is_asked;   /* call: there was a GETFH */
    bool has_stateid;     /* call: a stateid that is not one of the special ones */
    nfs4_stateid stateid; /* call: the first such stateid */
    uint32_t event_count;
    nfs4_event events[NFS4_MAX_EVENTS];
} nfs4_compound;

/* true if the compound holds an operation with this opcode (at most 127) */
static inline bool nfs4_compound_has(const nfs4_compound *compound, uint32_t opcode)
{
    return opcode < 128 && (compound->ops_seen[opcode / 64] >> (opcode % 64) & 1) != 0;
}

/* The first event of this opcode, or NULL. Owned by the compound. */
static inline const nfs4_event *nfs4_compound_event(const nfs4_compound *compound, uint32_t opcode)
{
    if (!nfs4_compound_has(compound, opcode))
        return NULL;
    for (uint32_t i = 0; i < compound->event_count; i++)
        if (compound->events[i].opcode == opcode)
            return &compound->events[i];
    return NULL;
}

/* One end of a connection. */
typedef struct {
    address addr; /* borrowed for the time of the call */
    uint32_t port;
} nfs4_endpoint;

/* One COMPOUND with what its packet and its RPC header say around it. */
typedef struct {
    uint32_t frame;
    nstime_t when;       /* since the epoch, the capture's clock */
    uint32_t connection; /* one number per transport connection, of the capturing program */
    nfs4_endpoint client;
    nfs4_endpoint server;
    const address *client_link; /* hardware address on the client's side of the frame, that of
                                   the client or of a router; type AT_NONE or NULL for none;
                                   borrowed for the time of the call */
    uint32_t xid;
    bool has_auth_sys;   /* call: the RPC credential is AUTH_SYS and was within reach */
    uint32_t stamp;      /* call: its stamp */
    nfs4_bytes machine;  /* call: its machinename */
    bool decrypted;      /* it came under RPCSEC_GSS privacy, and the keys were there */
    nfs4_bytes body;     /* COMPOUND4args or COMPOUND4res, as far as it was captured */
    uint32_t stands_for; /* reply: exchanges like this one that an extract left out */
    nfs4_compound compound;
} nfs4_message;

#endif
