/* server_ids.c - how a server builds its clientids, sessionids and stateids
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "server_ids.h"

#include <glib.h>

#include "plausible.h"

#define SECONDS_2020 INT64_C(1577836800)
#define COUNTER_REACH 4096u /* how far the counters of one server may lie apart */

static uint32_t le32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static uint32_t be32(const uint8_t *bytes)
{
    return GUINT32_SWAP_LE_BE(le32(bytes));
}

static uint64_t be64(const uint8_t *bytes)
{
    return (uint64_t)be32(bytes) << 32 | be32(bytes + 4);
}

bool server_ids_plausible(uint32_t seconds, const nstime_t *now)
{
    return plausible_start(seconds, now);
}

/* Ids that agree with each other tell the layout, whatever the capture's clock says of the
 * start time: that clock may be days off. Node numbers lie before 2005, and some ids far in
 * the future. */
static bool may_be_start(uint32_t seconds, const nstime_t *now)
{
    int64_t latest = MAX((int64_t)now->secs, SECONDS_2020) + INT64_C(15) * 365 * 24 * 3600;
    return seconds >= PLAUSIBLE_FIRST && (int64_t)seconds <= latest;
}

static int64_t distance(uint32_t seconds, const nstime_t *now)
{
    return ABS((int64_t)seconds - (int64_t)now->secs);
}

/* Of the two readings of a start time, the one that it may be; of two, the nearer one. */
static bool start_is_little_endian(uint32_t big_endian, const nstime_t *now, bool *plausible)
{
    uint32_t little_endian = GUINT32_SWAP_LE_BE(big_endian);
    *plausible = may_be_start(little_endian, now) || may_be_start(big_endian, now);
    if (may_be_start(little_endian, now) && may_be_start(big_endian, now))
        return distance(little_endian, now) <= distance(big_endian, now);
    return may_be_start(little_endian, now);
}

bool server_ids_near(uint32_t a, uint32_t b)
{
    uint32_t distance = (int32_t)(a - b) < 0 ? b - a : a - b;
    return distance <= COUNTER_REACH;
}

bool server_ids_set_layout(nfs4_server *server, nfs4_layout layout)
{
    nfs4_layout before = server->layout;
    server->layout = layout;
    return layout != before && !(before == LAYOUT_UNKNOWN && layout == LAYOUT_OPAQUE);
}

bool server_learn_clientid(nfs4_server *server, uint64_t clientid, const nstime_t *now)
{
    uint64_t before = server->last_id;
    server->last_id = clientid;
    if (server->layout != LAYOUT_UNKNOWN || before == 0 || before == clientid)
        return false;
    uint32_t epoch_be = (uint32_t)(clientid >> 32);
    if (epoch_be != (uint32_t)(before >> 32))
        return false;
    uint32_t epoch_le = GUINT32_SWAP_LE_BE(epoch_be);
    uint32_t low = (uint32_t)clientid, low_before = (uint32_t)before;
    if (may_be_start(epoch_le, now) &&
        server_ids_near(GUINT32_SWAP_LE_BE(low), GUINT32_SWAP_LE_BE(low_before)))
        return server_ids_set_layout(server, LAYOUT_KNFSD_LE);
    /* Big-endian knfsd and Ganesha look alike here; what is asked of either by its
     * clientids alone is the same, and a session or stateid tells them apart. */
    if (may_be_start(epoch_be, now) && server_ids_near(low, low_before))
        return server_ids_set_layout(server, LAYOUT_GANESHA);
    return false;
}

/* knfsd: clientid, u32 counter that is never 0 for long, u32 zero. */
static bool session_looks_knfsd(const uint8_t *sessionid)
{
    return le32(sessionid + 8) != 0 && le32(sessionid + 12) == 0;
}

/* The clientid is a big-endian u64 on the wire and in the host's order here. */
static uint64_t swapped_clientid(const uint8_t *bytes)
{
    return GUINT64_SWAP_LE_BE(be64(bytes));
}

bool server_learn_session(nfs4_server *server, uint64_t clientid, const uint8_t *sessionid,
                          const nstime_t *now)
{
    if (server->layout != LAYOUT_UNKNOWN && server->layout != LAYOUT_GANESHA)
        return false;
    bool plausible, little = start_is_little_endian((uint32_t)(clientid >> 32), now, &plausible);
    bool knfsd = be64(sessionid) == clientid && session_looks_knfsd(sessionid);
    if (plausible && knfsd)
        return server_ids_set_layout(server, little ? LAYOUT_KNFSD_LE : LAYOUT_KNFSD_BE);
    if (swapped_clientid(sessionid) == clientid && may_be_start((uint32_t)(clientid >> 32), now))
        return server_ids_set_layout(server, LAYOUT_GANESHA);
    return server_ids_set_layout(server, LAYOUT_OPAQUE);
}

bool server_learn_stateid(nfs4_server *server, uint64_t clientid, const uint8_t *other,
                          const nstime_t *now)
{
    bool plausible, little = start_is_little_endian((uint32_t)(clientid >> 32), now, &plausible);
    if (server->layout != LAYOUT_UNKNOWN || !plausible)
        return false;
    if (be64(other) == clientid)
        return server_ids_set_layout(server, little ? LAYOUT_KNFSD_LE : LAYOUT_KNFSD_BE);
    if (swapped_clientid(other) == clientid && may_be_start((uint32_t)(clientid >> 32), now))
        return server_ids_set_layout(server, LAYOUT_GANESHA);
    return false;
}

bool server_session_clientid(nfs4_server *server, const uint8_t *sessionid, const nstime_t *now,
                             uint64_t *clientid, bool *learned)
{
    *learned = false;
    if (server->layout == LAYOUT_OPAQUE)
        return false;
    if (server->layout == LAYOUT_UNKNOWN) {
        if (session_looks_knfsd(sessionid) && server_ids_plausible(le32(sessionid), now))
            *learned = server_ids_set_layout(server, LAYOUT_KNFSD_LE);
        else if (server_ids_plausible(le32(sessionid + 4), now) && le32(sessionid + 12) == 0 &&
                 le32(sessionid) < 1u << 24)
            *learned = server_ids_set_layout(server, LAYOUT_GANESHA);
        else
            return false;
    }
    *clientid = server->layout == LAYOUT_GANESHA ? swapped_clientid(sessionid) : be64(sessionid);
    return true;
}

bool server_stateid_clientid(const nfs4_server *server, const uint8_t *other, uint64_t *clientid)
{
    switch (server->layout) {
    case LAYOUT_KNFSD_LE:
    case LAYOUT_KNFSD_BE:
        *clientid = be64(other);
        return true;
    case LAYOUT_GANESHA:
        *clientid = swapped_clientid(other);
        return true;
    default:
        return false;
    }
}

bool server_session_counter(const nfs4_server *server, const uint8_t *sessionid, uint32_t *counter)
{
    if (server->layout == LAYOUT_KNFSD_LE)
        *counter = le32(sessionid + 8);
    else if (server->layout == LAYOUT_KNFSD_BE)
        *counter = be32(sessionid + 8);
    return server->layout == LAYOUT_KNFSD_LE || server->layout == LAYOUT_KNFSD_BE;
}

void server_ids_parts(nfs4_layout layout, uint64_t clientid, uint32_t *epoch, uint32_t *counter)
{
    uint32_t high = (uint32_t)(clientid >> 32), low = (uint32_t)clientid;
    bool swap = layout == LAYOUT_KNFSD_LE;
    *epoch = swap ? GUINT32_SWAP_LE_BE(high) : high;
    *counter = swap ? GUINT32_SWAP_LE_BE(low) : low;
}

bool server_clientid_parts(const nfs4_server *server, uint64_t clientid, uint32_t *epoch,
                           uint32_t *counter)
{
    if (server->layout == LAYOUT_UNKNOWN || server->layout == LAYOUT_OPAQUE)
        return false;
    server_ids_parts(server->layout, clientid, epoch, counter);
    return true;
}
