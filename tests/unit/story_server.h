/* story_server.h - a server of a story: which clients and sessions it knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides like RFC 8881 sections 18.35 and 18.36 and RFC 7530 sections 16.33 and
 * 16.34, and builds its ids like the servers of the field. It sees no message: the
 * hosts of story.h ask it and write down what it says.
 */
#ifndef NFS4SESS_STORY_SERVER_H
#define NFS4SESS_STORY_SERVER_H

#include <string.h>

#include <glib.h>

#include "wire/event.h"

typedef enum {
    KNFSD,   /* {start time, counter}, both little-endian; a session is the id and a counter */
    GANESHA, /* start time << 32 | counter; clients are kept apart by the server's address */
    OPAQUE   /* ids that tell nothing */
} story_layout;

/* A clientid: who asked for it, and whether that was confirmed. */
typedef struct {
    uint64_t clientid;
    nfs4_bytes owner;
    uint64_t verifier;
    uint8_t address; /* of the server, for Ganesha; else 0 */
    bool confirmed;
} story_record;

typedef struct {
    uint8_t id[NFS4_SESSIONID_SIZE];
    uint64_t clientid;
} story_live_session;

typedef struct {
    story_layout layout;
    const char *name;
    uint32_t epoch;   /* start time in seconds */
    uint32_t counter; /* of the next clientid */
    uint32_t sessions_made;
    uint32_t lease_time;
    bool in_grace;
    GArray *records;  /* story_record */
    GArray *sessions; /* story_live_session */
} story_server;

void put_u64(uint8_t *bytes, uint64_t value, bool little);
story_record *server_record(const story_server *server, uint64_t clientid);
story_live_session *server_session(const story_server *server, const uint8_t *id);
bool server_drop_session(story_server *server, const uint8_t *id);

/* Forgets a clientid and its sessions. */
bool server_drop(story_server *server, uint64_t clientid);

/* EXCHANGE_ID without UPD and SETCLIENTID: the clientid for this owner and verifier.
 * knfsd uses one up even where the owner keeps the one it has. */
uint64_t server_identify(story_server *server, uint8_t number, nfs4_bytes owner, uint64_t verifier,
                         bool *known);

/* CREATE_SESSION and SETCLIENTID_CONFIRM: ends the owner's confirmed lease of another
 * verifier. Returns false where the clientid is not known. */
bool server_confirm(story_server *server, uint64_t clientid);
void server_open_session(story_server *server, uint64_t clientid, uint8_t *id);
bool server_knows(const story_server *server, uint64_t clientid);

/* What 4.0 gets for a clientid that the server does not know: knfsd tells its own
 * start time from another's, others do not. */
uint32_t server_lost_status(const story_server *server, uint64_t clientid);
void server_restart(story_server *server, uint32_t now);

#endif
