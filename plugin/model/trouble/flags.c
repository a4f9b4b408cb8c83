/* flags.c - what a server asks for in the status flags of SEQUENCE, and who leaves it undone
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A flag stands from the first answer with it to the first one without. A client that does what
 * is asked for is rid of it at once: Linux acts on the first answer (fs/nfs/nfs4state.c:
 * nfs41_handle_sequence_flag_errors). A flag that stands for a lease time was seen in a renewal
 * at least, and by then the server may take away what the flag is about.
 */
#include "flags.h"

#include "callbacks.h"
#include "happen.h"
#include "kinds.h"

#include "judge/facts.h"
#include "know/note.h"

enum {
    CB_PATH_DOWN = 0x1,
    ADMIN_STATE_REVOKED = 0x20,
    RECALLABLE_STATE_REVOKED = 0x40,
    CB_PATH_DOWN_SESSION = 0x200,
    BACKCHANNEL_FAULT = 0x400,
    NO_WAY_BACK = CB_PATH_DOWN | CB_PATH_DOWN_SESSION | BACKCHANNEL_FAULT
};

#define OP(opcode) (UINT64_C(1) << (opcode))
#define CALLBACK_PATH (OP(OP_BIND_CONN_TO_SESSION) | OP(OP_CREATE_SESSION))
#define NEW_SESSION (OP(OP_DESTROY_SESSION) | OP(OP_CREATE_SESSION))
#define CONTEXTS (OP(OP_BACKCHANNEL_CTL) | OP(OP_SET_SSV))
#define STATES (OP(OP_TEST_STATEID) | OP(OP_FREE_STATEID))
#define DEVICES OP(OP_GETDEVICEINFO)

/* The operations of which one answers bit N; 0 where packets do not tell. */
static const uint64_t answers[] = {
    CALLBACK_PATH,           CONTEXTS,      CONTEXTS,    STATES,  STATES, STATES, STATES, 0,
    OP(OP_RECLAIM_COMPLETE), CALLBACK_PATH, NEW_SESSION, DEVICES, DEVICES};

#define FLAGS G_N_ELEMENTS(answers)
#define KNOWN ((1u << FLAGS) - 1)

typedef struct {
    nfs4_note_key place; /* of the first answer with it */
    uint32_t call;       /* frame of its call */
    nstime_t since;
    uint32_t count;
    uint32_t acted_in;     /* frame of the last reply to what it asks for, 0 for none */
    nfs4_trouble *trouble; /* NULL while it may be life */
} standing_flag;

/* Owned by the room; made for leases that are told a flag, and lives as long as they do. */
struct nfs4_standing {
    uint32_t bits;
    standing_flag flags[FLAGS];
};

static void begin(const nfs4_exchange *exchange, standing_flag *flag)
{
    const nfs4_message *reply = exchange->reply;
    *flag = (standing_flag){.place = {reply->frame, reply->connection, reply->xid, 1},
                            .call = exchange->call->frame,
                            .since = reply->when};
}

static bool is_too_long(const standing_flag *flag, const nfs4_exchange *exchange,
                        const nfs4_lease *lease)
{
    nstime_t span;
    nstime_delta(&span, &exchange->reply->when, &flag->since);
    return flag->count >= TROUBLE_ROUNDS && span.secs >= (int64_t)facts_lease_time(lease);
}

static void begin_trouble(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                          unsigned bit, standing_flag *flag)
{
    nfs4_trouble like = happen_like(exchange, lease, TROUBLE_FLAG, OP_SEQUENCE);
    like.detail.flag.bit = 1u << bit;
    like.first_frame = flag->place.frame;
    like.first = flag->since;
    flag->trouble = happen(model, exchange, &like);
    if (flag->trouble == NULL)
        return;
    flag->trouble->count += flag->count - 1;
    note_trouble(model, &flag->place, flag->call, flag->trouble);
}

static void tell_action(const standing_flag *flag, unsigned bit)
{
    if (flag->trouble == NULL)
        return;
    flag->trouble->detail.flag.acted_in = flag->acted_in;
    flag->trouble->blame = answers[bit] != 0 && flag->acted_in == 0 ? BLAME_CLIENT : BLAME_UNKNOWN;
}

static void stands(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                   unsigned bit, standing_flag *flag)
{
    flag->count++;
    if (flag->trouble != NULL)
        happen_again(model, exchange, flag->trouble);
    else if (is_too_long(flag, exchange, lease))
        begin_trouble(model, exchange, lease, bit, flag);
    tell_action(flag, bit);
}

static void ends(const nfs4_exchange *exchange, standing_flag *flag)
{
    if (flag->trouble != NULL)
        flag->trouble->ended_in = exchange->reply->frame;
    flag->trouble = NULL;
}

static void observe_action(const nfs4_exchange *exchange, nfs4_standing *standing)
{
    const nfs4_compound *reply = &exchange->reply->compound;
    if (reply->status != NFS4_OK)
        return;
    for (unsigned bit = 0; bit < FLAGS; bit++)
        if (reply->ops_seen[0] & answers[bit]) {
            standing->flags[bit].acted_in = exchange->reply->frame;
            tell_action(&standing->flags[bit], bit);
        }
}

/* What came before tells why: no way to the client, or a client that did not answer. */
static void blame_back_channel(const nfs4_standing *standing, nfs4_trouble *trouble)
{
    for (unsigned bit = 0; bit < FLAGS; bit++)
        if ((NO_WAY_BACK >> bit & 1) && standing->flags[bit].place.frame != 0) {
            trouble->detail.recall.fault = 1u << bit;
            trouble->detail.recall.fault_in = standing->flags[bit].place.frame;
        }
}

/* The server says by itself that it has taken away what it recalled in vain; or an administrator
 * did, which is another flag. */
static void observe_revoked(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                            uint32_t bits)
{
    const nfs4_standing *standing = lease->memory.standing;
    nfs4_trouble like = happen_like(exchange, lease, TROUBLE_RECALL, OP_SEQUENCE);
    if ((bits & RECALLABLE_STATE_REVOKED) == 0 || (standing->bits & RECALLABLE_STATE_REVOKED) ||
        ((bits | standing->bits) & ADMIN_STATE_REVOKED))
        return;
    blame_back_channel(standing, &like);
    nfs4_trouble *trouble = happen(model, exchange, &like);
    if (trouble != NULL)
        callbacks_revoked(model, exchange, trouble);
}

static void observe_bits(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease,
                         uint32_t bits)
{
    nfs4_standing *standing = lease->memory.standing;
    model->troubles.facts++;
    observe_revoked(model, exchange, lease, bits);
    for (unsigned bit = 0; bit < FLAGS; bit++) {
        standing_flag *flag = &standing->flags[bit];
        if ((bits & ~standing->bits) >> bit & 1)
            begin(exchange, flag);
        if (bits >> bit & 1)
            stands(model, exchange, lease, bit, flag);
        else
            ends(exchange, flag);
    }
    standing->bits = bits;
}

void flags_observe(nfs4_model *model, const nfs4_exchange *exchange, nfs4_lease *lease)
{
    const nfs4_event *event = nfs4_compound_event(&exchange->reply->compound, OP_SEQUENCE);
    bool is_told = event != NULL && event->status == NFS4_OK && !exchange->connection->is_copy;
    uint32_t bits = is_told ? event->u.sequence.status_flags & KNOWN : 0;
    if (bits == 0 && lease->memory.standing == NULL)
        return;
    if (lease->memory.standing == NULL) {
        if (store_is_full(&model->store))
            return;
        lease->memory.standing = store_new(&model->store, nfs4_standing);
    }
    observe_action(exchange, lease->memory.standing);
    if (is_told && (bits | lease->memory.standing->bits) != 0)
        observe_bits(model, exchange, lease, bits);
}
