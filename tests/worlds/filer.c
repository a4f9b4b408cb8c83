/* filer.c - a server of a world: which clients and sessions it knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides like RFC 8881 sections 18.35 and 18.36 and RFC 7530 sections 16.33 and 16.34: at
 * most one confirmed and one unconfirmed record of an owner; another verifier gets a new
 * clientid, and its confirm ends the old one.
 */
#include "world.h"

#include <string.h>

#define FIXED_START 0x6b0954a0u
#define NODE_START 0x00010001u

/* ---- ids ------------------------------------------------------------------ */

static uint32_t start_time(filer *self, bool is_first)
{
    uint32_t seconds = (uint32_t)(self->world->now / SECOND);
    switch (self->kind->start) {
    case START_TRUE:
        return is_first ? seconds - 3600 - world_below(self->world, 100000) : seconds;
    case START_FIXED:
        return FIXED_START;
    case START_SAME: /* it began a moment ago, and again within that second */
        return is_first || !world_chance(self->world, 60) ? seconds : self->start;
    case START_RANDOM:
        return g_rand_int(self->world->random);
    case START_BACKWARD: /* no battery: each life begins earlier than the last one */
        return is_first ? seconds - 3600 : self->start - 1 - world_below(self->world, 100000);
    case START_NODE:
        return NODE_START + (self->number << 17);
    }
    return seconds;
}

static uint64_t next_id(filer *self)
{
    uint32_t counter = self->now.counter++;
    if (self->kind->ids == IDS_OPAQUE)
        return (uint64_t)g_rand_int(self->world->random) << 32 | g_rand_int(self->world->random);
    if (self->kind->ids == IDS_GANESHA)
        return (uint64_t)self->start << 32 | counter;
    return (uint64_t)GUINT32_SWAP_LE_BE(self->start) << 32 | GUINT32_SWAP_LE_BE(counter);
}

static void put_u64(uint8_t *bytes, uint64_t value, bool is_little)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (is_little ? 8 * i : 56 - 8 * i));
}

static void begin_counting(filer *self, bool is_first)
{
    bool from_one = self->kind->ids == IDS_GANESHA;
    if (is_first || !self->kind->counts_on)
        self->now.counter = from_one ? 1 : 0x4001;
    if (is_first)
        self->now.sessions_made = world_below(self->world, 1000);
}

/* ---- records -------------------------------------------------------------- */

static bool has_owner(const filer_record *record, nfs4_bytes owner)
{
    return record->owner.len == owner.len && memcmp(record->owner.data, owner.data, owner.len) == 0;
}

static filer_record *record_at(const filer *self, guint index)
{
    return &g_array_index(self->now.records, filer_record, index);
}

static filer_record *record_find(const filer *self, uint64_t clientid)
{
    for (guint i = 0; i < self->now.records->len; i++)
        if (record_at(self, i)->clientid == clientid)
            return record_at(self, i);
    return NULL;
}

static filer_record *record_of(const filer *self, nfs4_bytes owner, bool confirmed)
{
    for (guint i = 0; i < self->now.records->len; i++)
        if (record_at(self, i)->confirmed == confirmed && has_owner(record_at(self, i), owner))
            return record_at(self, i);
    return NULL;
}

bool filer_forget(filer *self, uint64_t clientid)
{
    filer_record *record = record_find(self, clientid);
    if (record == NULL)
        return false;
    g_array_remove_index(self->now.records, (guint)(record - record_at(self, 0)));
    for (guint i = self->now.sessions->len; i-- > 0;)
        if (g_array_index(self->now.sessions, filer_session, i).clientid == clientid)
            g_array_remove_index(self->now.sessions, i);
    return true;
}

/* A lease that nobody renewed ends when somebody asks for it. */
static bool is_expired(const filer *self, const filer_record *record)
{
    return self->world->now - record->renewed > self->lease * SECOND;
}

static filer_record *record_alive(filer *self, uint64_t clientid)
{
    filer_record *record = record_find(self, clientid);
    if (record != NULL && is_expired(self, record)) {
        world_tells(self->world, "** the lease %016" G_GINT64_MODIFIER "x expires", clientid);
        filer_forget(self, clientid);
        return NULL;
    }
    return record;
}

/* ---- what it is asked ----------------------------------------------------- */

uint64_t filer_identify(filer *self, nfs4_bytes owner, uint64_t verifier, bool *known)
{
    filer_record *record = record_of(self, owner, true);
    if (record != NULL)
        record = record_alive(self, record->clientid);
    *known = record != NULL && record->verifier == verifier;
    if (*known) {
        self->now.counter += self->kind->ids == IDS_KNFSD; /* which uses one up */
        return record->clientid;
    }
    record = record_of(self, owner, false);
    if (record != NULL)
        filer_forget(self, record->clientid);
    filer_record fresh = {next_id(self), owner, verifier, false, self->world->now};
    g_array_append_val(self->now.records, fresh);
    return fresh.clientid;
}

uint32_t filer_confirm(filer *self, uint64_t clientid, nfs4_bytes owner, uint64_t *ended)
{
    filer_record *record = record_alive(self, clientid);
    *ended = 0;
    if (record == NULL)
        return NFS4ERR_STALE_CLIENTID;
    if (!has_owner(record, owner))
        return NFS4ERR_CLID_INUSE;
    record->renewed = self->world->now;
    if (record->confirmed)
        return NFS4_OK;
    const filer_record *old = record_of(self, record->owner, true);
    if (old != NULL) {
        *ended = old->clientid;
        filer_forget(self, old->clientid);
    }
    record_find(self, clientid)->confirmed = true;
    return NFS4_OK;
}

void filer_open_session(filer *self, uint64_t clientid, uint8_t *id)
{
    filer_session session = {.clientid = clientid};
    bool is_opaque = self->kind->ids == IDS_OPAQUE;
    uint64_t counter = ++self->now.sessions_made;
    put_u64(session.id, is_opaque ? next_id(self) : clientid, self->kind->ids == IDS_GANESHA);
    put_u64(session.id + 8, is_opaque ? next_id(self) : counter, true);
    memcpy(id, session.id, sizeof session.id);
    g_array_append_val(self->now.sessions, session);
}

static int session_index(const filer *self, const uint8_t *id)
{
    for (guint i = 0; i < self->now.sessions->len; i++)
        if (memcmp(g_array_index(self->now.sessions, filer_session, i).id, id,
                   NFS4_SESSIONID_SIZE) == 0)
            return (int)i;
    return -1;
}

bool filer_close_session(filer *self, const uint8_t *id)
{
    int index = session_index(self, id);
    if (index >= 0)
        g_array_remove_index(self->now.sessions, (guint)index);
    return index >= 0;
}

bool filer_serves_clientid(filer *self, uint64_t clientid, nfs4_bytes owner)
{
    filer_record *record = record_alive(self, clientid);
    if (record == NULL || !record->confirmed || !has_owner(record, owner))
        return false;
    record->renewed = self->world->now;
    return true;
}

bool filer_serves_session(filer *self, const uint8_t *id, nfs4_bytes owner)
{
    int index = session_index(self, id);
    if (index < 0)
        return false;
    uint64_t clientid = g_array_index(self->now.sessions, filer_session, index).clientid;
    return filer_serves_clientid(self, clientid, owner);
}

/* knfsd tells its own start time from another's, others do not. */
uint32_t filer_refusal_40(const filer *self, uint64_t clientid)
{
    uint32_t start = GUINT32_SWAP_LE_BE((uint32_t)(clientid >> 32));
    return self->kind->ids == IDS_KNFSD && start == self->start ? NFS4ERR_EXPIRED
                                                                : NFS4ERR_STALE_CLIENTID;
}

/* ---- what happens to it --------------------------------------------------- */

void filer_init(filer *self, world *owner, const server_kind *kind, unsigned number)
{
    static const uint32_t leases[] = {30, 60, 90};
    *self = (filer){.world = owner, .kind = kind, .number = number};
    self->lease = leases[world_below(owner, G_N_ELEMENTS(leases))];
    g_snprintf(self->name, sizeof self->name, "filer%u", world_chance(owner, 50) ? number : 0);
    self->now.records = g_array_new(FALSE, TRUE, sizeof(filer_record));
    self->now.sessions = g_array_new(FALSE, TRUE, sizeof(filer_session));
    self->start = start_time(self, true);
    begin_counting(self, true);
}

static void memory_clear(filer_memory *memory)
{
    g_clear_pointer(&memory->records, g_array_unref);
    g_clear_pointer(&memory->sessions, g_array_unref);
}

void filer_clear(filer *self)
{
    memory_clear(&self->now);
    memory_clear(&self->snapshot);
}

void filer_restart(filer *self)
{
    g_array_set_size(self->now.records, 0);
    g_array_set_size(self->now.sessions, 0);
    self->start = start_time(self, false);
    begin_counting(self, false);
    world_tells(self->world, "** server %u restarts, start time %08x, counter %u", self->number,
                self->start, self->now.counter);
}

static filer_memory memory_copy(const filer_memory *memory)
{
    filer_memory copy = *memory;
    copy.records = g_array_copy(memory->records);
    copy.sessions = g_array_copy(memory->sessions);
    return copy;
}

void filer_take_snapshot(filer *self)
{
    memory_clear(&self->snapshot);
    self->snapshot = memory_copy(&self->now);
    world_tells(self->world, "** a snapshot of server %u is taken", self->number);
}

/* To the machine no time has passed: its leases are as fresh as they were. */
void filer_revert(filer *self)
{
    if (self->snapshot.records == NULL)
        return;
    memory_clear(&self->now);
    self->now = memory_copy(&self->snapshot);
    for (guint i = 0; i < self->now.records->len; i++)
        record_at(self, i)->renewed = self->world->now;
    world_tells(self->world, "** server %u is set back to its snapshot, counter %u", self->number,
                self->now.counter);
}
