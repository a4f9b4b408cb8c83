/* scale.c - a capture of synthetic.py through reader, model and document, without Wireshark
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   scale CAPTURE
 *
 * prints the number of messages in the second half of the capture, and by how many KiB
 * the program grew. Under callgrind with --toggle-collect=second_half only that half is
 * counted, so that what a message costs is seen where there is already much to look
 * through.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wsutil/wmem/wmem.h>

#include "wire/compound_reader.h"

#include "model/model.h"

#include "report.h"

/* Every frame is Ethernet, IPv4, TCP, and one record of RPC without credentials. */
enum {
    FILE_HEADER = 24,
    FRAME_HEADER = 16,
    ADDRESSES = 14 + 12,
    PORTS = 14 + 20,
    RPC = 14 + 20 + 20 + 4,
    CALL_HEADER = 40,
    REPLY_HEADER = 24
};

typedef struct {
    const uint8_t *bytes;
    size_t size, at;
    uint32_t frames;
    GHashTable *connections; /* client's address and port -> number from 1 */
} capture;

static uint32_t le32(const uint8_t *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return GUINT32_FROM_LE(word);
}

static uint32_t be32(const uint8_t *bytes)
{
    return GUINT32_SWAP_LE_BE(le32(bytes));
}

/* Wireshark counts conversations. */
static uint32_t number_of(capture *in, uint32_t client, uint32_t port)
{
    gint64 key = (gint64)client << 16 | port;
    gpointer number = g_hash_table_lookup(in->connections, &key);
    if (number == NULL) {
        number = GUINT_TO_POINTER(g_hash_table_size(in->connections) + 1);
        g_hash_table_insert(in->connections, g_memdup2(&key, sizeof key), number);
    }
    return GPOINTER_TO_UINT(number);
}

static nfs4_endpoint endpoint(const uint8_t *frame, bool is_source)
{
    const uint8_t *port = frame + PORTS + (is_source ? 0 : 2);
    nfs4_endpoint end = {.port = (uint32_t)port[0] << 8 | port[1]};
    set_address(&end.addr, AT_IPv4, 4, frame + ADDRESSES + (is_source ? 0 : 4));
    return end;
}

/* The next message but for its COMPOUND. Returns where that is, and its length; NULL at
 * the end of the capture. */
static const uint8_t *next(capture *in, nfs4_message *message, size_t *length, bool *is_reply)
{
    if (in->at + FRAME_HEADER > in->size)
        return NULL;
    const uint8_t *header = in->bytes + in->at, *frame = header + FRAME_HEADER;
    uint32_t captured = le32(header + 8);
    in->at += FRAME_HEADER + captured;
    *is_reply = be32(frame + RPC + 4) == 1;
    uint32_t start = RPC + (*is_reply ? REPLY_HEADER : CALL_HEADER);
    *length = captured - start;
    message->frame = ++in->frames;
    message->when = (nstime_t){le32(header), (int)le32(header + 4) * 1000};
    message->xid = be32(frame + RPC);
    message->client = endpoint(frame, !*is_reply);
    message->server = endpoint(frame, *is_reply);
    message->connection =
        number_of(in, be32((const uint8_t *)message->client.addr.data), message->client.port);
    return frame + start;
}

static void observe(nfs4_model *model, nfs4_message *message, const uint8_t *body, size_t length,
                    bool is_reply)
{
    if (!compound_reader_read(body, length, is_reply, &message->compound))
        abort();
    model_observe(model, message);
}

/* Callgrind knows it by its name. */
__attribute__((noinline)) void second_half(nfs4_model *model, nfs4_message *message,
                                           const uint8_t *body, size_t length, bool is_reply);

void second_half(nfs4_model *model, nfs4_message *message, const uint8_t *body, size_t length,
                 bool is_reply)
{
    observe(model, message, body, length, is_reply);
}

static uint32_t count_frames(capture in)
{
    uint32_t count = 0;
    for (; in.at + FRAME_HEADER <= in.size; count++)
        in.at += FRAME_HEADER + le32(in.bytes + in.at + 8);
    return count;
}

/* In KiB, of this program; getrusage() would tell that of whoever started it, too. */
static long peak(void)
{
    char *status = NULL;
    long size = 0;
    if (g_file_get_contents("/proc/self/status", &status, NULL, NULL))
        size = strtol(strstr(status, "VmHWM:") + strlen("VmHWM:"), NULL, 10);
    g_free(status);
    return size;
}

/* As at the end of a capture. */
static void report(nfs4_model *model)
{
    const report_facts facts = {.wireshark = ""};
    FILE *out = fopen("/dev/null", "w");
    model_settle(model);
    report_json(out, model, &facts, NULL, NULL);
    fclose(out);
}

int main(int count, char **words)
{
    static nfs4_message message;
    GMappedFile *file = count == 2 ? g_mapped_file_new(words[1], FALSE, NULL) : NULL;
    if (file == NULL)
        return 2;
    capture in = {.bytes = (const uint8_t *)g_mapped_file_get_contents(file),
                  .size = g_mapped_file_get_length(file),
                  .at = FILE_HEADER,
                  .connections = g_hash_table_new(g_int64_hash, g_int64_equal)};
    uint32_t half = count_frames(in) / 2, counted = 0;
    capture dry = in;
    size_t length;
    bool is_reply;
    while (next(&dry, &message, &length, &is_reply) != NULL)
        continue; /* so that connections are numbered, and the file is in memory */
    wmem_init();
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    nfs4_model *model = model_new(scope);
    model_set_limit(model, 0);
    long before = peak();
    for (const uint8_t *body; (body = next(&in, &message, &length, &is_reply)) != NULL;) {
        if (message.frame <= half) {
            observe(model, &message, body, length, is_reply);
        } else {
            second_half(model, &message, body, length, is_reply);
            counted++;
        }
    }
    long grown = peak() - before;
    report(model);
    printf("%u %ld\n", counted, grown);
    return 0;
}
