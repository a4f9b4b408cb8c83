# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture of one packet that tells the plugin what the packets behind it are called.

It is a packet of exported PDUs (link type 252) for the dissector nfs4sess.source; the plugin's
plugin/extract/totals.h has the text.
"""
import struct

SECTION = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
INTERFACE = struct.pack("<IIHHII", 1, 20, 252, 0, 0, 20)
DISSECTOR = b"nfs4sess.source\0"


def _tag(number, value):
    return struct.pack(">HH", number, len(value)) + value


def begin(name):
    """The packets behind this are of the capture `name`."""
    printable = "".join(one if one.isascii() and one.isprintable() else "?" for one in name)
    packet = (_tag(12, DISSECTOR) + _tag(0, b"") +
              f"nfs4sess 1\nbegin {printable[:255]}\n".encode())
    padded = packet + bytes(-len(packet) % 4)
    length = 32 + len(padded)
    return (SECTION + INTERFACE +
            struct.pack("<IIIIIII", 6, length, 0, 0, 0, len(packet), len(packet)) + padded +
            struct.pack("<I", length))
