#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds for the fuzz targets, out of captures over Ethernet and IPv4.

    tests/fuzz/seeds.py FOLDER CAPTURE...

writes FOLDER/reader/* with a COMPOUND each, one per combination of operations,
FOLDER/extract/* with the same and with what extracts say in words, FOLDER/model/* with
conversations of some messages each, FOLDER/story/* with deeds at random,
always the same, and FOLDER/dictionary with the numbers that a COMPOUND is made of, for
libFuzzer. Only RPC messages that fill one TCP segment are taken, whole or as far as they
were captured.
"""
import collections
import pathlib
import random
import re
import struct
import sys

NFS_PORT, CONVERSATION, PAUSE = 2049, 48, 30
AUTH_SYS, RPCSEC_GSS, INTEGRITY, PRIVACY = 1, 6, 2, 3
STORIES, DEEDS = 64, 24
WORDS = (b"frame 93 of web01:ring-7.pcap, stands for 40 more, client 52:54:00:12:34:56",
         b"nfs4sess 1\nsource web01:ring-7.pcap\nframes 9 1763895600.5 1763895699.0\n",
         b"nfs4sess 1\nbegin web01:ring-7.pcap\n", b"nfs4sess 1\nleft-out 12 40\n",
         b"nfs4sess 1\ngap unclaimed 5 20490\n", b"Linux NFSv4.0 web01/id/10.0.0.1",
         b"Linux NFSv4.0 10.0.0.11/fd00::1 tcp", b"10.0.0.11/web01.(none)/unix",
         b"10.0.0.11/10.0.0.1 tcp unix 0", b"Libnfs pid:1 2", b"1.2.3.4(1, 2) - GANESHA NFSv4 Proxy",
         b"Solaris: web01, NFSv4 kernel client\0\2\0" + bytes(14),
         b"\1\0\0\0RT\0\x12\x34\x56\x10\2" + bytes(14) + b"filer:/export\0/Volumes/home\0",
         bytes(4) + b"1772" + b"e7a5c1d2-0000-4000-8000-123456789abc")
EVENT_H = pathlib.Path(__file__).parents[2] / "plugin" / "wire" / "event.h"

Segment = collections.namedtuple("Segment", "time client server reply payload size")


def segment_of(time, frame):
    """What a frame over Ethernet and IPv4 has to or from port 2049, or None."""
    if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return None
    tcp = 14 + (frame[14] & 15) * 4
    source, target = struct.unpack_from(">HH", frame, tcp)
    if NFS_PORT not in (source, target):
        return None
    start = tcp + (frame[tcp + 12] >> 4) * 4
    size = 14 + int.from_bytes(frame[16:18], "big") - start
    ends = frame[26:30] + bytes(frame[tcp:tcp + 2]), frame[30:34] + bytes(frame[tcp + 2:tcp + 4])
    reply = source == NFS_PORT
    return Segment(time, ends[reply], ends[not reply], reply, frame[start:start + size], size)


def segments(capture):
    """Each frame on port 2049."""
    data = capture.read_bytes()
    position = 24
    while position + 16 <= len(data):
        time, _, length = struct.unpack_from("<3I", data, position)
        segment = segment_of(time, data[position + 16:position + 16 + length])
        position += 16 + length
        if segment is not None:
            yield segment


def opaque_end(data, position):
    length, = struct.unpack_from(">I", data, position + 4)
    return position + 8 + (length + 3 & ~3)


def compound_in(segment, wrapped):
    """(xid, flavor of the credential, COMPOUND) of an RPC message that fills the segment, or None.

    `wrapped` keeps the xids of calls under RPCSEC_GSS integrity: in front of their COMPOUND, and
    of the reply's, stand a length and a number.
    """
    payload = segment.payload
    if len(payload) < 44 or struct.unpack_from(">I", payload)[0] != (1 << 31 | segment.size - 4):
        return None
    xid, kind = struct.unpack_from(">2I", payload, 4)
    if kind != segment.reply:
        return None
    if kind:
        return xid, 0, payload[opaque_end(payload, 16) + 4 + 8 * (xid in wrapped):]
    if struct.unpack_from(">4I", payload, 12) != (2, 100003, 4, 1):
        return None
    flavor, = struct.unpack_from(">I", payload, 28)
    service, = struct.unpack_from(">I", payload, 48) if flavor == RPCSEC_GSS else (0,)
    (wrapped.add if service == INTEGRITY else wrapped.discard)(xid)
    start = opaque_end(payload, opaque_end(payload, 28)) + 8 * (service == INTEGRITY)
    return (xid, flavor, payload[start:]) if service != PRIVACY else None


def compounds(capture):
    """(segment, xid, flavor, COMPOUND)"""
    wrapped = set()
    for segment in segments(capture):
        try:
            found = compound_in(segment, wrapped)
        except struct.error:
            found = None
        if found is not None:
            yield segment, *found


def headers(capture):
    """What stands in front of the COMPOUND of each call, with the xid that fuzz_reader.c gives."""
    for segment, _, _, compound in compounds(capture):
        if not segment.reply:
            yield bytes(4) + segment.payload[8:len(segment.payload) - len(compound)]


def number_of(key, numbers):
    return numbers.setdefault(key, len(numbers))


def messages(capture):
    """(second, bits for the head of fuzz_model.c, COMPOUND)"""
    clients, servers, xids, last = {}, {}, {}, None
    ports = collections.defaultdict(dict)
    for segment, xid, flavor, compound in compounds(capture):
        time, client, server, reply, *_ = segment
        host = client[:4]
        bits = reply | (number_of(host, clients) & 1) << 1 | (number_of(client, ports[host]) & 1) << 2
        bits |= (number_of(xid, xids) & 3) << 3 | (number_of(server, servers) & 1) << 5
        bits |= (flavor == AUTH_SYS) << 7
        if last is not None and time - last > PAUSE:
            bits |= 1 << 6
        last = time
        yield time, bits, compound


def conversation(told):
    """The input of fuzz_model.c for these messages."""
    text = struct.pack("<I", told[0][0])
    for place, (_, bits, compound) in enumerate(told):
        text += struct.pack("<BH", bits & (0xff if place else 0x7f), len(compound)) + compound
    return text


def dictionary():
    """The numbers of operations and statuses, as event.h has them, in libFuzzer's form."""
    numbers = re.findall(r"^    ((?:OP|NFS4ERR)_\w+) = (\d+)", EVENT_H.read_text(), re.M)
    for name, number in numbers:
        text = "".join(f"\\x{byte:02x}" for byte in struct.pack(">I", int(number)))
        yield f'{name}="{text}"\n'


def main():
    folder = pathlib.Path(sys.argv[1])
    readers, models, stories, extracts = (folder / name for name in
                                          ("reader", "model", "story", "extract"))
    for one in (readers, models, stories, extracts):
        one.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(WORDS):
        (extracts / f"{number:02}").write_bytes(b"\0" + text)
    chance = random.Random(1)
    for number in range(STORIES):
        (stories / f"{number:02}").write_bytes(chance.randbytes(DEEDS))
    (folder / "dictionary").write_text("".join(dictionary()))
    for path in map(pathlib.Path, sys.argv[2:]):
        told = list(messages(path))
        for _, bits, compound in told:
            kind = f"{bits & 1}-{compound[8:24].hex()}-{len(compound)}"
            (readers / kind).write_bytes(bytes([bits & 1]) + compound)
            (extracts / kind).write_bytes(bytes([bits & 1]) + compound)
        for header in headers(path):
            (readers / f"header-{len(header)}").write_bytes(b"\0" + header)
        for start in range(0, len(told), CONVERSATION):
            (models / f"{path.stem}-{start}").write_bytes(
                conversation(told[start:start + 2 * CONVERSATION]))


if __name__ == "__main__":
    main()
