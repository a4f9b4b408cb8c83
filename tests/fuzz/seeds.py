#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds for the fuzz targets, out of captures over Ethernet and IPv4.

    tests/fuzz/seeds.py FOLDER CAPTURE...

writes FOLDER/reader/* with a COMPOUND each, one per combination of operations, and
FOLDER/model/* with conversations of some messages each. Only RPC messages that fill one
TCP segment are taken.
"""
import pathlib
import struct
import sys

NFS_PORT, CONVERSATION = 2049, 48


def segments(capture):
    """(client address, is reply, TCP payload) of each frame on port 2049."""
    data = capture.read_bytes()
    position = 24
    while position + 16 <= len(data):
        length, = struct.unpack_from("<I", data, position + 8)
        frame = data[position + 16:position + 16 + length]
        position += 16 + length
        if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 6:
            continue
        tcp = 14 + (frame[14] & 15) * 4
        source, target = struct.unpack_from(">HH", frame, tcp)
        payload = frame[tcp + (frame[tcp + 12] >> 4) * 4:]
        if NFS_PORT in (source, target):
            reply = source == NFS_PORT
            yield frame[30:34] if reply else frame[26:30], reply, payload


def opaque_end(data, position):
    length, = struct.unpack_from(">I", data, position + 4)
    return position + 8 + (length + 3 & ~3)


def compound_in(payload, reply):
    """(xid, COMPOUND) of a whole RPC message, or None."""
    if len(payload) < 44 or struct.unpack_from(">I", payload)[0] != (1 << 31 | len(payload) - 4):
        return None
    xid, kind = struct.unpack_from(">2I", payload, 4)
    if kind != reply:
        return None
    if reply:
        return xid, payload[opaque_end(payload, 16) + 4:]
    if struct.unpack_from(">4I", payload, 12) != (2, 100003, 4, 1):
        return None
    return xid, payload[opaque_end(payload, opaque_end(payload, 28)):]


def messages(capture):
    """(bits for the head of fuzz_model.c, COMPOUND)"""
    clients, xids = {}, {}
    for client, reply, payload in segments(capture):
        try:
            found = compound_in(payload, reply)
        except struct.error:
            found = None
        if found is None:
            continue
        xid, compound = found
        connection = clients.setdefault(client, len(clients)) & 3
        slot = xids.setdefault(xid, len(xids)) & 3
        yield reply | connection << 1 | slot << 3, compound


def main():
    folder = pathlib.Path(sys.argv[1])
    readers, models = folder / "reader", folder / "model"
    for one in (readers, models):
        one.mkdir(parents=True, exist_ok=True)
    for path in map(pathlib.Path, sys.argv[2:]):
        told = list(messages(path))
        for bits, compound in told:
            kind = f"{bits & 1}-{compound[8:24].hex()}-{len(compound)}"
            (readers / kind).write_bytes(bytes([bits & 1]) + compound)
        for start in range(0, len(told), CONVERSATION):
            text = b"".join(bytes([bits]) + struct.pack("<H", len(compound)) + compound
                            for bits, compound in told[start:start + 2 * CONVERSATION])
            (models / f"{path.stem}-{start}").write_bytes(text)


if __name__ == "__main__":
    main()
