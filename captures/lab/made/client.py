# SPDX-License-Identifier: GPL-2.0-or-later
"""A client that a real one is copied to, under a name, an address and ids of its own."""
import struct

import wire

NAME, CLIENTID = b"web01", bytes.fromhex("eabf026bbd8a9ad6")  # of unique-hostnames-server.pcap
START, COUNTER = struct.unpack("<II", CLIENTID)

EXCHANGE_ID = 42


def find(messages, *its, which=0):
    """A call of web01 that begins with these operations, and its reply."""
    call = [one for one in messages
            if one.is_call and wire.compound(one) is not None and begins(one, its)][which]
    return call, next(one for one in messages if not one.is_call and one.xid == call.xid)


def begins(call, its):
    return operations(call)[:len(its)] == list(its)


def operations(call):
    """The first three, as far as they are SEQUENCE, PUTFH and another."""
    found = wire.operations(call) or [wire.word(call.data, wire.first_operation(call))]
    if found == [wire.SEQUENCE, wire.PUTFH]:
        found.append(wire.word(call.data, wire.skip_opaque(call.data, wire.Sequence(call).end + 4)))
    return found


class Client:
    """A copy of web01 with a name, an address and ids of its own."""
    def __init__(self, model, number, begin, server="10.0.0.1", start=START):
        self.model, self.number, self.time, self.start = model, number, begin, start
        self.counter, self.xid, self.sequence = COUNTER + number, number << 16, 0
        mac, address, port = model["mount"][0][0].client
        self.client = (f"{mac[:-2]}{number:02d}", f"{address.rpartition('.')[0]}.{number}", port)
        self.server = (model["mount"][0][0].server[0], server, 2049)
        self.made = []
        self.owner = f"Linux NFSv4.2 web{number}" if EXCHANGE_ID in model else \
            f"Linux NFSv4.0 web{number}/10.0.0.1"

    def name(self, data):
        ids = struct.pack("<II", self.start & 0xFFFFFFFF, self.counter)
        return bytearray(bytes(data).replace(CLIENTID, ids).replace(NAME, b"web%02d" % self.number))

    def asks(self, pair, change=None, answered=True):
        """Sends the call once more, and hears its reply, or what `change` makes of it."""
        self.xid += 1
        call, reply = (one.copied(self.time, client=self.client, server=self.server) for one in pair)
        reply.time += 0.001
        if change is not None:
            reply = change(reply)
        for one in (call, reply):
            one.data = self.name(one.data)
            one.xid = self.xid
        if wire.operations(call):
            self.sequence += 1
            for one in (call, reply):
                if len(one.data) >= wire.Sequence(one).end:
                    wire.Sequence(one).change(self.sequence)
        self.made += [call, reply] if answered else [call]
        self.time += 0.01

    def mounts(self):
        self.sequence = 0
        for pair in self.model["mount"]:
            self.asks(pair)

    def hears(self, operation, status, seconds, times):
        pair = self.model[operation]
        for _ in range(times):
            self.asks(pair, lambda reply: refused(pair[0], reply, operation, status))
            self.sequence -= operation == wire.SEQUENCE
            self.time += seconds


def refused(call, reply, operation, status):
    """The last operation of the reply is refused."""
    found = operations(call)
    if len(found) < 3 or operation != found[2]:
        return wire.refused(reply, status) if operation == wire.SEQUENCE else alone(reply, status)
    at = wire.Sequence(reply).end + 8  # behind the result of PUTFH
    data = reply.data[:at + 8]
    wire.put(data, wire.compound(reply), status)
    wire.put(data, wire.first_operation(reply) - 4, 3)
    wire.put(data, at, operation)
    wire.put(data, at + 4, status)
    reply.data = data
    return reply


def alone(reply, status):
    at = wire.first_operation(reply)
    data = reply.data[:at + 8]
    wire.put(data, wire.compound(reply), status)
    wire.put(data, at + 4, status)
    reply.data = data
    return reply
