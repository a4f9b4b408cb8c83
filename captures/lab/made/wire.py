# SPDX-License-Identifier: GPL-2.0-or-later
"""RPC messages of a real capture over TCP and IPv4, to be changed and written again.

What is written has new TCP connections around the messages, with right sequence numbers
and checksums; bytes, times and addresses are the ones that the messages came with.
"""
import collections
import dataclasses
import struct

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.utils import rdpcap, wrpcap

SEQUENCE, PUTFH, WRITE = 53, 22, 38
SEQ_MISORDERED = 10063
NFS = 2049
SEGMENT = 1448  # bytes in a packet


@dataclasses.dataclass
class Message:
    """An RPC message, without the mark that says how long it is."""
    time: float
    client: tuple  # MAC, address, port
    server: tuple
    is_call: bool
    data: bytearray

    @property
    def xid(self):
        """Linux counts its requests in the byte order of a PC."""
        return struct.unpack_from("<I", self.data)[0]

    @xid.setter
    def xid(self, value):
        struct.pack_into("<I", self.data, 0, value % 2**32)

    def copied(self, time, **changes):
        return dataclasses.replace(self, time=time, data=bytearray(self.data), **changes)


def ends_of(packet):
    """Source and target."""
    ether, ip, tcp = packet[Ether], packet[IP], packet[TCP]
    return (ether.src, ip.src, tcp.sport), (ether.dst, ip.dst, tcp.dport)


def payload_of(packet):
    """What TCP carries; short packets have padding behind it."""
    ip, tcp = packet[IP], packet[TCP]
    return bytes(tcp.payload)[:ip.len - ip.ihl * 4 - tcp.dataofs * 4]


def records(stream):
    """Takes the messages that are complete off the beginning of a stream."""
    while len(stream) >= 4:
        end = 4 + (word(stream, 0) & 0x7FFFFFFF)
        if len(stream) < end:
            return
        yield stream[4:end]
        del stream[:end]


def read(capture):
    """The messages, in the order in which they were complete. No packet may be lost."""
    messages, streams = [], collections.defaultdict(bytearray)
    for packet in rdpcap(str(capture)):
        if TCP not in packet:
            continue
        source, target = ends_of(packet)
        is_call = target[2] == NFS
        client, server = (source, target) if is_call else (target, source)
        streams[source, target] += payload_of(packet)
        messages += [Message(float(packet.time), client, server, is_call, data)
                     for data in records(streams[source, target])]
    return messages


class Connection:
    def __init__(self, client, server):
        self.client, self.server = client, server
        self.next = {client: 1000000, server: 2000000}  # sequence numbers

    def segment(self, time, source, flags, payload=b""):
        target = self.server if source == self.client else self.client
        tcp = TCP(sport=source[2], dport=target[2], flags=flags, window=501, seq=self.next[source],
                  ack=self.next[target] if "A" in flags else 0)
        packet = Ether(src=source[0], dst=target[0]) / \
            IP(src=source[1], dst=target[1], flags="DF") / tcp / payload
        packet.time = time
        self.next[source] += len(payload) + ("S" in flags)
        return packet

    def handshake(self, time):
        return [self.segment(time - 0.0003, self.client, "S"),
                self.segment(time - 0.0002, self.server, "SA"),
                self.segment(time - 0.0001, self.client, "A")]

    def carry(self, message):
        """The segments of a message, and the other side's word that it has them."""
        source = self.client if message.is_call else self.server
        record = struct.pack(">I", 0x80000000 | len(message.data)) + message.data
        parts = [record[start:start + SEGMENT] for start in range(0, len(record), SEGMENT)]
        packets = [self.segment(message.time, source, "PA" if part is parts[-1] else "A", part)
                   for part in parts]
        other = self.server if message.is_call else self.client
        return packets + [self.segment(message.time + 0.00005, other, "A")]


def write(capture, messages):
    packets, connections = [], {}
    for message in sorted(messages, key=lambda one: one.time):
        key = message.client, message.server
        if key not in connections:
            connections[key] = Connection(*key)
            packets += connections[key].handshake(message.time)
        packets += connections[key].carry(message)
    wrpcap(str(capture), sorted(packets, key=lambda one: one.time), linktype=1)


# --- COMPOUNDs of NFSv4.1 that begin with SEQUENCE ---

class Sequence:
    """The SEQUENCE in a call or reply, read and changed in place."""

    def __init__(self, message):
        self.data = message.data
        self.at = first_operation(message)
        self.body = self.at + (4 if message.is_call else 8)  # behind opcode, and status
        self.end = self.body + (32 if message.is_call else 36)

    @property
    def number(self):
        return word(self.data, self.body + 16)

    @property
    def slot(self):
        return word(self.data, self.body + 20)

    def change(self, number=None, slot=None):
        """Of several slots that are in use, the highest is said beside."""
        if number is not None:
            put(self.data, self.body + 16, number)
        if slot is not None:
            put(self.data, self.body + 20, slot)
            put(self.data, self.body + 24, max(slot, word(self.data, self.body + 24)))


def word(data, at):
    return struct.unpack_from(">I", data, at)[0]


def put(data, at, value):
    struct.pack_into(">I", data, at, value)


def skip_opaque(data, at):
    """Behind an opaque or a string, whose length stands at `at`."""
    return at + 4 + (word(data, at) + 3) // 4 * 4


def compound(message):
    """Where a COMPOUND begins, with tag or status; None of another procedure."""
    if not message.is_call:
        return skip_opaque(message.data, 16) + 4              # verifier; accepted
    if word(message.data, 20) != 1:
        return None
    return skip_opaque(message.data, skip_opaque(message.data, 28) + 4)  # credential, verifier


def first_operation(message):
    """Where the first operation of a COMPOUND begins."""
    begin = compound(message)
    if message.is_call:
        return skip_opaque(message.data, begin) + 8           # tag; minor version, count
    return skip_opaque(message.data, begin + 4) + 4           # status, tag; count


def operations(call):
    """Of a call that is at most SEQUENCE, PUTFH and another: their numbers."""
    begin = compound(call)
    if begin is None or word(call.data, first_operation(call)) != SEQUENCE:
        return []
    count = word(call.data, first_operation(call) - 4)
    found = [SEQUENCE]
    at = Sequence(call).end
    if count > 1:
        found.append(word(call.data, at))
    if count == 3 and found[1] == PUTFH:
        found.append(word(call.data, skip_opaque(call.data, at + 4)))
    return found


def pair(call, reply, time, xid, number=None, slot=None, **changes):
    """A call and its reply once more, at another time and as another request."""
    again = [call.copied(time, **changes),
             reply.copied(time + reply.time - call.time, **changes)]
    for message in again:
        message.xid = xid
        if len(message.data) >= Sequence(message).end:
            Sequence(message).change(number, slot)
    return again


def alone(message):
    """The same with SEQUENCE, and nothing after it: a lease is renewed."""
    data = message.data[:Sequence(message).end]
    put(data, first_operation(message) - 4, 1)
    return dataclasses.replace(message, data=data)


def refused(reply, status):
    """A reply in which SEQUENCE is refused, and so nothing else was done."""
    at = first_operation(reply)
    data = reply.data[:at + 8]
    put(data, compound(reply), status)
    put(data, at - 4, 1)
    put(data, at + 4, status)
    return dataclasses.replace(reply, data=data)
