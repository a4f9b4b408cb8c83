/* story_trouble.h - what stories ask of the trouble that was found
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_TESTS_STORY_TROUBLE_H
#define NFS4SESS_TESTS_STORY_TROUBLE_H

#include "story.h"
#include "model/trouble/kinds.h"

/* The first one; NULL for none. */
static inline const nfs4_trouble *trouble_of(const story *world)
{
    return world->model->troubles.first;
}

/* There is one, and it is of that kind. */
static inline void assert_kind(const story *world, nfs4_trouble_kind kind)
{
    const nfs4_trouble *trouble = trouble_of(world);
    g_assert_nonnull(trouble);
    g_assert_null(trouble->next);
    g_assert_cmpstr(kinds_name(trouble->kind), ==, kinds_name(kind));
}

/* From now on the capture holds what it says for a second time only. */
static inline void is_copied(const story_host *host)
{
    const nfs4_connections *connections = &host->world->model->connections;
    ((nfs4_connection *)connection_find(connections, host->connection))->is_copy = true;
}

#define assert_no_trouble(world) g_assert_null(trouble_of(world))

#endif
