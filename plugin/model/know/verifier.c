/* verifier.c - what a verifier tells of the instance that presents it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "verifier.h"

#include <string.h>

#include <glib.h>

#include "plausible.h"

#define NS_PER_SECOND 1000000000ULL
#define RECOVERIES_MAX 65536U /* of one boot; a larger number is no counter of them */

bool verifier_is_purge(owner_form_kind kind, uint64_t verifier)
{
    if (!owner_form_is_linux(kind))
        return false;
    return verifier == UINT64_MAX ||            /* "impossible timestamp", today */
           verifier == 0x000000003b9aca01ULL || /* {0, NSEC_PER_SEC + 1}, big-endian */
           verifier == 0x0000000001ca9a3bULL;   /* the same, host order on x86 */
}

uint64_t verifier_instance_key(owner_form_kind kind, uint64_t verifier)
{
    if (kind == OWNER_FORM_FREEBSD)
        return verifier >> 32;
    /* Nanoseconds since the epoch have a high half that reads as 1983, {seconds,
     * nanoseconds} a low half that is hardly ever small. */
    if (kind == OWNER_FORM_FREEBSD_RANDOM && plausible_second(verifier >> 32) &&
        (uint32_t)verifier < RECOVERIES_MAX)
        return verifier & ~(uint64_t)UINT32_MAX;
    return verifier;
}

static bool set_start(int64_t seconds, uint64_t nanoseconds, const nstime_t *now, nstime_t *start)
{
    if (nanoseconds >= NS_PER_SECOND || !plausible_start(seconds, now))
        return false;
    start->secs = (time_t)seconds;
    start->nsecs = (int)nanoseconds;
    return true;
}

/* Linux, newest form first: nanoseconds since the epoch, big-endian; {seconds,
 * nanoseconds} big-endian (RHEL 7); the same in the client's little-endian order. */
static bool linux_start(uint64_t verifier, const nstime_t *now, nstime_t *start)
{
    uint32_t high = (uint32_t)(verifier >> 32), low = (uint32_t)verifier;
    return set_start((int64_t)(verifier / NS_PER_SECOND), verifier % NS_PER_SECOND, now, start) ||
           set_start(high, low, now, start) ||
           set_start(GUINT32_SWAP_LE_BE(high), GUINT32_SWAP_LE_BE(low), now, start);
}

/* macOS: {seconds, microseconds} at which the mount was made, big-endian (nfs_vfsops.c
 * nfs4_mount); the seconds alone are taken as well. */
static bool macos_start(uint64_t verifier, const nstime_t *now, nstime_t *start)
{
    uint32_t high = (uint32_t)(verifier >> 32), low = (uint32_t)verifier;
    if (high == 0)
        return set_start(low, 0, now, start);
    return set_start(high, 1000ULL * low, now, start);
}

/* Solaris: {seconds, nanoseconds} in memory, sent as one big-endian u64 (nfs4_xdr.c
 * xdr_SETCLIENTID4args), so that x86 sends the nanoseconds first. No number is both. */
static bool solaris_start(uint64_t verifier, const nstime_t *now, nstime_t *start)
{
    uint32_t high = (uint32_t)(verifier >> 32), low = (uint32_t)verifier;
    return set_start(high, low, now, start) || set_start(low, high, now, start);
}

/* pynfs: time.time() as a big-endian double (nfs4.1/nfs4client.py). */
static bool pynfs_start(uint64_t verifier, const nstime_t *now, nstime_t *start)
{
    double seconds;
    memcpy(&seconds, &verifier, sizeof seconds);
    if (!(seconds >= (double)PLAUSIBLE_FIRST && seconds <= (double)UINT32_MAX))
        return false; /* not a number, too */
    int64_t whole = (int64_t)seconds;
    return set_start(whole, (uint64_t)((seconds - (double)whole) * (double)NS_PER_SECOND), now,
                     start);
}

bool verifier_start(owner_form_kind kind, uint64_t verifier, const nstime_t *now, nstime_t *start)
{
    if (verifier_is_purge(kind, verifier))
        return false;
    if (owner_form_is_linux(kind))
        return linux_start(verifier, now, start);
    switch (kind) {
    case OWNER_FORM_FREEBSD:
    case OWNER_FORM_FREEBSD_RANDOM:
        return set_start((int64_t)(verifier >> 32), 0, now, start);
    case OWNER_FORM_GANESHA_PROXY:
        return set_start((int64_t)GUINT64_SWAP_LE_BE(verifier), 0, now, start);
    case OWNER_FORM_MACOS:
        return macos_start(verifier, now, start);
    case OWNER_FORM_SOLARIS:
        return solaris_start(verifier, now, start);
    case OWNER_FORM_PYNFS:
        return pynfs_start(verifier, now, start);
    default: /* libnfs: milliseconds without an epoch, and the pid; nfs4j: random */
        return false;
    }
}
