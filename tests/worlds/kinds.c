/* kinds.c - the kinds of servers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "world.h"

#include <string.h>

const server_kind server_kinds[] = {
    {"knfsd", IDS_KNFSD, START_TRUE, true, WAY_ONE, false, false, "Linux nfsd"},
    {"ganesha", IDS_GANESHA, START_TRUE, false, WAY_ONE, false, false, "nfs-ganesha"},
    {"opaque", IDS_OPAQUE, START_TRUE, true, WAY_ONE, false, false, "ids that tell nothing"},
    {"fixed", IDS_GANESHA, START_FIXED, false, WAY_ONE, false, false, "nfs-ganesha -E: one start time for ever"},
    {"again", IDS_KNFSD, START_FIXED, false, WAY_ONE, false, false, "the same in nfsd's form"},
    {"equal", IDS_GANESHA, START_SAME, false, WAY_ONE, false, false, "restarts, some within one second"},
    {"random", IDS_GANESHA, START_RANDOM, false, WAY_ONE, false, false, "a start time that is none"},
    {"backward", IDS_KNFSD, START_BACKWARD, true, WAY_ONE, false, false, "no clock battery: it restarts into the past"},
    {"reverted", IDS_KNFSD, START_TRUE, true, WAY_ONE, true, false, "a machine that is set back to a snapshot"},
    {"dropping", IDS_KNFSD, START_TRUE, true, WAY_ONE, false, true, "it drops sessions"},
    {"dropping-opaque", IDS_OPAQUE, START_TRUE, true, WAY_ONE, false, true, "the same, with ids that tell nothing"},
    {"addresses", IDS_KNFSD, START_TRUE, true, WAY_ADDRESSES, false, false, "one server, two addresses"},
    {"addresses-opaque", IDS_OPAQUE, START_TRUE, true, WAY_ADDRESSES, false, false, "the same, with ids that tell nothing"},
    {"balanced", IDS_KNFSD, START_TRUE, true, WAY_BALANCED, false, false, "two servers behind one address"},
    {"balanced-opaque", IDS_OPAQUE, START_TRUE, true, WAY_BALANCED, false, false, "the same, with ids that tell nothing"},
    {"moving", IDS_KNFSD, START_TRUE, true, WAY_MOVING, false, false, "an address that moves between two servers, and back"},
    {"moving-opaque", IDS_OPAQUE, START_TRUE, true, WAY_MOVING, false, false, "the same, with ids that tell nothing"},
    {"nodes", IDS_GANESHA, START_NODE, false, WAY_MOVING, false, false, "the same in a cluster: node numbers for start times"},
};
const unsigned server_kind_count = G_N_ELEMENTS(server_kinds);

const server_kind *server_kind_named(const char *name)
{
    for (unsigned i = 0; i < server_kind_count; i++)
        if (strcmp(server_kinds[i].name, name) == 0)
            return &server_kinds[i];
    return NULL;
}
