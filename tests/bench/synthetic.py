# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of invented NFSv4.1 traffic, of any size: what the model has to hold grows with
one thing at a time, and everything else stays as it is.

    tests/bench/synthetic.py KIND COUNT OUT

The server gives ids as the Linux server does. Nothing here is meant to look like the
traffic of a real site; captures/lab has that.
"""
import argparse
import struct

NFS_PORT, EPOCH, BEGIN = 2049, 0x6B000000, 1_790_000_000
CALL, REPLY, NONE = 0, 1, struct.pack(">2I", 0, 0)
EXCHANGE_ID, CREATE_SESSION, DESTROY_SESSION, SEQUENCE = 42, 43, 44, 53
PUTROOTFH, GETATTR, READ = 24, 9, 25
OK, BADSESSION = 0, 10052
SERVER = bytes([10, 255, 255, 254])
SEGMENT = 1448
CHANNEL = struct.pack(">7I", 0, 1 << 20, 1 << 20, 4096, 16, 16, 0)
ETHERNET = bytes(6) + b"\2" + bytes(5) + b"\x08\x00"


def opaque(data):
    return struct.pack(">I", len(data)) + data + bytes(-len(data) % 4)


class Capture:
    """A pcap file; every frame comes a millisecond after the one before."""

    def __init__(self, path):
        self.out = open(path, "wb", buffering=1 << 20)
        self.out.write(struct.pack("<I2H4I", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1))
        self.frames = 0

    def write(self, source, target, ports, sequences, data, flags=0x18):
        tcp = struct.pack(">2H2I2B3H", *ports, *sequences, 5 << 4, flags, 65535, 0, 0)
        head = struct.pack(">2B3H2BH4s4s", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0, source, target)
        frame = ETHERNET + head + tcp + data
        seconds, thousandth = divmod(self.frames, 1000)
        self.out.write(struct.pack("<4I", BEGIN + seconds, thousandth * 1000, len(frame), len(frame)))
        self.out.write(frame)
        self.frames += 1


class Server:
    """Gives ids as the Linux server does: the second of its start, and a counter."""

    def __init__(self, start=EPOCH):
        self.start = start
        self.clientids = self.sessions = 0

    def new_clientid(self):
        self.clientids += 1
        return struct.pack("<2I", self.start, self.clientids)

    def new_session(self, clientid):
        self.sessions += 1
        return clientid + struct.pack("<2I", self.sessions, 0)


class Host:
    """A client. It speaks over one connection until it is told to take another one."""

    def __init__(self, capture, server, number, owner=None, verifier=None, target=SERVER):
        self.capture, self.server, self.number, self.target = capture, server, number, target
        self.address = bytes([10]) + (number + 1).to_bytes(3, "big")
        self.owner = owner or b"Linux NFSv4.1 host%d" % number
        self.verifier = verifier or struct.pack("<2I", number + 1, 7)
        self.xid = number << 8
        self.session, self.slot = None, 0
        self.connects(1 + number % 1000)

    def connects(self, port):
        self.port, self.sent, self.received = port, 1, 1

    def calls(self, operations, minor=1):
        self.xid = (self.xid + 1) % 2**32
        body = struct.pack(">6I", self.xid, CALL, 2, 100003, 4, 1) + NONE + NONE + \
            struct.pack(">3I", 0, minor, len(operations))
        body += b"".join(struct.pack(">I", code) + arguments for code, arguments in operations)
        self._sends(body, True)

    def is_answered(self, results, status=OK):
        """(operation, result) for each that worked; the last one has the status."""
        body = struct.pack(">3I", self.xid, REPLY, 0) + NONE + struct.pack(">I", 0) + \
            struct.pack(">3I", status, 0, len(results))
        last = len(results) - 1
        body += b"".join(struct.pack(">2I", code, status if i == last else OK) + result
                         for i, (code, result) in enumerate(results))
        self._sends(body, False)

    def _sends(self, body, to_server):
        data = struct.pack(">I", 1 << 31 | len(body)) + body
        for start in range(0, len(data), SEGMENT):
            self._sends_segment(data[start:start + SEGMENT], to_server)

    def _sends_segment(self, data, to_server):
        if to_server:
            self.capture.write(self.address, self.target, (self.port, NFS_PORT),
                               (self.sent, self.received), data)
            self.sent = (self.sent + len(data)) % 2**32
        else:
            self.capture.write(self.target, self.address, (NFS_PORT, self.port),
                               (self.received, self.sent), data)
            self.received = (self.received + len(data)) % 2**32

    def asks_for_clientid(self):
        self.calls([(EXCHANGE_ID, self.verifier + opaque(self.owner) +
                     struct.pack(">3I", 0x101, 0, 0))])

    def identifies(self, major=b"server"):
        clientid = self.server.new_clientid()
        self.asks_for_clientid()
        self.is_answered([(EXCHANGE_ID, clientid + struct.pack(">3I", 1, 0x20001, 0) + bytes(8) +
                           opaque(major) + opaque(major) + struct.pack(">I", 0))])
        return clientid

    def asks_for_session(self, clientid):
        self.calls([(CREATE_SESSION, clientid + struct.pack(">2I", 1, 0) + CHANNEL + CHANNEL +
                     struct.pack(">2I", 0x40000000, 0))])

    def creates_session(self, clientid):
        self.asks_for_session(clientid)
        self.session, self.slot = self.server.new_session(clientid), 0
        self.is_answered([(CREATE_SESSION, self.session + struct.pack(">2I", 1, 0) +
                           CHANNEL + CHANNEL)])

    def mounts(self):
        self.creates_session(self.identifies())

    def sequence(self, slotid=0):
        self.slot += 1
        return self.session + struct.pack(">4I", self.slot, slotid, 0, 0)

    def works(self):
        """SEQUENCE and GETATTR of the root"""
        sequence = self.sequence()
        self.calls([(SEQUENCE, sequence), (PUTROOTFH, b""),
                    (GETATTR, struct.pack(">2I", 1, 2))])
        self.is_answered([(SEQUENCE, sequence[:28] + struct.pack(">2I", 0, 0)), (PUTROOTFH, b""),
                          (GETATTR, struct.pack(">4I", 1, 2, 4, 2))])

    def reads(self, size):
        """READ with the special stateid of all zeros"""
        sequence = self.sequence()
        self.calls([(SEQUENCE, sequence), (PUTROOTFH, b""),
                    (READ, bytes(16) + struct.pack(">QI", 0, size))])
        self.is_answered([(SEQUENCE, sequence[:28] + struct.pack(">2I", 0, 0)), (PUTROOTFH, b""),
                          (READ, struct.pack(">I", 0) + opaque(bytes(size)))])

    def is_refused(self):
        self.calls([(SEQUENCE, self.sequence()), (PUTROOTFH, b"")])
        self.is_answered([(SEQUENCE, b"")], BADSESSION)


# ---- kinds: what there are COUNT of ------------------------------------------


def work(capture, server, count):
    """Requests of one client, and nothing else: the cost of a message that changes nothing."""
    host = Host(capture, server, 0)
    host.mounts()
    for _ in range(count):
        host.works()


def bulk(capture, server, count):
    """Reads of 128 KiB by one client, in whole segments."""
    host = Host(capture, server, 0)
    host.mounts()
    for _ in range(count):
        host.reads(1 << 17)


def owners(capture, server, count):
    """Hosts with names of their own, each mounts and works."""
    for number in range(count):
        host = Host(capture, server, number)
        host.mounts()
        host.works()


def sessions(capture, server, count):
    """One host that gives its session back and takes another, again and again."""
    host = Host(capture, server, 0)
    clientid = host.identifies()
    for _ in range(count):
        host.creates_session(clientid)
        host.works()
        host.calls([(DESTROY_SESSION, host.session)])
        host.is_answered([(DESTROY_SESSION, b"")])


def takeovers(capture, server, count):
    """Two hosts with one name, who throw each other out."""
    one, other = (Host(capture, server, number, owner=b"Linux NFSv4.1 web01") for number in (0, 1))
    one.mounts()
    for _ in range(count):
        other.mounts()
        other.works()
        one.is_refused()
        one, other = other, one


def connections(capture, server, count):
    """One host that connects anew for each request."""
    host = Host(capture, server, 0)
    host.mounts()
    for number in range(count):
        host.connects(1024 + number % 64000)
        host.address = bytes([10, 1, number // 64000, 1])
        host.works()


def flood(capture, server, count):
    """Hostile: identifications with owners of 1024 bytes, of which nothing ever comes."""
    for number in range(count):
        Host(capture, server, number, owner=b"%d " % number + bytes(1016)).identifies()


def verifiers(capture, server, count):
    """Hostile: one owner with another verifier each time."""
    host = Host(capture, server, 0)
    for number in range(count):
        host.verifier = struct.pack("<2I", number + 1, 9)
        host.mounts()


def unused(capture, server, count):
    """Hostile: sessions that nobody uses or gives back."""
    host = Host(capture, server, 0)
    clientid = host.identifies()
    for _ in range(count):
        host.creates_session(clientid)


def calls(capture, server, count):
    """Hostile: identifications that nobody answers."""
    for number in range(count):
        Host(capture, server, number).asks_for_clientid()


def replies(capture, server, count):
    """Hostile: answers to what nobody asked."""
    host = Host(capture, server, 0)
    for number in range(count):
        host.xid = number
        host.is_answered([(SEQUENCE, b"")], BADSESSION)


def refusals(capture, server, count):
    """Hostile: a chain that never ends."""
    host = Host(capture, server, 0)
    host.mounts()
    host.works()
    for _ in range(count):
        host.is_refused()


KINDS = {kind.__name__: kind for kind in (work, bulk, owners, sessions, takeovers, connections, flood,
                                          verifiers, unused, calls, replies, refusals)}


def write(kind, count, path):
    """Returns the number of frames."""
    capture = Capture(path)
    KINDS[kind](capture, Server(), count)
    capture.out.close()
    return capture.frames


MEMBER_MESSAGES = 6  # of each client


def write_member(number, clients, path):
    """What one of many servers sees: clients that mount and work, and two that throw each other
    out twice."""
    capture = Capture(path)
    server, target = Server(EPOCH + number), bytes([10, 255, number, 1])
    first = number * 50000
    for client in range(first, first + clients):
        host = Host(capture, server, client, target=target)
        host.mounts()
        host.works()
    one, other = (Host(capture, server, first + clients + place, owner=b"Linux NFSv4.1 web01",
                       target=target) for place in (0, 1))
    for host, loser in ((one, None), (other, one), (one, other)):
        host.mounts()
        if loser:
            loser.is_refused()
    capture.out.close()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:12} {kind.__doc__}" for name, kind in KINDS.items()))
    parser.add_argument("kind", metavar="KIND", choices=KINDS)
    parser.add_argument("count", metavar="COUNT", type=int)
    parser.add_argument("out", metavar="OUT")
    options = parser.parse_args()
    print(f"{options.out}: {write(options.kind, options.count, options.out)} frames")


if __name__ == "__main__":
    main()
