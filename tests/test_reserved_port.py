# SPDX-License-Identifier: GPL-2.0-or-later
"""A client whose source port belongs to another protocol in Wireshark.

Linux clients take their source ports from 665 to 1023. Some of those belong to other
dissectors (854 to DLEP), which then take the whole connection for themselves, and no
NFS is seen on it. The preference nfs4sess.reserved_ports, on by default, cures that.
"""
import struct

import pytest

from conftest import CAPTURES, PASSES

DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"
OWNED_PORT = 854
SWITCHED_OFF = ["-o", "nfs4sess.reserved_ports:FALSE"]
SYN = pytest.mark.parametrize("with_syn", [True, False], ids=["with-syn", "without-syn"])


def packets_of(data):
    """(record header, frame) for each packet of a little-endian classic capture file."""
    assert data[:4] == b"\xd4\xc3\xb2\xa1"
    position = 24
    while position < len(data):
        header = data[position:position + 16]
        captured = struct.unpack("<I", header[8:12])[0]
        yield header, data[position + 16:position + 16 + captured]
        position += 16 + captured


def tcp_offset(frame):
    """Where TCP begins in an Ethernet frame with IPv4; None for anything else."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return None
    return 14 + (frame[14] & 0x0F) * 4


def with_client_port(frame, address, port):
    """The frame, with another TCP port at the client with this address.

    The TCP checksum is not adjusted: tshark does not check it by default.
    """
    start = tcp_offset(frame)
    if start is None:
        return frame
    for ip_field, tcp_field in ((26, start), (30, start + 2)):  # as the source, as the destination
        if frame[ip_field:ip_field + 4] == address:
            return frame[:tcp_field] + struct.pack(">H", port) + frame[tcp_field + 2:]
    return frame


def is_syn(frame):
    start = tcp_offset(frame)
    return start is not None and frame[start + 13] & 0x02 != 0


def move_client(capture, target, port, with_syn):
    """Copies a capture with the connection of 10.0.0.12 moved to another client port."""
    data = capture.read_bytes()
    with target.open("wb") as out:
        out.write(data[:24])
        for header, frame in packets_of(data):
            if with_syn or not is_syn(frame):
                out.write(header + with_client_port(frame, bytes([10, 0, 0, 12]), port))
    return target


@pytest.fixture
def moved(room, with_syn):
    return move_client(DUPLICATE, room / "moved.pcap", OWNED_PORT, with_syn)


def ports_with_nfs(tshark, capture, options, passes=1):
    frames = tshark.fields(capture, "tcp.srcport", show="nfs4sess && tcp.dstport == 2049",
                           options=options, passes=passes)
    return {frame["tcp.srcport"][0] for frame in frames}


@SYN
def test_the_connection_is_moved(tshark, moved, with_syn):
    """Otherwise the tests below would prove nothing."""
    frames = tshark.fields(moved, "tcp.srcport", show="ip.src == 10.0.0.12", bare=True)
    assert {frame["tcp.srcport"][0] for frame in frames} == {str(OWNED_PORT)}
    syns = tshark.fields(moved, show="tcp.flags.syn == 1", bare=True)
    assert (len(syns) > 0) is with_syn


@PASSES
@SYN
def test_on_the_client_is_seen(tshark, moved, passes):
    assert str(OWNED_PORT) in ports_with_nfs(tshark, moved, [], passes)
    owner, = tshark.report(moved, passes)["owners"]
    assert owner["verdict"] == "proven"
    assert owner["takeovers"] == 14
    assert sorted(address for one in owner["instances"] for address in one["addresses"]) == \
        ["10.0.0.11", "10.0.0.12"]


@SYN
def test_off_the_port_belongs_to_the_other_protocol(tshark, moved, with_syn):
    """As in a Wireshark without the plugin; from 4.4 on, a captured SYN helps."""
    ports = ports_with_nfs(tshark, moved, SWITCHED_OFF)
    assert ports, "the other connection is seen all the same"
    if tshark.line == "4.0" or not with_syn:
        assert str(OWNED_PORT) not in ports
        owner, = tshark.report(moved, options=SWITCHED_OFF)["owners"]
        assert {a for one in owner["instances"] for a in one["addresses"]} == {"10.0.0.11"}
        assert owner["verdict"] in ("single", "undecided", "suspected")


def test_a_user_who_decodes_the_server_port_otherwise_is_obeyed(tshark):
    """The cure does not undo a Decode As of port 2049."""
    options = ["-d", "tcp.port==2049,http"]
    assert ports_with_nfs(tshark, DUPLICATE, options) == set()


def test_switching_off_changes_nothing_elsewhere(tshark):
    assert tshark.report(DUPLICATE, options=SWITCHED_OFF) == tshark.report(DUPLICATE)
