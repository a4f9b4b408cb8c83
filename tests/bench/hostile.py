# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that were made to hurt: so many frames of what a server never says, or of what
costs the most to follow.

    tests/bench/hostile.py KIND FRAMES OUT

The kinds of synthetic.py are there as well, at a length that is given in frames.
"""
import argparse
import os
import struct

import synthetic
from synthetic import CREATE_SESSION, EXCHANGE_ID, GETATTR, PUTROOTFH, SEQUENCE, SERVER, Host, Server, opaque

GETFH, LOOKUP = 10, 15
RENEW, EXPIRED, CLID_INUSE = 30, 10011, 10017
LEASE_TIME = struct.pack(">2I", 1, 1 << 10)  # the bitmap of that attribute
LAST_SLOT = 63
START = synthetic.BEGIN - 90 * 86400  # of a server: it has to lie before the capture


# ---- what a host says, beyond synthetic.Host ----------------------------------


def uses_session(host, session, slotid=LAST_SLOT):
    """A request in a session, and that it worked."""
    host.session, host.slot = session, 0
    sequence = host.sequence(slotid)
    host.calls([(SEQUENCE, sequence), (PUTROOTFH, b"")])
    host.is_answered([(SEQUENCE, sequence[:28] + struct.pack(">2I", 0, 0)), (PUTROOTFH, b"")])


def asks_lease_time(host, seconds):
    sequence = host.sequence()
    host.calls([(SEQUENCE, sequence), (PUTROOTFH, b""), (GETATTR, LEASE_TIME)])
    host.is_answered([(SEQUENCE, sequence[:28] + struct.pack(">2I", 0, 0)), (PUTROOTFH, b""),
                      (GETATTR, LEASE_TIME + opaque(struct.pack(">I", seconds)))])


def renews(host, clientid, status=synthetic.OK):
    host.calls([(RENEW, clientid)], minor=0)
    host.is_answered([(RENEW, b"")], status)


def looks_up(host, name):
    sequence, root = host.sequence(), (PUTROOTFH, b"")
    host.calls([(SEQUENCE, sequence), root, (LOOKUP, opaque(name)), (GETFH, b"")])
    host.is_answered([(SEQUENCE, sequence[:28] + struct.pack(">2I", 0, 0)), root, (LOOKUP, b""),
                      (GETFH, opaque(b"handle of " + name))])


# ---- kinds: what there are so many frames of ----------------------------------


def shared_starts(capture, server, frames):
    """A server with many clients is found to have the start time of one address after another."""
    server.start = START
    crowded = Host(capture, server, 0, owner=b"one of many", verifier=bytes(8))
    while capture.frames < 2 * frames // 5:
        crowded.identifies(major=b"")
    number = 0
    while capture.frames < frames:
        number += 1
        other = Server(START + number)
        target = bytes([11]) + number.to_bytes(3, "big")
        guest = Host(capture, other, number, owner=b"guest", verifier=bytes(8), target=target)
        guest.identifies(major=b"")
        guest.identifies(major=b"")
        crowded.server = other
        crowded.identifies(major=b"")


def distant_losses(capture, server, frames):
    """Leases are lost, and what took their place lies far away in the order of ids; then the
    lease time is another one with each answer."""
    host = Host(capture, server, 0)
    mounted = []
    for number in range(frames // 15):
        host.owner, host.verifier = b"owner %d" % number, struct.pack(">2I", number, 1)
        host.mounts()
        host.works()
        mounted.append((host.owner, host.verifier, host.session, host.slot))
    for host.owner, host.verifier, host.session, host.slot in mounted:
        host.is_refused()
        host.mounts()
    seconds = 60
    while capture.frames < frames:
        asks_lease_time(host, seconds)
        seconds = 121 - seconds


def strange_sessions(capture, server, frames):
    """A session that nobody created with each request; its id tells the clientid."""
    host = Host(capture, server, 0)
    while capture.frames < frames:
        uses_session(host, server.new_session(server.new_clientid()))


def opaque_sessions(capture, _server, frames):
    """The same with ids that tell nothing."""
    host = Host(capture, None, 0)
    while capture.frames < frames:
        number = capture.frames
        uses_session(host, struct.pack(">4I", 5, number, 5, number + 1))


def refused_sessions(capture, server, frames):
    """The same, each refused."""
    host = Host(capture, server, 0)
    while capture.frames < frames:
        host.session, host.slot = server.new_session(server.new_clientid()), 0
        host.is_refused()


def renewals(capture, _server, frames):
    """NFSv4.0: RENEW with a clientid that nobody was given, another one each time."""
    host = Host(capture, None, 0)
    while capture.frames < frames:
        renews(host, struct.pack(">2I", 5, capture.frames))


def expired_renewals(capture, _server, frames):
    """The same, each answered with NFS4ERR_EXPIRED."""
    host = Host(capture, None, 0)
    while capture.frames < frames:
        renews(host, struct.pack(">2I", 5, capture.frames), EXPIRED)


def files(capture, server, frames):
    """A file with a name of its own is looked up in each request."""
    host = Host(capture, server, 0)
    host.mounts()
    while capture.frames < frames:
        looks_up(host, b"file %d" % capture.frames)


def refused_owners(capture, server, frames):
    """Identifications of ever new owners, each answered with NFS4ERR_CLID_INUSE."""
    host = Host(capture, server, 0)
    while capture.frames < frames:
        host.owner = b"owner %d" % capture.frames
        host.asks_for_clientid()
        host.is_answered([(EXCHANGE_ID, b"")], CLID_INUSE)


def troubled_owners(capture, server, frames):
    """Ever new owners behind one address, the sessions of which are refused again and again."""
    host = Host(capture, server, 0)
    while capture.frames < frames:
        host.owner = b"owner %d" % capture.frames
        clientid = host.identifies()
        for _ in range(6):
            host.asks_for_session(clientid)
            host.is_answered([(CREATE_SESSION, b"")], CLID_INUSE)


def troubled_hosts(capture, server, frames):
    """Hosts the identification of which is refused again and again, each with a name of its own."""
    number = 0
    while capture.frames < frames:
        number += 1
        host = Host(capture, server, number)
        for _ in range(6):
            host.asks_for_clientid()
            host.is_answered([(EXCHANGE_ID, b"")], CLID_INUSE)


def alike_names(capture, server, frames):
    """Linux hosts whose names g_str_hash (33 times what was, plus the character) takes for one."""
    number = 0
    while capture.frames < frames:
        number += 1
        name = b"".join(b"Aa" if number >> bit & 1 else b"B@" for bit in range(20))
        Host(capture, server, number, owner=b"Linux NFSv4.1 " + name).identifies()


def merged_addresses(capture, _server, frames):
    """A server is found to be one with one address after another, which knew the same owner."""
    main = Host(capture, Server(START), 0, owner=b"main")
    main.mounts()
    main.mounts()
    number = 0
    while capture.frames < frames:
        number += 1
        main.server = Server(START + number)
        guest = Host(capture, main.server, number, owner=b"guest", verifier=bytes(8),
                     target=bytes([11]) + number.to_bytes(3, "big"))
        guest.identifies(major=b"other")
        guest.identifies(major=b"other")
        main.identifies()
        guest.identifies()


def merged_owners(capture, _server, frames):
    """Two addresses with the same owners are found to be one server."""
    server, another = Server(START), bytes([11, 0, 0, 1])
    guest = Host(capture, Server(START - 1), 0, owner=b"guest", target=another)
    guest.identifies(major=b"other")
    while capture.frames < frames - 2:
        for target, major in ((SERVER, b"server"), (another, b"other")):
            host = Host(capture, server, capture.frames, owner=b"owner %d" % (capture.frames // 8),
                        verifier=bytes(8), target=target)
            host.creates_session(host.identifies(major))
    guest.server = server
    guest.identifies()


def _at_length(kind):
    """A kind of synthetic.py, whose length is given in what it counts."""
    def write(capture, server, frames):
        ten, twenty = (synthetic.write(kind.__name__, count, os.devnull) for count in (10, 20))
        kind(capture, server, frames * 10 // (twenty - ten))
    write.__doc__ = kind.__doc__
    return write


OWN = (shared_starts, distant_losses, strange_sessions, opaque_sessions, refused_sessions, renewals,
       expired_renewals, files, refused_owners, troubled_owners, troubled_hosts,
       alike_names, merged_addresses, merged_owners)
KINDS = {kind.__name__: kind for kind in OWN} | {
    name: _at_length(kind) for name, kind in synthetic.KINDS.items() if name not in ("work", "bulk")}


def write(kind, frames, path):
    """Returns the number of frames."""
    capture = synthetic.Capture(path)
    KINDS[kind](capture, Server(), frames)
    capture.out.close()
    return capture.frames


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:17} {kind.__doc__}" for name, kind in KINDS.items()))
    parser.add_argument("kind", metavar="KIND", choices=KINDS)
    parser.add_argument("frames", metavar="FRAMES", type=int)
    parser.add_argument("out", metavar="OUT")
    options = parser.parse_args()
    print(f"{options.out}: {write(options.kind, options.frames, options.out)} frames")


if __name__ == "__main__":
    main()
