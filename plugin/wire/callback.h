/* callback.h - what a server asks of a client by itself, and what it is answered
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RFC 8881 section 20, RFC 7530 section 17. Little of it is read: whether the client can be
 * reached, whether it takes what it is sent, and that something was recalled. CB_NULL is not read:
 * it has no body, and Wireshark hands nobody what has none.
 */
#ifndef NFS4SESS_CALLBACK_H
#define NFS4SESS_CALLBACK_H

#include <glib.h>
#include <stddef.h>

#include "event.h"

/* nfs_cb_opnum4 */
enum { OP_CB_RECALL = 4, OP_CB_SEQUENCE = 11 };

/* A CB_COMPOUND, call or reply. */
typedef struct {
    uint32_t frame;
    nstime_t when;
    uint32_t connection; /* as Wireshark numbers it */
    uint32_t xid;
    const address *client; /* borrowed for the time of the call */
    nfs4_endpoint server;
    bool is_reply;
    uint32_t minorversion; /* call */
    uint32_t status;       /* reply */
    uint32_t last_op;      /* the last operation that was read, 0 for none */
    bool has_session;      /* call: CB_SEQUENCE */
    uint8_t sessionid[NFS4_SESSIONID_SIZE];
    bool has_recall; /* call: CB_RECALL is the operation behind that, or the first in 4.0 */
    nfs4_stateid recalled;
} nfs4_callback;

/* Reads CB_COMPOUND4args or, where `callback` says so, CB_COMPOUND4res: bytes as captured, which
 * may be cut anywhere. Returns true if the head was read. */
bool callback_read(const uint8_t *data, size_t length, nfs4_callback *callback);

/* Appends an RPC message that says the same, and nothing else. */
void callback_write(const nfs4_callback *callback, GByteArray *out);

#endif
