/* fuzz_reader.c - any bytes at all, read as a COMPOUND
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A fuzz target. The low bit of the first byte chooses call or reply. What the events
 * point at is touched, so that a span outside the message is found. The same bytes are also
 * taken for what stands in front of a COMPOUND. tests/fuzz/run and
 * tests/CMakeLists.txt build it.
 */
#include <stdlib.h>

#include "wire/compound_reader.h"
#include "wire/rpc_credential.h"

static volatile uint8_t sink;

static void touch(nfs4_bytes bytes)
{
    for (uint32_t i = 0; i < bytes.len; i++)
        sink ^= bytes.data[i];
}

static void touch_event(const nfs4_event *event)
{
    switch (event->opcode) {
    case OP_EXCHANGE_ID:
        touch(event->u.exchange_id.owner);
        touch(event->u.exchange_id.server_major);
        touch(event->u.exchange_id.server_scope);
        touch(event->u.exchange_id.impl_domain);
        touch(event->u.exchange_id.impl_name);
        break;
    case OP_CREATE_SESSION:
        touch(event->u.create_session.machine);
        break;
    case OP_SETCLIENTID:
        touch(event->u.setclientid.id);
        touch(event->u.setclientid.used_addr);
        break;
    default:
        break;
    }
}

/* What compound_reader.h and event.h promise of every compound. */
static void check(const nfs4_compound *compound, bool read)
{
    if (!read && (compound->ops_read != 0 || compound->event_count != 0))
        abort();
    if (compound->ops_read > compound->op_count || compound->event_count > compound->ops_read)
        abort();
    if (compound->end == NFS4_END_COMPLETE && compound->ops_read != compound->op_count)
        abort();
    for (uint32_t i = 0; i < compound->event_count; i++)
        if (!nfs4_compound_has(compound, compound->events[i].opcode))
            abort();
}

static void look_for_credential(const uint8_t *data, size_t size)
{
    uint32_t stamp;
    nfs4_bytes machine;
    if (rpc_credential_auth_sys(data, size, 0, &stamp, &machine))
        touch(machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nfs4_compound compound;

    if (size == 0)
        return 0;
    const bool read = compound_reader_read(data + 1, size - 1, (data[0] & 1) != 0, &compound);
    check(&compound, read);
    look_for_credential(data + 1, size - 1);
    touch(compound.file);
    for (uint32_t i = 0; i < compound.event_count; i++)
        touch_event(&compound.events[i]);
    return 0;
}
