/* fuzz_model.c - any conversation at all, told to the model
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A fuzz target. The input is the second at which the capture begins (four bytes, little-endian:
 * ids and verifiers hold times that are compared with it), then a series of messages, each with
 * a head of three bytes:
 *
 *   bit 0     reply         bits 1-2  connection
 *   bit 5     other server  bits 3-4  xid
 *   bit 6     100 seconds later, else a millisecond
 *   bit 7     the RPC credential is AUTH_SYS; in the first message also: few records fit
 *   two bytes, little-endian: the length of the COMPOUND that follows
 *
 * Whatever is told, the model has to end, and to answer all that is asked of it.
 * tests/fuzz/run and tests/CMakeLists.txt build it.
 */
#include <stdlib.h>

#include "ask.h"
#include "wire/compound_reader.h"

#define BEGIN 4
#define HEAD 3
#define RECORDS 64 /* so small that a short input fills the model */

static const uint8_t client_addresses[][4] = {{10, 0, 0, 11}, {10, 0, 0, 12}};
static const uint8_t server_addresses[][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};

static nfs4_endpoint endpoint_of(const uint8_t *bytes, uint32_t port)
{
    nfs4_endpoint endpoint = {.port = port};
    set_address(&endpoint.addr, AT_IPv4, 4, bytes);
    return endpoint;
}

static volatile uint64_t sink;

/* What packets and RPC headers say around the COMPOUND, which stays as it is: it is large.
 * `now` is in milliseconds. */
static void tell_around(nfs4_message *message, uint8_t how, int64_t now)
{
    uint32_t connection = (how >> 1 & 3) + 1;
    message->when = (nstime_t){(time_t)(now / 1000), (int)(now % 1000) * 1000000};
    message->connection = connection;
    message->client = endpoint_of(client_addresses[connection & 1], 700 + connection);
    message->server = endpoint_of(server_addresses[how >> 5 & 1], 2049);
    message->xid = how >> 3 & 3;
    message->has_auth_sys = (how & 0x81) == 0x80;
    message->machine = (nfs4_bytes){(const uint8_t *)"host", message->has_auth_sys ? 4 : 0};
}

static void tell(nfs4_model *model, nfs4_message *message)
{
    sink += model_observe(model, message);
    sink += model_context(model, message).note != NULL;
    sink += model_is_of_note(model, message);
}

static void tell_all(nfs4_model *model, const uint8_t *data, size_t size, int64_t now)
{
    static nfs4_message message;
    message.frame = 0;
    while (size >= HEAD) {
        size_t length = MIN((size_t)data[1] | (size_t)data[2] << 8, size - HEAD);
        now += data[0] & 0x40 ? 100000 : 1;
        message.frame++;
        tell_around(&message, data[0], now);
        if (compound_reader_read(data + HEAD, length, (data[0] & 1) != 0, &message.compound))
            tell(model, &message);
        data += HEAD + length;
        size -= HEAD + length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    uint32_t begin;
    if (size <= BEGIN)
        return 0;
    memcpy(&begin, data, BEGIN);
    if (!ready)
        wmem_init();
    ready = true;
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    nfs4_model *model = model_new(scope);
    if (data[BEGIN] & 0x80)
        model_set_limit(model, RECORDS);
    tell_all(model, data + BEGIN, size - BEGIN, GUINT32_FROM_LE(begin) * INT64_C(1000));
    sink += ask(model);
    model_free(model);
    wmem_destroy_allocator(scope);
    return 0;
}
