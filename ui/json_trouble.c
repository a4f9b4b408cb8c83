/* json_trouble.c - a client that does not get on as a JSON object
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "json_writer.h"

#include "show/wording.h"
#include "show/wording_trouble.h"

#include "model/trouble/kinds.h"

static void put_frame(json_writer *writer, const char *member, uint32_t frame)
{
    if (frame != 0)
        json_put_uint(writer, member, frame);
    else
        json_put_null(writer, member);
}

static void put_duplicate(json_writer *writer, const nfs4_trouble *trouble)
{
    const nfs4_owner *duplicate = trouble_duplicate(trouble);
    put_frame(writer, "duplicate", duplicate != NULL ? duplicate->number : 0);
}

void json_put_trouble(json_writer *writer, const nfs4_trouble *trouble)
{
    wmem_allocator_t *scope = writer->scope;
    const nfs4_owner *owner = trouble_owner(trouble);

    json_begin_object(writer);
    json_put_uint(writer, "number", trouble->number);
    json_put_string(writer, "kind", kinds_name(trouble->kind));
    json_put_address(writer, "client", &trouble->asker->addr);
    json_put_string(writer, "server", wording_endpoint(scope, trouble->connection->endpoint));
    json_put_string(writer, "owner",
                    owner != NULL && !owner->is_cut ? wording_bytes(scope, owner->bytes) : NULL);
    json_put_string(writer, "operation", wording_operation(scope, trouble->operation));
    json_put_string(writer, "status", wording_trouble_status(scope, trouble));
    json_put_uint(writer, "count", trouble->count);
    json_put_uint(writer, "first_frame", trouble->first_frame);
    json_put_uint(writer, "last_frame", trouble->last_frame);
    json_put_string(writer, "first", wording_time(scope, &trouble->first));
    json_put_string(writer, "last", wording_time(scope, &trouble->last));
    put_frame(writer, "ended_frame", trouble->ended_in);
    json_put_string(writer, "blame", wording_blame(trouble->blame));
    put_duplicate(writer, trouble);
    json_put_string(writer, "reason", wording_trouble_reason(scope, trouble));
    json_put_string(writer, "advice", wording_trouble_advice(trouble));
    json_end_object(writer);
}
