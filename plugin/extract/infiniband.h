/* infiniband.h - messages between addresses of InfiniBand, in packets of exported PDUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Exported PDUs have tags for addresses of IPv4 and IPv6 alone. A message between LIDs or GIDs
 * is for a dissector of our own: in front of it stand the addresses of source and destination,
 * each behind a byte with its length, which is 2 or 16.
 */
#ifndef NFS4SESS_EXTRACT_INFINIBAND_H
#define NFS4SESS_EXTRACT_INFINIBAND_H

#include "compat.h"

#include <epan/packet.h>

#include "alias.h"

#define INFINIBAND_DISSECTOR "nfs4sess.infiniband"

/* true for a LID or a GID */
bool infiniband_is_address(const address *addr);

/* `aliases` NULL for their own addresses. */
void infiniband_write(const address *source, const address *destination, alias_book *aliases,
                      GByteArray *out);

/* To be called while protocols are registered, after "nfs4sess". */
void infiniband_register(void);

#endif
