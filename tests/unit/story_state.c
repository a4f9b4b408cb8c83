/* story_state.c - what hosts of a story hold: opens, locks and delegations
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story_state.h"

story_host *new_twin(story *world, uint8_t number, uint32_t minor)
{
    return story_new_host(world, "web01", number, minor);
}

nfs4_stateid new_stateid(const story_host *host)
{
    static uint32_t given;
    nfs4_stateid stateid = {.seqid = 1};
    put_u64(stateid.other, host->clientid, false);
    given++;
    memcpy(stateid.other + 8, &given, sizeof given);
    return stateid;
}

nfs4_message begins_work(story_host *host, const story_file *file)
{
    nfs4_message call = host->minor > 0 ? begins_sequence(host) : begins_call(host);
    puts_op(&call, OP_PUTFH);
    call.compound.file = (nfs4_bytes){(const uint8_t *)&file->name, sizeof file->name};
    return call;
}

static nfs4_event *puts_stateid(nfs4_message *call, uint32_t opcode, const nfs4_stateid *stateid)
{
    call->compound.has_stateid = true;
    call->compound.stateid = *stateid;
    return puts_event(call, opcode);
}

/* The lease that the call names: by its session, its stateid, or its sender. */
static bool is_known(story_host *host, const nfs4_message *call)
{
    const nfs4_compound *compound = &call->compound;
    uint64_t clientid = host->clientid;
    if (host->minor > 0)
        return server_session(host->server, compound->events[0].u.sequence.sessionid) != NULL;
    if (compound->has_stateid)
        for (int i = 0; i < 8; i++)
            clientid = clientid << 8 | compound->stateid.other[i];
    return server_knows(host->server, clientid);
}

static uint32_t is_answered(story_host *host, nfs4_message *call, uint32_t status,
                            const nfs4_event *result, nfs4_bytes file)
{
    uint32_t last = call->compound.last_op;
    story_sends(host, call);
    if (!is_known(host, call))
        return answers(host, call, host->minor > 0 ? (uint32_t)OP_SEQUENCE : last,
                       host->minor > 0 ? NFS4ERR_BADSESSION
                                       : server_lost_status(host->server, host->clientid));
    nfs4_message reply = begins_reply(call, NFS4_OK);
    if (host->minor > 0)
        puts_event(&reply, OP_SEQUENCE)->u.sequence = call->compound.events[0].u.sequence;
    nfs4_event *event = puts_event(&reply, last);
    if (result != NULL)
        event->u = result->u;
    event->status = reply.compound.status = status;
    memcpy(reply.compound.ops_seen, call->compound.ops_seen, sizeof reply.compound.ops_seen);
    reply.compound.file = file;
    story_sends(host, &reply);
    return status;
}

uint32_t ends_work(story_host *host, nfs4_message *call, uint32_t status, const nfs4_event *result)
{
    return is_answered(host, call, status, result, (nfs4_bytes){0});
}

uint32_t looks_up(story_host *host, const story_file *file, const char *name)
{
    nfs4_message call = host->minor > 0 ? begins_sequence(host) : begins_call(host);
    puts_op(&call, OP_LOOKUP);
    puts_op(&call, OP_GETFH);
    call.compound.name = (nfs4_bytes){(const uint8_t *)name, (uint32_t)strlen(name)};
    call.compound.name_is_asked = true;
    return is_answered(host, &call, NFS4_OK, NULL,
                       (nfs4_bytes){(const uint8_t *)&file->name, sizeof file->name});
}

/* ---- opens ---------------------------------------------------------------- */

uint32_t sends_open(story_host *host, story_file *file, uint32_t claim, uint32_t delegation,
                    uint32_t status)
{
    nfs4_message call = begins_work(host, file);
    nfs4_event *event = puts_event(&call, OP_OPEN);
    event->u.open.claim = claim;
    event->u.open.clientid = host->clientid;
    nfs4_event result = {.u.open = {.stateid = new_stateid(host), .delegation_type = delegation}};
    if (delegation == OPEN_DELEGATE_READ || delegation == OPEN_DELEGATE_WRITE)
        result.u.open.delegation = new_stateid(host);
    status = ends_work(host, &call, status, &result);
    if (status == NFS4_OK) {
        file->open = result.u.open.stateid;
        file->delegation = result.u.open.delegation;
    }
    return status;
}

uint32_t opens(story_host *host, story_file *file)
{
    return sends_open(host, file, CLAIM_NULL, 0, NFS4_OK);
}

uint32_t opens_with_delegation(story_host *host, story_file *file)
{
    return sends_open(host, file, CLAIM_NULL, OPEN_DELEGATE_READ, NFS4_OK);
}

uint32_t reclaims(story_host *host, story_file *file, uint32_t status)
{
    return sends_open(host, file, CLAIM_PREVIOUS, 0, status);
}

uint32_t reopens(story_host *host, story_file *file)
{
    return sends_open(host, file, host->minor > 0 ? CLAIM_FH : CLAIM_NULL, 0, NFS4_OK);
}

uint32_t confirms_open(story_host *host, const story_file *file)
{
    nfs4_message call = begins_work(host, file);
    call.compound.has_stateid = true;
    call.compound.stateid = file->open;
    puts_op(&call, OP_OPEN_CONFIRM);
    return ends_work(host, &call, NFS4_OK, NULL);
}

uint32_t closes(story_host *host, const story_file *file)
{
    nfs4_message call = begins_work(host, file);
    puts_stateid(&call, OP_CLOSE, &file->open)->u.close.stateid = file->open;
    return ends_work(host, &call, NFS4_OK, NULL);
}

/* ---- locks ---------------------------------------------------------------- */

uint32_t sends_lock(story_host *host, story_file *file, bool reclaim, uint32_t status)
{
    static const nfs4_stateid none;
    nfs4_message call = begins_work(host, file);
    nfs4_event *event = puts_stateid(&call, OP_LOCK, &file->open);
    event->u.lock.reclaim = reclaim;
    nfs4_event result = {.u.lock.stateid = file->lock};
    if (memcmp(file->lock.other, none.other, NFS4_OTHER_SIZE) == 0 || reclaim)
        result.u.lock.stateid = new_stateid(host);
    status = ends_work(host, &call, status, &result);
    if (status == NFS4_OK)
        file->lock = result.u.lock.stateid;
    return status;
}

uint32_t locks(story_host *host, story_file *file)
{
    return sends_lock(host, file, false, NFS4_OK);
}

uint32_t unlocks(story_host *host, const story_file *file, uint64_t offset, uint64_t length)
{
    nfs4_message call = begins_work(host, file);
    nfs4_event *event = puts_stateid(&call, OP_LOCKU, &file->lock);
    event->u.locku.stateid = file->lock;
    event->u.locku.offset = offset;
    event->u.locku.length = length;
    return ends_work(host, &call, NFS4_OK, NULL);
}

/* ---- the rest ------------------------------------------------------------- */

uint32_t returns_delegation(story_host *host, const story_file *file, uint32_t status)
{
    nfs4_message call = begins_work(host, file);
    puts_stateid(&call, OP_DELEGRETURN, &file->delegation)->u.stateid.stateid = file->delegation;
    return ends_work(host, &call, status, NULL);
}

uint32_t frees_stateid(story_host *host, const nfs4_stateid *stateid, uint32_t status)
{
    nfs4_message call = begins_sequence(host);
    puts_stateid(&call, OP_FREE_STATEID, stateid)->u.stateid.stateid = *stateid;
    return ends_work(host, &call, status, NULL);
}

uint32_t tests_stateids(story_host *host, uint32_t count, uint32_t bad)
{
    nfs4_message call = begins_sequence(host);
    puts_event(&call, OP_TEST_STATEID)->u.test_stateid.count = count;
    nfs4_event result = {.u.test_stateid = {count, bad}};
    return ends_work(host, &call, NFS4_OK, &result);
}

uint32_t uses(story_host *host, const story_file *file, uint32_t opcode, uint32_t status)
{
    nfs4_message call = begins_work(host, file);
    call.compound.has_stateid = true;
    call.compound.stateid = file->open;
    puts_op(&call, opcode);
    return ends_work(host, &call, status, NULL);
}

/* ---- chains --------------------------------------------------------------- */

const nfs4_chain *chain_of(const story *world, uint32_t number)
{
    const nfs4_chain *chain = world->model->chains.first;
    while (chain != NULL && chain->number != number)
        chain = chain->next;
    g_assert_nonnull(chain);
    return chain;
}

const nstime_t *whole_outage(const nfs4_chain *chain)
{
    static nstime_t whole;
    if (!chain_whole_outage(chain, &whole))
        nstime_set_zero(&whole);
    return &whole;
}

typedef void outage_act(nstime_t *result, const nstime_t *outage);

static void add_up(nstime_t *sum, const nstime_t *outage)
{
    nstime_add(sum, outage);
}

static void each_outage(const nfs4_owner *owner, outage_act *act, nstime_t *result)
{
    nstime_set_zero(result);
    for (const nfs4_instance *instance = owner->first_instance; instance != NULL;
         instance = instance->next)
        for (const nfs4_lease *lease = instance->first_lease; lease != NULL;
             lease = lease->links.next)
            for (const nfs4_chain *chain = lease->chain; chain != NULL; chain = chain->earlier)
                act(result, whole_outage(chain));
}

static void keep_longer(nstime_t *longest, const nstime_t *outage)
{
    if (nstime_cmp(outage, longest) > 0)
        *longest = *outage;
}

const nstime_t *outage_of(const nfs4_owner *owner)
{
    static nstime_t sum;
    each_outage(owner, add_up, &sum);
    return &sum;
}

const nstime_t *longest_outage(const nfs4_owner *owner)
{
    static nstime_t longest;
    each_outage(owner, keep_longer, &longest);
    return &longest;
}

const nfs4_step *step_of(const nfs4_chain *chain, guint index)
{
    g_assert_cmpuint(index, <, wmem_array_get_count(chain->steps));
    return (const nfs4_step *)wmem_array_index(chain->steps, index);
}

char *told(const nfs4_chain *chain)
{
    static const char *const names[] = {
        "none",       "refused", "destroy",          "create-no",   "identify", "confirm",
        "lease-time", "reclaim", "reclaim-complete", "probe-state", "resumed",  "reopen"};
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < wmem_array_get_count(chain->steps); i++)
        g_string_append_printf(text, "%s ", names[step_of(chain, i)->kind]);
    return g_string_free(text, FALSE);
}

void assert_seconds(const nstime_t *time, double seconds)
{
    g_assert_cmpfloat_with_epsilon(nstime_to_sec(time), seconds, 1e-9);
}

void assert_lost(const nfs4_chain *chain, uint32_t lost_opens, uint32_t lost_locks,
                 uint32_t lost_delegations)
{
    uint32_t lost;
    g_assert_true(cost_lost_opens(chain, &lost));
    g_assert_cmpuint(lost, ==, lost_opens);
    g_assert_true(cost_lost_locks(chain, &lost));
    g_assert_cmpuint(lost, ==, lost_locks);
    g_assert_true(cost_lost_delegations(chain, &lost));
    g_assert_cmpuint(lost, ==, lost_delegations);
}

void assert_loss_unknown(const nfs4_chain *chain)
{
    uint32_t lost;
    g_assert_false(cost_lost_opens(chain, &lost));
    g_assert_false(cost_lost_locks(chain, &lost));
    g_assert_false(cost_lost_delegations(chain, &lost));
}

void gets_new_lease(story_host *host)
{
    if (host->minor > 0) {
        sends_destroy_session(host);
        sends_create_session(host);
    }
    identifies(host);
    if (host->minor > 0)
        asks_lease_time(host);
}

void is_thrown_out(story_host *host, story_host *by)
{
    mounts(by);
    g_assert_cmpuint(tries(host), !=, NFS4_OK);
}
