# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures as lists of frames, to be thinned out and changed, without any other program.

Knows classic little-endian files over Ethernet and IPv4, as the shipped ones are, and RPC
messages that fill one TCP segment.
"""
import dataclasses
import struct
import sys

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "fuzz"))
import seeds  # noqa: E402, of tests/fuzz

RECORD = struct.Struct("<4I")
IDENTIFY, CONFIRM = {42, 35}, {43, 36}
SEQUENCE, PUTFH, PUTROOTFH = 53, 22, 24


@dataclasses.dataclass
class Frame:
    seconds: int
    fraction: int
    length: int               # on the wire
    data: bytes
    segment: tuple = None     # seeds.Segment, where it has one
    xid: int = None           # of the RPC message that fills it
    machine: bytes = None     # of a call with AUTH_SYS
    compound: bytes = None    # the COMPOUND in that
    opcodes: tuple = ()       # of the call, in the reply too; as far as they are easily found

    @property
    def is_reply(self):
        return self.segment is not None and self.segment.reply

    @property
    def client(self):
        return ".".join(map(str, self.segment.client[:4])) if self.segment else None


def is_readable(path):
    """A classic little-endian file with microseconds, over Ethernet"""
    head = path.read_bytes()[:24]
    return head[:4] == b"\xd4\xc3\xb2\xa1" and head[20:] == b"\1\0\0\0"


def read(path):
    data = path.read_bytes()
    frames, position, wrapped, asked = [], 24, set(), {}
    while position + RECORD.size <= len(data):
        seconds, fraction, captured, length = RECORD.unpack_from(data, position)
        position += RECORD.size
        frame = Frame(seconds, fraction, length, data[position:position + captured])
        position += captured
        frame.segment = seeds.segment_of(seconds, frame.data)
        if frame.segment is not None:
            find_message(frame, wrapped, asked)
        frames.append(frame)
    return data[:24], frames


def write(path, header, frames):
    records = (RECORD.pack(frame.seconds, frame.fraction, len(frame.data), frame.length) + frame.data
               for frame in frames)
    path.write_bytes(header + b"".join(records))
    path.chmod(0o644)
    return path


def find_message(frame, wrapped, asked):
    """`wrapped` as in seeds.py; `asked` keeps what each call asked for."""
    try:
        found = seeds.compound_in(frame.segment, wrapped)
        if found is None:
            return
        frame.xid, flavor, frame.compound = found
        if flavor == seeds.AUTH_SYS:
            length, = struct.unpack_from(">I", frame.segment.payload, 40)
            frame.machine = frame.segment.payload[44:44 + length]
        key = frame.segment.client, frame.segment.server, frame.xid
        if not frame.is_reply:
            asked[key] = tuple(opcodes_in(frame.compound))
        frame.opcodes = asked.get(key, ())
    except struct.error:
        frame.xid = frame.compound = None


def opcodes_in(compound):
    """Of a call, up to the first operation whose length is not known here."""
    position = seeds.opaque_end(compound, -4) + 4
    count, = struct.unpack_from(">I", compound, position)
    position += 4
    for _ in range(count):
        opcode, = struct.unpack_from(">I", compound, position)
        yield opcode
        position += 4
        if opcode == SEQUENCE:
            position += 32
        elif opcode == PUTFH:
            position = seeds.opaque_end(compound, position - 4)
        elif opcode != PUTROOTFH:
            return


def presented(frame):
    """(owner, verifier) of an identification; None for other messages, or where it is cut off."""
    if frame.is_reply or not set(frame.opcodes[:1]) & IDENTIFY or frame.xid is None:
        return None
    position = seeds.opaque_end(frame.compound, -4) + 12
    try:
        length, = struct.unpack_from(">I", frame.compound, position + 8)
    except struct.error:
        return None
    owner = frame.compound[position + 12:position + 12 + length]
    return (owner, frame.compound[position:position + 8]) if len(owner) == length else None
