/* nfs4sess.h - the conductor: messages to the model, findings to show and tap
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_NFS4SESS_H
#define NFS4SESS_NFS4SESS_H

#include "model/model.h"

/* Registers protocol, fields, preferences, and the tap. */
void nfs4sess_register(void);

/* Finds the NFS dissector and stands in front of it. */
void nfs4sess_handoff(void);

/* Brings the model of the open file up to date, to be read as a whole, and returns it; NULL
 * where none is open or it holds no NFSv4 yet. Owned by nfs4sess. */
const nfs4_model *nfs4sess_settle(void);

/* An NFSv4 message was read in this frame, which is the last one that was dissected. */
bool nfs4sess_has_read(uint32_t number);

#define NFS4SESS_FORGETTERS 4

/* `forget` is called each time before the model of a file is freed. For that many callers. */
void nfs4sess_before_cleanup(void (*forget)(void));

#define NFS4SESS_MESSAGES_KEPT 128

/* What the tap "nfs4dup" is handed: the messages of one frame, in order. Where nobody sees the
 * protocol tree or names a field of nfs4sess, and no tap has a filter, these are the messages of
 * note only (see model_observe), those that were decrypted, and those of the first frame that has
 * any: so each listener hears of a file with NFSv4. */
typedef struct {
    const nfs4_model *model;
    uint32_t decrypted; /* messages that came under RPCSEC_GSS privacy */
    uint32_t count;     /* at most NFS4SESS_MESSAGES_KEPT; a frame with more shows the first */
    nfs4_context messages[NFS4SESS_MESSAGES_KEPT];
} nfs4sess_frame;

#endif
