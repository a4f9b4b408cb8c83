/* alias.h - what stands in an extract for the names and addresses of the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Made with a key, by HMAC-SHA256 (RFC 2104): the same key gives the same alias, so that the
 * extracts of several hosts still fit together, and without it nobody gets back. What the
 * judgement and its sentences rest on is kept:
 *
 *   addresses  keep their family, and two have as many leading bits in common as before, as with
 *              Crypto-PAn (Xu et al., "Prefix-preserving IP address anonymization", ICNP 2002).
 *              No two get one alias.
 *   names      label by label: "web01.example.org" and "web01" begin alike. A label becomes
 *              an h and 12 letters or digits, 58 bits and more.
 *   UUIDs      become UUIDs
 *   bytes      that are no text keep their length, and are 16 at least
 *
 * What says nothing of anybody stays: names that images are shipped with ("localhost"), words of
 * protocols ("tcp") and endings of files ("pcap"), and a number of up to three digits by itself.
 */
#ifndef NFS4SESS_EXTRACT_ALIAS_H
#define NFS4SESS_EXTRACT_ALIAS_H

#include <glib.h>

#include "wire/event.h"

#define ALIAS_KEY_LEAST 16 /* bytes */
#define ALIAS_NAME_MAX 255 /* bytes of an alias: RFC 5531 section 8.2 lets no name be longer */

/* Owns the key. Identified by it: two books of one key give the same aliases. */
typedef struct alias_book alias_book;

/* NULL where the key is too short. */
alias_book *alias_book_new(nfs4_bytes key);
void alias_book_free(alias_book *book); /* NULL for none */

/* Of an address: IPv4 4 bytes, IPv6 and GIDs 16, hardware 6, LIDs 2. */
void alias_address(alias_book *book, const uint8_t *from, size_t size, uint8_t *to);

/* The others append to `out`. */

/* A host's name, or its address as text. */
void alias_name(alias_book *book, nfs4_bytes name, GByteArray *out);

/* Text of any form: the names and addresses in it get their aliases, and what stands between
 * them stays. */
void alias_text(alias_book *book, nfs4_bytes text, GByteArray *out);

/* A universal address, which ends with a port (RFC 5665 section 5.2.3.3). */
void alias_universal(alias_book *book, nfs4_bytes text, GByteArray *out);

/* What software calls itself stays, but for the host in it: hostname='web01'. */
void alias_software(alias_book *book, nfs4_bytes text, GByteArray *out);

/* Bytes that say nothing any more. Another `attempt` gives others. */
void alias_digest(alias_book *book, nfs4_bytes bytes, uint8_t attempt, GByteArray *out);

/* Text or not, at most NFS4_OPAQUE_LIMIT bytes if there were no more; nothing stays nothing. */
void alias_bytes(alias_book *book, nfs4_bytes bytes, GByteArray *out);

/* The name of a capture. Lives until Wireshark ends. */
const char *alias_capture(alias_book *book, const char *name);

#endif
