/* proof.c - a case of evidence as one line for each frame that shows it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "proof.h"
#include "wording_trouble.h"

#define OWNER_SHOWN 48 /* characters; whole below the head, and in the JSON document */

void proof_line(proof *told, uint32_t frame, const nstime_t *time, const char *format, ...)
{
    va_list arguments;
    if (frame == 0 || told->count == WORDING_LINES_MAX)
        return;
    va_start(arguments, format);
    wording_line line = {.frame = frame,
                         .text = wmem_strdup_vprintf(told->scope, format, arguments)};
    va_end(arguments);
    if (time != NULL)
        line.time = *time;
    told->lines[told->count++] = line;
}

const char *proof_name(const proof *told, const nfs4_lease *lease)
{
    return wording_name(told->scope, told->names, lease->instance);
}

void proof_confirm(proof *told, const nfs4_lease *lease)
{
    const char *owner = wording_owner(told->scope, lease->owner);
    proof_line(told, lease->confirm.reply, &lease->confirm.time, "%s confirms owner '%.*s%s'",
               proof_name(told, lease), OWNER_SHOWN, owner,
               strlen(owner) > OWNER_SHOWN ? "..." : "");
}

void proof_refusal(proof *told, const nfs4_lease *lease)
{
    const char *status = lease->loss.status == NFS4_OK
                             ? ""
                             : wmem_strdup_printf(told->scope, " (%s)",
                                                  wording_status(told->scope, lease->loss.status));
    const char *name = proof_name(told, lease);
    const char *whose = lease->owner->instance_count == 1
                            ? "its"
                            : wmem_strdup_printf(told->scope, "%s's", name);
    const char *what =
        lease->loss.operation == 0
            ? name
            : wmem_strdup_printf(told->scope, "%s %s", whose,
                                 wording_operation(told->scope, lease->loss.operation));
    proof_line(told, lease->refused.reply, &lease->refused.time, "%s is refused%s", what, status);
}

void proof_return(proof *told, const nfs4_lease *lease)
{
    proof_line(told, lease->confirm.reply, &lease->confirm.time,
               "%s returns, same verifier: no reboot", proof_name(told, lease));
}

uint32_t wording_confirms(wmem_allocator_t *scope, const nfs4_instance *instance,
                          wording_line lines[WORDING_LINES_MAX])
{
    proof told = {.scope = scope, .names = NAMES_ADDRESS, .lines = lines};
    for (const nfs4_lease *lease = instance->first_lease; lease != NULL; lease = lease->links.next)
        proof_line(&told, lease->confirm.reply, &lease->confirm.time,
                   "%s confirms with verifier 0x%016" G_GINT64_MODIFIER "x",
                   lease->use.confirmed_from != NULL
                       ? wording_address(scope, lease->use.confirmed_from)
                       : proof_name(&told, lease),
                   instance->verifier);
    return told.count;
}
