/* replay.c - what a model makes of some of a capture's messages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   replay FILE
 *
 * reads the messages from a file that tests/thinned.py wrote, and from standard input a line
 * for each question: a 1 for each message that is told to a new model, a 0 for each that is
 * not. Answers each with a line: owner, verdict of each owner, then "-", then owner, cause of
 * each chain; owners in hexadecimal, "." for an empty one; all separated by spaces.
 */
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "model/judge/causes.h"
#include "model/judge/verdict.h"
#include "model/model.h"
#include "wire/compound_reader.h"

/* Numbers are little-endian; two texts of `machine` and `compound` bytes follow. */
typedef struct {
    uint32_t frame, connection, xid, machine, compound;
    uint16_t client_port, server_port;
    int64_t time; /* ns */
    uint8_t client[4], server[4];
    uint32_t is_reply, has_auth_sys;
} head;

typedef struct {
    head head;
    const uint8_t *machine, *compound;
} recorded;

static GArray *read_messages(const uint8_t *data, gsize size)
{
    GArray *messages = g_array_new(FALSE, FALSE, sizeof(recorded));
    while (size >= sizeof(head)) {
        recorded one;
        memcpy(&one.head, data, sizeof(head));
        one.machine = data + sizeof(head);
        one.compound = one.machine + one.head.machine;
        gsize length = sizeof(head) + one.head.machine + one.head.compound;
        g_assert_cmpuint(length, <=, size);
        g_array_append_val(messages, one);
        data += length;
        size -= length;
    }
    return messages;
}

static void tell(nfs4_model *model, const recorded *one)
{
    static nfs4_message message;
    const head *from = &one->head;
    message.frame = from->frame;
    message.when = (nstime_t){(time_t)(from->time / 1000000000), (int)(from->time % 1000000000)};
    message.connection = from->connection;
    message.xid = from->xid;
    set_address(&message.client.addr, AT_IPv4, 4, from->client);
    set_address(&message.server.addr, AT_IPv4, 4, from->server);
    message.client.port = from->client_port;
    message.server.port = from->server_port;
    message.has_auth_sys = from->has_auth_sys != 0;
    message.machine = (nfs4_bytes){one->machine, from->machine};
    if (compound_reader_read(one->compound, from->compound, from->is_reply != 0, &message.compound))
        model_observe(model, &message);
}

static void print_owner(const nfs4_owner *owner)
{
    if (owner == NULL || owner->bytes.len == 0)
        putchar('.');
    else
        for (uint32_t i = 0; i < owner->bytes.len; i++)
            printf("%02x", owner->bytes.data[i]);
    putchar(' ');
}

static void print_answer(nfs4_model *model)
{
    nfs4_verdict grade;
    model_settle(model);
    for (const nfs4_owner *owner = model->owners.first; owner != NULL; owner = owner->next) {
        print_owner(owner);
        printf("%s ", verdict_name(owner->verdict));
    }
    printf("-");
    for (const nfs4_chain *chain = model->chains.first; chain != NULL; chain = chain->next) {
        putchar(' ');
        print_owner(chain->lease != NULL ? chain->lease->owner : NULL);
        printf("%s", cause_name(cause_of_chain(chain, &grade)));
    }
    putchar('\n');
}

static void answer(const GArray *messages, const char *question)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK_FAST);
    nfs4_model *model = model_new(scope);
    for (guint i = 0; i < messages->len && question[i] != '\0'; i++)
        if (question[i] == '1')
            tell(model, &g_array_index(messages, recorded, i));
    print_answer(model);
    model_free(model);
    wmem_destroy_allocator(scope);
}

int main(int argc, char **argv)
{
    char *data;
    gsize size;
    if (argc != 2 || !g_file_get_contents(argv[1], &data, &size, NULL)) {
        fprintf(stderr, "usage: replay FILE (see tests/thinned.py)\n");
        return 2;
    }
    wmem_init();
    GArray *messages = read_messages((const uint8_t *)data, size);
    char *question = g_malloc(messages->len + 2); /* a line end, and the end */
    while (fgets(question, (int)messages->len + 2, stdin) != NULL)
        answer(messages, question);
    g_array_unref(messages);
    g_free(question);
    g_free(data);
    return 0;
}
