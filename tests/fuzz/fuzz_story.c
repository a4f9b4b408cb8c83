/* fuzz_story.c - hosts that do anything at all, and none that is accused for nothing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A fuzz target on the world of tests/unit/story.h. The first byte makes the world:
 *
 *   bits 0-1  how the server builds its ids
 *   bit 2     all hosts have one name; else each has its own
 *   bit 3     all is captured twice
 *   bits 4-5  the number of hosts, less one
 *   bits 6-7  the minor version of the first; the others' follow
 *
 * Each byte behind it is a deed: the low two bits choose the host, the others the deed.
 * Where every host has a name of its own, nobody may be accused of anything, whatever
 * happens, as long as the capture shows it all; and where it does not, of nothing more
 * than a suspicion.
 */
#include "../unit/story_state.h"
#include "ask.h"

#define DEEDS_MAX 400

typedef struct {
    story *world;
    bool one_name;
    bool unseen; /* something happened that the capture does not show */
    bool mounted[HOSTS_MAX];
    story_file files[HOSTS_MAX];
} fuzz_world;

/* One host, and what it may do things with. */
typedef struct {
    fuzz_world *world;
    story_host *host;
    story_file *file;
    bool *mounted;
} fuzz_actor;

/* ---- deeds of hosts that have mounted ------------------------------------- */

static void do_access(fuzz_actor *actor)
{
    accesses(actor->host);
}

static void do_try(fuzz_actor *actor)
{
    tries(actor->host);
}

static void do_recover(fuzz_actor *actor)
{
    recovers(actor->host);
}

static void do_renew(fuzz_actor *actor)
{
    if (actor->host->minor > 0)
        renews_session(actor->host);
    else
        sends_with_clientid(actor->host, OP_RENEW);
}

static void do_unmount(fuzz_actor *actor)
{
    unmounts(actor->host);
    *actor->mounted = false;
}

static void do_reboot(fuzz_actor *actor)
{
    crashes_and_boots(actor->host);
    *actor->file = (story_file){.name = actor->file->name};
    actor->host->has_open_file = false;
    mounts(actor->host);
}

static void do_reconnect(fuzz_actor *actor)
{
    connects(actor->host);
    if (actor->host->minor > 0)
        binds_connection(actor->host);
}

/* Not in 4.0, where Linux puts the address into the owner. */
static void do_use_other_address(fuzz_actor *actor)
{
    if (actor->host->minor == 0)
        return;
    actor->host->server_address[3] = 3 - actor->host->server_address[3];
    connects(actor->host);
    mounts(actor->host);
}

static void do_new_session(fuzz_actor *actor)
{
    if (actor->host->minor > 0)
        sends_create_session(actor->host);
}

static void do_open(fuzz_actor *actor)
{
    actor->host->has_open_file = opens(actor->host, actor->file) == NFS4_OK;
}

static void do_open_with_delegation(fuzz_actor *actor)
{
    opens_with_delegation(actor->host, actor->file);
}

/* Whoever has begun anew holds nothing. */
static void open_if_it_is_not(fuzz_actor *actor)
{
    if (!actor->host->has_open_file)
        do_open(actor);
}

static void do_reclaim(fuzz_actor *actor)
{
    open_if_it_is_not(actor);
    reclaims(actor->host, actor->file, actor->host->server->in_grace ? NFS4_OK : NFS4ERR_NO_GRACE);
}

static void do_reopen(fuzz_actor *actor)
{
    open_if_it_is_not(actor);
    reopens(actor->host, actor->file);
}

static void do_close(fuzz_actor *actor)
{
    open_if_it_is_not(actor);
    closes(actor->host, actor->file);
    actor->host->has_open_file = false;
}

static void do_lock(fuzz_actor *actor)
{
    open_if_it_is_not(actor);
    locks(actor->host, actor->file);
}

static void do_unlock(fuzz_actor *actor)
{
    open_if_it_is_not(actor);
    unlocks(actor->host, actor->file, 0, UINT64_MAX);
}

static void do_return_delegation(fuzz_actor *actor)
{
    open_if_it_is_not(actor);
    returns_delegation(actor->host, actor->file, NFS4_OK);
}

static void do_write(fuzz_actor *actor)
{
    open_if_it_is_not(actor);
    uses(actor->host, actor->file, OP_WRITE, NFS4_OK);
}

static void do_write_in_vain(fuzz_actor *actor)
{
    open_if_it_is_not(actor);
    uses(actor->host, actor->file, OP_WRITE, NFS4ERR_BAD_STATEID);
}

static void do_test_stateids(fuzz_actor *actor)
{
    if (actor->host->minor > 0)
        tests_stateids(actor->host, 2, 1);
}

/* Only another host of its name, with another principal, makes a server say so. */
static void do_be_refused(fuzz_actor *actor)
{
    if (actor->host->minor > 0 && actor->world->one_name)
        is_told_in_use(actor->host);
}

static void do_lose_order(fuzz_actor *actor)
{
    if (actor->host->minor > 0)
        is_out_of_order(actor->host);
}

/* ---- what happens to them ------------------------------------------------- */

static void do_restart_server(fuzz_actor *actor)
{
    restarts(actor->world->world, actor->host->server);
}

static void do_expire(fuzz_actor *actor)
{
    server_drop(actor->host->server, actor->host->clientid);
}

static void do_drop_session(fuzz_actor *actor)
{
    server_drop_session(actor->host->server, actor->host->sessionid);
}

static void do_end_grace(fuzz_actor *actor)
{
    actor->host->server->in_grace = false;
}

static void do_pause(fuzz_actor *actor)
{
    seconds_pass(actor->world->world, 1);
}

static void do_pause_for_a_lease(fuzz_actor *actor)
{
    seconds_pass(actor->world->world, 100);
}

static void do_send_again(fuzz_actor *actor)
{
    actor->world->world->retransmit = true;
}

/* ---- what the capture misses ---------------------------------------------- */

static void do_capture_or_not(fuzz_actor *actor)
{
    actor->world->world->blind = !actor->world->world->blind;
    actor->world->unseen = true;
}

static void do_miss_confirm(fuzz_actor *actor)
{
    actor->world->world->lose_reply =
        actor->host->minor > 0 ? OP_CREATE_SESSION : OP_SETCLIENTID_CONFIRM;
    actor->world->unseen = true;
}

static void do_miss_identification(fuzz_actor *actor)
{
    actor->world->world->lose_reply = actor->host->minor > 0 ? OP_EXCHANGE_ID : OP_SETCLIENTID;
    actor->world->unseen = true;
}

static void do_miss_calls_or_not(fuzz_actor *actor)
{
    actor->host->calls_unseen = !actor->host->calls_unseen;
    actor->world->unseen = true;
}

static void (*const deeds[])(fuzz_actor *) = {do_access,
                                              do_try,
                                              do_recover,
                                              do_renew,
                                              do_unmount,
                                              do_reboot,
                                              do_reconnect,
                                              do_use_other_address,
                                              do_new_session,
                                              do_open,
                                              do_open_with_delegation,
                                              do_reclaim,
                                              do_reopen,
                                              do_close,
                                              do_lock,
                                              do_unlock,
                                              do_return_delegation,
                                              do_write,
                                              do_write_in_vain,
                                              do_test_stateids,
                                              do_be_refused,
                                              do_lose_order,
                                              do_restart_server,
                                              do_expire,
                                              do_drop_session,
                                              do_end_grace,
                                              do_pause,
                                              do_pause_for_a_lease,
                                              do_send_again,
                                              do_capture_or_not,
                                              do_miss_confirm,
                                              do_miss_identification,
                                              do_miss_calls_or_not};

/* ---- the world ------------------------------------------------------------ */

static fuzz_world world_new(uint8_t how)
{
    static const char *const names[] = {"web01", "web02", "web03", "web04"};
    fuzz_world world = {.world = story_new((story_layout)((how & 3) % 3)),
                        .one_name = (how & 4) != 0};
    world.world->copies = (how & 8) != 0;
    for (uint32_t i = 0; i <= (how >> 4 & 3u); i++) {
        uint32_t minor = ((how >> 6) + i) % 3;
        story_new_host(world.world, names[world.one_name ? 0 : i], (uint8_t)(11 + i), minor);
        world.files[i].name = i + 1;
    }
    return world;
}

static void does(fuzz_world *world, uint8_t deed)
{
    uint32_t who = (deed & 3) % world->world->host_count;
    fuzz_actor actor = {world, world->world->hosts[who], &world->files[who], &world->mounted[who]};
    if (!*actor.mounted) {
        mounts(actor.host);
        *actor.mounted = true;
    }
    deeds[(deed >> 2) % G_N_ELEMENTS(deeds)](&actor);
    g_array_set_size(world->world->tape, 0); /* nobody reads it again */
}

static void assert_nobody_is_accused(const fuzz_world *world)
{
    nfs4_verdict worst = world->unseen ? VERDICT_SUSPECTED : VERDICT_UNDECIDED;
    const nfs4_owner *owner = world->world->model->owners.first;
    for (; owner != NULL; owner = owner->next)
        g_assert_cmpint(owner->verdict, <=, worst);
}

static volatile uint64_t sink;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    if (size == 0)
        return 0;
    if (!ready)
        wmem_init();
    ready = true;
    fuzz_world world = world_new(data[0]);
    for (size_t i = 1; i < MIN(size, DEEDS_MAX); i++)
        does(&world, data[i]);
    sink += ask(world.world->model);
    if (!world.one_name)
        assert_nobody_is_accused(&world);
    story_free(world.world);
    return 0;
}
