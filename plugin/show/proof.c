/* proof.c - a case of evidence as one line for each frame that shows it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "proof.h"
#include "wording_frame.h"
#include "wording_trouble.h"

void proof_line(proof *told, uint32_t frame, const nstime_t *when, const char *format, ...)
{
    va_list arguments;
    if (frame == 0 || told->count == WORDING_LINES_MAX)
        return;
    va_start(arguments, format);
    wording_line line = {.frame = frame,
                         .text = wmem_strdup_vprintf(told->scope, format, arguments)};
    va_end(arguments);
    if (when != NULL)
        line.when = *when;
    told->lines[told->count++] = line;
}

const char *proof_name(const proof *told, const nfs4_lease *lease)
{
    return wording_name(told->scope, told->names, lease->instance);
}

const char *proof_identified(const proof *told, uint32_t frame)
{
    return frame != 0 ? wmem_strdup_printf(told->scope, " (frame %u)", frame) : "";
}

void proof_confirm(proof *told, const nfs4_lease *lease)
{
    proof_line(told, lease->confirm.reply, &lease->confirm.when, "%s confirms %s%s",
               proof_name(told, lease), wording_quoted_owner(told->scope, lease->owner),
               proof_identified(told, lease->issued.call));
}

void proof_refusal(proof *told, const nfs4_lease *lease)
{
    const char *status = lease->loss.status == NFS4_OK
                             ? ""
                             : wmem_strdup_printf(told->scope, " (%s)",
                                                  wording_status(told->scope, lease->loss.status));
    const char *name = proof_name(told, lease);
    const char *whose =
        lease->owner->instance_count == 1 ? "its" : wmem_strdup_printf(told->scope, "%s's", name);
    const char *what =
        lease->loss.operation == 0
            ? name
            : wmem_strdup_printf(told->scope, "%s %s", whose,
                                 wording_operation(told->scope, lease->loss.operation));
    proof_line(told, lease->refused.reply, &lease->refused.when, "%s is refused%s", what, status);
}

void proof_return(proof *told, const nfs4_lease *lease)
{
    proof_line(told, lease->confirm.reply, &lease->confirm.when,
               "%s returns, same verifier%s: no reboot", proof_name(told, lease),
               proof_identified(told, lease->issued.call));
}

uint32_t wording_confirms(wmem_allocator_t *scope, const nfs4_instance *instance,
                          wording_line lines[WORDING_LINES_MAX])
{
    proof told = {.scope = scope, .names = NAMES_ADDRESS, .lines = lines};
    for (const nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
        proof_line(&told, lease->confirm.reply, &lease->confirm.when,
                   "%s confirms, with verifier 0x%016" G_GINT64_MODIFIER "x%s",
                   lease->use.confirmed_from != NULL
                       ? wording_address(scope, lease->use.confirmed_from)
                       : proof_name(&told, lease),
                   instance->verifier, proof_identified(&told, lease->issued.call));
    return told.count;
}

const address *wording_presenter(const nfs4_instance *instance)
{
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (mark->presented_at != NULL)
            return &mark->addr;
    return NULL;
}

static void tell_presented(proof *told, const nfs4_instance *instance, const nfs4_mark *mark)
{
    proof_line(told, mark->presented.call, &mark->presented.called,
               "%s tells %s owner %s and %sverifier 0x%016" G_GINT64_MODIFIER "x",
               wording_address(told->scope, &mark->addr),
               wording_address(told->scope, &mark->presented_at->addr),
               wording_quoted_owner(told->scope, instance->owner),
               told->count > 0 ? "the same " : "", instance->verifier);
}

uint32_t wording_presented(wmem_allocator_t *scope, const nfs4_instance *instance, uint32_t count,
                           wording_line lines[WORDING_LINES_MAX])
{
    proof told = {.scope = scope, .names = NAMES_ADDRESS, .lines = lines, .count = count};
    const address *holder = wording_presenter(instance);
    for (const nfs4_mark *mark = instance->addresses; mark != NULL; mark = mark->next)
        if (mark->presented_at != NULL)
            tell_presented(&told, instance, mark);
        else if (holder != NULL)
            proof_line(&told, mark->used.call, &mark->used.called,
                       "%s goes on with the lease of %s", wording_address(scope, &mark->addr),
                       wording_address(scope, holder));
    return told.count;
}
